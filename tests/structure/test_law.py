"""The law as the pages tell it: what is encoded is counted, what is not is listed with its reason, and nothing is lost in between."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path
from types import SimpleNamespace

import house
import numpy as np
import pages
import pytest

from arrears.book.close.step import put_calendar
from arrears.book.rules.policy import Policy
from arrears.kernel.days import add_years
from arrears.law.rules.limitation import limitation_end
from arrears.law.units import value_text
from arrears.law.values import load

LAW = load()
CN = {entry.id: entry for entry in LAW.entries.values() if not entry.house}
PAGE = (house.ROOT / "docs" / "law.md").read_text(encoding="utf-8")
FACTS = Path(os.environ.get("ARREARS_SHARED", house.ROOT.parent / "shared")) / "facts" / "regulation-china.md"
needs_facts = pytest.mark.skipif(not FACTS.exists(), reason=f"no {FACTS.name}: set ARREARS_SHARED to the folder that holds facts/")

# where the facts give no whole date: the first day is taken, and the note of the entry says so
NO_DAY = {"cn.rate.cap24": "2017-08-01", "cn.rate.nodouble": "2025-01-01", "cn.cr.codes": "2020-01-01", "cn.geo.gcj": "2006-01-01"}
IN_FORCE = {"cn.visit.entry": "2021-01-01"}  # "in force": the day of the statute named
# the facts say a number in a form of their own
OTHER_FORM = {
    "cn.assist.rule9": "24% is 0.24",
    "cn.cls.dpd": "1-90, 91-270: the packs have the last day of each",
    "cn.cr.repair2025": "10,000 yuan in fen",
    "cn.contact.hours": "08:00 is a time",
    "cn.visit.hours": "08:00 is a time",
    "cn.loan.purpose": "200,000 yuan in fen",
    "cn.outsource.whitelist": "once a year is twelve months",
    "cn.prohibit.fees": "a fee of 0 is none",
    "cn.rate.liquidated": "1.30 is 1.3",
    "cn.rate.penalty": "0.30-0.50 on top is a factor of 1.3 to 1.5; the misuse of money is not in the Book",
}
ANNOUNCED = {"cn.cr.repair2025": "2025-12-22"}  # a day on which nothing began


def section(title):
    """The ids in the first column of the table of one part of the page."""
    part = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(cn\.[\w.]+)` \|", part, re.MULTILINE)


UNDECIDABLE, UNKNOWN = section("What a computer cannot decide"), section("What is unknown and stays a setting")


def facts():
    """Rows of the facts by id, each a list of cells."""
    found = {}
    for line in FACTS.read_text(encoding="utf-8").splitlines():
        row = re.match(r"\| `(cn\.[\w.]+)` \|(.*)\|", line)
        if row:
            found[row[1]] = [cell.strip() for cell in row[2].split("|")]
    return found


def rows_of(ids):
    """The row of the facts behind each entry: a part is named after its row."""
    known = set(facts())
    return {id_: max((row for row in known if id_ == row or id_.startswith(f"{row}.")), key=len, default="") for id_ in ids}


def test_what_is_not_encoded_is_listed_once_and_is_in_no_pack():
    listed = UNDECIDABLE + UNKNOWN
    assert sorted(listed) == sorted(set(listed))
    assert [id_ for id_ in listed if id_ in CN] == []


def test_the_page_counts_right():
    rows, encoded, entries, undecidable, unknown = (
        int(number)
        for number in re.findall(
            r"Of (\d+) rows .*?, (\d+) are encoded, as (\d+) entries; (\d+) cannot be decided .*? (\d+) are unknown", PAGE, re.DOTALL
        )[0]
    )
    assert (entries, undecidable, unknown) == (len(CN), len(UNDECIDABLE), len(UNKNOWN))
    assert rows == encoded + undecidable + unknown


@needs_facts
def test_every_row_of_the_facts_is_encoded_or_listed():
    encoded = set(rows_of(CN).values())
    assert sorted(encoded | set(UNDECIDABLE) | set(UNKNOWN)) == sorted(facts())
    assert f"{len(encoded)} are encoded" in PAGE
    assert f"Of {len(facts())} rows" in PAGE


@needs_facts
def test_every_entry_has_a_row_of_the_facts():
    assert [id_ for id_, row in rows_of(CN).items() if not row] == []


@needs_facts
def test_the_days_of_a_rule_are_those_of_the_facts():
    wrong = []
    for row, cells in facts().items():
        held = {str(value.from_on) for id_, of in rows_of(CN).items() if of == row for value in CN[id_].values}
        told = set(re.findall(r"\d{4}-\d\d-\d\d", cells[3] if len(cells) > 4 else ""))
        told = (told | {day for days in (NO_DAY, IN_FORCE) if (day := days.get(row))}) - {ANNOUNCED.get(row)}
        if held and held != told:
            wrong.append((row, sorted(held), sorted(told)))
    assert wrong == []


@needs_facts
def test_a_rule_is_no_surer_than_the_facts():
    wrong = []
    for id_, row in rows_of(CN).items():
        said = re.match(r"high|medium-|medium|low", facts()[row][-1])
        told = said[0] if said else "low"  # not found
        if CN[id_].confidence != told:
            wrong.append((id_, CN[id_].confidence, told))
    assert wrong == []


@needs_facts
def test_the_numbers_of_the_facts_are_in_the_packs():
    """Each number of the column of values stands in an entry of its row."""
    missing = []
    for row, cells in facts().items():
        ids = [id_ for id_, of in rows_of(CN).items() if of == row]
        if not ids or row in OTHER_FORM:
            continue
        value = re.sub(r"\d{4}-\d\d-\d\d|\b408\b|\b673\b|GCJ02|WGS84|BD09|lost3", "", cells[1])
        numbers = set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?", value))
        held = set(re.findall(r"\d+(?:\.\d+)?", " ".join(text for id_ in ids for text in texts(id_))))
        missing += [(row, number) for number in sorted(numbers - held)]
    assert missing == []


def texts(id_):
    """The values of an entry as text."""
    return [value_text(each.value) for each in CN[id_].values]


@pytest.mark.parametrize(
    "rule", [id_ for id_, entry in CN.items() if "memory" in (entry.seen, *(v.source.clause_is for v in entry.values))]
)
def test_what_is_from_memory_is_not_called_sure(rule):
    assert CN[rule].confidence in ("low", "medium-", "medium")


@pytest.mark.parametrize("rule", NO_DAY)
def test_a_day_that_was_taken_is_said_to_be(rule):
    notes = {str(value.from_on): value.source.note for value in CN[rule].values}
    assert re.search(r"first|day", notes[NO_DAY[rule]])


def test_every_rule_of_law_stands_in_a_test():
    tests = [path for path in house.ROOT.rglob("test_*.py") if ".venv" not in path.parts and path.name != "test_law.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in tests)
    assert [id_ for id_ in CN if f'"{id_}"' not in text] == []


def test_the_page_names_only_rules_and_settings_that_there_are():
    names = set(re.findall(r"`((?:cn|[a-z_]+)\.[a-z0-9_.]+)`", PAGE)) - set(UNDECIDABLE) - set(UNKNOWN)
    ours = {name for name in names if not name.startswith(("arrears.", "source.")) and not name.endswith((".md", "."))}
    assert sorted(name for name in ours if name not in LAW.entries) == []


@pytest.mark.parametrize("module", sorted(set(re.findall(r"`(arrears\.[a-z_.]+)`", PAGE))))
def test_the_page_names_only_modules_that_there_are(module):
    path = house.ROOT / "src" / Path(*module.split("."))
    assert path.is_dir() or path.with_suffix(".py").is_file()


class Kept:
    """Keeps the calendar that a close would work with."""

    def put(self, name, table, _columns):
        if name == "calendar":
            self.calendar = table


@pytest.fixture(scope="module")
def calendar():
    kept = Kept()
    put_calendar(kept, SimpleNamespace(policy=Policy(LAW)), 2023, 2033)
    return kept.calendar


def test_the_book_and_the_law_count_a_plain_limitation_alike(calendar):
    days = calendar["day_on"].to_numpy().astype("datetime64[D]").astype(object)
    ends = calendar["limitation_on"].to_numpy().astype("datetime64[D]").astype(object)
    assert dt.date(2024, 2, 29) in days
    assert [day for day, end in zip(days, ends, strict=True) if limitation_end(day, LAW) != end] == []


def test_the_book_and_the_law_count_five_years_alike(calendar):
    days, ends = (np.asarray(calendar[name].to_numpy(), dtype="datetime64[D]").astype(object) for name in ("day_on", "removable_on"))
    years = LAW.whole_at("cn.cr.keep5", dt.date(2026, 1, 1))
    assert [day for day, end in zip(days, ends, strict=True) if add_years(day, years) != end] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param('law.at("cn.contact.hours", on)', True, id="written_out"),
        pytest.param('law.at(f"cn.contact.{part}", on)', True, id="put_together"),
        pytest.param('law.at(f"cn.{part}.hours", on)', False, id="too_much_of_it_left_open"),
        pytest.param('"""cn.contact.hours is read elsewhere."""', False, id="in_a_sentence"),
        pytest.param('law.at("cn.contact.hours.late", on)', False, id="another_id"),
    ],
)
def test_a_page_finds_who_reads_a_rule(source, expected):
    assert any(pattern.fullmatch("cn.contact.hours") for pattern in pages.ids_in(source)) is expected
