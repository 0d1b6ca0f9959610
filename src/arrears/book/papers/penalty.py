"""Penalty in closed form, in numbers that a reader can redo: base × daily rate × days, per instalment.

The posted figures come from the Book. The segments are an explanation derived from receipts, grace, holds and plans; where
they do not give the posted figure to the last digit, they are left out and the Book's own sum of daily bases stands instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from arrears.book.door import History
from arrears.book.papers.figures import decimal_text, iso, percent_text
from arrears.book.papers.obligations import Row, Taken
from arrears.kernel.money import PPM, half_even
from arrears.law.values import Law

ONE = dt.timedelta(days=1)
Range = tuple[dt.date, dt.date]  # both days included


def penalty(history: History, rows: list[Row], law: Law) -> dict[str, Any]:
    """Explain the penalty of a loan.

    Parameters
    ----------
    history : of the loan
    rows : its obligations, as `obligations` lists them
    law : of the Book

    Returns
    -------
    rows: one dict an instalment that bore penalty: obligation, due_on, free_until_on (last day of grace), rate (exact text), rate_percent,
    rate_why (product, uplift, cap: the three of which the lowest holds), segments (from, to, base_fen, days, frozen_days),
    base_days_fen (sum of daily bases), posted_fen, paid_fen, waived_fen, owed_fen, cap_fen, capped, explained (the segments give
    posted_fen). others_fen: posted on obligations that no longer stand alone. posted_fen, paid_fen, waived_fen, cut_fen, owed_fen: of
    the loan.
    """
    position = history.position
    taken = Taken(history)
    live = {row["obligation"]: row for row in history.open_due}
    frozen = merged([*held_days(history.events, "penalty", history.on), *_after_charge_off(history)])
    plans = plan_ranges(history, taken, live, frozen)
    told = []
    for row in rows:
        if row["kind"] in ("P", "F"):
            continue
        made = _live(row, live[row["obligation"]]) if row["obligation"] in live else _gone(history, row, taken, law)
        made["segments"] = segments(history, row, taken, made["grace_days"], _quiet(row, frozen, plans))
        told.append(_checked(made, row["obligation"] in live))
    kept = [_said(made, history, law) for made in told if made["posted_fen"] or made["paid_fen"] or made["waived_fen"]]
    posted = position["penalty_posted_fen"]
    paid = position["penalty_paid_fen"]
    # a charge-off gives up what penalty is left
    waived = posted - paid if position["state"] == "WRITTEN_OFF" else position["penalty_waived_fen"]
    return {
        "rows": kept,
        "others_fen": posted - sum(made["posted_fen"] for made in kept),
        "posted_fen": posted,
        "paid_fen": paid,
        "waived_fen": waived,
        "cut_fen": position["penalty_cut_fen"],
        "owed_fen": posted - paid - waived,
    }


def _live(row: Row, due: Row) -> Row:
    """An open obligation: every figure is the Book's."""
    return {
        "obligation": row["obligation"],
        "due_on": due["due_on"],
        "grace_days": due["grace_days"],
        "rate": Fraction(due["rate_num"], due["rate_den"]),
        "num": Fraction(due["num"], due["rate_den"]),
        **{name: due[name] for name in ("posted_fen", "paid_fen", "waived_fen", "cap_fen")},
    }


def _gone(history: History, row: Row, taken: Taken, law: Law) -> Row:
    """A settled obligation: what it paid is known; what it bore follows from its segments, checked in `_checked`."""
    due_on = dt.date.fromisoformat(row["due_on"])
    return {
        "obligation": row["obligation"],
        "due_on": due_on,
        "grace_days": law.whole_at("grace.days", due_on),
        "rate": daily_rate(law, history.terms["rate_ppm"], due_on)[0],
        "num": None,
        "posted_fen": taken.part(row["obligation"], "penalty"),
        "paid_fen": taken.part(row["obligation"], "penalty"),
        "waived_fen": 0,
        "cap_fen": 0,
        "waivable": history.position["penalty_waived_fen"] + history.position["charged_off_penalty_fen"],
    }


def daily_rate(law: Law, rate_ppm: int, due_on: dt.date) -> tuple[Fraction, dict[str, Fraction]]:
    """Return the effective daily penalty rate of an instalment and the three rates of which it is the lowest (glossary 18)."""
    basis = law.whole_at("penalty.day_basis", due_on)
    three = {
        "product": law.ratio_at("penalty.daily_rate", due_on),
        "uplift": Fraction(rate_ppm, PPM) * law.ratio_at("penalty.uplift_max", due_on) / basis,
        "cap": law.ratio_at("cap.all_in", due_on) / basis,
    }
    return (min(three.values()) if law.flag_at("penalty.enabled", due_on) else Fraction(0)), three


def segments(history: History, row: Row, taken: Taken, grace_days: int, quiet: list[Range]) -> list[Row]:
    """Cut the penalty days of an obligation into stretches of one base: from, to, base_fen, days, frozen_days."""
    name = row["obligation"]
    first = dt.date.fromisoformat(row["due_on"]) + dt.timedelta(days=grace_days + 1)
    steps = [line for line in history.lines if line["obligation"] == name and line["part"] == "principal"]
    base = row["principal_fen"]
    cuts: list[tuple[dt.date, int]] = [(first, base)]
    for line in steps:
        base -= line["taken_fen"]
        if line["taken_on"] <= first:
            cuts = [(first, base)]
        else:
            cuts.append((line["taken_on"], base))
    out = []
    for place, (start, held) in enumerate(cuts):
        end = cuts[place + 1][0] - ONE if place + 1 < len(cuts) else history.on
        if held <= 0 or end < start:
            continue
        still = sum(overlap((start, end), other) for other in quiet)
        days = (end - start).days + 1 - still
        if days:
            out.append({"from": iso(start), "to": iso(end), "base_fen": held, "days": days, "frozen_days": still})
    return out


