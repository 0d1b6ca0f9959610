"""What staff and other rooms do to people: it works, it is an event, and what may not be is refused."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from arrears.desk.clock import ZONE
from arrears.desk.journal.models import Event
from arrears.desk.people import services
from arrears.desk.people.models import Address, Agency, Consent, HandOff, Loan, Party, Person, Refusal, Representation, Reveal
from arrears.desk.people.testing import PHONE, LinYuan

LATER = dt.datetime(2026, 11, 25, 9, tzinfo=ZONE)


def _kinds() -> set[str]:
    return set(Event.objects.values_list("kind", flat=True))


def test_debtor_is_no_party_to_their_own_loan(lin: LinYuan, noon: Any) -> None:
    with pytest.raises(ValueError, match="their own reference"):
        services.add_party(lin.person, lin.person, "reference", noon)
    with pytest.raises(IntegrityError), transaction.atomic():
        Party.objects.create(debtor=lin.person, person=lin.person, role="guarantor", since_at=noon)


def test_stop_word_binds_everybody_at_the_number(lin: LinYuan, noon: Any) -> None:
    services.add_address(lin.friend, "phone", PHONE, noon)
    for each in services.at_number("phone", PHONE):
        services.refuse(each.person, None, noon, source="STOP")
    assert set(Refusal.objects.values_list("person", flat=True)) == {lin.person.pk, lin.friend.pk}
    assert "channel_refused" in _kinds()


def test_refusal_is_said_once_and_taken_back_once(lin: LinYuan, noon: Any) -> None:
    refusal = services.refuse(lin.person, "call", noon)
    assert services.refuse(lin.person, "call", LATER) == refusal
    services.take_refusal_back(refusal, LATER)
    services.take_refusal_back(refusal, LATER + dt.timedelta(days=1))
    assert Refusal.objects.get().withdrawn_at == LATER
    assert services.refuse(lin.person, "call", LATER) != refusal


def test_consent_withdrawn_stays_on_record(lin: LinYuan, noon: Any) -> None:
    consent = services.give_consent(lin.person, "hours", noon, window=("20:00", "23:00"), channel="sms")
    services.withdraw_consent(consent, LATER)
    again = services.give_consent(lin.person, "hours", LATER, window=("20:00", "23:00"), channel="sms")
    assert list(Consent.objects.order_by("given_at").values_list("withdrawn_at", flat=True)) == [LATER, None]
    assert again != consent


@pytest.mark.parametrize("window", [("20:00", None), ("25:00", "08:00"), ("8:00", "09:00")])
def test_half_or_wrong_window_is_refused(lin: LinYuan, noon: Any, window: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        services.give_consent(lin.person, "hours", noon, window=window)


def test_preference_keeps_its_history(lin: LinYuan, noon: Any) -> None:
    services.prefer(lin.person, "sms", noon)
    services.prefer(lin.person, "email", LATER)
    told = Event.objects.filter(kind="person_changed", data__has_key="prefers").order_by("id").values_list("data__prefers", flat=True)
    assert list(told) == [[None, "sms"], ["sms", "email"]]


def test_death_does_not_lie_ahead(lin: LinYuan, noon: Any) -> None:
    with pytest.raises(ValueError, match="lies ahead"):
        services.record_death(lin.person, dt.date(2026, 11, 25), noon)
    services.record_death(lin.person, dt.date(2026, 11, 24), noon)
    assert "person_died" in _kinds()


def test_new_lawyer_takes_the_place_of_the_old(lin: LinYuan, noon: Any) -> None:
    services.name_representative(lin.person, lin.friend, "lawyer", noon)
    services.name_representative(lin.person, lin.brother, "lawyer", LATER)
    assert list(Representation.objects.order_by("since_at").values_list("representative", "until_at")) == [
        (lin.friend.pk, LATER),
        (lin.brother.pk, None),
    ]


def test_only_compliance_clears_a_sign_and_not_who_saw_it(lin: LinYuan, noon: Any, collector: Any, account: Any) -> None:
    compliance, other = account("compliance", "he.jing"), account("compliance", "tao.yi")
    twin = account("compliance", "he.jing2", person=compliance.person)
    sign = services.see_sign(lin.person, "illness", noon, compliance)
    for by in (collector, compliance, twin):
        with pytest.raises(ValueError, match="compliance"):
            services.clear_sign(sign, LATER, by)
    services.clear_sign(sign, LATER, other)
    assert Event.objects.get(kind="sign_cleared").account == other


def test_loan_is_with_one_agency_at_a_time(lin: LinYuan, noon: Any) -> None:
    first, second = (Agency.objects.create(pk=name, name=name) for name in ("A1", "A2"))
    services.hand_off(lin.loan, first, noon)
    with pytest.raises(ValueError, match="recall it first"):
        services.hand_off(lin.loan, second, noon)
    with pytest.raises(IntegrityError), transaction.atomic():
        HandOff.objects.create(loan=lin.loan, agency=second, since_at=noon)
    assert services.recall(lin.loan, LATER)
    services.hand_off(lin.loan, second, LATER)
    assert {"loan_handed_off", "loan_recalled"} <= _kinds()


def test_loans_become_known_once_with_the_debtor_they_had(lin: LinYuan, noon: Any) -> None:
    assert services.know_loans([("B01", "P-OTHER"), ("B02", "P-B01"), ("B03", "P-NEW")], noon) == 2
    assert list(Loan.objects.order_by("pk").values_list("pk", "debtor__pseudonym")) == [
        ("B01", "P-B01"),
        ("B02", "P-B01"),
        ("B03", "P-NEW"),
    ]
    assert len(bytes(Person.objects.get(pseudonym="P-NEW").salt)) == 32


def test_number_added_again_is_unconfirmed(lin: LinYuan, noon: Any) -> None:
    services.end_address(lin.phone, noon)
    again = services.add_address(lin.person, "phone", PHONE, LATER)
    assert (again.pk, again.ended_at, again.confirmed) == (lin.phone.pk, None, None)


def test_home_of_two_is_no_reason_for_a_review(lin: LinYuan, noon: Any) -> None:
    home = services.add_address(lin.friend, "postal", lin.home.value.clear(), noon)
    assert not home.under_review


def test_reveal_is_neither_changed_nor_deleted(lin: LinYuan, noon: Any, collector: Any) -> None:
    services.reveal(collector, "person.name", lin.person.pk, "call", noon)
    for statement in ("update people_reveal set reason = 'audit'", "delete from people_reveal"):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Reveal.objects.get().reason == "call"


def test_sign_is_not_half_cleared(lin: LinYuan, noon: Any, account: Any) -> None:
    sign = services.see_sign(lin.person, "illness", noon)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(sign).objects.filter(pk=sign.pk).update(cleared_by=account("compliance"))


@pytest.mark.django_db(transaction=True)
def test_one_number_added_twice_at_once_is_under_review(noon: Any) -> None:
    people = [services.make_person(f"P{number}", "林远" if number else "周宁", at=noon) for number in range(2)]
    start = threading.Barrier(2)

    def add(person: Person) -> None:
        try:
            start.wait()
            services.add_address(person, "phone", PHONE, noon)
        finally:
            connection.close()

    hands = [threading.Thread(target=add, args=[each]) for each in people]
    for each in hands:
        each.start()
    for each in hands:
        each.join()
    assert list(Address.objects.values_list("under_review", flat=True)) == [True, True]
