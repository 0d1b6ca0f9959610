"""The pages of people, by each of the fixed cast: masked, found, revealed one at a time, and nothing to whom it is none of their
business."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from arrears.desk import clock
from arrears.desk.journal.models import Event, StagedLeaf
from arrears.desk.people import cipher, keys, panels
from arrears.desk.people.models import Agency, Document, Reveal, Team
from arrears.desk.people.services import add_address, hand_off, make_person, recall, refuse, reveals
from arrears.desk.people.services.numbers import at_number
from arrears.desk.people.testing import BROTHERS_PHONE, FRIENDS_PHONE, ID_NUMBER, PHONE, LinYuan

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
SECRETS = (
    "林远",
    PHONE,
    FRIENDS_PHONE,
    BROTHERS_PHONE,
    ID_NUMBER,
    "lin.yuan@example.com",
    "兰汀花园",
    "浙A12345",
    "LTESTLINYUAN00001",
    "曾晨",
)


@pytest.fixture(autouse=True)
def _at_noon(noon: Any) -> Any:
    with clock.at(noon):
        yield


def _show(lin: LinYuan) -> str:
    return reverse("people:show", args=[lin.person.pk])


def _reveal(field: str, row: Any) -> str:
    return reverse("people:reveal", args=[field, row])


def _found(browser: Any, text: str) -> list[str]:
    return [row["person"].pseudonym for row in browser.get(reverse("people:list"), {"q": text}).context["rows"]]


@pytest.fixture
def agent(account: Any) -> Any:
    """Works for the agency A1."""
    Agency.objects.create(pk="A1", name="远山外包服务有限公司")
    user = account("agency", "lu.shan", team="外包一队")
    Team.objects.filter(name="外包一队").update(agency="A1")
    user.refresh_from_db()
    return user


@pytest.mark.behaviour("S092")
def test_page_is_masked(lin: LinYuan, collector: Any, signed_in: Any) -> None:
    page = signed_in(collector).get(_show(lin)).content.decode()
    assert "林*" in page
    assert "154****1234" in page
    assert [each for each in SECRETS if each in page] == []


def test_page_is_masked_in_the_list_too(lin: LinYuan, collector: Any, signed_in: Any) -> None:
    page = signed_in(collector).get(reverse("people:list")).content.decode()
    assert "P-B01" in page
    assert [each for each in SECRETS if each in page] == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("154 0000 1234", id="phone"),
        pytest.param("+86 15400001234", id="phone_with_country"),
        pytest.param(ID_NUMBER.lower(), id="identity"),
        pytest.param("浙a·12345", id="plate"),
        pytest.param("ltestlinyuan00001", id="vin"),
        pytest.param("LT-2025-000001", id="contract"),
        pytest.param("B01", id="loan"),
        pytest.param("P-B01", id="pseudonym"),
        pytest.param("林远", id="name"),
        pytest.param("linyuan", id="pinyin"),
        pytest.param("ly", id="initials"),
        pytest.param("1234", id="last_four"),
        pytest.param("ly 1234", id="initials_and_last_four"),
        pytest.param("Lin.Yuan@example.com", id="email"),
    ],
)
def test_search_finds_her(lin: LinYuan, collector: Any, signed_in: Any, text: str) -> None:
    assert _found(signed_in(collector), text) == ["P-B01"]


@pytest.mark.parametrize("text", ["1540000123", "123", "ly 9999", "zz", "x" * 300, "a b c d e", "%", "'; drop table"])
def test_search_finds_nobody(lin: LinYuan, collector: Any, signed_in: Any, text: str) -> None:
    assert _found(signed_in(collector), text) == []


@pytest.mark.parametrize("text", ["zc", "cc", "zengchen", "cengchen"])
def test_both_readings_of_a_surname_find(lin: LinYuan, collector: Any, signed_in: Any, text: str) -> None:
    assert _found(signed_in(collector), text) == ["R-B01-1"]


def test_stranger_sees_nothing_of_her(lin: LinYuan, stranger: Any, signed_in: Any) -> None:
    browser = signed_in(stranger)
    assert browser.get(_show(lin)).status_code == 404
    assert _found(browser, PHONE) == _found(browser, "") == []
    assert browser.post(_reveal("person.name", lin.person.pk), {"reason": "call"}).status_code == 404
    assert browser.post(reverse("people:confirm_address", args=[lin.phone.pk])).status_code == 404
    assert Reveal.objects.count() == 0


@pytest.mark.parametrize("role", ["analyst", "administrator", "borrower"])
def test_roles_without_people_are_refused(lin: LinYuan, account: Any, signed_in: Any, role: str) -> None:
    assert signed_in(account(role)).get(_show(lin)).status_code == 403


@pytest.mark.behaviour("S092")
def test_reveal_shows_one_value_and_writes_down_who_and_why(lin: LinYuan, collector: Any, signed_in: Any, noon: Any) -> None:
    answer = signed_in(collector).post(_reveal("address.value", lin.phone.pk), {"reason": "call"}, headers={"HX-Request": "true"})
    assert PHONE in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    seen = Reveal.objects.get()
    assert (seen.account, seen.person, seen.field, seen.reason, seen.at) == (collector, lin.person, "address.value", "call", noon)
    assert Event.objects.get(kind="field_revealed").account == collector
    leaf = json.loads(bytes(StagedLeaf.objects.get(kind="reveal").body))
    assert leaf["person"] == lin.person.seal(str(lin.person.pk))
    assert PHONE not in str(leaf)


def test_asking_shows_nothing_and_writes_nothing(lin: LinYuan, collector: Any, signed_in: Any) -> None:
    page = signed_in(collector).get(_reveal("person.name", lin.person.pk)).content.decode()
    assert "林远" not in page
    assert Reveal.objects.count() == 0


@pytest.mark.parametrize(
    "told", [{}, {"reason": "curious"}, {"reason": "other"}, {"reason": "other", "note": "abc"}, {"reason": "call", "note": "<b>"}]
)
def test_without_a_reason_nothing_is_shown(lin: LinYuan, collector: Any, signed_in: Any, told: dict[str, str]) -> None:
    answer = signed_in(collector).post(_reveal("person.name", lin.person.pk), told)
    assert answer.status_code == 422
    assert "林远" not in answer.content.decode()
    assert Reveal.objects.count() == 0


def test_reveals_are_counted_by_account_and_day(lin: LinYuan, collector: Any, signed_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(reveals, "A_DAY", 2)
    browser = signed_in(collector)
    status = [browser.post(_reveal("person.name", lin.person.pk), {"reason": "verify"}).status_code for _ in range(3)]
    assert (status, Reveal.objects.count()) == ([200, 200, 429], 2)


def test_what_was_looked_at_stands_on_the_page(lin: LinYuan, collector: Any, signed_in: Any) -> None:
    browser = signed_in(collector)
    browser.post(_reveal("person.id_number", lin.person.pk), {"reason": "court"})
    page = browser.get(_show(lin)).content.decode()
    assert "周宁" in page
    assert "法院或主管机关需要" in page


@pytest.mark.parametrize(("field", "row"), [("person.salt", None), ("address.value", uuid4()), ("user.password", uuid4())])
def test_field_that_is_none_is_not_shown(lin: LinYuan, collector: Any, signed_in: Any, field: str, row: Any) -> None:
    assert signed_in(collector).post(_reveal(field, row or lin.person.pk), {"reason": "call"}).status_code == 404


@pytest.mark.behaviour("S093")
def test_agency_sees_what_is_handed_to_it_and_nothing_after_the_recall(lin: LinYuan, agent: Any, signed_in: Any, noon: Any) -> None:
    browser = signed_in(agent)
    assert browser.get(_show(lin)).status_code == 404
    hand_off(lin.loan, Agency.objects.get(), noon)
    assert browser.get(_show(lin)).status_code == 200
    recall(lin.loan, noon)
    assert browser.get(_show(lin)).status_code == 404
    assert _found(browser, "") == []


@pytest.mark.behaviour("S093")
def test_agency_sees_needed_fields_only(lin: LinYuan, agent: Any, signed_in: Any, noon: Any) -> None:
    hand_off(lin.loan, Agency.objects.get(), noon)
    browser = signed_in(agent)
    page = browser.get(_show(lin)).content.decode()
    assert "154****1234" in page
    assert [each for each in ("0021", "曾*", "浙A***45", "谁查看过明文") if each in page] == []
    assert browser.post(_reveal("person.id_number", lin.person.pk), {"reason": "call"}).status_code == 404
    assert browser.post(_reveal("address.value", lin.phone.pk), {"reason": "call"}).status_code == 200


def test_agency_of_another_name_sees_nothing(lin: LinYuan, agent: Any, signed_in: Any, noon: Any) -> None:
    hand_off(lin.loan, Agency.objects.create(pk="A2", name="其他"), noon)
    assert signed_in(agent).get(_show(lin)).status_code == 404


def test_number_of_two_people_is_told_and_confirmed(lin: LinYuan, lead: Any, signed_in: Any, noon: Any) -> None:
    add_address(lin.friend, "phone", PHONE, noon)
    browser = signed_in(lead)
    assert "两人共用" in browser.get(_show(lin)).content.decode()
    assert browser.post(reverse("people:confirm_address", args=[lin.phone.pk])).status_code == 302
    (left,) = at_number("phone", PHONE)
    assert (left.person, left.under_review, left.confirmed) == (lin.person, False, True)
    assert Event.objects.get(kind="address_confirmed").account == lead


def test_machine_confirms_nothing(lin: LinYuan, noon: Any) -> None:
    from arrears.desk.people.services import confirm_address

    with pytest.raises(ValueError, match="a machine may not"):
        confirm_address(lin.phone, noon, None)


def test_wishes_stand_on_the_page(lin: LinYuan, collector: Any, signed_in: Any, noon: Any) -> None:
    refuse(lin.person, "call", noon)
    assert "不愿接受：电话" in signed_in(collector).get(_show(lin)).content.decode()


def _upload(browser: Any, lin: LinYuan, content: bytes = PDF, name: str = "合同.pdf", **told: str) -> Any:
    file = io.BytesIO(content)
    file.name = name
    return browser.post(reverse("people:add_document", args=[lin.person.pk]), {"kind": "contract", "loan": "B01", "file": file, **told})


def test_document_is_uploaded_and_opened(lin: LinYuan, collector: Any, signed_in: Any) -> None:
    browser = signed_in(collector)
    assert _upload(browser, lin).status_code == 302
    document = Document.objects.get()
    answer = browser.get(reverse("people:document", args=[document.pk]))
    assert (b"".join(answer.streaming_content), answer["Content-Disposition"].startswith("attachment")) == (PDF, True)
    assert Event.objects.get(kind="document_opened").account == collector
    assert "合同.pdf" not in browser.get(_show(lin)).content.decode()


def test_document_that_lies_is_refused_in_words(lin: LinYuan, collector: Any, signed_in: Any) -> None:
    answer = _upload(signed_in(collector), lin, b"\xff\xd8\xff" + bytes(50))
    assert answer.status_code == 422
    assert "内容却是 image/jpeg" in answer.content.decode()
    assert Document.objects.count() == 0


def test_upload_that_is_too_long_is_cut_off(lin: LinYuan, collector: Any, signed_in: Any, monkeypatch: Any) -> None:
    from arrears.desk.people.documents import limit

    monkeypatch.setattr(limit, "UPLOAD_MAX", 1 << 20)
    answer = _upload(signed_in(collector), lin, b"\xff\xd8\xff" + bytes(3 << 20), "a.jpg")
    assert answer.status_code == 413
    assert "文件超过" in answer.content.decode()


def test_stranger_neither_adds_nor_opens_a_document(lin: LinYuan, collector: Any, stranger: Any, signed_in: Any) -> None:
    _upload(signed_in(collector), lin)
    browser = signed_in(stranger)
    assert _upload(browser, lin).status_code == 404
    assert browser.get(reverse("people:document", args=[Document.objects.get().pk])).status_code == 404


def test_wrong_key_shows_nothing_and_says_so(lin: LinYuan, collector: Any, signed_in: Any, monkeypatch: Any) -> None:
    browser = signed_in(collector)
    monkeypatch.setenv(keys.VARIABLE, f"{keys.fresh(None)} {keys.fresh(1)}")
    cipher.forget()
    try:
        answer = browser.get(_show(lin))
    finally:
        monkeypatch.delenv(keys.VARIABLE)
        cipher.forget()
    assert answer.status_code == 503
    assert "无法读取个人信息" in answer.content.decode()
    assert "P-B01" not in answer.content.decode()


def test_markup_in_a_name_stays_text(lin: LinYuan, noon: Any, collector: Any, signed_in: Any) -> None:
    """Files refuse it; were it there, the page would still show it as text."""
    from arrears.desk.people.services import add_party

    other = make_person("R-X", "<script>alert(1)</script>", at=noon)
    add_party(lin.person, other, "reference", noon)
    assert "<script>alert" not in signed_in(collector).get(_show(lin)).content.decode()


def test_room_above_shows_its_panel(lin: LinYuan, collector: Any, signed_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(panels, "_PANELS", {"main": [], "right": []})
    panels.add("main", lambda request, person: ("desk/_empty.html", {"icon": "lock", "title": "held", "says": person.pseudonym}))
    assert "held" in signed_in(collector).get(_show(lin)).content.decode()


def test_page_in_english(lin: LinYuan, collector: Any, signed_in: Any) -> None:
    page = signed_in(collector).get(_show(lin), headers={"accept-language": "en"}).content.decode()
    assert "Telephones and addresses" in page
    assert "reference" in page
