"""The tables that the rules speak of, and the register of stages.

A stage is one named table made from others. Its function takes the policy and returns an Ibis expression over unbound
tables; an engine compiles it once and runs it as often as there are days. Declared columns are enforced at the write,
because engines widen what Ibis believes narrow (sums to 128 bits, literals to 8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.money import i64

if TYPE_CHECKING:
    from arrears.book.rules.policy import Policy

FAR = 2_932_896  # 9999-12-31 as a day number: "no end"

# inside the rules every whole number and every day is an int64
_IBIS = {"string": "string", "int64": "int64", "int32": "int64", "day": "int64", "bool": "boolean"}


def unbound(name: str, columns: Mapping[str, str]) -> ir.Table:
    """An unbound table of that name with the rules' types."""
    return ibis.table({column: _IBIS[kind] for column, kind in columns.items()}, name=name)


# The turn of a round: each loan goes from the end of from_on to the end of to_on; nothing happens in between.
TURN: c.Columns = {"loan_id": "string", "from_on": "day", "to_on": "day"}

TERMS: c.Columns = {
    name: c.LOANS[name]
    for name in ("loan_id", "method", "day_count", "rate_ppm", "step_months", "instalment_fen", "first_due_on", "opened_on", "maturity_on")
}

# One row a day: what months and years make of it, so that the rules need no calendar functions of an engine.
CALENDAR: c.Columns = {
    "day_on": "day",
    "month_index": "int64",  # year * 12 + month - 1
    "month_from_on": "day",
    "month_to_on": "day",
    "day_of_month": "int64",
    "limitation_on": "day",  # this day plus the limitation period
    "removable_on": "day",  # this day plus the retention of a negative item
}
MONTHS: c.Columns = {"month_index": "int64", "month_from_on": "day", "length": "int64"}
NUMBERS: c.Columns = {"k": "int64"}
# rests: came back from a plan today, so today bears no penalty yet
ROWS: c.Columns = {**c.OPEN_DUE, "posted_before_fen": "int64", "waived_before_fen": "int64", "rests": "bool"}

turn = unbound("turn", TURN)
pos = unbound("pos", c.POSITION)
due = unbound("due", c.OPEN_DUE)
fresh = unbound("fresh", c.SCHEDULE)
rest = unbound("rest", c.SCHEDULE)
evt = unbound("evt", c.EVENTS)
hold = unbound("hold", c.HOLDS)
mark = unbound("mark", c.MARKS)
terms = unbound("terms", TERMS)
calendar = unbound("calendar", CALENDAR)
months = unbound("months", MONTHS)
numbers = unbound("numbers", NUMBERS)


@dataclass(frozen=True)
class Stage:
    """A named table of a step: its columns and the function that states it.

    `passing`: only one other stage reads it, once, so its rows need not be kept.
    """

    name: str
    columns: c.Columns
    state: Callable[[Policy], ir.Table]
    passing: bool = False

    @property
    def table(self) -> ir.Table:
        """The unbound table that later stages read."""
        return unbound(self.name, self.columns)


STAGES: dict[str, Stage] = {}


def stage(name: str, columns: c.Columns, passing: bool = False) -> Callable[[Callable[[Policy], ir.Table]], Stage]:
    """Register the decorated function as the stage `name` with the declared columns."""

    def register(state: Callable[[Policy], ir.Table]) -> Stage:
        STAGES[name] = Stage(name, columns, state, passing)
        return STAGES[name]

    return register


def text(value: str) -> ir.StringScalar:
    """A string literal."""
    return ibis.literal(value, type="string")


def no_day() -> ir.IntegerScalar:
    """The null day."""
    return ibis.null("int64")


def later(a: ir.IntegerValue, b: ir.IntegerValue) -> ir.IntegerValue:
    """The later of two days, either of which may be null (engines disagree on greatest() with null)."""
    return ibis.greatest(a.fill_null(i64(-FAR)), b.fill_null(i64(-FAR))).nullif(i64(-FAR))


def beside(left: ir.Table, right: ir.Table, keys: str | list[str] = "loan_id") -> ir.Table:
    """Left join that keeps one copy of the keys; the right side brings no other name that the left has."""
    names = [keys] if isinstance(keys, str) else keys
    return left.left_join(right, names).drop(*[f"{name}_right" for name in names])


def prefixed(table: ir.Table, prefix: str) -> ir.Table:
    """The table with every column but loan_id renamed, so that it can stand beside another."""
    return table.rename({prefix + name: name for name in table.columns if name != "loan_id"})


rows_settled = unbound("rows_settled", ROWS)  # rows_accrued, or the end of the acts chain where a loan acts today
made = unbound("made", c.SCHEDULE)  # restructured schedules, made outside the engine by rules.schedule
CANCELLED: c.Columns = {"loan_id": "string", "interest_fen": "int64"}
cancelled_today = unbound("cancelled_today", CANCELLED)  # the stage `cancelled`, or empty where no loan acts today
