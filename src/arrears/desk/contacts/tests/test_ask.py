"""Asking: what is permitted, what is refused, what is kept of it; and that a permit is used once, for just that, in its time."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from arrears.desk.contacts.ask import Going, NotThisPermit, Permit, Refused, ask, use
from arrears.desk.contacts.facts import Question
from arrears.desk.contacts.holds import open_hold
from arrears.desk.contacts.kept import finding, replay
from arrears.desk.contacts.models import Answer, Contact
from arrears.desk.contacts.models import Permit as PermitRow
from arrears.desk.contacts.standing import put
from arrears.desk.contacts.testing import MORNING, call, late, trained
from arrears.desk.journal.models import StagedLeaf
from arrears.desk.people.services import add_address, change_person, give_consent, refuse, take_refusal_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin() -> Any:
    return late()


@pytest.fixture
def zhou(collector: Any) -> Any:
    return trained(collector)


def at(hour: int, minute: int = 0, second: int = 0) -> Any:
    return lambda: MORNING.replace(hour=hour, minute=minute, second=second)


def codes(told: Any) -> list[str]:
    assert isinstance(told, Refused), told
    return [each.code for each in told.answer.findings]


def done(told: Any, outcome: str, clock: Any) -> None:
    from arrears.desk.contacts.receipts import note

    going = use(told, clock)
    assert isinstance(going, Going)
    note(Contact.objects.get(pk=going.id), outcome, clock(), "person", "1")


def test_a_permitted_call_leaves_answer_permit_and_leaf(lin: Any, zhou: Any) -> None:
    told = ask(call(lin, zhou), at(10))
    assert isinstance(told, Permit)
    kept = Answer.objects.get(pk=told.id)
    assert (kept.allowed, kept.codes, kept.permit.state) == ("yes", [], "granted")
    assert kept.permit.expires_at - kept.permit.granted_at == dt.timedelta(minutes=5)
    assert kept.facts_hash == hashlib.sha256(kept.facts.encode()).hexdigest()
    assert str(lin.person.pk).encode() not in bytes(StagedLeaf.objects.get(leaf_id=f"answer:{told.id}").body)


def test_a_refusal_is_kept_with_its_rules_and_can_be_given_again(lin: Any, zhou: Any) -> None:
    told = ask(call(lin, zhou), at(22))
    assert codes(told) == ["DENY_HOURS"]
    kept = Answer.objects.get(pk=told.id)
    assert (kept.allowed, kept.rules, kept.next_allowed) == ("no", ["cn.contact.hours"], MORNING.replace(day=16, hour=8))
    assert [finding(each).reason().zh for each in kept.findings] == [each.reason().zh for each in told.answer.findings]
    assert replay(kept.facts).as_dict() == told.answer.as_dict()


@pytest.mark.behaviour("S026")
def test_the_window_closes_on_the_second(lin: Any, zhou: Any) -> None:
    assert codes(ask(call(lin, zhou, minutes=None), at(7, 59, 59))) == ["DENY_HOURS"]
    assert isinstance(ask(call(lin, zhou, minutes=None), at(8)), Permit)
    assert isinstance(ask(call(lin, zhou, minutes=None), at(21, 59, 59)), Permit)
    told = ask(call(lin, zhou, minutes=None), at(22))
    assert codes(told) == ["DENY_HOURS"]
    assert told.answer.next_allowed == MORNING.replace(day=16, hour=8)


@pytest.mark.behaviour("S027")
def test_a_recorded_consent_widens_it_and_is_named(lin: Any, zhou: Any) -> None:
    consent = give_consent(lin.person, "hours", MORNING, channel="call", window=("22:00", "23:00"))
    told = ask(call(lin, zhou), at(22, 30))
    assert isinstance(told, Permit)
    assert told.required[0] == f"consent:{consent.pk}"
    assert Answer.objects.get(pk=told.id).required[0] == f"consent:{consent.pk}"


@pytest.mark.behaviour("S028")
def test_three_answered_calls_are_the_limit_over_staff_and_agencies(lin: Any, zhou: Any, account: Any) -> None:
    other = trained(account("collector", "other"))
    for hour, who in ((9, zhou), (10, other), (11, zhou)):
        done(ask(call(lin, who), at(hour)), "answered", at(hour))
    assert codes(ask(call(lin, other), at(12))) == ["DENY_CALL_CAP"]


@pytest.mark.behaviour("S029")
def test_six_unanswered_tries_on_a_number_leave_another_number_open_and_watched(lin: Any, zhou: Any) -> None:
    second = add_address(lin.person, "phone", "15400007777", MORNING, source="person")
    for minute in range(6):
        done(ask(call(lin, zhou), at(9, minute * 9)), "no_answer", at(9, minute * 9))
    assert codes(ask(call(lin, zhou), at(12))) == ["DENY_ATTEMPT_CAP"]
    told = ask(call(lin, zhou, address=str(second.pk)), at(12))
    assert isinstance(told, Permit)
    assert "density_review" in told.required


def test_an_unused_permit_holds_its_place_for_five_minutes_only(lin: Any, zhou: Any) -> None:
    for _ in range(3):
        assert isinstance(ask(call(lin, zhou), at(10)), Permit)
    assert codes(ask(call(lin, zhou), at(10, 4, 59))) == ["DENY_CALL_CAP"]
    assert isinstance(ask(call(lin, zhou), at(10, 5)), Permit)


def test_a_permit_is_used_once(lin: Any, zhou: Any) -> None:
    told = ask(call(lin, zhou), at(10))
    assert isinstance(use(told, at(10, 1)), Going)
    with pytest.raises(NotThisPermit, match="used already"):
        use(told, at(10, 2))


def test_a_permit_of_five_minutes_ago_is_used_no_more(lin: Any, zhou: Any) -> None:
    told = ask(call(lin, zhou), at(10))
    with pytest.raises(NotThisPermit, match="expired"):
        use(told, at(10, 5, 1))
    assert PermitRow.objects.get(pk=told.id).state == "expired"
    assert not Contact.objects.filter(pk=told.id).exists()


def test_a_permit_is_for_its_address_only(lin: Any, zhou: Any) -> None:
    second = add_address(lin.person, "phone", "15400007777", MORNING, source="person")
    told = ask(call(lin, zhou), at(10))
    other = Permit(told.id, call(lin, zhou, address=str(second.pk)), told.granted_at, told.expires_at, ())
    with pytest.raises(NotThisPermit, match="something else"):
        use(other, at(10, 1))


@pytest.mark.behaviour("S043")
def test_a_payment_between_permit_and_call_withdraws_the_permit(lin: Any, zhou: Any) -> None:
    told = ask(call(lin, zhou), at(10))
    put("B01", MORNING, overdue_fen=0, oldest_due_on=None)
    with pytest.raises(NotThisPermit, match="withdrawn"):
        use(told, at(10, 1))
    assert codes(ask(call(lin, zhou), at(10, 2))) == ["DENY_NOT_OVERDUE"]


def test_a_fact_that_anybody_changed_in_any_way_withdraws_it_too(lin: Any, zhou: Any) -> None:
    told = ask(call(lin, zhou), at(10))
    refuse(lin.person, "call", MORNING)
    assert codes(use(told, at(10, 1))) == ["DENY_CHANNEL_OPT_OUT"]
    assert PermitRow.objects.get(pk=told.id).why == "DENY_CHANNEL_OPT_OUT"


@pytest.mark.behaviour("S136", part="the complaint itself is desk.complaints'")
@pytest.mark.parametrize("channel", ["call", "robot_call", "video", "sms", "email", "letter"])
def test_a_conduct_complaint_silences_every_channel_at_once(lin: Any, zhou: Any, channel: str) -> None:
    before = ask(call(lin, zhou), at(10))
    open_hold(lin.person.pk, "conduct_complaint", MORNING, by=zhou)
    address = {"email": lin.email, "letter": lin.home}.get(channel, lin.phone)
    assert "DENY_HOLD_COMPLAINT" in codes(ask(call(lin, zhou, channel=channel, address=str(address.pk)), at(10, 1)))
    with pytest.raises(NotThisPermit, match="withdrawn"):
        use(before, at(10, 1))


@pytest.mark.behaviour("S037")
def test_a_channel_switched_off_carries_notices_of_the_law_only(lin: Any, zhou: Any) -> None:
    refusal = refuse(lin.person, "call", MORNING)
    assert codes(ask(call(lin, zhou), at(11))) == ["DENY_CHANNEL_OPT_OUT"]
    assert isinstance(ask(call(lin, zhou, purpose="legal_notice"), at(11)), Permit)
    take_refusal_back(refusal, MORNING.replace(hour=12))
    assert isinstance(ask(call(lin, zhou), at(13)), Permit)


@pytest.mark.behaviour("S038")
def test_a_friend_is_not_asked_while_the_borrower_can_be_reached(lin: Any, zhou: Any) -> None:
    assert codes(ask(_friend(lin, zhou), at(10))) == ["DENY_THIRD_PARTY"]


def _unreached(lin: Any, zhou: Any) -> None:
    for day in (10, 11, 12):
        clock = lambda day=day: MORNING.replace(day=day)  # noqa: E731
        put("B01", clock(), close_on=clock().date() - dt.timedelta(days=1))
        done(ask(call(lin, zhou), clock), "no_answer", clock)


def _friend(lin: Any, zhou: Any) -> Any:
    number = lin.friend.addresses.get()
    change_person(lin.friend, MORNING, zones=["Asia/Shanghai"])
    return Question(lin.friend.pk, "B01", "call", "locate", str(number.pk), (zhou.pk,), zhou.pk, minutes=3)


@pytest.mark.behaviour("S039")
def test_once_she_is_lost_a_friend_may_be_asked_once_without_a_word_of_the_debt(lin: Any, zhou: Any) -> None:
    _unreached(lin, zhou)
    put("B01", MORNING, close_on=MORNING.date() - dt.timedelta(days=1))
    told = ask(_friend(lin, zhou), at(10))
    assert isinstance(told, Permit), codes(told)
    assert {"no_debt_word", "ask_once"} <= set(told.required)
    done(told, "answered", at(10, 1))
    assert codes(ask(_friend(lin, zhou), at(14))) == ["DENY_THIRD_PARTY", "DENY_THIRD_PARTY"]


@pytest.mark.behaviour("S040")
def test_one_no_of_a_third_person_is_for_good_whatever_the_loan_and_whoever_asks(lin: Any, zhou: Any, account: Any) -> None:
    refuse(lin.friend, None, MORNING)
    other = trained(account("collector", "other"))
    for who in (zhou, other):
        assert "DENY_SUPPRESSED" in codes(ask(_friend(lin, who), lambda: MORNING.replace(year=2027)))


@pytest.mark.behaviour("S042", part="the hand-over itself is desk.people's")
def test_an_agency_without_anything_is_refused_with_the_whole_list(lin: Any, account: Any) -> None:
    from arrears.desk.people.services import put_agency, put_staff

    agency = put_agency("A1", MORNING, name="远帆信用管理有限公司")
    someone = account("agency", "outside")
    put_staff(someone, "A1-1", MORNING, agency=agency, trained_on=dt.date(2026, 6, 1), device_registered=True)
    from arrears.desk.people.services import hand_off

    hand_off(lin.loan, agency, MORNING)
    told = ask(call(lin, someone, by="agency"), at(11))
    says = {each.says for each in told.answer.findings}
    assert {"agency_not_listed", "agency_no_contract", "agency_no_data_contract", "agency_not_evaluated", "agency_not_told"} <= says


@pytest.mark.parametrize("state", ["granted", "expired", "withdrawn"])
def test_the_database_knows_no_contact_without_a_used_permit(lin: Any, zhou: Any, state: str) -> None:
    told = ask(call(lin, zhou), at(10))
    if state != "granted":
        PermitRow.objects.filter(pk=told.id).update(state=state)
    assert isinstance(_violation(_raw(told)), psycopg.errors.ForeignKeyViolation)


def test_nor_for_another_address_nor_a_second_one(lin: Any, zhou: Any) -> None:
    told = ask(call(lin, zhou), at(10))
    PermitRow.objects.filter(pk=told.id).update(state="used", state_at=MORNING)
    assert isinstance(_violation({**_raw(told), "address": "another"}), psycopg.errors.ForeignKeyViolation)
    with connection.cursor() as cursor:
        cursor.execute(_RAW, _raw(told))
    assert isinstance(_violation(_raw(told)), psycopg.errors.UniqueViolation)


_RAW = """insert into contacts_contact (id, permit_state, person, loan, channel, purpose, address, wording_hash, by, at, outcome)
values (%(id)s, 'used', %(person)s, 'B01', 'call', 'collection', %(address)s, '', 'own', now(), 'pending')"""


def _violation(values: dict[str, Any]) -> BaseException | None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RAW, values)
    return caught.value.__cause__


def _raw(told: Any) -> dict[str, Any]:
    return {"id": told.id, "person": told.question.person, "address": told.question.address}


@pytest.mark.parametrize(
    "statement",
    [
        "update contacts_answer set allowed = 'yes'",
        "delete from contacts_answer",
        "update contacts_permit set expires_at = expires_at + interval '1 day'",
        "update contacts_permit set state = 'used', state_at = state_at + interval '6 minutes'",
        "delete from contacts_permit",
    ],
)
def test_what_was_answered_stays(lin: Any, zhou: Any, statement: str) -> None:
    assert isinstance(ask(call(lin, zhou), at(10)), Permit)
    with pytest.raises(Exception, match=r"append-only|changes once|is used between"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_ask_inside_a_transaction_goes_with_it(lin: Any, zhou: Any) -> None:
    with transaction.atomic():
        told = ask(call(lin, zhou), at(10))
        transaction.set_rollback(True)
    assert not Answer.objects.filter(pk=told.id).exists()
