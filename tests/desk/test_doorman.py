"""The table of permissions: every address has a row, and every role meets what its row says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from arrears.desk import permissions
from arrears.desk.journal.models import Event

# a value for each part of an address that names something; nothing has these names, so a lawful reader gets "no such page"
SAMPLES = {"uidb36": "1", "key": "none", "pk": "1", "id": "00000000-0000-4000-8000-000000000000"}
NOTHING = "00000000-0000-4000-8000-000000000000"
# where an address takes only words of a certain form
FORMS: dict[str, dict[str, str]] = {
    "contacts:wording": {"name": "sms/2020-01-01.zh"},
    "contacts:ask_wording": {"name": "sms/2020-01-01.zh"},
    "contacts:decide_wording": {"name": "sms/2020-01-01.zh"},
    "contacts:callback": {"form": "calls"},
    "contacts:cloud_callback": {"form": "sms/aliyun", "token": "0123456789abcdef"},
}


def _patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from _patterns(each, f"{before}{each.namespace}:" if each.namespace else before)
        else:
            yield f"{before}{each.name}", each


ADDRESSES = dict(_patterns())


def _address(name: str) -> str:
    pattern = ADDRESSES[name].pattern
    converters = getattr(pattern, "converters", {})
    values = {key: _sample(key, converters.get(key)) for key in (converters or pattern.regex.groupindex)}
    return reverse(name, kwargs=values | FORMS.get(name, {}))


def _sample(key: str, converter: Any) -> Any:
    kind = type(converter).__name__
    if kind == "IntConverter":
        return 1
    if kind == "UUIDConverter":
        return NOTHING
    return SAMPLES.get(key, "none")


def test_every_address_has_a_name() -> None:
    assert [name for name in ADDRESSES if name.endswith("None")] == []


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(ADDRESSES) == set(permissions.TABLE)


def test_rows_name_known_roles_only() -> None:
    known = permissions.SIGNED_IN | permissions.EVERYBODY
    assert {name for name, line in permissions.TABLE.items() if not (line.read | line.write) <= known} == set()


def test_who_is_not_signed_in_changes_nothing_without_another_guard() -> None:
    """What everybody may write is signing in and choosing how pages look, or it is guarded by a signature."""
    free = {name for name, line in permissions.TABLE.items() if line.write == permissions.EVERYBODY and not line.guard}
    assert free == {"set_language", "set_theme", "account_login", "account_logout", "mfa_authenticate"}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_every_role_meets_what_its_row_says(name: str, account: Any, signed_in: Any) -> None:
    """Each address, reading and writing, by each role and by nobody: refused where the table refuses, let through where it does not."""
    address, line, wrong = _address(name), permissions.TABLE[name], []
    for role in [*permissions.ROLES, ""]:
        user = account(role) if role else None
        for method, allowed in (("get", line.read), ("post", line.write)):
            client = signed_in(user) if user else Client()
            answer = getattr(client, method)(address)
            if not (_as_told(answer, role, allowed) or (line.guard and answer.status_code < 500)):
                wrong.append(f"{method} by {role or 'nobody'}: {answer.status_code}")
    assert wrong == []


def _as_told(answer: Any, role: str, allowed: frozenset[str]) -> bool:
    if answer.status_code >= 500:
        return False
    if role in allowed or allowed == permissions.EVERYBODY:
        return answer.status_code != 403
    if not role and allowed:
        return answer.status_code == 302 and answer.url.startswith(reverse("account_login"))
    return answer.status_code == 403


@pytest.mark.django_db
def test_address_without_a_row_is_refused(lead: Any, signed_in: Any, monkeypatch: Any) -> None:
    monkeypatch.delitem(permissions.TABLE, "today")
    answer = signed_in(lead).get("/")
    assert answer.status_code == 403
    assert "尚未对任何岗位开放" in answer.content.decode()


@pytest.mark.django_db
def test_refusal_is_an_event(account: Any, signed_in: Any) -> None:
    borrower = account("borrower")
    signed_in(borrower).get("/")
    event = Event.objects.get(kind="access_refused")
    assert (event.account_id, event.data["url"], event.data["why"]) == (borrower.pk, "today", "role")


@pytest.mark.django_db
def test_fragment_of_somebody_signed_out_sends_the_whole_page_to_sign_in() -> None:
    answer = Client().get("/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/account/login/?next=/")
