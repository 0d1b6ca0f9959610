"""Is it what it says it is? An answer answers something; a negative record is reported after its notice, with consent, out of grace."""

from __future__ import annotations

import datetime as dt

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, local, midnight
from arrears.gate.facts import Loan
from arrears.gate.location import without_consent
from arrears.gate.naming import moment_text

_ANSWERS = frozenset({"answer", "help"})
_NOTICE, _CONSENT = "cn.cr.notice", "cn.cr.consent"


def check(case: Case) -> Findings:
    """Refuse an answer to nothing, and a negative report without notice, consent or days past due."""
    if case.ask.purpose in _ANSWERS and case.is_contact:
        yield from _answers(case)
    elif case.ask.act == "report_negative":
        yield from _report(case)


def _answers(case: Case) -> Findings:
    hours, helped = case.rules.house("contact.answer_hours"), case.person.asked_for_help_at
    if hours is None or case.just_spoke:
        return
    if case.ask.purpose == "help" and helped is not None and helped <= case.when:
        return
    said = [each.at for each in case.facts.history or () if each.direction == "in" and each.person == case.person.id]
    later = [each for each in said if each > case.when]
    later += [helped] if case.ask.purpose == "help" and helped is not None else []
    last = max((each for each in said if each <= case.when), default=None)
    fields: dict[str, object] = {"hours": hours.value}
    if last is not None:
        fields["last"] = moment_text(local(last))
    yield Finding("DENY_FACTS_MISSING", hours.rule, "answers_late" if last else "answers_nothing", fields, min(later, default=None))


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
