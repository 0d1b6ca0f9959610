"""Bars on a terminal: as wide as there is room for, the exact number always beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from arrears.book.papers.figures import Pen
from arrears.book.papers.report import place_name
from arrears.book.papers.report_figures import share_text, vintage_name
from arrears.book.papers.report_sections import late_at_start, sums_of
from arrears.book.papers.sheet import bar, heading, line
from arrears.book.papers.words import say

_LEAST, _MOST = 4, 40
_DAYS = 6  # closes of the flow that are shown


class Bar:
    """A bar of `part` in `whole` that takes the room its column has."""

    def __init__(self, part: int, whole: int) -> None:
        self.part, self.whole = part, whole

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield bar(self.part, self.whole, min(options.max_width, _MOST))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(_LEAST, min(_MOST, max(options.max_width, _LEAST)))


def bar_grid(heads: Sequence[str], rows: Iterable[Sequence[Any]], numbers: Iterable[int] = ()) -> Table:
    """Return a table whose last column holds bars; words and numbers keep their width, the bars give way first."""
    right = set(numbers)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim", padding=(0, 1))
    for place, head in enumerate(heads):
        table.add_column(Text(head), justify="right" if place in right else "left", no_wrap=place < len(heads) - 1)
    for row in rows:
        table.add_row(*[Text(cell) if isinstance(cell, str) else cell for cell in row])
    return table


def bucket_bars(buckets: dict[str, dict[str, int]], pen: Pen) -> Table:
    """Return buckets with their loans, principal and overdue, and a bar of the principal."""
    most = max([row["principal"] for row in buckets.values()], default=0)
    rows = [
        (name, f"{row['loans']:,}", pen.plain(row["principal"]), pen.plain(row["overdue"]), Bar(row["principal"], most))
        for name, row in buckets.items()
    ]
    return bar_grid([*[say(pen.locale, f"head.{name}") for name in ("bucket", "loans", "principal", "overdue")], ""], rows, (1, 2, 3))


def move_bars(report: dict[str, Any], pen: Pen) -> list[Any]:
    """Return how loans moved since the earlier close, from bucket to bucket, and who resumed or was cured."""
    if not report["roll"]:
        return []
    starts: dict[str, int] = {}
    for row in report["roll"]:
        starts[row["from"]] = starts.get(row["from"], 0) + row["loans"]
    rows, last = [], ""
    for row in report["roll"]:
        name = "" if row["from"] == last else place_name(row["from"], pen.locale)
        last, whole = row["from"], starts[row["from"]]
        rows.append(
            (name, place_name(row["to"], pen.locale), f"{row['loans']:,}", share_text(row["loans"], whole), Bar(row["loans"], whole))
        )
    heads = [*[say(pen.locale, f"head.{name}") for name in ("from", "to", "loans", "share")], ""]
    late = late_at_start(report)
    return [
        heading(say(pen.locale, "bars.roll", day=pen.day(report["roll_from"]))),
        bar_grid(heads, rows, (2, 3)),
        *([line("\n" + say(pen.locale, "bars.month", **sums_of(late)))] if late else []),
    ]


def flow_bars(flow: list[dict[str, Any]], names: Sequence[str], pen: Pen) -> list[Any]:
    """Return loans past due at some of the last closes; `names` are the buckets past due."""
    step = max((len(flow) - 1) // (_DAYS - 1), 1)
    shown = flow[::-1][::step][::-1]
    counts = [sum(day["places"].get(name, {}).get("loans", 0) for name in names) for day in shown]
    overdue = [sum(place["overdue"] for place in day["places"].values()) for day in shown]
    if not any(counts):
        return []
    most = max(counts)
    rows = [(day["on"], f"{count:,}", pen.plain(owed), Bar(count, most)) for day, count, owed in zip(shown, counts, overdue, strict=True)]
    heads = [*[say(pen.locale, f"head.{name}") for name in ("day", "loans", "overdue")], ""]
    title = say(pen.locale, "bars.flow", first=pen.day(shown[0]["on"]), last=pen.day(shown[-1]["on"]))
    return [heading(title), bar_grid(heads, rows, (1, 2))]


def vintage_bars(vintage: dict[str, Any], pen: Pen) -> list[Any]:
    """Return each vintage's share of loans that have ever been late, at its own age."""
    curves = [curve for curve in vintage["curves"] if curve["points"]]
    if not curves:
        return []
    ends = [curve["points"][-1] for curve in curves]
    most = max(share_of(end) for end in ends)
    rows = [
        (vintage_name(curve["vintage"], vintage["by"], pen.locale), f"{end['months']}", f"{end['late_loans']:,} / {end['loans']:,}",
         share_text(end["late_loans"], end["loans"]), Bar(share_of(end), most))
        for curve, end in zip(curves, ends, strict=True)
    ]  # fmt: skip
    heads = [*[say(pen.locale, f"head.{name}") for name in ("vintage", "age", "loans", "share")], ""]
    return [heading(say(pen.locale, "bars.vintage", days=vintage["late_days"])), bar_grid(heads, rows, (1, 2, 3))]


def share_of(point: dict[str, int]) -> int:
    """Return the share of loans ever late in whole parts of 10,000, for the length of a bar."""
    return point["late_loans"] * 10_000 // point["loans"]
