"""Pseudonyms: the same for one borrower in one project, different in another, none without a key."""

from __future__ import annotations

from pathlib import Path

import pytest

import arrears.data as ad
from arrears.data.pseudonym import KEY, project_key, pseudonym

SECRET = "sixteen-or-more-characters"


def names(book: Path, project: str, as_of: str | None = None) -> dict[str, str | None]:
    table = ad.positions(book, as_of=as_of, project=project).select("loan_id", "borrower")
    return {row["loan_id"]: row["borrower"] for row in table.to_pyarrow().to_pylist()}


def test_one_borrower_has_one_pseudonym_in_a_project(early: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, SECRET)
    told = names(early, "losses")
    assert told["A"] == told["C"] != told["B"]  # A and C are loans of P1
    assert told["D"] is None  # the tape names no borrower
    assert told == names(early, "losses", "2026-08-31")
    months = ad.loan_months(early, project="losses").select("loan_id", "borrower").distinct().to_pyarrow().to_pylist()
    assert {row["loan_id"]: row["borrower"] for row in months} == told


def test_another_project_or_key_gives_others(early: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, SECRET)
    first, second = names(early, "losses"), names(early, "marketing")
    monkeypatch.setenv(KEY, SECRET + "!")
    third = names(early, "losses")
    assert len({first["A"], second["A"], third["A"]}) == 3


def test_a_pseudonym_says_nothing_and_its_key_stands_in_no_query(early: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ibis

    monkeypatch.setenv(KEY, SECRET)
    table = ad.positions(early, project="losses")
    assert "borrower_id" not in table.columns
    key = project_key("losses")
    sql = str(ibis.to_sql(table, dialect="duckdb"))
    assert SECRET not in sql
    assert key.hex() not in sql
    assert len(pseudonym(key, "P1")) == 32


@pytest.mark.parametrize("secret", ["", "short"])
def test_without_a_proper_key_there_are_none(secret: str, early: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, secret)
    with pytest.raises(ValueError, match="set ARREARS_PSEUDONYM_KEY to 16 or more"):
        ad.positions(early, project="losses")


def test_a_project_needs_a_name(early: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, SECRET)
    with pytest.raises(ValueError, match="needs a name"):
        ad.positions(early, project=" ")
