"""What must hold of the gate whatever the numbers are: more history, a tighter house, a hold, another moment, another order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from arrears.gate.answer import Answer
from arrears.gate.decide import decide
from arrears.gate.facts import CHANNELS, PURPOSES, Contact, Facts, Hold, Loan, Model
from arrears.law.values import Law, load
from reference.gate_cases import HOLDS, OUTCOMES, SHANGHAI, random_facts
from reference.gate_oracle import second_opinion
from reference.gate_smallest import text

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
REMOTE_FIRST = ("request_visit", "approve_visit", "start_visit")  # S071: remote tries open these
WORTH: dict[bool | Literal["person"], int] = {False: 0, "person": 1, True: 2}
EXAMPLES = settings(max_examples=400, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))

cases = st.integers(0, 2**40).map(random_facts)


@cache
def law() -> Law:
    return load()


def ask(facts: Facts, under: Law | None = None) -> Answer:
    return decide(facts, under or law(), house=True)


def codes(answer: Answer) -> set[str]:
    return {finding.code for finding in answer.findings}


def changed(model: Any, **fields: Any) -> Any:
    """A copy with other fields, checked again."""
    return type(model)(**{name: getattr(model, name) for name in type(model).model_fields} | fields)


# More contacts


@EXAMPLES
@given(cases, st.data())
@pytest.mark.behaviour("S028", "S029", "S038")
def test_one_more_contact_never_permits_one(facts: Facts, data: st.DataObject) -> None:
    """Towards somebody who owes. Failures may open S039's path to a third party and S071's to a visit, nothing else."""
    assume(facts.history is not None)
    debtor = facts.debtor or facts.person
    third = facts.person.relation != "debtor" and facts.ask.purpose == "locate"
    assume(debtor.relation == "debtor" and not third and facts.ask.act not in REMOTE_FIRST)
    more = Contact(
        at=facts.ask.at - data.draw(st.sampled_from((0, 1, 60, 600, 3000, 20000))) * MINUTE,
        person=data.draw(st.sampled_from((facts.person.id, debtor.id))),
        channel=data.draw(st.sampled_from(CHANNELS)),  # type: ignore[arg-type]
        outcome=data.draw(st.sampled_from(OUTCOMES)),  # type: ignore[arg-type]
        purpose=data.draw(st.sampled_from((None, "collection", *PURPOSES))),  # type: ignore[arg-type]
        address=data.draw(st.sampled_from((None, facts.ask.address, "phone"))),
    )
    before, after = ask(facts), ask(changed(facts, history=(*(facts.history or ()), more)))
    assert codes(before) <= codes(after), f"{more}\n{text(facts)}"
    assert WORTH[after.allowed] <= WORTH[before.allowed], f"{more}\n{text(facts)}"


@EXAMPLES
@given(cases, st.data())
@pytest.mark.behaviour("S039", "S071")
def test_a_failure_opens_only_the_paths_that_need_one(facts: Facts, data: st.DataObject) -> None:
    """With those two paths left in: a code that goes away is the third party's or the visit's."""
    assume(facts.history is not None)
    debtor = facts.debtor or facts.person
    at = facts.ask.at - data.draw(st.integers(0, 20000)) * MINUTE
    more = Contact(at=at, person=debtor.id, channel="call", outcome="no_answer", purpose="collection", address="phone")
    before, after = ask(facts), ask(changed(facts, history=(*(facts.history or ()), more)))
    gone = codes(before) - codes(after)
    opened = {"DENY_REMOTE_FIRST"} if facts.ask.act in REMOTE_FIRST else {"DENY_THIRD_PARTY"} if facts.ask.purpose == "locate" else set()
    assert gone <= opened, f"{more}\n{text(facts)}"


# A tighter house

TIGHTER: dict[str, object] = {
    "contact.hours": {"opens": "09:00", "closes": "20:00"},
    "visit.hours": {"opens": "09:00", "closes": "20:00"},
    "contact.calls.effective_max": "2",
    "contact.calls.attempts_max": "4",
    "contact.messages.day_max": "1",
    "contact.live_minutes": "4",
    "contact.lost.failures": "4",
    "contact.lost.days": "4",
    "contact.third.asks_max": "0",
    "contact.third.tries_day_max": "0",
    "contact.opt_out.passes": ["legal_notice"],
    "promise.passes": ["promise_reminder", "legal_notice"],
    "promise.tolerance_days": "3",
    "grace.days": "5",
    "remote_first.attempts": "4",
    "remote_first.days": "4",
    "remote_first.channels": "3",
    "staff.training_months": "6",
    "agency.evaluation_months": "6",
    "visit.min_team": "3",
    "visit.lead_hours": "48",
    "visit.letter_days": "5",
    "visit.tries": "4",
    "visit.try_days": "4",
    "visit.start_early_minutes": "5",
    "approval.valid_days": "2",
    "approval.refusal_lock_days": "30",
    "assessment.collector_days": "60",
    "complaint.limitation_guard_days": "10",
    "credit.notice_lead_days": "7",
    "credit.min_dpd": "30",
    "hold.dispute.passes": ["dispute_reply"],
    "hold.hardship.passes": ["help"],
    "hold.vulnerability.passes": ["help"],
    "hold.plan.passes": ["plan_notice"],
    "hold.illness.passes": [],
}


def house(folder: Path, tighter: dict[str, object]) -> Law:
    """The law with a lender's own settings."""
    entries = {
        name: {"values": [{"from": None, "value": value, "source": {"instrument": "credit committee"}}]} for name, value in tighter.items()
    }
    folder.mkdir()
    (folder / "own.yaml").write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    return load(house=folder)


