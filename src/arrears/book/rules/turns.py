"""Which loans a close touches, and how far each may go in one turn.

A turn ends on the loan's next own day: an event, the day a promise is judged, the day a plan may break, a due day while
there is credit to use, the last month end (its credit code). Due days are no such days otherwise: an instalment joins
inside a longer turn at no cost. So catch-up and replay cost the events of a loan, not the days of the calendar.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from arrears.book import columns as c
from arrears.book.rules.classify import credit_code
from arrears.book.rules.day_end import due_out
from arrears.book.rules.money import i64
from arrears.book.rules.policy import Policy
from arrears.book.rules.status import status
from arrears.book.rules.tables import FAR, TURN, beside, no_day, stage, text, turn, unbound

TARGET: c.Columns = {"target_on": "day", "month_end_on": "day", "month_from_on": "day", "at_month_end": "bool"}
IDS: c.Columns = {"loan_id": "string"}

target = unbound("target", TARGET)
work_pos = unbound("work_pos", c.POSITION)
work_due = unbound("work_due", c.OPEN_DUE)
work_sched = unbound("work_sched", c.SCHEDULE)
work_evt = unbound("work_evt", c.EVENTS)
last_live = unbound("last_pos_live", c.POSITION)  # the live rows of the close before
last_due = unbound("last_due", c.OPEN_DUE)
slice_sched = unbound("slice_sched", c.SCHEDULE)  # contract instalments that fall due in this close
day_evt = unbound("day_evt", c.EVENTS)  # events that this close sees first
fresh_ids = unbound("fresh_ids", IDS)  # loans that the Book knows from this close on
late_ids = unbound("late_ids", IDS)  # loans that learned today of something earlier
still_pos = unbound("still_pos", c.POSITION)  # rows that nothing touched
BOARDED: c.Columns = {
    name: c.LOANS[name]
    for name in (
        "loan_id", "principal_fen", "history_paid_fen", "step_months", "opened_on", "maturity_on", "lien_rank", "lien_missing",
    )
}  # fmt: skip
boarded = unbound("boarded", BOARDED)  # of the chosen loans
chosen = unbound("chosen", IDS)

_RUNNING = ["ACTIVE", "LATE"]


@stage("turn", TURN)
def next_turn(policy: Policy) -> ir.Table:
    """Each loan that has not reached the target: from the end of its state to its next own day."""
    now = work_pos.cross_join(target)
    now = now.filter(now.state_on < now.target_on)
    state = now.select("loan_id", "state_on")
    events = work_evt.inner_join(state, "loan_id").filter(lambda t: t.effect_on > t.state_on)
    dues = (
        work_sched.select("loan_id", "due_on")
        .union(work_due.select("loan_id", "due_on"))
        .inner_join(now.select("loan_id", "state_on", "credit_fen", "ahead_fen"), "loan_id")
    )
    dues = dues.filter((dues.due_on > dues.state_on) & ((dues.credit_fen > 0) | (dues.ahead_fen > 0)))
    parts = work_due.filter((work_due.kind == "P") & (work_due.interest_fen + work_due.principal_fen > 0))
    loans_ = beside(now, events.group_by("loan_id").aggregate(event_on=events.effect_on.min()))
    loans_ = beside(loans_, dues.group_by("loan_id").aggregate(next_due_on=dues.due_on.min()))
    unpaid = work_due.filter(~work_due.covered & (work_due.interest_fen + work_due.principal_fen > 0)).select("loan_id", "due_on")
    falls = work_sched.select("loan_id", "due_on").union(unpaid).inner_join(now.select("loan_id", "state_on"), "loan_id")
    falls = falls.join(unpaid.mutate(open=ibis.literal(True)).distinct(), ["loan_id", "due_on"], how="left")
    falls = falls.filter(falls.open.notnull() | (falls.due_on > falls.state_on))
    loans_ = beside(loans_, falls.group_by("loan_id").aggregate(oldest_open_on=falls.due_on.min()))
    open_now = work_due.filter(~work_due.covered).inner_join(now.select("loan_id", "state_on"), "loan_id")
    open_now = open_now.filter(open_now.due_on <= open_now.state_on).select("loan_id").distinct().mutate(open_now=ibis.literal(True))
    loans_ = beside(beside(loans_, open_now), parts.group_by("loan_id").aggregate(part_on=parts.due_on.min()))
    judged = loans_.promise_due_on + policy.whole("promise.tolerance_days", loans_.state_on)
    quiet = ibis.greatest(
        loans_.part_on, loans_.last_receipt_on.fill_null(loans_.part_on), loans_.plan_contact_on.fill_null(loans_.part_on)
    )
    breaks = ibis.greatest(quiet + policy.whole("plan.break_days", loans_.state_on), loans_.state_on + 1)
    # an unpaid part of a running plan leaves grace on its own day, whether or not the plan breaks later
    part_out = loans_.part_on + policy.whole("grace.days", loans_.part_on) + 1
    far = i64(FAR)
    spends = ((loans_.credit_fen > 0) | (loans_.ahead_fen > 0)) & loans_.open_now.fill_null(False)
    # a loan that is overdue stops on the eve of an event too: what it was then (out of grace, high risk) matters to the act
    eve = loans_.event_on - 1
    late = (loans_.oldest_open_on < eve).fill_null(False) & (eve > loans_.state_on)
    own = ibis.least(
        loans_.target_on,
        late.ifelse(eve, loans_.event_on).fill_null(far),
        spends.ifelse(loans_.state_on + 1, far),
        loans_.next_due_on.fill_null(far),
        (loans_.month_end_on > loans_.state_on).ifelse(loans_.month_end_on, far),
        ((loans_.promise_state == "PENDING") & (judged > loans_.state_on)).ifelse(judged, far).fill_null(far),
        loans_.plan_state.isin(_RUNNING).ifelse(breaks, far).fill_null(far),
        (loans_.plan_state.isin(_RUNNING) & (part_out > loans_.state_on)).ifelse(part_out, far).fill_null(far),
    )
    return loans_.select(loan_id=loans_.loan_id, from_on=loans_.state_on, to_on=own)


@stage("pos", c.POSITION)
def pos_of_turn(policy: Policy) -> ir.Table:
    """Positions of the turn's loans."""
    del policy
    return work_pos.semi_join(turn, "loan_id")


