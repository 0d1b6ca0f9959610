"""The clocks of a delinquency: its start, the days without progress less their pauses, attitude points, the promise's hold.

Source: glossary 26, 27, 32, 47, 51; MISSION 3.4; house progress.*, attitude.*.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.accrual import overlap
from arrears.book.rules.money import i64, sum64, zero
from arrears.book.rules.overdue import overdue
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import beside, hold, later, mark, no_day, pos, prefixed, stage, turn
from arrears.book.rules.take_in import acts


def _points(policy: Policy, since: ir.Table) -> ir.Table:
    """Attitude points inside the present delinquency: not in grace, not on a day with a contact hold, one call a day."""
    marks = mark.inner_join(since, "loan_id")
    marks = marks.filter((marks.evidence_on >= marks.since_on) & (marks.confirmed_on <= marks.to_on))
    stops = hold.filter(hold.stop == "contact").select("loan_id", hold_from="from_on", hold_to="to_on")
    met = marks.inner_join(stops, "loan_id")
    held = met.filter((met.hold_from <= met.evidence_on) & (met.hold_to >= met.evidence_on)).select("loan_id", "evidence_on").distinct()
    free = marks.anti_join(held, ["loan_id", "evidence_on"])
    each = free.group_by("loan_id", "kind", "evidence_on").aggregate(times=lambda t: t.count().cast("int64"), to_on=lambda t: t.to_on.max())
    points = ibis.cases(
        (each.kind == "contact_declined", policy.whole("attitude.points.declined_call", each.to_on)),
        (each.kind == "mail_refused", policy.whole("attitude.points.refused_mail", each.to_on) * each.times),
        (each.kind == "promise_evidence_confirmed", policy.whole("attitude.points.broken_promise", each.to_on)),
        else_=i64(0),
    )
    scored = each.mutate(points=points)
    return scored.group_by("loan_id").aggregate(points=sum64(scored.points))


EPISODE: c.Columns = {
    "loan_id": "string",
    "to_on": "day",
    "dpd": "int64",
    "out_of_grace_on": "day",
    "last_progress_on": "day",
    "anchor_on": "day",
}
CLOCKS: c.Columns = {
    "loan_id": "string",
    "dpd": "int64",
    "out_of_grace_on": "day",
    "last_progress_on": "day",
    "anchor_on": "day",
    "paused_days": "int64",
    "no_progress_days": "int64",
    "points": "int64",
    "promise_held": "bool",
}


@stage("episode", EPISODE)
def episode(policy: Policy) -> ir.Table:
    """Days past due, the first day out of grace of the present delinquency, and where the no-progress clock starts."""
    day = beside(pos.inner_join(turn, "loan_id"), prefixed(acts.table, "day_"))
    day = beside(day, prefixed(overdue.table, "now_"))
    progress = (zero(day.day_progress_fen) >= policy.whole("progress.min_fen", day.to_on)) & (zero(day.day_progress_fen) > 0)
    promised = (zero(day.day_promise_fen) > 0) & policy.pick("progress.promise", day.to_on, ibis.literal)
    signed = agreed(day) | promised
    dpd = (day.to_on - day.now_oldest_due_on).fill_null(i64(0))
    first_out = day.now_oldest_due_on + day.now_oldest_grace_days + 1
    out = dpd > zero(day.now_oldest_grace_days)
    # without an act in between a delinquency starts on its own day; otherwise today's act started it
    started = (first_out > day.from_on).ifelse(first_out, day.to_on)
    dated = day.mutate(
        dpd=dpd,
        out_of_grace_on=ibis.cases((dpd == 0, no_day()), (out, day.out_of_grace_on.fill_null(started)), else_=day.out_of_grace_on),
        last_progress_on=(progress | signed).ifelse(day.to_on, day.last_progress_on),
    )
    restarts = policy.pick("progress.restart", dated.to_on, ibis.literal)
    anchor = restarts.ifelse(later(dated.now_oldest_due_on, dated.last_progress_on), dated.now_oldest_due_on)
    anchored = dated.mutate(anchor_on=(dated.dpd > 0).ifelse(anchor, no_day()))
    return anchored.select(*EPISODE)


@stage("clocks", CLOCKS)
def clocks(policy: Policy) -> ir.Table:
    """The no-progress clock less its pauses, attitude points, and whether a hold suspends the promise."""
    anchored = episode.table
    stops = hold.filter(hold.stop == "clock").select("loan_id", hold_from="from_on", hold_to="to_on")
    met = anchored.select("loan_id", "anchor_on", through_on="to_on").filter(lambda t: t.anchor_on.notnull()).inner_join(stops, "loan_id")
    pauses = met.group_by("loan_id").aggregate(paused=sum64(overlap(met.anchor_on, met.through_on, met.hold_from, met.hold_to)))
    since = anchored.filter(anchored.out_of_grace_on.notnull()).select("loan_id", "to_on", since_on="out_of_grace_on")
    loans = beside(beside(beside(anchored, pauses), _points(policy, since)), _promise_holds())
    paused = zero(loans.paused)
    return loans.select(
        loan_id=loans.loan_id,
        dpd=loans.dpd,
        out_of_grace_on=loans.out_of_grace_on,
        last_progress_on=loans.last_progress_on,
        anchor_on=loans.anchor_on,
        paused_days=paused,
        no_progress_days=(loans.to_on - loans.anchor_on - paused).fill_null(i64(0)),
        points=(loans.dpd > 0).ifelse(zero(loans.points), i64(0)),
        promise_held=loans.held.fill_null(False),
    )


def agreed(loans: ir.Table) -> ir.BooleanValue:
    """Was an agreement signed today: a plan, a restructure, or moved due days (glossary 48)."""
    counts = ("day_plan_count", "day_new_count", "day_defer_count", "day_extend_months", "day_move_days")
    signed = zero(loans[counts[0]]) != 0
    for name in counts[1:]:
        signed = signed | (zero(loans[name]) != 0)
    return signed


def _promise_holds() -> ir.Table:
    """Loans whose open promise met a hold on contact or the clock: it is suspended, not judged (MISSION 3.4)."""
    stops = hold.filter(hold.stop.isin(["contact", "clock"])).select("loan_id", hold_from="from_on", hold_to="to_on")
    day = beside(pos.select("loan_id", "promise_state", "promise_made_on", "promise_due_on").inner_join(turn, "loan_id"),
                 acts.table.select("loan_id", "promise_fen", "promise_until_on"))  # fmt: skip
    made = zero(day.promise_fen) > 0
    open_ = day.filter(made | (day.promise_state == "PENDING"))
    dated = open_.mutate(
        since_on=(zero(open_.promise_fen) > 0).ifelse(open_.to_on, open_.promise_made_on),
        until_on=(zero(open_.promise_fen) > 0).ifelse(open_.promise_until_on, open_.promise_due_on),
    )
    met = dated.inner_join(stops, "loan_id")
    through = ibis.least(met.until_on + 1, met.to_on)
    return (
        met.filter(overlap(met.since_on - 1, through, met.hold_from, met.hold_to) > 0)
        .select("loan_id")
        .distinct()
        .mutate(held=ibis.literal(True))
    )
