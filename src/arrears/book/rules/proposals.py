"""What a close proposes to people, each with the numbers a reader needs to redo the arithmetic.

A proposal names the day it is to be done; nothing is sent and nobody is visited here. Source: MISSION 2.2-2.5, 3.1, 3.4,
3.6; house trigger.*, plan.*, remind.*, limitation.*, credit.*.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.journal import new_pos, old_pos
from arrears.book.rules.money import i64, sum64
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import beside, prefixed, stage, text, unbound
from arrears.book.rules.turns import TARGET, boarded, work_due

target = unbound("target", TARGET)
hold_now = unbound("hold", c.HOLDS)
all_pos = unbound("all_pos", c.POSITION)  # the whole book at the end of the day
# what falls due today or in the days to be reminded of: obligations, contract instalments, and the positions of their loans
near_due = unbound("near_due", c.OPEN_DUE)
coming = unbound("coming", c.SCHEDULE)  # contract instalments that fall due in the days to be reminded of
day_names = unbound("day_names", {"day_on": "day", "iso": "string"})  # the close's own day, as text for the ids

NEAR: c.Columns = {
    name: c.POSITION[name]
    for name in (
        "loan_id", "state", "dpd", "overdue_interest_fen", "overdue_principal_fen", "no_progress_days", "anchor_on", "oldest_due_on",
        "paused_days", "attitude_points", "contract_until_on", "credit_fen", "ahead_fen",
    )
}  # fmt: skip
near_pos = unbound("near_pos", NEAR)
_GONE = ["SETTLED", "WRITTEN_OFF", "TRANSFERRED"]


def _rows(table: ir.Table, kind: str, subject: ir.StringValue, do_on: ir.IntegerValue, rule: str, **more: ir.Value) -> ir.Table:
    """Rows of PROPOSALS but for the id, from a table that has the columns of a position and `target_on`."""
    given: dict[str, ir.Value] = {
        "close_on": table.target_on,
        "loan_id": table.loan_id,
        "kind": text(kind),
        "subject": subject,
        "do_on": do_on,
        "rule": text(rule),
        "missing": text(""),
        "dpd": table.dpd,
        "overdue_fen": table.overdue_interest_fen + table.overdue_principal_fen,
        "amount_fen": table.overdue_interest_fen + table.overdue_principal_fen,
        "no_progress_days": table.no_progress_days,
        "anchor_on": table.anchor_on,
        "oldest_due_on": table.oldest_due_on,
        "paused_days": table.paused_days,
        "attitude_points": table.attitude_points,
        "threshold": i64(0),
        "before": text(""),
        "after": text(""),
        **more,
    }
    return table.select(**{name: given[name] for name in c.PROPOSALS if name not in ("proposal_id", "do_at")})


_NOW = (
    "loan_id", "state", "dpd", "overdue_interest_fen", "overdue_principal_fen", "no_progress_days", "anchor_on", "oldest_due_on",
    "paused_days", "attitude_points", "triggers", "five_class", "out_of_grace_on", "left_grace", "cured_on", "credit_code",
    "credit_code_on", "credit_fen", "penalty_cut_fen", "penalty_waived_fen", "plan_state", "promise_state", "promise_fen",
    "promise_due_on", "promise_base_fen", "received_fen",
)  # fmt: skip
_WAS = (
    "state", "triggers", "five_class", "out_of_grace_on", "left_grace", "cured_on", "credit_code", "credit_code_on", "credit_fen",
    "penalty_cut_fen", "plan_state", "promise_state",
)  # fmt: skip
CHANGED: c.Columns = {
    **{name: c.POSITION[name] for name in _NOW},
    **{f"was_{name}": c.POSITION[name] for name in _WAS},
    "target_on": "day",
    "held": "bool",  # a contact hold is in force today
    "was_held": "bool",  # it was the day before
}


@stage("changed", CHANGED)
def changed(policy: Policy) -> ir.Table:
    """Loans computed in this close with their old state beside; a new loan's old state is null."""
    del policy
    both = beside(new_pos.select(*_NOW).cross_join(target.select("target_on")), prefixed(old_pos.select("loan_id", *_WAS), "was_"))
    stopped = hold_now.filter(hold_now.stop == "contact").cross_join(target.select("target_on"))

    def on(days_ago: int, name: str) -> ir.Table:
        met = stopped.filter((stopped.from_on <= stopped.target_on - days_ago) & (stopped.to_on >= stopped.target_on - days_ago))
        return met.select("loan_id").distinct().mutate(**{name: ibis.literal(True)})

    both = beside(beside(both, on(0, "held")), on(1, "was_held"))
    return both.mutate(held=both.held.fill_null(False), was_held=both.was_held.fill_null(False))


