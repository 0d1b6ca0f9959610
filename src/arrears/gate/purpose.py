"""Is it what it says it is? An answer answers something; a negative record is reported after its notice, with consent, out of grace."""

from __future__ import annotations

import datetime as dt

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, local, midnight
from arrears.gate.facts import Loan
from arrears.gate.location import without_consent
from arrears.gate.naming import moment_text

_ANSWERS = frozenset({"answer", "help"})
# Holds in which somebody is offered help without having asked again.
_HELP_HOLDS = frozenset({"hardship", "illness", "distress"})
_NOTICE, _CONSENT = "cn.cr.notice", "cn.cr.consent"


def check(case: Case) -> Findings:
    """Refuse an answer to nothing, and a negative report without notice, consent or days past due."""
    if case.ask.purpose in _ANSWERS and case.is_contact:
        yield from _answers(case)
    elif case.ask.act == "report_negative":
        yield from _report(case)


def _answers(case: Case) -> Findings:
    hours = case.rules.house("contact.answer_hours")
    if hours is None:
        return
    within = dt.timedelta(hours=hours.number)
    said = [each.at for each in case.facts.history or () if each.direction == "in" and each.person == case.person.id]
    if any(case.when - within <= each <= case.when for each in said):
        return
    helped_from = _helped_from(case)
    if helped_from is not None and helped_from <= case.day:
        return
    later = [each for each in said if each > case.when] + ([midnight(helped_from)] if helped_from else [])
    last = max((each for each in said if each <= case.when), default=None)
    fields: dict[str, object] = {"hours": hours.value}
    if last is not None:
        fields["last"] = moment_text(local(last))
    yield Finding("DENY_FACTS_MISSING", hours.rule, "answers_late" if last else "answers_nothing", fields, min(later, default=None))


def _helped_from(case: Case) -> dt.date | None:
    """The first day, from this one on, of a hold in which help is offered unasked; None without one."""
    if case.ask.purpose != "help":
        return None
    days = [
        max(hold.from_on, case.day)
        for hold in case.facts.holds or ()
        if hold.kind in _HELP_HOLDS and hold.loan in (None, case.ask.loan) and (hold.to_on is None or case.day <= hold.to_on)
    ]
    return min(days, default=None)


def _report(case: Case) -> Findings:
    loan = case.loan
    if case.rules.law(_CONSENT) is not None:
        yield from without_consent(case, "credit", Finding("DENY_FACTS_MISSING", _CONSENT, "missing", {"what": "person.consents: credit"}))
    if loan is None:
        return
    yield from _noticed(case, loan)
    least = case.rules.house("credit.min_dpd")
    if least is None:
        return
    if loan.days_past_due is None:
        yield Finding("DENY_FACTS_MISSING", least.rule, "missing", {"what": "loans.days_past_due"})
    elif loan.days_past_due < least.number:
        yield Finding("DENY_GRACE", least.rule, "report_early", {"days": loan.days_past_due, "least": least.value})


def _noticed(case: Case, loan: Loan) -> Findings:
    if case.rules.law(_NOTICE) is None:
        return
    arrived = [
        each.delivered_at
        for each in loan.notices or ()
        if each.kind == "credit_notice"
        and each.delivered_at is not None
        and loan.oldest_due_on is not None
        and local(each.delivered_at).date() > loan.oldest_due_on
    ]
    first = min(arrived, default=None)
    if first is None:
        yield Finding("DENY_NO_CREDIT_NOTICE", _NOTICE, "no_credit_notice", {})
        return
    lead = case.rules.house("credit.notice_lead_days")
    if lead is None:
        if first > case.when:
            yield Finding("DENY_NO_CREDIT_NOTICE", _NOTICE, "no_credit_notice", {}, first)
        return
    opens = local(first).date() + dt.timedelta(days=lead.number)
    if case.day < opens:
        fields = {"on": local(first).date(), "days": lead.value, "opens": opens}
        yield Finding("DENY_NO_CREDIT_NOTICE", lead.rule, "credit_notice_young", fields, midnight(opens))