def _after_charge_off(history: History) -> list[Range]:
    """The days from a charge-off of the whole principal on: they bear nothing."""
    off = [row["effect_on"] for row in history.events if row["kind"] == "charged_off"]
    return [(max(off), history.on)] if off and history.position["state"] == "WRITTEN_OFF" else []


def overlap(one: Range, other: Range) -> int:
    """Days that two ranges share."""
    return max((min(one[1], other[1]) - max(one[0], other[0])).days + 1, 0)


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Join ranges that touch or overlap, so that a day counts once."""
    out: list[Range] = []
    for start, end in sorted(ranges):
        if out and start <= out[-1][1] + ONE:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        elif start <= end:
            out.append((start, end))
    return out


def held_days(events: list[Row], stop: str, on: dt.date) -> list[Range]:
    """Return the days up to `on` on which a hold stops something, as ranges that do not touch."""
    ended = {row["subject"]: row["value_on"] for row in reversed(events) if row["kind"] == "hold_ended"}
    opened = [row for row in events if row["kind"] == "hold_opened" and stop in row["stops"].split("+")]
    return merged(
        (row["value_on"], min(on, row["until_on"] or on, ended.get(row["subject"], on))) for row in opened if row["value_on"] <= on
    )


def plan_ranges(history: History, taken: Taken, live: dict[str, Row], frozen: list[Range]) -> list[Range]:
    """Return the days of arrears plans: from signing to the day on which the plan ended, both included.

    The day a plan broke is not an event; it is found as the one day that gives the Book's own figures.
    """
    signed = sorted(row["effect_on"] for row in history.events if row["kind"] == "agreement_signed" and row["subject"] == "arrears_plan")
    ends = sorted(row["effect_on"] for row in history.events if row["kind"] in ("agreement_ended", "accelerated"))
    out: list[Range] = []
    for place, start in enumerate(signed):
        stop = [day for day in [*ends, *signed[place + 1 :]] if day > start]
        end = min(stop, default=history.on)
        if not stop and history.position["plan_state"] == "BROKEN":
            end = _broken_on(history, taken, live, frozen, start) or history.on
        out.append((start, end))
    return out


def _broken_on(history: History, taken: Taken, live: dict[str, Row], frozen: list[Range], start: dt.date) -> dt.date | None:
    for row in live.values():
        if row["due_on"] >= start or not row["num"] or not row["principal_fen"] or row["num"] == row["cap_fen"] * row["rate_den"]:
            continue
        made = {"obligation": row["obligation"], "due_on": iso(row["due_on"])}
        made["principal_fen"] = row["principal_fen"] + taken.part(row["obligation"], "principal")
        agreed = [each for each in history.schedule if each["obligation"] == row["obligation"]]
        made["principal_fen"] = agreed[0]["principal_fen"] if agreed else made["principal_fen"]
        for days in range((history.on - start).days + 1):
            end = start + dt.timedelta(days=days)
            found = segments(history, made, taken, row["grace_days"], merged([*frozen, (start, end)]))
            if sum(each["base_fen"] * each["days"] for each in found) * row["rate_num"] == row["num"]:
                return end
    return None


def _quiet(row: Row, frozen: list[Range], plans: list[Range]) -> list[Range]:
    """Days without penalty of one obligation: holds, and the plans that cover it."""
    due_on = dt.date.fromisoformat(row["due_on"])
    return merged([*frozen, *[(start, end) for start, end in plans if due_on < start]])


def _checked(made: Row, live: bool) -> Row:
    """Keep the segments only where they give the posted figure; a settled row takes its figure from them if that fits."""
    rate: Fraction = made["rate"]
    base_days = sum(each["base_fen"] * each["days"] for each in made["segments"])
    first = made["segments"][0]["base_fen"] if made["segments"] else 0
    exact = rate * base_days
    cap = made["cap_fen"] or first
    capped = bool(cap) and exact > cap
    exact = min(exact, Fraction(cap)) if capped else exact
    posted = half_even(exact.numerator, exact.denominator)
    if live:
        fits = exact == made["num"]
        sums = made["num"] / rate if rate else Fraction(0)
        made["base_days_fen"] = base_days if fits else sums.numerator if sums.denominator == 1 else None
    else:
        waived = posted - made["paid_fen"]
        fits = waived == 0 or 0 < waived <= made["waivable"]
        if fits:
            made |= {"posted_fen": posted, "waived_fen": waived}
        made["base_days_fen"] = base_days if fits else None
    made |= {"explained": fits, "capped": capped if fits else bool(made["cap_fen"]) and made["num"] == made["cap_fen"], "cap_fen": cap}
    if not fits:
        made["segments"] = []
    return made


def _said(made: Row, history: History, law: Law) -> Row:
    """The row as plain data."""
    lowest, three = daily_rate(law, history.terms["rate_ppm"], made["due_on"])
    return {
        "obligation": made["obligation"],
        "due_on": iso(made["due_on"]),
        "free_until_on": iso(made["due_on"] + dt.timedelta(days=made["grace_days"])),
        "rate": decimal_text(made["rate"]),
        "rate_percent": percent_text(made["rate"]),
        "rate_why": {name: decimal_text(value) for name, value in three.items()} if lowest == made["rate"] else None,
        **{
            name: made[name]
            for name in ("segments", "base_days_fen", "posted_fen", "paid_fen", "waived_fen", "cap_fen", "capped", "explained")
        },
        "owed_fen": made["posted_fen"] - made["paid_fen"] - made["waived_fen"],
    }
