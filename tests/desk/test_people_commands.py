"""Two lenders on one machine, each with its own people, keys and documents, worked on by the commands a person would use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from arrears.desk import testing
from desk.running import Running

pytestmark = pytest.mark.slow
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
PEOPLE = "borrower_id,name,phone,province,city\nP1,林远,15400000001,浙江省,杭州市\nP2,=1+1,15400000002,浙江省,杭州市\n"
LOANS = "loan_id,borrower_id,plate,team\nB01,P1,浙A12345,一组\n"


@pytest.fixture(scope="module")
def lenders() -> Iterator[tuple[Running, Running]]:
    """Two installations side by side."""
    pair = Running(testing.folder("people-one")), Running(testing.folder("people-two"))
    try:
        for each in pair:
            each.up("--demo")
        yield pair
    finally:
        for each in pair:
            each.clean()


@pytest.fixture(scope="module")
def files(tmp_path_factory: Any, lenders: tuple[Running, Running]) -> Path:
    """Her file and her loan, taken in by the first lender."""
    folder: Path = tmp_path_factory.mktemp("people")
    (folder / "borrowers.csv").write_text(PEOPLE)
    (folder / "loans.csv").write_text(LOANS)
    done = _people(lenders[0], folder)
    assert done["counts"]["borrowers"] == {"rows": 2, "rejected": 1, "new": 1, "addresses": 1}
    return folder


def _people(lender: Running, folder: Path, *words: str) -> dict[str, Any]:
    rejects = str(folder / "rejects.csv")
    done = lender.command("people", str(folder / "borrowers.csv"), str(folder / "loans.csv"), "--json", "--rejects", rejects, *words)
    assert done.returncode == 3, done.stderr
    return json.loads(done.stdout)


def _ask(lender: Running, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(lender.places.database_url.read_text()) as connection:
        return connection.execute(statement).fetchall()


def test_rejects_file_says_row_field_reason_allowed(files: Path) -> None:
    header, row = (files / "rejects.csv").read_text().splitlines()
    assert header == "file,row,field,reason,allowed"
    assert row.startswith("borrowers.csv,3,name,it begins like a formula of a spreadsheet,")


def test_second_time_nothing_comes_in(lenders: tuple[Running, Running], files: Path) -> None:
    assert _people(lenders[0], files)["counts"]["borrowers"]["same"] == 1


@pytest.mark.behaviour("S160")
def test_lenders_share_nothing(lenders: tuple[Running, Running], files: Path) -> None:
    one, two = lenders
    assert _ask(two, "select count(*) from people_person where source = 'file'") == [(0,)]
    keys = [(each.places.root / "field.keys").read_text() for each in lenders]
    assert set(keys[0].split()).isdisjoint(keys[1].split())
    assert [each.places.documents for each in lenders] == [one.places.root / "documents", two.places.root / "documents"]


@pytest.mark.behaviour("S160")
def test_keys_of_one_lender_open_nothing_of_the_other(lenders: tuple[Running, Running], files: Path) -> None:
    """Somebody copies the wrong file: nothing is half read, and it says what is wrong."""
    one, two = lenders
    own = (two.places.root / "field.keys").read_text()
    try:
        (two.places.root / "field.keys").write_text((one.places.root / "field.keys").read_text())
        done = two.command("people", str(files / "borrowers.csv"), "--dry-run")
        assert done.returncode == 1
        assert "is not the one that the data was written with; nothing was read" in done.stderr
    finally:
        (two.places.root / "field.keys").write_text(own)


def test_documents_come_in_by_loan_number(lenders: tuple[Running, Running], files: Path, tmp_path: Path) -> None:
    for loan in ("B01", "B99"):
        (tmp_path / loan).mkdir()
        (tmp_path / loan / "contract.pdf").write_bytes(PDF)
    done = lenders[0].command("documents", str(tmp_path), "--json")
    assert done.returncode == 3
    told = json.loads(done.stdout)
    assert (told["counts"]["documents"]["new"], told["refused"][0]["field"]) == (1, "loan")
    stored = [each for each in lenders[0].places.documents.rglob("*") if each.is_file()]
    assert [b"Catalog" in each.read_bytes() for each in stored] == [False]


def test_key_is_changed_while_pages_run(lenders: tuple[Running, Running], files: Path) -> None:
    one = lenders[0]
    done = one.command("rotate-key", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["key"], told["left"]) == (2, {})
    assert told["written"]["people_loan.plate"] == 1
    assert _ask(one, "select distinct get_byte(name, 1) from people_person where name is not null") == [(2,)]
    assert one.answers()


def test_missing_keys_are_refused(lenders: tuple[Running, Running], files: Path) -> None:
    path = lenders[0].places.root / "field.keys"
    own = path.read_text()
    path.rename(path.with_suffix(".away"))
    try:
        done = lenders[0].command("people", str(files / "borrowers.csv"), "--dry-run")
        assert done.returncode == 1
        assert "there is no key for personal data" in done.stderr
    finally:
        path.with_suffix(".away").rename(path)
    assert path.read_text() == own


def test_nothing_is_past_its_time(lenders: tuple[Running, Running], files: Path) -> None:
    done = lenders[0].command("retention", "--dry-run", "--json")
    assert json.loads(done.stdout) == {"dry_run": True, "documents": 0, "persons": 0, "lost_files": 0}
