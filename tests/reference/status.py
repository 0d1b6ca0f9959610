"""What a loan is at the end of a day: days past due, bucket, class, clock, triggers, promise, credit code."""

from __future__ import annotations

import datetime as dt

from reference.acts import covered_now
from reference.arithmetic import add_years
from reference.facts import Facts
from reference.ledger import Ledger, Row
from reference.policy import Policy


class Status:
    """Reads the ledger after each day; remembers only what a state machine must (3.1, 3.4)."""

    def __init__(self, book: Ledger, facts: Facts, policy: Policy) -> None:
        self.book, self.facts, self.policy = book, facts, policy
        self.left_grace_on: dt.date | None = None  # of the current run of days with DPD > 0
        self.delinquent = False  # left grace and not yet cured, a running plan included
        self.cured_on: dt.date | None = None
        self.high_risk = False
        self.promises: list[dict[str, object]] = []
        self.broken_days: set[dt.date] = set()
        self.credit_code: str | None = None

    def _counts(self, row: Row, unpaid: int) -> bool:
        """Does this row count as unpaid for days past due (materiality)."""
        return unpaid > max(self.policy.materiality_fen, self.policy.materiality_ratio * row.total)

    def oldest(self, day: dt.date) -> dt.date | None:
        """Due day of the oldest overdue row."""
        return min((r.due for r in self.book.live() if r.due < day and self._counts(r, r.unpaid)), default=None)

    def oldest_without_plan(self, day: dt.date) -> dt.date | None:
        """The same as if no plan were running (glossary 15)."""
        own = [(r, r.unpaid) for r in self.book.live() if not r.is_part]
        back = [(r, i + p) for r, i, p in covered_now(self.book)] if self.book.plan_runs else []
        return min((r.due for r, unpaid in own + back if r.due < day and self._counts(r, unpaid)), default=None)

    def at(self, day: dt.date) -> dict[str, object]:
        book, policy = self.book, self.policy
        gone = book.written_off
        late = [] if gone else [r for r in book.live() if r.due < day]
        oldest = None if gone else self.oldest(day)
        bare = None if gone else self.oldest_without_plan(day)
        dpd = (day - oldest).days if oldest else 0
        overdue_i, overdue_p = sum(r.interest for r in late), sum(r.principal for r in late)
        progress = max((*self.facts.payment_days(day), *self.facts.agreement_days(day, policy)), default=dt.date.min)
        idle = self._idle(day, oldest, progress)
        self._judge_promises(day)
        self._episode(day, dpd, gone)
        points = self.facts.points(day, self.left_grace_on, self.broken_days, policy) if self.left_grace_on else 0
        triggers = self._triggers(dpd, idle, overdue_i + overdue_p, points)
        self.high_risk = "T1" in triggers or (self.high_risk and dpd > 0 and progress != day)
        if (day + dt.timedelta(days=1)).day == 1:
            self.credit_code = self._month_code(day, dpd)
        return {
            "date": day,
            "dpd": dpd,
            "dpd_without_plan": (day - bare).days if bare else 0,
            "bucket": next(name for edge, name in policy.bucket_from if dpd >= edge),
            "five_class": max(book.floor, next(c for edge, c in policy.class_from if dpd >= edge)),
            "overdue_interest": overdue_i,
            "overdue_principal": overdue_p,
            "penalty_accrued": sum(r.posted for r in book.rows),
            "penalty_paid": sum(r.penalty_paid for r in book.rows),
            "penalty_waived": sum(r.waived for r in book.rows),
            "no_progress_days": idle,
            "triggers": triggers,
            "principal_outstanding": book.principal_left,
            "unapplied_credit": book.credit,
            "attitude_points": points,
            "high_risk": self.high_risk,
            "plan_state": book.plan_state,
            "promise_state": self.promises[-1]["state"] if self.promises else "none",
            "credit_code": self.credit_code,
            "limitation_end_on": self._limitation(day),
            "cured_on": self.cured_on,
            "credit_removable_on": add_years(self.cured_on, policy.retention_years, march=True) if self.cured_on else None,
            "received": book.received,
            "interest_paid": book.used["interest"],
            "principal_paid": book.used["principal"],
            "fee_paid": book.used["fee"] + book.used["cost"],
            "fee_owed": sum(f.unpaid for f in book.fees),
            "charged_off": book.charged_off,
            "recovered": book.recovered,
            "last_progress_on": None if progress == dt.date.min else progress,
            "rows": book.open_rows(),
        }

    def _idle(self, day: dt.date, oldest: dt.date | None, progress: dt.date) -> int:
        """Glossary 27; a pause day counts once however many holds cover it."""
        if oldest is None:
            return 0
        anchor = max(oldest, progress)
        return (day - anchor).days - self.facts.held_days("clock", anchor, day)

    def _episode(self, day: dt.date, dpd: int, gone: bool) -> None:
        """Out of grace from the first day with DPD over grace in a run of overdue days; cured when the run and any plan end."""
        if dpd == 0:
            self.left_grace_on = None
        elif dpd > self.policy.grace_days:
            self.left_grace_on = self.left_grace_on or day
            self.delinquent = True
        if self.delinquent and dpd == 0 and not self.book.plan_runs:
            self.delinquent = False
            if not gone:
                self.cured_on = day

    def _judge_promises(self, day: dt.date) -> None:
        """3.4: kept at any close; broken or partly at the close of its day + 1; a hold suspends it."""
        for k in self.facts.known:
            if k.event.kind == "promise_made" and k.event.value_on == day:
                self.promises.append({"event": k.event, "state": "pending"})
        for promise in self.promises:
            e = promise["event"]
            if promise["state"] != "pending":
                continue
            paid = self.facts.paid_between(e.value_on, day)  # type: ignore[attr-defined]
            if paid >= e.amount_fen:  # type: ignore[attr-defined]
                promise["state"] = "kept"
            elif self.facts.held("contact", day) or self.facts.held("clock", day):
                promise["state"] = "suspended"
            elif day > e.until_on:  # type: ignore[attr-defined]
                promise["state"] = "partly" if paid > 0 else "broken"
                if paid <= 0:
                    self.broken_days.add(day)

    def _triggers(self, dpd: int, idle: int, overdue: int, points: int) -> list[str]:
        p = self.policy
        tests = {
            "T1": dpd >= p.trigger_days and idle >= p.trigger_days,
            "T2": overdue > p.trigger_amount_fen and dpd >= p.t2_min_dpd,
            "T3": points >= p.attitude_threshold and dpd > 0 and idle >= p.trigger_days_attitude,
        }
        return [name for name, fires in tests.items() if fires]

    def _month_code(self, day: dt.date, dpd: int) -> str:
        """Glossary 53, at a month end."""
        if dpd >= self.policy.credit_min_dpd:
            return str(min(7, max(1, (dpd + 29) // 30)))
        due = [r for r in self.book.rows if not r.replaced and (r.due.year, r.due.month) == (day.year, day.month)]
        if not due:
            return "*"
        grace = dt.timedelta(days=self.policy.grace_days)
        return "M" if any(r.cleared_on is not None and r.cleared_on > r.due + grace for r in due) else "N"

    def _limitation(self, day: dt.date) -> dt.date:
        """Three years from the latest of the last due date in force and the last payment, agreement or demand."""
        last_due = max(r.due for r in self.book.rows if not r.replaced)
        restarts = self.facts.payment_days(day) + self.facts.agreement_days(day, self.policy) + self.facts.days(day, ("demand_delivered",))
        return add_years(max(last_due, *restarts) if restarts else last_due, self.policy.limitation_years, march=False)
