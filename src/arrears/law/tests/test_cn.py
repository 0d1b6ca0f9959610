"""Every rule of the law of China, written out a second time, so that a slip of the keyboard in a pack is found.

A line is a rule: its id, the date that picks its value, its unit, and each value with the first day on which it holds. Before the first
day there is no rule. The lines were compared with the facts on mainland China; a changed law changes its line here too.
"""

from __future__ import annotations

import datetime as dt

import pytest

from arrears.law.units import value_text
from arrears.law.values import load

LAW = load()
DAY = dt.timedelta(days=1)

# fmt: off
CN = [
    ("cn.alloc.order", "action", "list", "2021-01-01: cost, interest, principal"),
    ("cn.alloc.debts", "action", "list", "2021-01-01: designated, due, least_secured, most_burdensome, earliest_due, pro_rata"),
    ("cn.cls.def", "action", "list", "2023-07-01: 正常, 关注, 次级, 可疑, 损失"),
    ("cn.cls.def.nonperforming", "action", "int", "2023-07-01: 3"),
    ("cn.cls.dpd", "action", "days_list", "2023-07-01: 90, 270, 360"),
    ("cn.cls.restructure", "action", "int", "2023-07-01: 2"),
    ("cn.cls.restructure.again", "action", "int", "2023-07-01: 3"),
    ("cn.cls.restructure.observe", "action", "days", "2023-07-01: 365"),
    ("cn.complaint.deadline", "action", "days_list", "2020-03-01: 15, 30, 60"),
    ("cn.complaint.nomaterial", "action", "bool", "2020-03-01: true"),
    ("cn.complaint.nomaterial.by", "action", "list", "2020-03-01: self, proxy, heir"),
    ("cn.forbear.classify", "action", "bool", "2025-03-14: true"),
    ("cn.forbear.statute", "action", "bool", "2021-01-01: true"),
    ("cn.assist.rule9", "action", "ratio", "2025-10-01: 0.24"),
    ("cn.assist.rule9.list", "action", "bool", "2025-10-01: true"),
    ("cn.prohibit.violence", "action", "bool", "2023-03-01: true; 2024-04-18: true; 2026-01-30: true"),
    ("cn.prohibit.impersonate", "action", "bool", "2023-03-01: true; 2026-01-30: true"),
    ("cn.prohibit.mislead", "action", "bool", "2026-01-30: true"),
    ("cn.prohibit.posting", "action", "bool", "2026-01-30: true"),
    ("cn.prohibit.fees", "action", "bool", "2024-05-15: true; 2026-01-30: true"),
    ("cn.contact.hours", "action", "local_time_window", "2025-02-28: 08:00-22:00; 2026-01-30: 08:00-22:00"),
    ("cn.contact.calls.effective", "action", "int", "2025-02-28: 3"),
    ("cn.contact.calls.attempts", "action", "int", "2026-01-30: 6"),
    ("cn.contact.reasonable", "action", "bool", "2024-04-18: true; 2026-01-30: true"),
    ("cn.contact.sms", "action", "bool", "2026-01-30: true"),
    ("cn.contact.target.debtor", "action", "list", "2025-02-28: debtor, liable_guarantor"),
    ("cn.contact.third.trigger", "action", "list", "2025-02-28: unreachable, dead, incapacitated"),
    ("cn.contact.third.lost3", "action", "int", "2026-01-30: 3"),
    ("cn.contact.third.lost3.invalid", "action", "bool", "2026-01-30: true"),
    ("cn.contact.third.nodisclose", "action", "bool", "2025-02-28: true; 2026-01-30: true"),
    ("cn.contact.third.stop", "action", "bool", "2025-02-28: true; 2026-01-30: true"),
    ("cn.contact.third.related", "action", "list", "2024-04-18: related, unrelated; 2026-01-30: related, unrelated"),
    ("cn.contact.third.related.volunteer", "action", "bool", "2026-01-30: true"),
    ("cn.contact.third.ban", "action", "bool", "2024-04-18: true"),
    ("cn.contact.identify", "action", "list", "2026-01-30: lender_name, agency_name, staff_id, purpose"),
    ("cn.contact.identify.own_name", "action", "bool", "2026-01-30: true"),
    ("cn.contact.device", "action", "bool", "2026-01-30: true"),
    ("cn.contact.record", "action", "bool", "2026-01-30: true"),
    ("cn.record.retention", "action", "years", "2024-04-18: 5"),
    ("cn.civ.usury", "action", "bool", "2021-01-01: true"),
    ("cn.civ.usury.advance", "action", "bool", "2021-01-01: true"),
    ("cn.assign.notice", "action", "bool", "2021-01-01: true"),
    ("cn.spouse.debt", "action", "list", "2021-01-01: signed, ratified, daily_needs, proven_joint_use"),
    ("cn.estate.limit", "action", "choice", "2021-01-01: value_received"),
    ("cn.estate.limit.renounced", "action", "bool", "2021-01-01: true"),
    ("cn.estate.limit.needy", "action", "bool", "2021-01-01: true"),
    ("cn.cr.notice", "action", "bool", "2013-03-15: true"),
    ("cn.cr.consent", "action", "bool", "2013-03-15: true"),
    ("cn.cr.keep5", "action", "years", "2013-03-15: 5"),
    ("cn.cr.dispute", "action", "days", "2013-03-15: 20"),
    ("cn.cr.codes", "action", "buckets", "2020-01-01: N 0, 1 1-30, 2 31-60, 3 61-90, 4 91-120, 5 121-150, 6 151-180, 7 181+"),
    ("cn.cr.codes.other", "action", "list", "2020-01-01: *, #, /, M, B, C, D, Z, G, A"),
    ("cn.cr.repair2025", "action", "fen", "2026-01-01: 1000000"),
    ("cn.cr.repair2025.arisen_from", "action", "date", "2026-01-01: 2020-01-01"),
    ("cn.cr.repair2025.arisen_to", "action", "date", "2026-01-01: 2025-12-31"),
    ("cn.cr.repair2025.repaid_first", "action", "date", "2026-01-01: 2025-11-30"),
    ("cn.cr.repair2025.repaid_by", "action", "date", "2026-01-01: 2026-03-31"),
    ("cn.pi.basis", "action", "list", "2021-11-01: consent, contract, legal_duty"),
    ("cn.pi.sensitive", "action", "bool", "2021-11-01: true"),
    ("cn.pi.sensitive.kinds", "action", "list", "2021-11-01: location_track, financial_account"),
    ("cn.pi.pia", "action", "years", "2021-11-01: 3"),
    ("cn.pi.entrust", "action", "list", "2021-11-01: purpose, term, method, kinds, protection"),
    ("cn.pi.entrust.other", "action", "bool", "2021-11-01: true"),
    ("cn.pi.retention", "action", "bool", "2021-11-01: true"),
    ("cn.pi.autodecision", "action", "bool", "2021-11-01: true"),
    ("cn.pi.crime50", "action", "int", "2017-06-01: 50"),
    ("cn.pi.crime50.duty", "action", "int", "2017-06-01: 25"),
    ("cn.chg.bankruptcy", "action", "bool", "2021-03-01: true"),
    ("cn.chg.bankruptcy.region", "action", "list", "2021-03-01: 深圳"),
    ("cn.civ.overdue_interest", "action", "bool", "2021-01-01: true"),
    ("cn.civ.prepay", "action", "bool", "2021-01-01: true"),
    ("cn.civ.accel", "action", "list", "2021-01-01: contract_clause, misuse_673, security_fell_408"),
    ("cn.rate.penalty", "signing", "ratio", "2004-01-01: 1.5"),
    ("cn.rate.penalty.least", "signing", "ratio", "2004-01-01: 1.3"),
    ("cn.rate.penalty.compound", "signing", "bool", "2004-01-01: true"),
    ("cn.rate.cap24", "action", "ratio", "2017-08-01: 0.24; 2025-10-01: 0.24"),
    ("cn.rate.nodouble", "action", "bool", "2025-01-01: true"),
    ("cn.rate.disclose", "signing", "bool", "2026-08-01: true"),
    ("cn.loan.purpose", "signing", "list", "2024-04-18: house, car"),
    ("cn.loan.purpose.balance", "action", "fen", "2024-04-18: 20000000"),
    ("cn.rate.liquidated", "action", "ratio", "2021-01-01: 1.3; 2023-12-05: 1.3"),
    ("cn.repo.gpsfee", "signing", "bool", "2026-08-01: true"),
    ("cn.lim.years", "action", "years", "2021-01-01: 3"),
    ("cn.lim.years.longest", "action", "years", "2021-01-01: 20"),
    ("cn.lim.interrupt", "action", "list",
     ("2021-01-01: demand_delivered, part_payment, instalment_promise, "
     "extension_request, plan_signed, suit_ended")),
    ("cn.lim.suspend", "action", "months", "2021-01-01: 6"),
    ("cn.lim.effect", "action", "bool", "2021-01-01: true"),
    ("cn.lim.effect.waiver", "action", "list", "2021-01-01: consent_signed, plan_signed"),
    ("cn.geo.map", "action", "bool", "2016-01-01: true; 2017-07-01: true"),
    ("cn.geo.gcj", "action", "list", "2006-01-01: GCJ02, BD09; 2023-02-06: GCJ02, BD09"),
    ("cn.outsource.responsible", "action", "choice", "2024-04-18: lender; 2025-02-28: lender"),
    ("cn.outsource.notice", "action", "bool", "2023-03-01: true"),
    ("cn.outsource.whitelist", "action", "bool", "2026-01-30: true"),
    ("cn.outsource.whitelist.inspection", "action", "months", "2026-01-30: 12"),
    ("cn.outsource.eval", "action", "months", "2025-02-28: 12"),
    ("cn.outsource.eval.before_end", "action", "bool", "2025-02-28: true"),
    ("cn.outsource.staff", "action", "list",
     ("2024-05-15: no_violent_crime, no_bad_credit, training_before, training_yearly, confidentiality; "
     "2025-02-28: no_violent_crime, no_bad_credit, training_before, training_yearly, confidentiality")),
    ("cn.outsource.staff.training", "action", "months", "2024-05-15: 12; 2025-02-28: 12"),
    ("cn.outsource.ai", "action", "bool", "2025-02-28: true; 2026-01-30: true"),
    ("cn.proc.security", "action", "days", "2024-01-01: 30"),
    ("cn.proc.security.objection", "action", "days", "2022-04-10: 5"),
    ("cn.proc.security.ruling", "action", "days", "2022-04-10: 15"),
    ("cn.proc.junior", "action", "bool", "2022-04-10: true"),
    ("cn.proc.order", "action", "list",
     ("2024-01-01: due_and_certain, no_other_dispute, in_china, "
     "not_missing, can_be_served, nothing_preserved")),
    ("cn.proc.order.accept", "action", "days", "2024-01-01: 5"),
    ("cn.proc.order.issue", "action", "days", "2024-01-01: 15"),
    ("cn.proc.order.object", "action", "days", "2024-01-01: 15"),
    ("cn.proc.order.serve", "action", "days", "2024-01-01: 30"),
    ("cn.proc.service", "action", "days", "2024-01-01: 30"),
    ("cn.proc.service.electronic", "action", "bool", "2024-01-01: true"),
    ("cn.proc.preserve", "action", "days", "2024-01-01: 30"),
    ("cn.proc.preserve.ruling", "action", "hours", "2024-01-01: 48"),
    ("cn.proc.enforce", "action", "years", "2024-01-01: 2"),
    ("cn.proc.enforce.delay", "action", "ratio", "2024-01-01: 2"),
    ("cn.proc.selfhelp", "action", "bool", "2021-01-01: true"),
    ("cn.scope.cfc", "action", "bool", "2024-04-18: true"),
    ("cn.scope.gbt", "action", "bool", "2025-02-28: true"),
    ("cn.scope.nifa2024", "action", "bool", "2024-05-15: true; 2025-02-28: no rule"),
    ("cn.scope.cba2026", "action", "bool", "2026-01-30: true"),
    ("cn.sec.attach", "action", "choice", "2021-01-01: registration"),
    ("cn.sec.registry", "action", "choice", "2021-01-01: vehicle_office; 2022-05-01: vehicle_office"),
    ("cn.sec.registry.decide", "action", "days", "2022-05-01: 1"),
    ("cn.sec.unregistered", "action", "list", "2021-01-01: good_faith_buyer, good_faith_lessee, seizing_creditor, insolvency"),
    ("cn.sec.transfer", "action", "bool", "2021-01-01: true"),
    ("cn.sec.liuya", "action", "choice", "2021-01-01: priority_only"),
    ("cn.sec.realize", "action", "list", "2021-01-01: agreed_discount, agreed_auction, agreed_sale, court"),
    ("cn.sec.realize.own_sale", "action", "bool", "2021-01-01: true"),
    ("cn.sec.pledge", "action", "list", "2021-01-01: repairers_lien, registered_or_delivered_by_time"),
    ("cn.sec.pmsi", "action", "days", "2021-01-01: 10"),
    ("cn.sec.scope", "action", "list", "2021-01-01: principal, interest, agreed_damages, damages, custody_cost, realisation_cost"),
    ("cn.sec.time", "action", "bool", "2021-01-01: true"),
    ("cn.sec.time.judgment", "action", "years", "2021-01-01: 2"),
    ("cn.repo.noforce", "action", "list", "2021-01-01: court_act, consent_now"),
    ("cn.sec.priority", "action", "list", "2021-01-01: registered_by_time, unregistered_pro_rata"),
    ("cn.sec.surplus", "action", "bool", "2021-01-01: true"),
    ("cn.visit.hours", "action", "local_time_window", "2026-01-30: 08:00-22:00"),
    ("cn.visit.team", "action", "int", "2026-01-30: 2"),
    ("cn.visit.team.ids_shown", "action", "bool", "2026-01-30: true"),
    ("cn.visit.entry", "action", "bool", "2021-01-01: true; 2026-01-30: true"),
]
# fmt: on


def steps(text):
    """The dated values of a line: (first day, value)."""
    parts = [part.split(": ", 1) for part in text.split("; ")]
    return [(dt.date.fromisoformat(since), value) for since, value in parts]


def test_every_rule_has_its_line_and_every_line_its_rule():
    assert sorted(line[0] for line in CN) == sorted(entry.id for entry in LAW.entries.values() if not entry.house)


@pytest.mark.behaviour("S155")
@pytest.mark.parametrize(("rule", "dated_by", "unit", "text"), CN, ids=[line[0] for line in CN])
def test_a_rule_holds_from_its_day_and_not_the_day_before(rule, dated_by, unit, text):
    entry = LAW.entry(rule)
    assert (entry.dated_by, entry.unit) == (dated_by, unit)
    before = "no rule"
    for since, value in steps(text):
        assert value_text(LAW.at(rule, since - DAY)) == before
        assert value_text(LAW.at(rule, since)) == value
        before = value
    assert value_text(LAW.at(rule, dt.date(2099, 12, 31))) == before