@stage("due", c.OPEN_DUE)
def due_of_turn(policy: Policy) -> ir.Table:
    """Open obligations of the turn's loans."""
    del policy
    return work_due.semi_join(turn, "loan_id")


@stage("merged_pos", c.POSITION)
def merged_pos(policy: Policy) -> ir.Table:
    """The working positions after a turn in which only some loans moved."""
    del policy
    return work_pos.anti_join(turn, "loan_id").select(*c.POSITION).union(status.table)


@stage("merged_due", c.OPEN_DUE)
def merged_due(policy: Policy) -> ir.Table:
    """The working obligations after such a turn."""
    del policy
    return work_due.anti_join(turn, "loan_id").select(*c.OPEN_DUE).union(due_out.table)


@stage("opening", c.POSITION)
def opening(policy: Policy) -> ir.Table:
    """The position of a loan on the eve of the day it was opened: nothing has happened yet."""
    del policy
    known = boarded.mutate(gone=boarded.principal_fen == 0)
    given = {
        "loan_id": known.loan_id,
        "state_on": known.opened_on - 1,  # its first turn is the opening day itself, which gives it a status
        "disbursed_fen": known.principal_fen,
        "principal_fen": known.principal_fen,
        "history_paid_fen": known.history_paid_fen,
        "step_months": known.step_months,
        "contract_until_on": i64(FAR),
        "final_due_on": known.maturity_on,
        "limitation_end_on": no_day(),
        "state": known.gone.ifelse(text("SETTLED"), text("CURRENT")),
        "high_risk": ibis.literal(False),
        "five_class": i64(1),
    }
    empty = {"string": text(""), "int64": i64(0), "int32": i64(0), "day": no_day(), "bool": ibis.literal(False)}
    return known.select(**{name: given.get(name, empty[kind]) for name, kind in c.POSITION.items()})


opening_rows = unbound("opening_rows", c.SCHEDULE)


@stage("opening_due", c.OPEN_DUE)
def opening_due(policy: Policy) -> ir.Table:
    """Instalments already unpaid when the loan was opened; they bear no penalty of the time before."""
    rows = opening_rows.semi_join(chosen, "loan_id")
    return rows.select(
        loan_id=rows.loan_id,
        obligation=rows.obligation,
        kind=text("H"),
        due_on=rows.due_on,
        interest_fen=rows.interest_fen,
        principal_fen=rows.principal_fen,
        fee_fen=i64(0),
        total_fen=rows.interest_fen + rows.principal_fen,
        awarded=ibis.literal(False),
        counted=ibis.literal(False),
        covered=ibis.literal(False),
        grace_days=policy.whole("grace.days", rows.due_on),
        rate_num=i64(0),
        rate_den=i64(policy.penalty_den),
        cap_fen=i64(0),
        num=i64(0),
        posted_fen=i64(0),
        paid_fen=i64(0),
        waived_fen=i64(0),
    )


@stage("touched", IDS)
def touched(policy: Policy) -> ir.Table:
    """Loans that this close must compute: new or corrected ones, an event, a due day, something open, a promise, a plan.

    An id may name a loan that is not open yet: it has no position, and nothing is computed for it.
    """
    del policy
    closing = last_due.cross_join(target)
    return ibis.union(
        fresh_ids,
        late_ids,  # what an earlier day taught of them is told today
        day_evt.select("loan_id"),
        slice_sched.select("loan_id"),
        closing.filter(closing.due_on <= closing.target_on).select("loan_id"),
        last_live.filter(_pending(last_live)).select("loan_id"),
    ).distinct()


def _pending(rows: ir.Table) -> ir.BooleanValue:
    return (rows.promise_state == "PENDING") | rows.plan_state.isin(_RUNNING)


@stage("quiet", IDS)
def quiet(policy: Policy) -> ir.Table:
    """Loans at work that no close needs to touch before something happens or falls due: the other side of `touched`."""
    del policy
    return work_pos.filter(~_pending(work_pos)).select("loan_id").anti_join(work_due, "loan_id")


@stage("untouched", c.POSITION)
def untouched(policy: Policy) -> ir.Table:
    """Rows that nothing touched, as they were; at a month end with the month's credit code, which needs nothing else."""
    rest = still_pos.cross_join(target)
    code = credit_code(policy, rest, rest.target_on, rest.month_from_on)
    coded = rest.mutate(
        credit_code=rest.at_month_end.ifelse(code, rest.credit_code),
        credit_code_on=rest.at_month_end.ifelse(rest.target_on, rest.credit_code_on),
    )
    return coded.select(*c.POSITION)
