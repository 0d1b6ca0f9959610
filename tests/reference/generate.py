"""Random loans with events of every kind, for comparing the columnar close with the reference.

    case = random_case(seed)
    for D in case.days(): compare(columnar row of D, case.reference().state(D, D))

Events arrive late (`known_on` > value day), payments bounce, holds overlap and are told late, so that one loan is
corrected several times. Two acts that change a schedule never share a value day; receipts share days freely.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from arrears.kernel.events import Event
from reference.arithmetic import ScheduleRow, add_months, contract
from reference.facts import CHANGES
from reference.policy import Known, Policy
from reference.replay import Reference

ZONE = ZoneInfo("Asia/Shanghai")
STOPS = ("penalty", "clock", "contact", "plan_break")
ACTS = ("plan", "plan", "plan", "restructure", "accelerated", *CHANGES, "charged_off")
RATES = (0, 96_000, 120_000, 144_000, 143_999, 180_000, 87_651)


@dataclass
class Case:
    """One loan: terms in the words of `LOANS`, its schedule, its events with the close that first saw each."""

    loan_id: str
    terms: dict[str, Any]
    schedule: list[ScheduleRow]
    events: list[Known]
    policy: Policy
    first_close: dt.date
    last_close: dt.date

    def reference(self) -> Reference:
        return Reference(self.terms, self.schedule, self.events, self.policy)

    def days(self) -> list[dt.date]:
        """Every close of the case."""
        return [self.first_close + dt.timedelta(days=k) for k in range((self.last_close - self.first_close).days + 1)]


@dataclass
class Maker:
    """Collects events of one loan."""

    rng: Random
    loan_id: str
    last: dt.date
    without: frozenset[str]
    events: list[Known] = field(default_factory=list)
    taken: set[dt.date] = field(default_factory=set)  # value days of acts on the schedule

    def add(self, kind: str, value_on: dt.date, late: float = 0.0, **fields: Any) -> Known | None:
        """One event; with chance `late` it is known up to 40 days after its value day."""
        known = value_on + dt.timedelta(days=self.rng.randint(1, 40) if self.rng.random() < late else 0)
        if kind in self.without or known > self.last:
            return None
        at = dt.datetime.combine(known, dt.time(self.rng.randint(0, 23), self.rng.randint(0, 59)), ZONE)
        event = Event("gen", f"{self.loan_id}-{len(self.events):04d}", self.loan_id, kind, value_on, at, **fields)
        self.events.append(Known(event, known))
        return self.events[-1]

    def act(self, kind: str, value_on: dt.date, **fields: Any) -> Known | None:
        """An act on the schedule: one a day."""
        if value_on in self.taken:
            return None
        self.taken.add(value_on)
        return self.add(kind, value_on, late=0.15, **fields)


def random_case(seed: int, loan_id: str = "L0001", policy: Policy | None = None, without: frozenset[str] = frozenset()) -> Case:
    """The loan of `seed`: same seed, same case. `without` leaves out event kinds."""
    rng = Random(seed)
    step = rng.choice((1, 1, 1, 1, 3))
    count = rng.randint(3, 9) if step == 1 else rng.randint(2, 4)
    principal = rng.choice((rng.randint(100_000, 900_000), rng.randint(1_000_000, 6_000_000), rng.randint(15_000_000, 30_000_000)))
    first_due = dt.date(2026, 1, 1) + dt.timedelta(days=rng.choice((rng.randint(0, 360), 30, 29, 89)))
    method, rate_ppm = rng.choice(("equal_instalment", "equal_principal")), rng.choice(RATES)
    schedule = contract(method, principal, rate_ppm, count, step, first_due)
    opened = add_months(first_due, -step)
    last = opened + dt.timedelta(days=rng.randint(120, 260))
    terms = {
        "loan_id": loan_id,
        "method": method,
        "principal_fen": principal,
        "rate_ppm": rate_ppm,
        "term_count": count,
        "step_months": step,
        "opened_on": opened,
        "first_due_on": first_due,
    }
    make = Maker(rng, loan_id, last, without)
    _payments(make, schedule)
    _acts(make, schedule, opened)
    _holds(make, opened)
    _promises(make, schedule, opened)
    _small(make, opened)
    return Case(loan_id, terms, schedule, make.events, policy or Policy(), opened + dt.timedelta(days=1), last)


def random_policy(seed: int) -> Policy:
    """House values away from the defaults: order and mode of the waterfall, grace, a cap that bites within the year."""
    rng = Random(seed)
    orders = (("cost", "interest", "principal", "penalty", "fee"), ("cost", "interest", "penalty", "principal", "fee"))
    return Policy(
        grace_days=rng.choice((3, 5)),
        waterfall_order=rng.choice(orders),
        waterfall_mode=rng.choice(("by_instalment", "by_part")),
        total_cap_ratio=rng.choice((Fraction(1), Fraction(1, 50))),
        materiality_fen=rng.choice((0, 0, 500)),
        materiality_ratio=rng.choice((Fraction(0), Fraction(1, 10))),
    )


def _day(make: Maker, opened: dt.date) -> dt.date:
    return opened + dt.timedelta(days=make.rng.randint(1, (make.last - opened).days))


def _payments(make: Maker, schedule: list[ScheduleRow]) -> None:
    """Mostly late, in odd amounts; some bounce, some of those are paid again."""
    rng = make.rng
    tardy = rng.choice((0.2, 0.5, 0.8))
    paid = []
    for _, due, interest, principal in schedule:
        if due > make.last or rng.random() < tardy * 0.6:
            continue
        total = interest + principal
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            wait = rng.choice((1, 3, 4, 5, rng.randint(6, 70))) if rng.random() < tardy else rng.choice((0, 0, -2))
            amount = rng.choice((total, total, total + 1, interest or 1, rng.randint(1, total), 2 * total, total + rng.randint(1, 5_000)))
            on = max(due + dt.timedelta(days=wait), schedule[0][1] - dt.timedelta(days=20))
            paid.append(make.add("payment_received", on, late=0.25, amount_fen=amount, progress=rng.random() > 0.1))
    if rng.random() < 0.15:
        on = _day(make, schedule[0][1] - dt.timedelta(days=20))
        make.add("collateral_proceeds_received", on, amount_fen=50_000, subject="apply")
    for k in paid:
        if k and k.event.kind == "payment_received" and rng.random() < 0.2:
            bounced = k.known_on + dt.timedelta(days=rng.randint(0, 30))
            made = make.add("payment_reversed", bounced, refers_to=f"gen/{k.event.source_ref}", reason="bounced")
            if made and rng.random() < 0.5:
                again = bounced + dt.timedelta(days=rng.randint(0, 10))
                make.add("payment_received", again, late=0.2, amount_fen=k.event.amount_fen)


def _acts(make: Maker, schedule: list[ScheduleRow], opened: dt.date) -> None:
    """Up to three acts on the schedule; a charge-off only as the last."""
    rng = make.rng
    done = set()
    for on in sorted(_day(make, schedule[0][1] if schedule[0][1] < make.last else opened) for _ in range(rng.choice((0, 1, 1, 2, 3)))):
        kind = rng.choice(ACTS)
        if "charged_off" in done or (kind in done and kind in ("accelerated", "charged_off")):
            break
        done.add(kind)
        first = on + dt.timedelta(days=rng.choice((0, 1, rng.randint(2, 40))))
        if kind == "plan":
            count = rng.randint(2, 6)
            make.act("agreement_signed", on, subject="arrears_plan", count=count, first_due_on=first)
            _plan_life(make, on, first, count, sum(schedule[0][2:]))
        elif kind == "restructure":
            terms = {"count": rng.randint(2, 8), "first_due_on": first, "step_months": rng.choice((1, 1, 2))}
            make.act("agreement_signed", on, subject="restructure", **terms)
        elif kind == "due_date_changed":
            make.act(kind, on, days=rng.randint(1, 20))
        elif kind in ("instalments_deferred", "term_extended"):
            make.act(kind, on, count=rng.randint(1, 3))
        else:
            make.act(kind, on)


def _plan_life(make: Maker, on: dt.date, first: dt.date, count: int, total: int) -> None:
    """Some parts are paid, some borrowers call, some plans are ended by hand."""
    rng = make.rng
    good = rng.random() < 0.4
    for k in range(count if good else rng.randint(0, count)):
        due = add_months(first, k)
        when = due if good else due + dt.timedelta(days=rng.choice((0, 0, 2, 5, 9, 10, 11)))
        make.add("payment_received", when, late=0.15, amount_fen=total * 2 if good else rng.choice((total // count + 1, total)))
    if rng.random() < 0.3:
        make.add("borrower_contacted", first + dt.timedelta(days=rng.randint(0, 40)), late=0.1)
    if rng.random() < 0.2:
        make.act("agreement_ended", on + dt.timedelta(days=rng.randint(1, 60)), reason="asked by the borrower")


def _holds(make: Maker, opened: dt.date) -> None:
    """Overlapping, told late, open or with a known end, ended earlier or later than said."""
    rng = make.rng
    near = _day(make, opened)
    for k in range(rng.choice((0, 0, 1, 2, 3))):
        on = min(max(near + dt.timedelta(days=rng.randint(-8, 8)), opened + dt.timedelta(days=1)), make.last)
        until = on + dt.timedelta(days=rng.randint(0, 25)) if rng.random() < 0.4 else None
        stops = "+".join(s for s in STOPS if rng.random() < 0.6) or "penalty"
        opened_hold = make.add("hold_opened", on, late=0.3, subject=f"H{k}", stops=stops, until_on=until)
        if opened_hold and rng.random() < 0.6:
            make.add("hold_ended", on + dt.timedelta(days=rng.randint(0, 30)), late=0.2, subject=f"H{k}")


def _promises(make: Maker, schedule: list[ScheduleRow], opened: dt.date) -> None:
    """Promises, their judgement confirmed or excused, declined calls, refused letters."""
    rng = make.rng
    evidence = []
    for _ in range(rng.choice((0, 1, 1, 2))):
        on = _day(make, opened)
        until = on + dt.timedelta(days=rng.randint(0, 7))
        amount = rng.choice((1, sum(schedule[0][2:]), rng.randint(1, sum(schedule[0][2:]))))
        make.add("promise_made", on, late=0.1, amount_fen=amount, until_on=until)
        if rng.random() < 0.35:
            paid_on = on + dt.timedelta(days=rng.randint(0, (until - on).days + 2))
            make.add("payment_received", paid_on, late=0.3, amount_fen=rng.choice((amount, max(1, amount // 3))))
        if rng.random() < 0.7:
            judged = until + dt.timedelta(days=1)
            confirmed = judged + dt.timedelta(days=rng.randint(0, 5))
            evidence.append(make.add("promise_evidence_confirmed", confirmed, until_on=judged, approver="lead"))
    near = _day(make, opened)
    for _ in range(rng.choice((0, 0, 1, 3))):
        day = max(opened + dt.timedelta(days=1), near - dt.timedelta(days=rng.randint(0, 6)))
        kind = rng.choice(("contact_declined", "contact_declined", "mail_refused"))
        evidence.append(make.add(kind, day + dt.timedelta(days=rng.randint(0, 3)), until_on=day, approver="lead"))
    for k in evidence:
        if k and rng.random() < 0.2:
            later = k.known_on + dt.timedelta(days=rng.randint(0, 10))
            make.add("evidence_excused", later, refers_to=f"gen/{k.event.source_ref}", approver="lead")


def _small(make: Maker, opened: dt.date) -> None:
    """Fees, awarded costs, waivers, demands."""
    rng = make.rng
    for kind, chance, fields in _small_kinds(rng):
        if rng.random() < chance:
            make.add(kind, _day(make, opened), late=0.2, **fields)


def _small_kinds(rng: Random) -> Iterator[tuple[str, float, dict[str, Any]]]:
    yield "fee_charged", 0.25, {"amount_fen": rng.randint(100, 9_000), "subject": "service_fee"}
    yield "fee_charged", 0.15, {"amount_fen": rng.randint(100, 9_000), "subject": "awarded_cost"}
    yield "fee_waived", 0.15, {"amount_fen": rng.randint(1, 5_000), "asker": "desk", "reason": "goodwill"}
    yield "penalty_waived", 0.35, {"amount_fen": rng.randint(1, 3_000), "asker": "desk", "reason": "goodwill"}
    yield "penalty_waived", 0.2, {"amount_fen": rng.randint(1, 3_000), "asker": "desk", "reason": "goodwill"}
    yield "demand_delivered", 0.2, {"subject": "letter"}
    yield "borrower_contacted", 0.2, {}
