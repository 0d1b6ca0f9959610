"""The parts of a statement that carry arithmetic for the reader: receipts, penalty, cost."""

from __future__ import annotations

from typing import Any

from arrears.book.papers.figures import Pen
from arrears.book.papers.tables import Cells, obligation_name
from arrears.book.papers.words import say

_PARTS = ("interest", "principal", "instalment", "penalty", "fee")


def receipt_cells(data: dict[str, Any], pen: Pen) -> Cells:
    """One line a receipt and obligation: when, how much, and what of it went where; the rest to credit."""
    entries = data["receipts"]
    used = {("fee" if line["part"] == "cost" else line["part"]) for entry in entries for line in entry["lines"]}
    parts = [part for part in _PARTS if part in used]
    rest = any(entry["rest_fen"] or entry["kind"] == "credit" for entry in entries)
    heads = [say(pen.locale, f"paid.head.{name}") for name in ("on", "amount", "what")] + [
        say(pen.locale, f"part.{part}") for part in parts
    ]
    heads += [say(pen.locale, "paid.head.rest")] if rest else []
    body: list[list[str]] = []
    for entry in entries:
        body += _receipt(entry, parts, rest, pen)
    return Cells(heads, body, [1, *range(3, len(heads))])


def _receipt(entry: dict[str, Any], parts: list[str], rest: bool, pen: Pen) -> list[list[str]]:
    """Lines of one receipt: the first bears day and amount."""
    when = entry["value_on"]
    if entry["posted_on"] != entry["value_on"]:
        when += say(pen.locale, "paid.posted", day=entry["posted_on"])
    by: dict[str, dict[str, int]] = {}
    for each in entry["lines"]:
        part = "fee" if each["part"] == "cost" else each["part"]
        sums = by.setdefault(each["obligation"], {})
        sums[part] = sums.get(part, 0) + each["amount_fen"]
    lines = [
        [obligation_name(name, pen.locale), *[pen.plain(sums[part]) if part in sums else "" for part in parts]] for name, sums in by.items()
    ]
    lines = [[*cells, ""] if rest else cells for cells in lines]
    blank = [""] * len(parts)
    if entry["reversed_on"]:
        lines = [[say(pen.locale, "paid.reversed", day=entry["reversed_on"]), *blank, *([""] if rest else [])]]
    elif entry["rest_fen"]:
        lines.append([say(pen.locale, f"paid.rest.{entry['rest_as']}"), *blank, pen.plain(entry["rest_fen"])])
    elif not lines:
        lines = [[say(pen.locale, f"paid.kind.{entry['kind']}"), *blank, *([""] if rest else [])]]
    amount = pen.plain(entry["amount_fen"])
    if entry["kind"] == "credit":  # nothing came in: the day's lines were filled from what stood there
        when += say(pen.locale, "paid.from_credit")
        amount = ""
        lines[0][-1] = "-" + pen.plain(entry["amount_fen"])
    if entry["payer"]:
        when += say(pen.locale, "paid.by", payer=entry["payer"])
    if entry["kind"] == "proceeds":
        when += say(pen.locale, "paid.from_vehicle")
    return [[when if place == 0 else "", amount if place == 0 else "", *cells] for place, cells in enumerate(lines)]


def formula(row: dict[str, Any], pen: Pen) -> str:
    """Return the arithmetic of an instalment's penalty: "2,000.00 × 0.0004 × 28 天 = 22.40"; from the Book's own sum where it has none."""
    day, result = say(pen.locale, "unit.days"), f" = {pen.plain(row['posted_fen'])}"
    if row["segments"]:
        terms = [f"{pen.plain(each['base_fen'])} × {row['rate']} × {each['days']} {day}" for each in row["segments"]]
        text = " + ".join(terms)
    elif row["base_days_fen"] is not None:
        text = f"{pen.plain(row['base_days_fen'])} {say(pen.locale, 'unit.money_days')} × {row['rate']}"
    else:
        return say(pen.locale, "penalty.posted_only", amount=pen.plain(row["posted_fen"]))
    if row["capped"]:
        return text + say(pen.locale, "penalty.capped", amount=pen.plain(row["cap_fen"]))
    return text + result


def penalty_tables(told: dict[str, Any], pen: Pen) -> list[Cells]:
    """One line an instalment with its formula, days and sums; then the rates and how they came about."""
    heads = [say(pen.locale, f"penalty.head.{name}") for name in ("what", "free", "formula", "posted", "paid", "waived", "owed")]
    rows = []
    for row in told["rows"]:
        text = formula(row, pen)
        frozen = sum(each["frozen_days"] for each in row["segments"])
        if frozen:
            text += say(pen.locale, "penalty.frozen", days=frozen)
        sums = [pen.dash(row[f"{name}_fen"]) for name in ("posted", "paid", "waived", "owed")]
        rows.append((obligation_name(row["obligation"], pen.locale), row["free_until_on"], text, *sums))
    names = ("posted", "paid", "waived", "owed")
    foot = [say(pen.locale, "penalty.sum"), "", "", *[pen.dash(sum(row[f"{name}_fen"] for row in told["rows"])) for name in names]]
    out = [Cells(heads, rows, range(3, 7), foot if len(rows) > 1 else ())]
    rates = {row["rate"]: row for row in told["rows"] if row["rate_why"]}
    if rates:
        heads = [say(pen.locale, f"rate.{name}") for name in ("product", "uplift", "cap", "used")]
        body = [(*[why[name] for name in ("product", "uplift", "cap")], f"{rate} ({row['rate_percent']})")
                for rate, row in rates.items() for why in [row["rate_why"]]]  # fmt: skip
        out.append(Cells(heads, body, range(4)))
    return out


def cost_lines(told: dict[str, Any], pen: Pen) -> list[str]:
    """Say what was charged so far, what the cap allows, and the rate of return beside it."""
    sums = {name: pen.money(told[f"{name}_fen"]) for name in ("interest", "penalty", "fee", "total", "allowance", "left", "cut")}
    days = pen.plain(told["principal_days_fen"])
    lines = [
        say(pen.locale, "cost.sum", **sums),
        say(
            pen.locale,
            "cost.allowed",
            days=days,
            cap=told["cap"],
            percent=told["cap_percent"],
            basis=told["day_basis"],
            amount=sums["allowance"],
        ),
        say(pen.locale, "cost.cut", amount=sums["cut"]) if told["cut_fen"] else say(pen.locale, "cost.within", left=sums["left"]),
    ]
    if told["irr_percent"]:
        lines.append(say(pen.locale, "cost.irr", percent=told["irr_percent"]))
    return lines
