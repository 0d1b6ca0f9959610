"""What an act must carry when it is done: said, shown, kept back, ended in time."""

from __future__ import annotations

from collections.abc import Mapping

from arrears.gate import caps, hours
from arrears.gate.case import Case
from arrears.gate.required_acts import acts_required
from arrears.kernel.days import ZONE


def required(case: Case) -> tuple[str, ...]:
    """Return the duties of an act, as keys of `words.REQUIRED`; a value stands after a colon."""
    return (*_contact_required(case), *acts_required(case)) if case.is_contact else acts_required(case)


def _contact_required(case: Case) -> list[str]:
    duties: list[str] = []
    if hours.is_bound(case):
        consent = hours.consent_in_force(case) if case.person.consents else None
        window = hours.window_of(case)
        if consent is not None:
            duties.append(f"consent:{consent.id}")
        elif window is not None and isinstance(window.value, Mapping):
            ends = hours.at_minute(case.day, hours.minutes_of(window.value["closes"]), ZONE)
            duties.append(f"end_by:{ends.isoformat(' ', 'minutes')[:16]}")
    if caps.needs_density_review(case):
        duties.append("density_review")
    if case.person.relation == "third_party" or case.ask.purpose == "locate":
        duties += ["no_debt_word", "ask_once"]
    if case.person.prefers is not None and case.person.prefers != case.ask.channel:
        duties.append(f"prefers:{case.person.prefers}")
    # A list of words cannot clear what nobody approved: docs/wording.md says how much it misses.
    if case.ask.wording is not None and case.ask.wording.template is None:
        duties.append("free_text_read")
    named = case.person.representative
    if named is not None and named.since_at <= case.when and (named.until_at is None or case.when < named.until_at):
        duties.append(f"to_representative:{named.id}")
    return duties