def _reminders(policy: Policy) -> list[ir.Table]:
    """S019: the close of D - 4 asks for the reminder on D - 3; S020: the close of D, unpaid, for the notice on D + 1."""
    lead = policy.whole("remind.days_before", target.target_on)
    contract = coming.inner_join(near_pos.select("loan_id", "contract_until_on"), "loan_id")
    contract = contract.filter(contract.due_on < contract.contract_until_on).select(
        "loan_id", "obligation", "due_on", "interest_fen", "principal_fen"
    )
    agreed = near_due.filter(~near_due.covered & (near_due.kind != "F"))
    both = contract.union(agreed.select("loan_id", "obligation", "due_on", "interest_fen", "principal_fen")).distinct()
    soon = both.cross_join(target.mutate(lead=lead))
    soon = soon.filter(soon.due_on == soon.target_on + soon.lead + 1).inner_join(near_pos, "loan_id")
    amount = soon.interest_fen + soon.principal_fen - soon.credit_fen - soon.ahead_fen
    soon = soon.mutate(ask=amount).filter(lambda t: (t.ask > 0) & ~t.state.isin(_GONE))
    reminder = _rows(soon, "service_reminder", soon.obligation, soon.target_on + 1, "remind.days_before", amount_fen=soon.ask)
    owed = near_due.interest_fen + near_due.principal_fen > 0
    unpaid = near_due.filter(~near_due.covered & (near_due.kind != "F") & owed).cross_join(target)
    unpaid = unpaid.filter(unpaid.due_on == unpaid.target_on).select(
        "loan_id", "obligation", "interest_fen", "principal_fen", "target_on", "grace_days"
    )
    late = unpaid.inner_join(near_pos, "loan_id").filter(lambda t: ~t.state.isin(_GONE))
    notice = _rows(
        late,
        "overdue_notice",
        late.obligation,
        late.target_on + 1,
        "grace.days",
        amount_fen=late.interest_fen + late.principal_fen,
        threshold=late.grace_days,
    )
    return [reminder, notice]


def _delinquency(policy: Policy, day: ir.Table) -> list[ir.Table]:
    """Grace over, a case opens, cured, class changed, credit notice due."""
    # a late part of a running plan is told (3.6), it opens no case; a plan that broke does
    running = day.plan_state.isin(["ACTIVE", "LATE"])
    before = day.was_out_of_grace_on.notnull() & ~day.was_plan_state.isin(["ACTIVE", "LATE"]).fill_null(False)
    out = day.filter(day.out_of_grace_on.notnull() & ~before & ~running)
    cured = day.filter((day.cured_on == day.target_on) & ~(day.was_cured_on == day.target_on).fill_null(False))
    classed = day.filter(day.five_class != day.was_five_class.fill_null(i64(1)))
    bad = day.filter((day.dpd >= policy.whole("credit.min_dpd", day.target_on)) & day.out_of_grace_on.notnull() & ~before & ~running)
    corrected = day.filter((day.credit_code_on == day.was_credit_code_on) & (day.credit_code != day.was_credit_code))
    # a late-told payment can show that the loan never left grace: its case was opened in error (MISSION 3.2)
    same_cure = (day.cured_on == day.was_cured_on).fill_null(day.cured_on.isnull() & day.was_cured_on.isnull())
    mistaken = day.filter(day.was_left_grace.fill_null(False) & ~day.left_grace & (day.dpd == 0) & same_cure)
    return [
        _rows(mistaken, "opened_in_error", text("-"), mistaken.target_on + 1, "grace.days"),
        _rows(out, "grace_ended", text("-"), out.target_on + 1, "grace.days"),
        _rows(out, "case_opens", text("-"), out.target_on + 1, "grace.days"),
        _rows(cured, "cured", text("-"), cured.target_on + 1, "dpd.start"),
        _rows(
            classed,
            "class_changed",
            text("-"),
            classed.target_on + 1,
            "class.edges_days",
            before=classed.was_five_class.fill_null(i64(1)).cast("string"),
            after=classed.five_class.cast("string"),
        ),
        _rows(bad, "credit_notice_due", text("-"), bad.target_on + 1, "credit.notice_lead_days"),
        _rows(
            corrected,
            "credit_code_corrected",
            text("-"),
            corrected.target_on + 1,
            "credit.min_dpd",
            anchor_on=corrected.credit_code_on,
            before=corrected.was_credit_code,
            after=corrected.credit_code,
        ),
    ]