@pytest.fixture(scope="module")
def tighter_houses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Law]:
    """One house for each setting alone, and one with all of them."""
    root = tmp_path_factory.mktemp("houses")
    each = {name: house(root / name, {name: value}) for name, value in TIGHTER.items()}
    return {**each, "all": house(root / "all", TIGHTER)}


@EXAMPLES
@given(cases)
def test_a_tighter_house_never_permits_more(tighter_houses: dict[str, Law], facts: Facts) -> None:
    now = ask(facts)
    for name, tighter in tighter_houses.items():
        then = ask(facts, tighter)
        assert WORTH[then.allowed] <= WORTH[now.allowed], f"{name}\n{text(facts)}"
        assert codes(now) <= codes(then), f"{name}\n{text(facts)}"


def test_every_tighter_setting_refuses_something(tighter_houses: dict[str, Law]) -> None:
    """None of the settings above is without effect on what the gate permits."""
    idle = set(tighter_houses)
    for seed in range(20_000):
        facts = random_facts(seed)
        now = WORTH[ask(facts).allowed]
        if now:
            idle -= {name for name in idle if WORTH[ask(facts, tighter_houses[name]).allowed] < now}
        if not idle:
            break
    assert idle == set()


# A hold


@EXAMPLES
@given(cases, st.data())
@pytest.mark.behaviour("S136", "S120", "S065")
def test_a_hold_never_permits_more(facts: Facts, data: st.DataObject) -> None:
    assume(facts.holds is not None)
    day = facts.ask.at.astimezone(SHANGHAI).date()
    hold = Hold(
        kind=data.draw(st.sampled_from(HOLDS)),  # type: ignore[arg-type]
        from_on=day - data.draw(st.integers(-1, 3)) * DAY,
        to_on=data.draw(st.sampled_from((None, day - DAY, day, day + DAY))),
        loan=data.draw(st.sampled_from((None, facts.ask.loan, "L7"))),
    )
    before, after = ask(facts), ask(changed(facts, holds=(*(facts.holds or ()), hold)))
    assert codes(before) <= codes(after), f"{hold}\n{text(facts)}"
    assert WORTH[after.allowed] <= WORTH[before.allowed], f"{hold}\n{text(facts)}"


# The next moment


def at_moment(facts: Facts, at: dt.datetime) -> Facts:
    """The same ask later, with what is read at the moment of an ask read again: the live figure and the last close."""
    later, days = at - facts.ask.at, at.astimezone(SHANGHAI).date() - facts.ask.at.astimezone(SHANGHAI).date()

    def again(loan: Loan) -> Loan:
        return changed(loan, live_at=loan.live_at and loan.live_at + later, close_on=loan.close_on and loan.close_on + days)

    loans = None if facts.loans is None else tuple(again(loan) for loan in facts.loans)
    return changed(facts, ask=changed(facts.ask, at=at), loans=loans)


def contradicts(answer: Answer) -> bool:
    """Facts that cannot be true together: what they will say later is nothing to go by."""
    return any(finding.says == "contradiction" for finding in answer.findings)


@EXAMPLES
@given(cases, st.integers(0, 2**32))
@pytest.mark.behaviour("S021", "S026", "S028")
def test_the_next_moment_is_allowed_and_none_before_it(facts: Facts, seed: int) -> None:
    answer = ask(facts)
    if answer.allowed is True:
        assert answer.next_allowed == facts.ask.at
        return
    assume(not contradicts(answer))
    until = answer.next_allowed
    if until is not None:
        assert until > facts.ask.at
        assert ask(at_moment(facts, until)).allowed is True, f"{until}\n{text(facts)}"
    for at in some_before(facts.ask.at, until, Random(seed)):
        assert ask(at_moment(facts, at)).allowed is not True, f"{at} is before {until}\n{text(facts)}"


