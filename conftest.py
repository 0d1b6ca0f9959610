"""What every test of the repository may ask for: the shared data folder, the Desk's database and cast, and the check of behaviour marks."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "tests" / "structure"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real tapes and facts that is not part of the repository: ARREARS_SHARED, or a sibling named shared."""
    folder = Path(os.environ.get("ARREARS_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"no data at {folder}: set ARREARS_SHARED to the folder that holds data/loans")
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Give the Desk's tests an embedded PostgreSQL of this process; nothing starts unless a test asks for the database."""
    from django.db import connections

    from arrears.desk import testing

    testing.use_server(connections["default"].settings_dict, testing.start_server())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database, whose append-only tables may be emptied between tests."""
    from arrears.desk import testing

    with django_db_blocker.unblock():
        testing.let_tests_empty_tables()


@pytest.fixture
def account(db: None) -> Any:
    """`account(role, username, team=...)` makes an account of the Desk."""
    from arrears.desk import testing

    return testing.account


@pytest.fixture
def signed_in(db: None) -> Any:
    """`signed_in(user)` is a browser in which they have signed in."""
    from django.test import Client

    def browser(user: Any) -> Client:
        client = Client(headers={"accept-language": "zh-CN"})
        client.force_login(user)
        return client

    return browser


@pytest.fixture
def collector(account: Any) -> Any:
    """Works Lin Yuan's case, in team one."""
    return account("collector", "zhou.ning", team="一组", name="周宁")


@pytest.fixture
def lead(account: Any) -> Any:
    """Leads team one."""
    return account("team_lead", "wang.min", team="一组", name="王敏")


@pytest.fixture
def stranger(account: Any) -> Any:
    """Collects in team two and must see nothing of team one."""
    return account("collector", "qian.bo", team="二组", name="钱博")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a mark that names no row of docs/behaviours.md: a mistyped id would be a promise nobody keeps."""
    import behaviours

    known = {row.id for row in behaviours.rows()}
    wrong = {f"{item.nodeid}: {id_}" for item in items for mark in item.iter_markers("behaviour") for id_ in mark.args if id_ not in known}
    if wrong:
        raise pytest.UsageError("behaviour marks that name no row of docs/behaviours.md:\n" + "\n".join(sorted(wrong)))
