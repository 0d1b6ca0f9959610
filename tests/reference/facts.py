"""Facts read whole: holds, receipts net of reversals, progress days, attitude evidence."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from arrears.kernel.events import Event
from reference.policy import Known, Policy

CHANGES = ("instalments_deferred", "term_extended", "due_date_changed")
EVIDENCE = ("promise_evidence_confirmed", "contact_declined", "mail_refused")


def key(e: Event) -> str:
    """What `refers_to` names."""
    return f"{e.source}/{e.source_ref}"


class Facts:
    """Everything one known set says that is not an act of a single day."""

    def __init__(self, known: list[Known]) -> None:
        self.known = known
        self.spans = hold_spans([k.event for k in known])
        reversed_ = {k.event.refers_to for k in known if k.event.kind == "payment_reversed"}
        self._receipts: dict[dt.date, list[tuple[Known, int]]] = defaultdict(list)
        for k in known:
            e = k.event
            proceeds = e.kind == "collateral_proceeds_received" and e.subject == "apply"
            if (e.kind == "payment_received" or proceeds) and key(e) not in reversed_ and e.amount_fen:
                self._receipts[e.value_on].append((k, e.amount_fen))
        self.reversed = reversed_

    # -- holds

    def held(self, what: str, day: dt.date) -> bool:
        """Does a hold that stops `what` cover `day`."""
        return any(lo <= day <= hi for lo, hi in self.spans.get(what, ()))

    def held_days(self, what: str, after: dt.date, upto: dt.date) -> int:
        """Days d with after < d <= upto on hold; overlapping holds count once."""
        if not self.spans.get(what):
            return 0
        return sum(self.held(what, after + dt.timedelta(days=k)) for k in range(1, (upto - after).days + 1))

    # -- money

    def receipts_on(self, day: dt.date) -> list[tuple[Known, int]]:
        """Receipts valued on `day` that were not reversed, in posting order."""
        return self._receipts.get(day, [])

    def paid_between(self, first: dt.date, last: dt.date) -> int:
        """Received with a value date from first to last, both included."""
        return sum(money for day, list_ in self._receipts.items() if first <= day <= last for _, money in list_)

    def last_sign_of_life(self, day: dt.date) -> dt.date:
        """Latest receipt or borrower's contact up to `day` (what keeps a late plan from breaking)."""
        paid = (d for d, list_ in self._receipts.items() if d <= day and sum(m for _, m in list_) > 0)
        return max((*paid, *self.days(day, ("borrower_contacted",))), default=dt.date.min)

    def days(self, upto: dt.date, kinds: Iterable[str]) -> list[dt.date]:
        return [k.event.value_on for k in self.known if k.event.kind in kinds and k.event.value_on <= upto]

    def payment_days(self, upto: dt.date) -> list[dt.date]:
        """Days of money by or for the borrower (a lender's own money does not count)."""
        money = ("payment_received", "collateral_proceeds_received")
        events = (k.event for k in self.known if k.event.kind in money and k.event.value_on <= upto)
        return [e.value_on for e in events if e.progress and e.amount_fen > 0 and key(e) not in self.reversed]

    def agreement_days(self, upto: dt.date, policy: Policy) -> list[dt.date]:
        """Signing days of agreements and, where the policy says so, of signed changes."""
        return self.days(upto, ("agreement_signed", *(CHANGES if policy.change_is_agreement else ())))

    # -- attitude

    def points(self, day: dt.date, since: dt.date, broken_days: set[dt.date], policy: Policy) -> int:
        """Points of evidence dated since..day, confirmed by `day`, not excused, not on a day of a contact hold."""
        excused = {k.event.refers_to for k in self.known if k.event.kind == "evidence_excused" and k.event.value_on <= day}
        seen: set[tuple[str, object]] = set()
        worth = dict(zip(EVIDENCE, (policy.promise_points, policy.declined_points, policy.refused_points), strict=True))
        for k in self.known:
            e = k.event
            if e.kind not in EVIDENCE or e.until_on is None or e.value_on > day or key(e) in excused:
                continue
            if not since <= e.until_on <= day or self.held("contact", e.until_on):
                continue
            if e.kind == "promise_evidence_confirmed" and policy.evidence_needs_broken and e.until_on not in broken_days:
                continue
            seen.add((e.kind, key(e) if e.kind == "mail_refused" else e.until_on))  # one declined call a day
        return sum(worth[kind] for kind, _ in seen)


def hold_spans(events: list[Event]) -> dict[str, list[tuple[dt.date, dt.date]]]:
    """First and last day of each hold, by what it stops. The last `hold_ended` of a hold decides its end."""
    ends = {e.subject: e.value_on for e in events if e.kind == "hold_ended"}
    spans: dict[str, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    for e in events:
        if e.kind == "hold_opened":
            last = ends.get(e.subject) or e.until_on or dt.date.max
            for what in e.stops.split("+"):
                spans[what].append((e.value_on, last))
    return spans
