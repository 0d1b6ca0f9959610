"""The night of one loan: what was told late first, then the day, then its journal lines and proposals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from peers.paper import before, journal, proposals, sums
from peers.rules import DAY, Event, Loan, Row, Rules, close_loan

Told = Sequence[tuple[dt.date, Event]]  # the day on which an event takes effect, and the event
Due = Sequence[tuple[str, Any, Any]]  # obligation, interest, principal


def night_of(
    loan: Loan, day: dt.date, told: Told, due: Due, rest: Callable[[], list[Row]], again: Callable[[], Loan], rules: Rules
) -> tuple[Loan, list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The loan at the end of `day`, its journal lines, its proposals.

    Parameters
    ----------
    rest : gives the contract instalments still to come, for an agreement that replaces them
    again : gives the loan at the end of the day before, run from its opening with everything known now
    """
    was, published = before(loan), sums(loan)
    lines: list[tuple[Any, ...]] = []
    if any(effect < day for effect, _ in told):
        loan = again()
        entry = journal(published, sums(loan))
        if entry:
            lines.append((loan.loan_id, day, True, *entry))
    old = sums(loan)
    loan.principal_days += loan.principal * ((day - loan.state_on).days - 1)  # nothing happened on the days between
    one_day(loan, day, [event for effect, event in told if effect == day], due, rest, rules)
    entry = journal(old, sums(loan))
    if entry:
        lines.append((loan.loan_id, day, False, *entry))
    return loan, lines, list(proposals(loan, was, day, rules))


def one_day(loan: Loan, day: dt.date, events: list[Event], due: Due, rest: Callable[[], list[Row]], rules: Rules) -> None:
    """Holds that start today, then the close of the day."""
    for event in events:
        if event.kind == "hold_opened":
            loan.holds.extend((stop, day, event.until_on or dt.date.max) for stop in event.stops.split("+"))
    needed = rest() if any(event.subject == "restructure" for event in events) else []
    close_loan(loan, day, events, due, needed, rules)


def from_opening(loan: Loan, schedule: Iterable[Row], known: Told, through: dt.date, rules: Rules) -> Loan:
    """A loan from the eve of its opening to the end of `through`, day by day."""
    rows = list(schedule)
    day = loan.state_on
    while day < through:
        day += DAY
        due = [(row.obligation, row.interest, row.principal) for row in rows if row.due_on == day]
        one_day(loan, day, [event for effect, event in known if effect == day], due, lambda: rows, rules)
    return loan
