"""By this channel, at this address? A channel switched off, an address that is not theirs, a telephone nobody registered."""

from __future__ import annotations

from arrears.gate.answer import Finding
from arrears.gate.case import Case, Findings, local
from arrears.gate.facts import Address
from arrears.gate.naming import CHANNEL

# What goes back to somebody who has spoken to us, whatever they switched off; MISSION S136: by the way they wrote, or by letter.
REPLIES = frozenset({"answer", "complaint_reply", "dispute_reply", "help"})
_WITHOUT_ADDRESS = frozenset({"in_app"})
_DEVICES = frozenset({"call", "video", "sms", "messenger"})


def check(case: Case) -> Findings:
    """Refuse a channel that was switched off, an address of somebody else, and an unregistered telephone or account."""
    if not case.is_contact:
        return
    yield from _opt_out(case)
    yield from _address(case)
    yield from _device(case)


def _opt_out(case: Case) -> Findings:
    rule = case.rules.house("contact.opt_out_binds")
    # A third party's no is for good: whom.py.
    if rule is None or not rule.value or case.person.relation == "third_party" or case.ask.purpose in REPLIES:
        return
    passes = case.rules.house("contact.opt_out.passes")
    if passes is not None and case.ask.purpose in passes.names:
        return
    if case.person.refusals is None:
        yield Finding("DENY_FACTS_MISSING", rule.rule, "missing", {"what": "person.refusals"})
        return
    for each in case.person.refusals:
        covers = each.channel is None or each.channel == case.ask.channel
        if covers and each.said_at <= case.when and (each.withdrawn_at is None or case.when < each.withdrawn_at):
            fields = {"channel": CHANNEL[each.channel or "every"], "said": local(each.said_at).date()}
            yield Finding("DENY_CHANNEL_OPT_OUT", rule.rule, "opt_out", fields, each.withdrawn_at)


def _address(case: Case) -> Findings:
    rule = "cn.contact.target.debtor"
    if case.ask.channel in _WITHOUT_ADDRESS or case.rules.law(rule) is None:
        return
    known: Address | None = next((each for each in case.person.addresses or () if each.id == case.ask.address), None)
    if known is None or known.owner is None or case.ask.channel not in known.channels:
        yield Finding("DENY_FACTS_MISSING", rule, "missing", {"what": f"person.addresses: {case.ask.address} ({case.ask.channel})"})
    if known is not None and (known.owner not in (None, case.person.id) or known.under_review):
        yield Finding("DENY_THIRD_PARTY", rule, "address_other", {})


def _device(case: Case) -> Findings:
    rule = case.rules.law("cn.contact.device")
    if rule is None or case.ask.channel not in _DEVICES:
        return
    for each in case.team:
        if each.device_registered is None and each.agency is not None:
            yield Finding("DENY_FACTS_MISSING", rule.rule, "missing", {"what": f"staff.device_registered: {each.id}"})
        elif each.device_registered is False:
            yield Finding("DENY_DEVICE", rule.rule, "device", {"staff": each.id})
