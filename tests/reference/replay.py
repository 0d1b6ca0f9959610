"""One loan from its opening day: acts, credit, receipts, penalty, plan break, status. The door is `Reference`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from arrears.kernel.events import Event
from reference.acts import act, break_plan, complete_plan, note_late
from reference.arithmetic import ScheduleRow
from reference.facts import Facts
from reference.ledger import Ledger
from reference.policy import Known, Policy
from reference.status import Status

State = dict[str, object]
DAY = dt.timedelta(days=1)


class Replay:
    """The loan under one set of known events; moves forward only, keeps every day."""

    def __init__(self, terms: dict[str, object], schedule: list[ScheduleRow], known: list[Known], policy: Policy) -> None:
        self.book = Ledger.open(terms, schedule, policy)
        self.facts = Facts(known)
        self.status = Status(self.book, self.facts, policy)
        self.by_day: dict[dt.date, list[Event]] = defaultdict(list)
        for k in known:
            self.by_day[k.event.value_on].append(k.event)
        self.day: dt.date = terms["opened_on"]  # type: ignore[assignment]
        self.states: dict[dt.date, State] = {}

    def run(self, to: dt.date) -> None:
        """Close each day up to `to`."""
        while self.day < to:
            self.day += DAY
            self.close(self.day)

    def close(self, day: dt.date) -> None:
        """One day, in the order of MISSION.md part 4."""
        book, facts = self.book, self.facts
        act(book, self.by_day[day])
        book.use_credit(day)
        for known, money in facts.receipts_on(day):
            book.receive(money, day, known.known_on)
        complete_plan(book, day)
        if not facts.held("penalty", day):
            book.accrue(day)
        if not facts.held("plan_break", day) and not book.written_off:
            break_plan(book, day, facts.last_sign_of_life(day))
        note_late(book, day)
        self.states[day] = self.status.at(day)


class Reference:
    """Exact positions of one loan.

    Parameters
    ----------
    terms : `opened_on`, `first_due_on` (dates), `rate_ppm`, `step_months`; the schedule is what is unpaid at the end of opened_on
    schedule : (obligation, due day, interest fen, principal fen)
    events : each with the close that first saw it
    policy : house values
    """

    def __init__(
        self, terms: dict[str, object], schedule: Iterable[ScheduleRow], events: Iterable[Known], policy: Policy | None = None
    ) -> None:
        self.terms, self.schedule, self.policy = terms, list(schedule), policy or Policy()
        self.events = sorted(events, key=lambda k: (k.known_on, k.event.recorded_at, k.event.source, k.event.source_ref))
        self._replays: dict[int, Replay] = {}

    def replay(self, day: dt.date, known_on: dt.date) -> Replay:
        """The replay with the events known at `known_on`, run to `day` at least."""
        known = [k for k in self.events if k.known_on <= known_on]
        replay = self._replays.get(len(known))
        if replay is None:
            replay = self._replays[len(known)] = Replay(self.terms, self.schedule, known, self.policy)
        replay.run(day)
        return replay

    def state(self, day: dt.date, known_on: dt.date) -> State:
        """Position at the end of `day` as known at `known_on`, with its open obligations in `rows`."""
        return self.replay(day, known_on).states[day]

    def closes(self, first: dt.date, last: dt.date) -> list[State]:
        """As known then, one state a day, both ends included."""
        days = [first + k * DAY for k in range((last - first).days + 1)]
        return [self.state(day, day) for day in days]

    def applied(self, known_on: dt.date) -> list[dict[str, object]]:
        """Where each receipt went, as known at `known_on`."""
        return self.replay(known_on, known_on).book.applied
