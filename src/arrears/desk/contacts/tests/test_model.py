"""Ask, use, results, holds, payments and time in any order, against a model of twenty lines: the two agree on every yes and no."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from arrears.desk.contacts.ask import Going, NotThisPermit, Permit, ask, use
from arrears.desk.contacts.holds import end_hold, open_hold
from arrears.desk.contacts.models import Contact, Hold
from arrears.desk.contacts.models import Permit as PermitRow
from arrears.desk.contacts.receipts import record_call
from arrears.desk.contacts.standing import put
from arrears.desk.contacts.testing import MORNING, call, late, trained
from arrears.desk.people.services import refuse, take_refusal_back

_UNANSWERED = ("no_answer", "busy", "off")


class Calls(RuleBasedStateMachine):
    """One borrower, one number, one day from ten in the morning on."""

    collector: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        self.lin, self.zhou = late(), trained(type(self).collector)
        self.now = MORNING
        self.permits: dict[Any, tuple[Permit, dt.datetime]] = {}
        self.calls: dict[Any, str] = {}
        self.paid = self.off = False
        self.held: Hold | None = None
        self.held_days = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    def live(self) -> list[Any]:
        return [id_ for id_, (_, ends) in self.permits.items() if ends > self.now]

    def may(self, without: Any = None) -> bool:
        """The model: twenty-two o'clock, nothing owed, a hold, a no, three answered, six not answered."""
        waiting = len([each for each in self.live() if each != without])
        answered = sum(each in ("answered", "pending") for each in self.calls.values()) + waiting
        missed = sum(each != "answered" for each in self.calls.values()) + waiting
        ends = self.now + dt.timedelta(minutes=5)
        in_hours = self.now.hour < 22 and ends <= self.now.replace(hour=22, minute=0, second=0)
        held = self.held is not None or self.held_days > 0
        return in_hours and not self.paid and not self.off and not held and answered < 3 and missed < 6

    @rule(minutes=st.sampled_from([1, 4, 5, 30, 240]))
    def time_passes(self, minutes: int) -> None:
        if (self.now + dt.timedelta(minutes=minutes)).date() == self.now.date():
            self.now += dt.timedelta(minutes=minutes)

    @rule()
    def asks(self) -> None:
        self.now += dt.timedelta(seconds=1)
        expected = self.may()
        told = ask(call(self.lin, self.zhou), lambda: self.now)
        assert isinstance(told, Permit) is expected, told
        if isinstance(told, Permit):
            self.permits[told.id] = (told, told.expires_at)

    @precondition(lambda self: self.permits)
    @rule(data=st.data())
    def uses(self, data: Any) -> None:
        id_ = data.draw(st.sampled_from(sorted(self.permits)))
        permit, ends = self.permits.pop(id_)
        self.now += dt.timedelta(seconds=1)
        expected = ends >= self.now and self.may(without=id_) and PermitRow.objects.get(pk=id_).state == "granted"
        try:
            done = use(permit, lambda: self.now)
        except NotThisPermit:
            assert not expected
            return
        assert isinstance(done, Going) is expected
        if expected:
            self.calls[id_] = "pending"

    @precondition(lambda self: "pending" in self.calls.values())
    @rule(outcome=st.sampled_from(["answered", *_UNANSWERED]))
    def ends_a_call(self, outcome: str) -> None:
        id_ = next(each for each, state in self.calls.items() if state == "pending")
        assert record_call(id_, outcome, self.now, self.zhou)
        assert not record_call(id_, "declined", self.now, self.zhou)
        self.calls[id_] = outcome

    @rule(paid=st.booleans())
    def pays_or_is_reversed(self, paid: bool) -> None:
        put("B01", self.now, overdue_fen=0 if paid else 282_441)
        if paid:
            self.permits = {}
        self.paid = paid

    @precondition(lambda self: self.held is None)
    @rule(kind=st.sampled_from(["conduct_complaint", "dispute", "illness", "distress"]))
    def hold_opens(self, kind: str) -> None:
        self.held = open_hold(self.lin.person.pk, kind, self.now)
        self.permits = {}

    @precondition(lambda self: self.held is not None)
    @rule()
    def hold_ends(self) -> None:
        end_hold(self.held, self.now)
        self.held, self.held_days = None, 1  # to the end of its day

    @rule(off=st.booleans())
    def switches_the_channel(self, off: bool) -> None:
        self.now += dt.timedelta(seconds=1)
        if off and not self.off:
            self.refusal = refuse(self.lin.person, "call", self.now)
        elif self.off and not off:
            take_refusal_back(self.refusal, self.now)
        self.off = off

    @invariant()
    def nothing_is_over_the_cap_and_nothing_without_its_permit(self) -> None:
        assert Contact.objects.filter(channel="call").count() == len(self.calls)
        assert not Contact.objects.exclude(permit__state="used").exists()
        assert sum(each == "answered" for each in self.calls.values()) <= 3


@pytest.mark.slow
@pytest.mark.django_db
def test_the_desk_and_the_model_agree(collector: Any) -> None:
    Calls.collector = collector
    run_state_machine_as_test(
        Calls,
        settings=settings(max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None),
    )
