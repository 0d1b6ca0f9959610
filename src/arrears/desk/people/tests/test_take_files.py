"""People files: what is good comes in once, what is bad leaves with a reason."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from arrears.desk.journal.models import Event
from arrears.desk.people.files.mapping import OURS, FileProblem, load
from arrears.desk.people.files.take import take
from arrears.desk.people.files.told import Told
from arrears.desk.people.models import (
    Address,
    Agency,
    Consent,
    Insolvency,
    Leave,
    Loan,
    Party,
    Person,
    Refusal,
    Representation,
    StaffProfile,
    User,
)
from arrears.desk.people.services import at_number, confirm_address
from arrears.sample import people

pytestmark = pytest.mark.django_db
TABLES = (Person, Address, Party, Consent, Refusal, StaffProfile, User, Loan, Agency, Leave, Insolvency, Representation)


def _file(folder: Path, name: str, rows: list[dict[str, Any]], encoding: str = "utf-8") -> Path:
    path = folder / name
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def _borrower(number: int = 1, **told: Any) -> dict[str, Any]:
    return {"borrower_id": f"P{number}", "name": "林远", "phone": f"1540000{number:04d}", "province": "浙江省", "city": "杭州市", **told}


def _counts() -> list[int]:
    return [each.objects.count() for each in TABLES]


def _one(told: Told) -> tuple[str, str]:
    (reject,) = told.rejects
    return reject.field, reject.reason


@pytest.fixture
def sample(tmp_path: Path) -> list[Path]:
    """The people of 400 borrowers of the sample."""
    made = people.made(7, np.arange(1, 401), dt.date(2026, 11, 22))
    for name, table in made.items():
        pq.write_table(table, tmp_path / f"{name}.parquet")
    return [tmp_path / f"{name}.parquet" for name in made]


def test_sample_comes_in_whole(sample: list[Path], noon: dt.datetime) -> None:
    told = take(sample, OURS, noon, loans=[("LT1", "P0000001")], team="一组")
    assert told.rejects == []
    assert (told.counts["borrowers"]["new"], told.counts["staff"]["new"]) == (400, 82)
    assert told.counts["relations"]["new"] == told.counts["relations"]["rows"] > 400
    assert Loan.objects.get().team.name == "一组"


def test_second_time_nothing_comes_in(sample: list[Path], noon: dt.datetime) -> None:
    take(sample, OURS, noon)
    before = _counts()
    told = take(sample, OURS, noon + dt.timedelta(days=1))
    assert _counts() == before
    assert told.rejects == []
    assert all(each["same"] == each["rows"] for each in told.counts.values())


def test_dry_run_says_the_same_and_leaves_nothing(sample: list[Path], noon: dt.datetime) -> None:
    told = take(sample, OURS, noon, dry_run=True)
    assert Person.objects.count() == Event.objects.count() == 0
    assert told.counts == take(sample, OURS, noon).counts


def test_rare_characters_come_back_as_they_were(tmp_path: Path, noon: dt.datetime) -> None:
    take([_file(tmp_path, "borrowers.csv", [_borrower(1, name="𠮷㛃𬍛"), _borrower(2, name="阿依古丽·肉孜")])], OURS, noon)
    assert [each.name.clear() for each in Person.objects.order_by("pseudonym")] == ["𠮷㛃𬍛", "阿依古丽·肉孜"]


def test_file_in_gb18030(tmp_path: Path, noon: dt.datetime) -> None:
    take([_file(tmp_path, "borrowers.csv", [_borrower(name="镕㛃𠮷")], "gb18030")], OURS, noon)
    assert Person.objects.get().name.clear() == "镕㛃𠮷"


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        pytest.param("name", "=HYPERLINK(1)", "formula", id="formula"),
        pytest.param("address", "@SUM(1+1)", "formula", id="at"),
        pytest.param("employer", "<img src=x onerror=alert(1)>", "markup", id="html"),
        pytest.param("name", "林\u202e远", "direction", id="bidi"),
        pytest.param("name", "林\u200b远", "invisible", id="zero_width"),
        pytest.param("address", "澄砚路\u00001号", "control", id="nul"),
        pytest.param("name", "138", "digits", id="digits"),
        pytest.param("name", "", "empty", id="no_name"),
        pytest.param("phone", "12", "no phone", id="short_phone"),
        pytest.param("phone", "1540000x001", "no phone", id="letter"),
        pytest.param("email", "a@b", "no email", id="email"),
        pytest.param("born_on", "1990-02-30", "no day", id="day"),
        pytest.param("id_number", "12345", "no identity", id="identity"),
        pytest.param("longitude", "120.1", "go together", id="half_a_point"),
        pytest.param("prefers", "pigeon", "no choice", id="channel"),
        pytest.param("borrower_id", "P/1", "no id", id="slash"),
    ],
)
def test_bad_cell_sends_its_row_out(tmp_path: Path, noon: dt.datetime, field: str, value: str, reason: str) -> None:
    told = take([_file(tmp_path, "borrowers.csv", [_borrower(1, **{field: value}), _borrower(2)])], OURS, noon)
    assert _one(told)[0] == field
    assert reason in _one(told)[1]
    assert told.rejects[0].allowed
    assert [each.pseudonym for each in Person.objects.all()] == ["P2"]


def test_point_without_datum_is_refused(tmp_path: Path, noon: dt.datetime) -> None:
    mapping = tmp_path / "other.yaml"
    mapping.write_text("tables: {borrowers: {columns: {borrower_id: borrower_id, name: name, longitude: longitude, latitude: latitude}}}")
    file = _file(tmp_path, "borrowers.csv", [_borrower(longitude="120.1", latitude="30.2")])
    assert _one(take([file], load(str(mapping)), noon))[0] == "datum"


def test_rejects_name_no_personal_value(tmp_path: Path, noon: dt.datetime) -> None:
    told = take([_file(tmp_path, "borrowers.csv", [_borrower(phone="154000012345678901")])], OURS, noon)
    assert "154000012345678901" not in told.rejects_csv()
    assert told.rejects_csv().splitlines()[0] == "file,row,field,reason,allowed"


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"name": "林远", "phone": "154 0000 0001"}, id="name_and_number"),
        pytest.param({"name": "林媛", "id_number": "330106199003070021"}, id="identity_number"),
        pytest.param({"name": "林远"}, id="name_alone"),
    ],
)
def test_debtor_is_not_their_own_reference(tmp_path: Path, noon: dt.datetime, told: dict[str, str]) -> None:
    files = [
        _file(tmp_path, "borrowers.csv", [_borrower(id_number="330106199003070021")]),
        _file(tmp_path, "relations.csv", [{"borrower_id": "P1", "role": "reference", "relation": "friend", **told}]),
    ]
    assert "borrower's own" in _one(take(files, OURS, noon))[1]
    assert Party.objects.count() == 0


def test_number_of_two_people_is_under_review_at_both(tmp_path: Path, noon: dt.datetime) -> None:
    told = take([_file(tmp_path, "borrowers.csv", [_borrower(1), _borrower(2, name="周宁", phone="+86 154-0000-0001")])], OURS, noon)
    assert told.surprises["shared"] == 2
    assert [each.under_review for each in at_number("phone", "15400000001")] == [True, True]
    assert Event.objects.filter(kind="address_reviewed").count() == 2


def test_confirmed_number_stays_confirmed_when_the_file_comes_again(tmp_path: Path, noon: dt.datetime, lead: Any) -> None:
    file = _file(tmp_path, "borrowers.csv", [_borrower(1), _borrower(2, name="周宁", phone="15400000001")])
    take([file], OURS, noon)
    confirm_address(at_number("phone", "15400000001")[0], noon, lead)
    told = take([file], OURS, noon)
    (left,) = at_number("phone", "15400000001")
    assert (left.under_review, left.confirmed, told.surprises["ended"]) == (False, True, 1)


def test_one_name_with_one_number_is_one_person(tmp_path: Path, noon: dt.datetime) -> None:
    """A friend whom two borrowers name, and who borrows too."""
    friend = {"role": "reference", "name": "曾晨", "phone": "15400000009"}
    files = [
        _file(tmp_path, "borrowers.csv", [_borrower(1), _borrower(2, name="周宁"), _borrower(9, name="曾晨")]),
        _file(tmp_path, "relations.csv", [{"borrower_id": "P1", **friend}, {"borrower_id": "P2", **friend}]),
    ]
    told = take(files, OURS, noon)
    assert (Person.objects.count(), Party.objects.count(), told.surprises["shared"]) == (3, 2, 0)


def test_messages_taken_back_are_refused(tmp_path: Path, noon: dt.datetime) -> None:
    rows = [
        {"borrower_id": "P1", "kind": "sms", "given_on": "2026-01-01", "withdrawn_on": "2026-03-01"},
        {"borrower_id": "P1", "kind": "precise_location", "given_on": "2026-01-01", "withdrawn_on": ""},
    ]
    take([_file(tmp_path, "borrowers.csv", [_borrower()]), _file(tmp_path, "consents.csv", rows)], OURS, noon)
    refusal = Refusal.objects.get()
    assert (refusal.channel, refusal.said_at.isoformat()[:10]) == ("sms", "2026-02-28")  # midnight in Shanghai
    assert set(Consent.objects.values_list("kind", "channel")) == {("message", "sms"), ("location", None)}


def test_changed_row_changes_the_person_and_says_what(tmp_path: Path, noon: dt.datetime) -> None:
    take([_file(tmp_path, "borrowers.csv", [_borrower()])], OURS, noon)
    told = take([_file(tmp_path, "borrowers.csv", [_borrower(name="林媛")])], OURS, noon)
    assert told.counts["borrowers"]["changed"] == 1
    assert Event.objects.get(kind="person_changed").data == {"fields": ["name"]}


def test_borrower_twice_with_other_content(tmp_path: Path, noon: dt.datetime) -> None:
    assert "twice" in _one(take([_file(tmp_path, "borrowers.csv", [_borrower(), _borrower(name="林媛")])], OURS, noon))[1]


def test_staff_training_is_counted_from_its_end(sample: list[Path], noon: dt.datetime) -> None:
    take([sample[3]], OURS, noon)
    until = {each["staff_id"]: each["trained_until"] for each in pq.read_table(sample[3]).to_pylist()}
    profile = StaffProfile.objects.get(number="FO001")
    assert profile.trained_on.year == until["FO001"].year - 1
    assert User.objects.get(person=profile.person).roles == ["field_officer"]
    assert not User.objects.get(person=profile.person).has_usable_password()


def test_mapping_of_another_lender(tmp_path: Path, noon: dt.datetime) -> None:
    mapping = tmp_path / "lender.yaml"
    mapping.write_text(
        "name: lender\ntables:\n  borrowers:\n    files: '客户*'\n    columns: {borrower_id: 客户号, name: 姓名, gender: 性别}\n"
        "    words: {gender: {女: female}}\n",
        encoding="utf-8",
    )
    file = _file(tmp_path, "客户2026.csv", [{"客户号": "K1", "姓名": "林远", "性别": "女", "备注": "x"}])
    take([file], load(str(mapping)), noon)
    assert Person.objects.get(pseudonym="K1").gender == "female"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        pytest.param("borrowers.csv", b"", "empty", id="empty"),
        pytest.param("borrowers.csv", b"a,b\n1,2\n", "no column borrower_id", id="columns"),
        pytest.param("borrowers.parquet", b"PAR1 not", "no Parquet", id="parquet"),
        pytest.param("borrowers.xlsx", b"PK not", "no XLSX", id="xlsx"),
        pytest.param("borrowers.doc", b"x", "allowed are", id="kind"),
        pytest.param("something.csv", b"a\n", "fits no table", id="name"),
        pytest.param("borrowers.csv", b"borrower_id,name\n\xff\xff,x\n", "neither", id="encoding"),
    ],
)
def test_file_that_cannot_be_read_is_refused_whole(tmp_path: Path, noon: dt.datetime, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileProblem, match=says):
        take([tmp_path / name], OURS, noon)


def test_spreadsheet(tmp_path: Path, noon: dt.datetime) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["borrower_id", "name", "phone", "born_on"])
    book.active.append(["P1", "林远", 15400000001, dt.date(1990, 3, 7)])
    book.save(tmp_path / "borrowers.xlsx")
    assert take([tmp_path / "borrowers.xlsx"], OURS, noon).rejects == []
    assert Person.objects.get().born_on.clear() == "1990-03-07"
