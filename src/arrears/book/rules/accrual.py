"""Penalty per instalment: carried as a numerator, so that n days in one step are the same fen as n steps of a day.

Source: cn.civ.overdue_interest, cn.rate.penalty, cn.rate.nodouble; house penalty.*; glossary 16-21.
"""

from __future__ import annotations

from fractions import Fraction

import ibis
import ibis.expr.types as ir

from arrears.book.rules.money import half_even, i64, quot, sum64, zero
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import ROWS, beside, due, fresh, hold, pos, stage, terms, turn


@stage("rows_joined", ROWS, passing=True)
def rows_joined(policy: Policy) -> ir.Table:
    """Open obligations of the loans in this turn, with the contract instalments that fall due in it."""
    known = due.semi_join(turn, "loan_id").mutate(
        posted_before_fen=due.posted_fen, waived_before_fen=due.waived_fen, rests=ibis.literal(False)
    )
    span = (
        fresh.inner_join(turn, "loan_id")
        .inner_join(pos.select("loan_id", "contract_until_on"), "loan_id")
        .inner_join(terms.select("loan_id", "rate_ppm"), "loan_id")
    )
    new = span.filter((span.due_on > span.from_on) & (span.due_on <= span.to_on) & (span.due_on < span.contract_until_on))
    return known.select(*ROWS).union(obligation_rows(policy, new, "I").select(*ROWS))


def obligation_rows(policy: Policy, new: ir.Table, kind: str) -> ir.Table:
    """Rows of ROWS for new obligations (loan_id, obligation, due_on, interest_fen, principal_fen, rate_ppm)."""
    none = i64(0)
    return new.select(
        loan_id=new.loan_id,
        obligation=new.obligation,
        kind=ibis.literal(kind, type="string"),
        due_on=new.due_on,
        interest_fen=new.interest_fen,
        principal_fen=new.principal_fen,
        fee_fen=none,
        total_fen=new.interest_fen + new.principal_fen,
        awarded=ibis.literal(False),
        counted=ibis.literal(False),
        covered=ibis.literal(False),
        grace_days=policy.whole("grace.days", new.due_on),
        rate_num=none if kind == "P" else policy.penalty_num(new.rate_ppm, new.due_on),
        rate_den=i64(policy.penalty_den),
        cap_fen=none,
        num=none,
        posted_fen=none,
        paid_fen=none,
        waived_fen=none,
        posted_before_fen=none,
        waived_before_fen=none,
        rests=ibis.literal(False),
    )


def overlap(from_on: ir.IntegerValue, to_on: ir.IntegerValue, start_on: ir.IntegerValue, end_on: ir.IntegerValue) -> ir.IntegerValue:
    """Days that (from_on, to_on] and [start_on, end_on] share."""
    return ibis.greatest(ibis.least(to_on, end_on) - ibis.greatest(from_on, start_on - 1), i64(0))


def starts_after(policy: Policy, rows: ir.Table) -> ir.IntegerValue:
    """Last day without penalty: the end of grace, or the due day where grace is only forgiven to who pays inside it (A03)."""
    free = policy.pick("grace.penalty_mode", rows.due_on, lambda mode: ibis.literal(mode == "free"))
    return free.ifelse(rows.due_on + rows.grace_days, rows.due_on)


def accrue(policy: Policy, rows: ir.Table, days: ir.IntegerValue, end_on: ir.IntegerValue) -> ir.Table:
    """Penalty of `days` days on each row's unpaid principal, clamped to its cap and posted half-even.

    A clamped sum of amounts that are never negative does not depend on how the days are cut.
    """
    ratio = policy.pick("penalty.total_cap_ratio", rows.due_on, lambda v: i64(int(Fraction(v) * 10_000)))
    bears = (days > 0) & (rows.principal_fen > 0) & (rows.rate_num > 0) & ~rows.covered
    first_cap = half_even(rows.principal_fen * ratio, i64(10_000))
    cap = (bears & (rows.cap_fen == 0)).ifelse(first_cap, rows.cap_fen)
    added = bears.ifelse(rows.principal_fen * rows.rate_num * days, i64(0))
    num = ibis.least(rows.num + added, ibis.greatest(cap * rows.rate_den, rows.num))
    lifted = rows.mutate(cap_fen=cap, num=num)
    # nothing is posted inside grace, whatever the mode
    out = end_on > lifted.due_on + lifted.grace_days
    return lifted.mutate(posted_fen=out.ifelse(half_even(lifted.num, lifted.rate_den), lifted.posted_fen))


@stage("rows_accrued", ROWS)
def rows_accrued(policy: Policy) -> ir.Table:
    """Penalty to the end of the day before the turn's day: a receipt of a day pays penalty up to the day before."""
    rows = rows_joined.table.inner_join(turn, "loan_id")
    start = ibis.greatest(rows.from_on, starts_after(policy, rows))
    spans = rows.mutate(start_on=start, days=ibis.greatest(rows.to_on - 1 - start, i64(0)))
    pauses = hold.filter(hold.stop == "penalty").select("loan_id", hold_from=hold.from_on, hold_to=hold.to_on)
    frozen = (
        spans.filter(spans.days > 0)
        .inner_join(pauses, "loan_id")
        .mutate(shared=lambda t: overlap(t.start_on, t.to_on - 1, t.hold_from, t.hold_to))
        .group_by("loan_id", "obligation")
        .aggregate(frozen_days=lambda t: sum64(t.shared))
    )
    joined = spans.left_join(frozen, ["loan_id", "obligation"])
    counted = joined.select(*[joined[name] for name in ROWS], days=joined.days - zero(joined.frozen_days), end_on=joined.to_on - 1)
    return accrue(policy, counted, counted.days, counted.end_on).select(*ROWS)


def stopped_today(stop: str) -> ir.Table:
    """Loans on which a hold of that stop is in force on the turn's day, with the column `stopped` = true."""
    ranges = hold.filter(hold.stop == stop).select("loan_id", hold_from=hold.from_on, hold_to=hold.to_on)
    met = turn.inner_join(ranges, "loan_id")
    now = met.filter((met.hold_from <= met.to_on) & (met.hold_to >= met.to_on))
    return now.select("loan_id").distinct().mutate(stopped=ibis.literal(True))


def with_today(policy: Policy, rows: ir.Table) -> ir.Table:
    """Penalty of the turn's own day, on what is unpaid after its receipts."""
    spans = rows.inner_join(turn, "loan_id")
    joined = beside(spans, stopped_today("penalty"))
    late = (joined.to_on > starts_after(policy, joined)) & joined.stopped.isnull() & ~joined.rests
    counted = joined.select(*[joined[name] for name in ROWS], days=late.ifelse(i64(1), i64(0)), end_on=joined.to_on)
    return accrue(policy, counted, counted.days, counted.end_on).select(*ROWS)


def allowance(policy: Policy, principal_days: ir.IntegerValue, day: ir.IntegerValue) -> ir.IntegerValue:
    """Most interest, penalty and fees together that the all-in cap allows so far (cap.method daily_simple).

    The yearly cap times the sum of each day's principal outstanding, over the day basis, rounded down.
    """
    top, bottom = policy.ratio("cap.all_in", day)
    return quot(principal_days * top, bottom * policy.whole("penalty.day_basis", day))
