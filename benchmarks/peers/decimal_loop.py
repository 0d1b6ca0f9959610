"""The first peer: everything in memory, one loan after another in Decimal, the day's files at the end."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any

from peers.one import from_opening, night_of
from peers.paper import due_proposals, limit_proposals
from peers.rules import DAY, Event, Loan, credit_month, idle
from peers.tables import Source, write


class Night:
    """A lender's loans in memory, closed day by day.

    Attributes
    ----------
    loans : by id
    computed : loans looked at in full on the last day
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.rules = source.rules
        self.loans = {loan_id: source.open(loan_id) for loan_id in source.terms}
        self.computed = 0
        self.known: dict[str, list[tuple[dt.date, Event]]] = {}

    def close(self, day: dt.date, folder: Path | None, first: bool = False, whole: bool = True) -> None:
        """One night: every loan, one after another; the files go to `folder`.

        Parameters
        ----------
        first : the first close: every loan is computed and nothing proposed
        whole : write the position of every loan, or only of those computed
        """
        source, rules = self.source, self.rules
        arrived = source.events.get(day, {})
        falling: dict[str, list[tuple[str, Any, Any]]] = {}
        for loan_id, row in source.by_day.get(day, ()):
            falling.setdefault(loan_id, []).append((row.obligation, row.interest, row.principal))
        coming: dict[str, list[tuple[str, Any]]] = {}
        for loan_id, row in source.by_day.get(day + dt.timedelta(rules.remind_days + 1), ()):
            coming.setdefault(loan_id, []).append((row.obligation, row.interest + row.principal))
        lines: list[tuple[Any, ...]] = []
        proposed: list[tuple[Any, ...]] = []
        month_end = (day + DAY).day == 1
        alerts = {day + dt.timedelta(days) for days in rules.alert_days}
        computed: list[Loan] = []
        for loan_id, loan in self.loans.items():
            done = loan
            told = arrived.get(loan_id, ())
            due = falling.get(loan_id, ())
            if told or due or first or not idle(loan, day):
                if told:
                    self.known.setdefault(loan_id, []).extend(told)
                again = partial(self._again, loan_id, day - DAY)
                rest = partial(self.source.coming, loan_id)
                done, entries, told_to = night_of(loan, day, told, due, rest, again, rules)
                self.loans[loan_id] = done
                lines.extend(entries)
                if not first:
                    proposed.extend(told_to)
                computed.append(done)
            elif month_end:
                credit_month(loan, day, rules)
            if not first:
                if done.rows or loan_id in coming:
                    proposed.extend(due_proposals(done, day, coming.get(loan_id, []), rules))
                if done.limitation_end_on in alerts:
                    proposed.extend(limit_proposals(done, day, rules))
        self.computed = len(computed)
        if folder is not None:
            write(folder, list(self.loans.values()) if whole else computed, lines, proposed)

    def _again(self, loan_id: str, through: dt.date) -> Loan:
        """A loan from its opening with everything known now."""
        schedule = self.source.schedule[loan_id]
        return from_opening(self.source.open(loan_id), schedule, self.known[loan_id], through, self.rules)