def some_before(first: dt.datetime, until: dt.datetime | None, rng: Random) -> Iterator[dt.datetime]:
    """Moments after the first and before the end: soon, later, and the last second."""
    drawn = [first + rng.randint(1, 2_880) * MINUTE for _ in range(8)] + [first + rng.randint(1, 60_000) * MINUTE for _ in range(8)]
    if until is not None:
        drawn += [until - MINUTE, until - dt.timedelta(seconds=1)]
    return (at for at in drawn if first < at and (until is None or at < until))


@pytest.mark.slow
def test_no_minute_of_three_days_before_the_next_moment_is_allowed() -> None:
    """Every minute, on some cases that are refused for a time and some that are refused for good."""
    left = {True: 25, False: 5}  # with a next moment, without one
    for seed in range(10_000):
        facts = random_facts(seed)
        answer = ask(facts)
        until = answer.next_allowed
        if answer.allowed is True or contradicts(answer) or left[until is not None] == 0:
            continue
        left[until is not None] -= 1
        start = facts.ask.at.replace(second=0, microsecond=0) + MINUTE
        for minute in range(3 * 24 * 60):
            at = start + minute * MINUTE
            if until is not None and at >= until:
                break
            assert ask(at_moment(facts, at)).allowed is not True, f"seed {seed}: {at} is before {until}\n{text(facts)}"
        if not any(left.values()):
            break
    assert left == {True: 0, False: 0}


# Order and day


@EXAMPLES
@given(cases, st.integers(0, 2**32))
def test_the_order_of_what_is_told_does_not_matter(facts: Facts, seed: int) -> None:
    rng = Random(seed)

    def mixed(many: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
        return None if many is None else tuple(rng.sample(many, len(many)))

    person = changed(facts.person, **{name: mixed(getattr(facts.person, name)) for name in ("zones", "addresses", "consents", "refusals")})
    names = ("history", "loans", "staff", "holds")
    other = changed(
        facts, person=person, ask=changed(facts.ask, team=mixed(facts.ask.team)), **{name: mixed(getattr(facts, name)) for name in names}
    )
    one, two = ask(facts), ask(other)
    assert (one.allowed, codes(one), one.next_allowed) == (two.allowed, codes(two), two.next_allowed), text(facts)
    assert len(one.findings) == len(two.findings)
    kinds = [{each.split(":")[0] for each in answer.required} for answer in (one, two)]
    assert kinds[0] == kinds[1]
    assert second_opinion(facts) == second_opinion(other)


def moved(value: Any, days: dt.timedelta) -> Any:
    """The same facts on other days."""
    if isinstance(value, dt.date):  # a moment is a date too
        return value + days
    if isinstance(value, tuple):
        return tuple(moved(each, days) for each in value)
    if isinstance(value, Model):
        return changed(value, **{name: moved(getattr(value, name), days) for name in type(value).model_fields})
    return value


EARLIEST, LATEST = dt.date(2026, 3, 1), dt.date(2027, 8, 31)  # no law begins, no year has a leap day


@EXAMPLES
@given(cases, st.integers(1, 120))
def test_another_day_gets_the_same_answer(facts: Facts, days: int) -> None:
    """Everything moved by whole days moves the answer with it. Zones with summer time are left out."""
    day = facts.ask.at.astimezone(SHANGHAI).date()
    zones = (*(facts.person.zones or ()), *((facts.debtor and facts.debtor.zones) or ()))
    assume(day >= EARLIEST and day + days * DAY <= LATEST and all(zone.startswith("Asia/") for zone in zones))
    one, two = ask(facts), ask(moved(facts, days * DAY))
    assert one.allowed == two.allowed, f"{days}\n{text(facts)}"
    assert [(each.code, each.says) for each in one.findings] == [(each.code, each.says) for each in two.findings], f"{days}\n{text(facts)}"
    assert two.next_allowed == (None if one.next_allowed is None else one.next_allowed + days * DAY)


@EXAMPLES
@given(cases, st.sampled_from(("UTC", "America/New_York", "Pacific/Kiritimati")))
def test_the_offset_of_a_time_does_not_matter(facts: Facts, zone: str) -> None:
    """A moment is the same moment on any clock."""

    def told(value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return value.astimezone(ZoneInfo(zone))
        if isinstance(value, tuple):
            return tuple(told(each) for each in value)
        if isinstance(value, Model):
            return changed(value, **{name: told(getattr(value, name)) for name in type(value).model_fields})
        return value

    one, two = ask(facts), ask(told(facts))
    assert (one.allowed, codes(one), one.next_allowed) == (two.allowed, codes(two), two.next_allowed), text(facts)
    assert one.day == two.day
