"""What the report's page says, part by part: a sentence, a chart, and the exact table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from arrears.book.papers.figures import Pen
from arrears.book.papers.report import ENDED, class_name, place_name
from arrears.book.papers.report_charts import Bars, Heat, Plot, flow_plot, heat, money_bars, month_bars, vintage_plot
from arrears.book.papers.report_figures import share_text, vintage_name
from arrears.book.papers.tables import Cells
from arrears.book.papers.words import say

_BAD = ("3", "4", "5")
_AGES = (6, 12, 24)


@dataclass(frozen=True)
class Section:
    """A part of the page.

    Attributes
    ----------
    key : its name in the page
    title, lead : heading, and the one sentence it has to say
    chart : what is drawn, if anything
    table : the exact figures
    notes : how to read it
    """

    key: str
    title: str
    lead: str
    chart: Bars | Plot | Heat | None = None
    table: Cells | None = None
    notes: Sequence[str] = ()


def sections(report: dict[str, Any], charts: dict[str, Any], pen: Pen) -> list[Section]:
    """Return the parts of the page in their order.

    Parameters
    ----------
    report : what `arrears.book.papers.report.report` returned
    charts : flow, roll, vintage (`arrears.data.charts`)
    pen : currency and language
    """
    return [
        _buckets(report, pen),
        _flow(charts["flow"], list(report["buckets"]), pen),
        _roll(charts["roll"], list(report["buckets"]), pen),
        _month(report, pen),
        _vintages(charts["vintage"], pen),
        _classes(report["classes"], pen),
        _totals(report["totals"], pen),
    ]


def _heads(pen: Pen, *names: str) -> list[str]:
    return [say(pen.locale, f"head.{name}") for name in names]


def _totals(totals: dict[str, int], pen: Pen) -> Section:
    counts = ("loans", "open", "paid_off", "charged_off")
    rows = [(say(pen.locale, f"total.{name}"), f"{value:,}" if name in counts else pen.money(value)) for name, value in totals.items()]
    return Section("totals", say(pen.locale, "topic.totals"), "", None, Cells(_heads(pen, "item", "figure"), rows, (1,)))


def _buckets(report: dict[str, Any], pen: Pen) -> Section:
    buckets, recency, totals = report["buckets"], report["recency_buckets"], report["totals"]
    late = totals["open"] - next(iter(buckets.values()))["loans"]
    lead = say(
        pen.locale,
        "lead.buckets",
        open=f"{totals['open']:,}",
        late=f"{late:,}",
        share=share_text(late, totals["open"]),
        overdue=pen.money(totals["overdue"]),
    )
    rows = [
        (name, f"{row['loans']:,}", f"{recency[name]['loans']:,}", pen.plain(row["principal"]),
         share_text(row["principal"], totals["principal"]), pen.plain(row["overdue"]))
        for name, row in buckets.items()
    ]  # fmt: skip
    heads = _heads(pen, "bucket", "loans", "recency", "principal", "share", "overdue")
    table = Cells(heads, rows, (1, 2, 3, 4, 5), _sums(buckets, recency, totals, pen))
    chart = money_bars([(name, name, row["principal"]) for name, row in buckets.items()], say(pen.locale, "chart.principal"), pen)
    return Section("buckets", say(pen.locale, "topic.buckets"), lead, chart, table, [say(pen.locale, "note.buckets")])


def _sums(buckets: dict[str, Any], recency: dict[str, Any], totals: dict[str, int], pen: Pen) -> list[str]:
    loans, recent = (sum(row["loans"] for row in some.values()) for some in (buckets, recency))
    principal = sum(row["principal"] for row in buckets.values())
    overdue = sum(row["overdue"] for row in buckets.values())
    share = share_text(principal, totals["principal"])
    return [say(pen.locale, "total.sum"), f"{loans:,}", f"{recent:,}", pen.plain(principal), share, pen.plain(overdue)]


def _classes(classes: dict[str, Any], pen: Pen) -> Section:
    whole = sum(row["principal"] for row in classes.values())
    bad = [classes[name] for name in _BAD]
    principal = sum(row["principal"] for row in bad)
    lead = say(
        pen.locale,
        "lead.classes",
        loans=f"{sum(row['loans'] for row in bad):,}",
        principal=pen.money(principal),
        share=share_text(principal, whole),
    )
    rows = [
        (class_name(name, pen.locale), f"{row['loans']:,}", pen.plain(row["principal"]), share_text(row["principal"], whole),
         pen.plain(row["overdue"]))
        for name, row in classes.items()
    ]  # fmt: skip
    table = Cells(_heads(pen, "class", "loans", "principal", "share", "overdue"), rows, (1, 2, 3, 4))
    named = [(class_name(name, pen.locale), name, row["principal"]) for name, row in classes.items()]
    return Section("classes", say(pen.locale, "topic.classes"), lead, money_bars(named, say(pen.locale, "chart.classes"), pen), table)


def _roll(roll: dict[str, Any], names: list[str], pen: Pen) -> Section:
    title = say(pen.locale, "topic.roll")
    if not roll["rows"]:
        return Section("roll", title, say(pen.locale, "none.roll"))
    first = next((row for row in roll["rows"] if row["from"] == names[0]), None)
    worse = sum(first["to"].get(name, 0) for name in names[1:]) if first else 0
    lead = say(
        pen.locale,
        "lead.roll",
        first=pen.day(roll["first"]),
        last=pen.day(roll["last"]),
        months=roll["months"],
        bucket=names[0],
        share=share_text(worse, first["loans"] if first else 0),
    )
    return Section("roll", title, lead, heat(roll["rows"], [*names, *ENDED.values()], pen), None, [say(pen.locale, "note.roll")])


def _month(report: dict[str, Any], pen: Pen) -> Section:
    month, title = report["month"], say(pen.locale, "topic.month")
    if not report["roll_from"]:
        return Section("month", title, say(pen.locale, "none.month"))
    late = late_at_start(report)
    lead = say(pen.locale, "lead.month", first=pen.day(month["first"]), **sums_of(late))
    rows = [
        (place_name(name, pen.locale), f"{row['loans']:,}", f"{row['resumed']:,}", f"{row['cured']:,}", pen.plain(row["received"]),
         pen.plain(row["recovered"]))
        for name, row in month["by_bucket"].items()
    ]  # fmt: skip
    table = Cells(_heads(pen, "start", "loans", "resumed", "cured", "received", "recovered"), rows, (1, 2, 3, 4, 5))
    chart = month_bars(late, pen) if late else None
    return Section("month", title, lead, chart, table, [say(pen.locale, "note.month")])


def late_at_start(report: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Return the month's figures of the buckets past due at its start: who was current then had nothing to cure."""
    return {name: row for name, row in report["month"]["by_bucket"].items() if name in list(report["buckets"])[1:]}


