"""May this location be used? A confirmed address may; the track of a car or a phone only with separate consent."""

from __future__ import annotations

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings
from arrears.gate.facts import Consent
from arrears.kernel.problems import Both

# What the person told us themselves. Everything else shows where somebody is, and is sensitive by cn.pi.sensitive.
_TOLD_BY_THE_PERSON = frozenset({"confirmed_address"})
SOURCE: dict[str, Both] = {
    "confirmed_address": Both("the confirmed address", "已确认地址"),
    "car_track": Both("the track of the car", "车辆轨迹"),
    "vehicle_track": Both("the track of the car", "车辆轨迹"),
    "phone_track": Both("the track of the phone", "手机轨迹"),
}


def check(case: Case) -> Findings:
    """Refuse a location that is neither a confirmed address nor covered by a separate consent in force."""
    if case.ask.act != "use_location":
        return
    allowed = case.rules.house("location.sources")
    rule = case.rules.law("cn.pi.sensitive") or allowed
    if rule is None:
        return
    source = case.ask.location_source
    if source is None:
        yield Finding("DENY_FACTS_MISSING", rule.rule, "missing", {"what": "ask.location_source"})
        return
    # A house that lists a track as a source cannot take away the consent that the law asks for.
    if source in _TOLD_BY_THE_PERSON and (allowed is None or source in allowed.names):
        return
    yield from without_consent(
        case, "location", Finding("DENY_LOCATION_CONSENT", rule.rule, "location", {"source": SOURCE.get(source, Both(source, source))})
    )


def without_consent(case: Case, kind: str, finding: Finding) -> Findings:
    """Yield a finding unless a consent of this kind is in force; consents nobody knows are missing facts."""
    given: list[Consent] = [each for each in case.person.consents or () if each.kind == kind]
    if case.person.consents is None:
        yield Finding("DENY_FACTS_MISSING", finding.rule, "missing", {"what": f"person.consents: {kind}"})
        return
    later = []
    for each in given:
        if each.given_at > case.when:
            later += [each.given_at] if each.withdrawn_at is None or each.withdrawn_at > each.given_at else []
        elif each.withdrawn_at is None or case.when < each.withdrawn_at:
            return
    yield Finding(finding.code, finding.rule, finding.says, finding.fields, min(later, default=None))