def _promises(policy: Policy, day: ir.Table) -> list[ir.Table]:
    """The promise: a reminder for its day, and how it was judged."""
    del policy
    due_soon = day.filter((day.promise_state == "PENDING") & (day.promise_due_on == day.target_on + 1))
    judged = day.filter(day.promise_state.isin(["KEPT", "PARTLY_KEPT", "BROKEN", "SUSPENDED"]) & (day.was_promise_state == "PENDING"))
    kinds = {"KEPT": "promise_kept", "PARTLY_KEPT": "promise_partly_kept", "BROKEN": "promise_broken", "SUSPENDED": "promise_suspended"}
    out = [_rows(due_soon, "promise_due", text("-"), due_soon.promise_due_on, "promise.tolerance_days", amount_fen=due_soon.promise_fen)]
    for state, kind in kinds.items():
        chosen = judged.filter(judged.promise_state == state)
        paid = chosen.received_fen - chosen.promise_base_fen
        row = _rows(chosen, kind, text("-"), chosen.target_on + 1, "promise.tolerance_days", amount_fen=paid, threshold=chosen.promise_fen)
        out.append(row)
    return out


def _plans(policy: Policy, day: ir.Table) -> list[ir.Table]:
    """S097: a part unpaid at its date + 3 is told the next morning; a plan that broke or completed."""
    parts = work_due.filter(work_due.kind == "P")
    left = (
        parts.filter(parts.interest_fen + parts.principal_fen > 0)
        .group_by("loan_id")
        .aggregate(part_due_on=lambda t: t.due_on.min(), part_fen=lambda t: sum64(t.interest_fen + t.principal_fen))
    )
    running = beside(day.filter(day.plan_state.isin(["ACTIVE", "LATE"])), left)
    late = running.filter(running.target_on == running.part_due_on + policy.whole("plan.late_days", running.target_on))
    broken = day.filter((day.plan_state == "BROKEN") & (day.was_plan_state != "BROKEN"))
    done = day.filter((day.plan_state == "COMPLETED") & (day.was_plan_state != "COMPLETED"))
    return [
        _rows(
            late, "plan_part_late", text("-"), late.target_on + 1, "plan.late_days", amount_fen=late.part_fen, anchor_on=late.part_due_on
        ),
        _rows(broken, "plan_broken", text("-"), broken.target_on + 1, "plan.break_days"),
        _rows(done, "plan_completed", text("-"), done.target_on + 1, "plan.late_days", amount_fen=done.penalty_waived_fen),
    ]


def _visits(policy: Policy, day: ir.Table) -> list[ir.Table]:
    """A visit candidate for each trigger that is new, with its threshold and what is still missing; and its withdrawal."""
    free = ~day.held & ~day.state.isin(_GONE)
    was = day.was_triggers.fill_null(text(""))
    thresholds = {
        "T1": ("trigger.days", policy.whole("trigger.days", day.target_on)),
        "T2": ("trigger.amount_fen", policy.whole("trigger.amount_fen", day.target_on)),
        "T3": ("trigger.days_attitude", policy.whole("trigger.days_attitude", day.target_on)),
    }
    pending = (day.promise_state == "PENDING").ifelse(text("+open_promise_ended"), text(""))
    missing = text("case_working+notice_proof+remote_first+assessment+approval+appointment+packet").concat(pending)
    out = []
    for name, (rule, threshold) in thresholds.items():
        fresh = day.filter(day.triggers.contains(name) & free & ~(was.contains(name) & ~day.was_held))
        out.append(_rows(fresh, "visit_candidate", text(name), fresh.target_on + 1, rule, threshold=threshold, missing=missing))
    gone = day.filter((was != "") & ~day.was_held & ((day.triggers == "") | ~free))
    reason = ibis.cases((gone.triggers != "", text("hold")), (gone.state == "UNDER_PLAN", text("agreement")), else_=text("reason_gone"))
    out.append(
        _rows(
            gone,
            "candidate_withdrawn",
            text("-"),
            gone.target_on + 1,
            "trigger.days",
            before=gone.was_triggers,
            after=gone.triggers,
            missing=reason,
        )
    )
    return out


def _limitation(policy: Policy) -> list[ir.Table]:
    """Limitation that ends soon."""
    far = all_pos.cross_join(target)
    far = far.filter((far.principal_fen + far.interest_due_fen - far.interest_paid_fen > 0) & (far.state != "TRANSFERRED"))
    alerts: tuple[int, ...] = policy.series("limitation.alert_days")[-1][1]
    out = []
    for days in alerts:
        soon = far.filter(far.limitation_end_on == far.target_on + days)
        row = _rows(
            soon,
            "limitation_ends",
            text(str(days)),
            soon.target_on + 1,
            "limitation.alert_days",
            threshold=i64(days),
            anchor_on=soon.limitation_end_on,
        )
        out.append(row)
    return out