def sums_of(rows: dict[str, dict[str, int]]) -> dict[str, str]:
    """Return the sums of loans, resumed and cured, written."""
    return {name: f"{sum(row[name] for row in rows.values()):,}" for name in ("loans", "resumed", "cured")}


def _vintages(vintage: dict[str, Any], pen: Pen) -> Section:
    title, curves = say(pen.locale, "topic.vintage"), [curve for curve in vintage["curves"] if curve["points"]]
    if not curves:
        return Section("vintage", title, say(pen.locale, "none.vintage"))
    heads = [
        *_heads(pen, "vintage", "loans", "principal", "age"),
        say(pen.locale, "head.late", days=vintage["late_days"]),
        *[say(pen.locale, "head.at", months=age) for age in _AGES],
        *_heads(pen, "charged_off", "lost"),
    ]
    rows = [_vintage_row(curve, vintage["by"], pen) for curve in curves]
    table = Cells(heads, rows, range(1, len(heads)))
    return Section(
        "vintage", title, _highest(curves, vintage, pen), vintage_plot(curves, vintage, pen), table, [say(pen.locale, "note.vintage")]
    )


def _vintage_row(curve: dict[str, Any], by: str, pen: Pen) -> list[str]:
    last, at = curve["points"][-1], {point["months"]: point for point in curve["points"]}
    shares = [share_text(at[age]["late_loans"], at[age]["loans"]) if age in at else "–" for age in _AGES]
    late = f"{last['late_loans']:,} ({share_text(last['late_loans'], last['loans'])})"
    lost = share_text(last["charged_off"], curve["principal"])
    name = vintage_name(curve["vintage"], by, pen.locale)
    return [
        name,
        f"{curve['loans']:,}",
        pen.plain(curve["principal"]),
        f"{last['months']}",
        late,
        *shares,
        pen.plain(last["charged_off"]),
        lost,
    ]


def _highest(curves: list[dict[str, Any]], vintage: dict[str, Any], pen: Pen) -> str:
    """Say which vintage stands highest, at the latest age that all of them show, else each at its own last."""
    age = min(curve["points"][-1]["months"] for curve in curves)
    points = [(curve["vintage"], point) for curve in curves for point in curve["points"] if point["months"] == age]
    if len(points) < len(curves):
        points = [(curve["vintage"], curve["points"][-1]) for curve in curves]
    name, point = max(points, key=lambda pair: Fraction(pair[1]["late_loans"], pair[1]["loans"]))
    if not point["late_loans"]:
        return say(pen.locale, "lead.vintage_none", days=vintage["late_days"])
    return say(
        pen.locale,
        "lead.vintage",
        months=point["months"],
        vintage=vintage_name(name, vintage["by"], pen.locale),
        share=share_text(point["late_loans"], point["loans"]),
        days=vintage["late_days"],
    )


def _flow(flow: list[dict[str, Any]], names: list[str], pen: Pen) -> Section:
    late = names[1:]
    counts = [[day["places"].get(name, {}).get("loans", 0) for name in late] for day in flow]
    totals = [sum(row) for row in counts]
    lead = say(
        pen.locale,
        "lead.flow",
        first=pen.day(flow[0]["on"]),
        last=pen.day(flow[-1]["on"]),
        before=f"{totals[0]:,}",
        now=f"{totals[-1]:,}",
    )
    heads = [say(pen.locale, "head.day"), *late, say(pen.locale, "head.late_total"), say(pen.locale, "head.overdue")]
    rows = []
    for day, row, total in zip(flow, counts, totals, strict=True):
        overdue = sum(place["overdue"] for place in day["places"].values())
        rows.append([day["on"], *[f"{count:,}" for count in row], f"{total:,}", pen.plain(overdue)])
    chart = flow_plot(flow, late, pen) if any(totals) else None
    return Section("flow", say(pen.locale, "topic.flow"), lead, chart, Cells(heads, rows, range(1, len(heads))))
