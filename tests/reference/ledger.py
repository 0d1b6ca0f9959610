"""What a loan owes: obligations, fees, the waterfall, the penalty. One loan, moved forward a day at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from reference.arithmetic import ScheduleRow, half_even
from reference.policy import NUMERATOR_UNIT, Policy

Line = list[object]  # [obligation, part, fen]


@dataclass
class Row:
    """One obligation. `interest` and `principal` are what is unpaid; the penalty is its own."""

    id: str
    due: dt.date
    interest: int
    principal: int
    anchor: int
    step: int
    total: int = 0
    cap_base: int | None = None  # principal unpaid at the end of the first penalty day
    accrued: Fraction = Fraction(0)
    posted: int = 0
    penalty_paid: int = 0
    waived: int = 0
    covered: bool = False  # under a running plan
    replaced: bool = False  # by a restructure or an acceleration; only its penalty may still be owed
    free_until: dt.date = dt.date.min  # no penalty up to this day (day a plan gave it back)
    cleared_on: dt.date | None = None

    def __post_init__(self) -> None:
        self.total = self.interest + self.principal

    @property
    def unpaid(self) -> int:
        return self.interest + self.principal

    @property
    def penalty_owed(self) -> int:
        return self.posted - self.penalty_paid - self.waived

    @property
    def is_part(self) -> bool:
        return self.id.startswith("P")

    @property
    def is_contract(self) -> bool:
        return self.id[0] in "IR"

    @property
    def age(self) -> tuple[dt.date, bool, str]:
        """Oldest first; on one day the contract before the plan part."""
        return (self.due, self.is_part, self.id)

    def owed(self, part: str) -> int:
        return self.penalty_owed if part == "penalty" else int(getattr(self, part))

    def pay(self, part: str, fen: int, day: dt.date) -> None:
        if part == "penalty":
            self.penalty_paid += fen
            return
        setattr(self, part, getattr(self, part) - fen)
        self.clear(day)

    def clear(self, day: dt.date) -> None:
        """Note the day on which nothing but a penalty was left."""
        if self.unpaid == 0 and self.cleared_on is None:
            self.cleared_on = day


@dataclass
class Fee:
    """A fee, or costs a court awarded (`kind` cost)."""

    id: str
    kind: str
    unpaid: int

    def owed(self, part: str) -> int:
        return self.unpaid

    def pay(self, part: str, fen: int, day: dt.date) -> None:
        self.unpaid -= fen


@dataclass
class Ledger:
    """State of one loan at the end of a day."""

    terms: dict[str, object]
    policy: Policy
    rows: list[Row] = field(default_factory=list)
    fees: list[Fee] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("cost", "interest", "principal", "penalty", "fee"), 0))
    credit: int = 0
    received: int = 0
    recovered: int = 0
    charged_off: int = 0
    adjusted: int = 0
    plan_state: str = "none"
    floor: int = 1
    restructured_on: list[dt.date] = field(default_factory=list)
    applied: list[dict[str, object]] = field(default_factory=list)

    @classmethod
    def open(cls, terms: dict[str, object], schedule: list[ScheduleRow], policy: Policy) -> Ledger:
        """The loan at the end of its opening day."""
        ledger = cls(terms, policy)
        anchor, step = terms["first_due_on"].day, int(terms.get("step_months", 1))  # type: ignore[attr-defined, call-overload]
        ledger.rows = [Row(i, due, interest, principal, anchor, step) for i, due, interest, principal in schedule]
        return ledger

    @property
    def rate_ppm(self) -> int:
        return int(self.terms["rate_ppm"])  # type: ignore[call-overload]

    @property
    def plan_runs(self) -> bool:
        return self.plan_state in ("active", "late")

    def live(self) -> list[Row]:
        """Obligations that are asked for, oldest first: not under a plan, not replaced."""
        return sorted((r for r in self.rows if not r.covered and not r.replaced), key=lambda r: r.age)

    @property
    def principal_left(self) -> int:
        """All principal still owed, less what was charged off."""
        return max(0, sum(r.principal for r in self.live()) + self.adjusted - self.charged_off)

    @property
    def written_off(self) -> bool:
        return self.charged_off > 0 and self.principal_left == 0

    # -- the waterfall ---------------------------------------------------------------------------------------------

    def _slots(self, day: dt.date) -> Iterator[tuple[Row | Fee, str]]:
        """Where money goes on `day`, in order. What is due = due day <= day; a penalty once posted is always due."""
        order, mode = self.policy.waterfall_order, self.policy.waterfall_mode
        rows = sorted((r for r in self.rows if not r.covered), key=lambda r: r.age)
        if mode == "by_part":
            groups = [(part,) for part in order]
        else:  # from the first to the last of interest and principal: instalment by instalment
            marks = [order.index("interest"), order.index("principal")]
            lo, hi = min(marks), max(marks)
            groups = [(p,) for p in order[:lo]] + [order[lo : hi + 1]] + [(p,) for p in order[hi + 1 :]]
        for group in groups:
            if group[0] in ("cost", "fee"):
                yield from ((fee, group[0]) for fee in self.fees if fee.kind == group[0])
                continue
            for row in rows:
                yield from ((row, part) for part in group if part == "penalty" or row.due <= day)

    def pour(self, money: int, day: dt.date) -> tuple[int, list[Line]]:
        """Use `money` on what is due; returns the rest and the lines."""
        lines: list[Line] = []
        for item, part in self._slots(day):
            use = min(money, item.owed(part))
            if use > 0:
                item.pay(part, use, day)
                self.used[part] += use
                money -= use
                lines.append([item.id, part, use])
        return money, lines

    def use_credit(self, day: dt.date) -> None:
        """Unapplied credit onto what is due today."""
        if self.credit and not self.written_off:
            self.credit, lines = self.pour(self.credit, day)
            if lines:
                self.applied.append({"date": day, "from_credit": True, "applied": lines, "credit": self.credit})

    def receive(self, money: int, day: dt.date, known_on: dt.date) -> None:
        """One receipt of `day`. After a full charge-off it is a recovery."""
        self.received += money
        if self.written_off:
            self.recovered += money
            return
        rest, lines = self.pour(money, day)
        self.credit += rest
        self.applied.append({"date": day, "receipt": money, "posted": known_on, "applied": lines, "credit": self.credit})

    # -- the penalty -----------------------------------------------------------------------------------------------

    def accrue(self, day: dt.date) -> None:
        """Penalty of one day on the principal unpaid at its end; the caller has looked at the holds."""
        rate = self.policy.penalty_rate(self.rate_ppm)
        if self.written_off:
            return
        for row in self.rows:
            late = day > row.due + dt.timedelta(days=self.policy.grace_days)
            if row.covered or row.replaced or row.is_part or not late or row.principal <= 0 or day <= row.free_until:
                continue
            if row.cap_base is None:
                row.cap_base = row.principal
            row.accrued = min(row.accrued + rate * row.principal, Fraction(int(self.policy.total_cap_ratio * row.cap_base)))
            row.posted = half_even(row.accrued)

    def waive_penalty(self, fen: int) -> None:
        """Give up penalty posted so far, oldest first, under a plan too."""
        for row in sorted(self.rows, key=lambda r: r.age):
            use = min(fen, row.penalty_owed)
            row.waived += use
            fen -= use

    def waive_fee(self, fen: int) -> None:
        """Give up fees (not awarded costs), oldest first."""
        for fee in self.fees:
            use = min(fen, fee.unpaid) if fee.kind == "fee" else 0
            fee.unpaid -= use
            fen -= use

    def open_rows(self) -> list[dict[str, object]]:
        """Obligations with anything unpaid, due or not, oldest first."""
        if self.written_off:
            return []
        kept = sorted((r for r in self.rows if r.unpaid or r.penalty_owed), key=lambda r: r.age)
        return [
            {
                "id": r.id,
                "due": r.due,
                "interest": r.interest,
                "principal": r.principal,
                "penalty_num": r.accrued * NUMERATOR_UNIT,
                "penalty_posted": r.posted,
                "penalty_paid": r.penalty_paid,
                "penalty_waived": r.waived,
                "penalty_cap": r.cap_base,
                "covered": r.covered,
            }
            for r in kept
        ]