def _limits(day: ir.Table) -> list[ir.Table]:
    """The all-in cap reached, credit owed back."""
    capped = day.filter((day.penalty_cut_fen > 0) & (day.was_penalty_cut_fen.fill_null(i64(0)) == 0))
    owed = day.filter(
        (day.credit_fen > 0)
        & day.state.isin(["SETTLED"])
        & ~((day.was_credit_fen == day.credit_fen) & (day.was_state == day.state)).fill_null(False)
    )
    return [
        _rows(capped, "cap_reached", text("-"), capped.target_on + 1, "cap.all_in", amount_fen=capped.penalty_cut_fen),
        _rows(owed, "refund_due", text("-"), owed.target_on + 1, "paid_ahead.treatment", amount_fen=owed.credit_fen),
    ]


@stage("proposed_liens", {name: kind for name, kind in c.PROPOSALS.items() if name not in ("proposal_id", "do_at")})
def proposed_liens(policy: Policy) -> ir.Table:
    """S004: a new loan behind another lien without what its rank and a sale rest on (house lien.model)."""
    lacking = boarded.filter(boarded.lien_missing != "").select("loan_id", "lien_missing", "lien_rank")
    rows = new_pos.cross_join(target.select("target_on")).inner_join(lacking, "loan_id")
    rows = rows.filter(policy.pick("lien.model", rows.target_on, lambda model: ibis.literal(model == "second_mortgage")))
    return _rows(rows, "lien_facts_missing", text("-"), rows.target_on + 1, "lien.model", missing=rows.lien_missing)


PROPOSED: c.Columns = {name: kind for name, kind in c.PROPOSALS.items() if name not in ("proposal_id", "do_at")}
proposed = unbound("proposed", PROPOSED)  # the groups of the day, below one another

# Group of proposals -> what must be true of some loan in `changed` for it to have any row.
GROUPS = {
    "proposed_delinquency": "left_grace OR was_left_grace OR out_of_grace_on IS NOT NULL OR was_five_class IS NULL "
    "OR five_class <> was_five_class OR credit_code <> was_credit_code OR cured_on = target_on",
    "proposed_promises": "promise_state <> ''",
    "proposed_plans": "plan_state <> ''",
    "proposed_visits": "triggers <> '' OR was_triggers <> ''",
    "proposed_limits": "penalty_cut_fen > 0 OR (state = 'SETTLED' AND credit_fen > 0)",
}
# Groups that look at the whole book at the end of the day.
OF_BOOK = ("proposed_due", "proposed_limitation")


@stage("proposed_due", PROPOSED)
def proposed_due(policy: Policy) -> ir.Table:
    """Service reminders and overdue notices."""
    return ibis.union(*_reminders(policy))


@stage("proposed_delinquency", PROPOSED)
def proposed_delinquency(policy: Policy) -> ir.Table:
    """What a loan's delinquency makes: grace ended, case, cure, class, credit record."""
    return ibis.union(*_delinquency(policy, changed.table))


@stage("proposed_promises", PROPOSED)
def proposed_promises(policy: Policy) -> ir.Table:
    """Promises due and judged."""
    return ibis.union(*_promises(policy, changed.table))


@stage("proposed_plans", PROPOSED)
def proposed_plans(policy: Policy) -> ir.Table:
    """Plan parts late, plans broken and completed."""
    return ibis.union(*_plans(policy, changed.table))


@stage("proposed_visits", PROPOSED)
def proposed_visits(policy: Policy) -> ir.Table:
    """Visit candidates and their withdrawal."""
    return ibis.union(*_visits(policy, changed.table))


@stage("proposed_limits", PROPOSED)
def proposed_limits(policy: Policy) -> ir.Table:
    """The all-in cap, credit owed back."""
    del policy
    return ibis.union(*_limits(changed.table))


@stage("proposed_limitation", PROPOSED)
def proposed_limitation(policy: Policy) -> ir.Table:
    """Limitation that ends soon, of any loan that is still owed."""
    return ibis.union(*_limitation(policy))


@stage("proposals", c.PROPOSALS)
def proposals(policy: Policy) -> ir.Table:
    """Every proposal of the close, with its deterministic id close/loan/kind/subject."""
    rows = proposed.inner_join(day_names, [("close_on", "day_on")])
    name = rows.iso.concat(text("/"), rows.loan_id, text("/"), rows.kind, text("/"), rows.subject)
    opening = policy.pick("contact.opening_time", rows.close_on, text)
    return rows.mutate(proposal_id=name, do_at=opening).select(*c.PROPOSALS)
