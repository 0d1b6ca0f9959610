"""What must be known and is not, and what cannot be true together. Whatever is unknown counts against contact."""

from __future__ import annotations

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, local
from arrears.gate.holds import STEPS

# The product's own rule; it is no choice of a lender, so it holds without the house as well.
_RULE = "contact.facts_known"


def check(case: Case) -> Findings:
    """Refuse on unknown or contradicting facts, naming each by its path."""
    for what in _unknown(case):
        yield Finding("DENY_FACTS_MISSING", _RULE, "missing", {"what": what})
    yield from _contradicting(case)


def _unknown(case: Case) -> list[str]:
    ask, found = case.ask, []
    if case.is_contact:
        found += [name for name in ("channel", "purpose") if getattr(ask, name) is None]
        found = [f"ask.{name}" for name in found]
    if case.is_collecting or ask.act in STEPS:
        if case.loan is None:
            found.append(f"loans: {ask.loan}")
        elif case.loan.oldest_due_on is None and case.loan.overdue_fen != 0:
            found.append("loans.oldest_due_on")
    if case.facts.history is None and (case.is_collecting or ask.purpose == "locate"):
        found.append("history")
    return found


def _contradicting(case: Case) -> Findings:
    """Facts that cannot both be true. A contact later than the ask is waited for: until then we cannot have known it."""

    def no(what: str) -> Finding:
        return Finding("DENY_FACTS_MISSING", _RULE, "contradiction", {"what": what})

    loan = case.loan
    if loan is not None and loan.overdue_fen and loan.oldest_due_on is not None and loan.oldest_due_on >= local(case.ask.at).date():
        yield no(f"loans.overdue_fen {loan.overdue_fen}, loans.oldest_due_on {loan.oldest_due_on}")
    for notice in loan.notices or () if loan else ():
        if notice.delivered_at is not None and notice.delivered_at < notice.sent_at:
            yield no(f"loans.notices: delivered_at {notice.delivered_at.isoformat()}, sent_at {notice.sent_at.isoformat()}")
    for name, person in (("person", case.person), ("debtor", case.facts.debtor)):
        if person is not None and person.died_on is not None and person.died_on > local(case.ask.at).date():
            yield no(f"{name}.died_on {person.died_on}, ask.at {case.ask.at.isoformat()}")
    latest = case.heard.latest
    if latest is not None and latest > case.when:
        fields = {"what": f"history: {latest.isoformat()}, ask.at {case.ask.at.isoformat()}"}
        yield Finding("DENY_FACTS_MISSING", _RULE, "contradiction", fields, latest)
