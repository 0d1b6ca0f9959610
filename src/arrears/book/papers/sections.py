"""The sections of a statement, as words and cells that text and HTML share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from arrears.book.papers.figures import Pen, ppm_text
from arrears.book.papers.obligations import ENDED
from arrears.book.papers.sections_money import cost_lines, penalty_tables, receipt_cells
from arrears.book.papers.tables import Cells, obligation_name
from arrears.book.papers.words import has, say
from arrears.kernel.money import rmb_upper

Data = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """One part of the page: sentences, then tables, then small notes. `strong`: the part that matters most."""

    key: str
    title: str
    lines: Sequence[str] = ()
    tables: Sequence[Cells] = ()
    notes: Sequence[str] = field(default=())


def summary(data: Data, pen: Pen) -> dict[str, str]:
    """Say in three lines why this paper, what is owed, since when: title, first, label, amount, upper (大写), after."""
    say_ = _sayer(pen)
    state = data["state"]
    total, upper = _to_pay(data), ""
    if data["currency"] == "CNY" and data["owed"] and total:
        upper = say_("top.upper", words=rmb_upper(total))
    after = ""
    if state["dpd"] > 0 and state["state"] not in ENDED:
        key = "top.grace" if state["grace_until_on"] else "top.late"
        after = say_(key, days=state["dpd"], since=pen.day(state["oldest_due_on"]), until=pen.day(state["grace_until_on"]))
    ended = state["state"] in ENDED
    return {
        "title": say_("top.title", loan=data["loan_id"]),
        "first": say_("top.first", day=pen.day(data["as_of"])),
        "label": say_(f"top.ended.{state['state']}") if ended else say_("top.owed" if data["owed"] else "top.overdue"),
        "amount": pen.money(total),
        "upper": upper,
        "after": after,
    }


def _to_pay(data: Data) -> int:
    """The amount at the head: what makes the loan current, else what is overdue; of an ended loan its principal."""
    state = data["state"]
    if data["owed"]:
        return int(data["owed"][0]["total_fen"])
    if state["state"] in ENDED:
        return int(state["principal_fen"] + (state["charged_off_fen"] if state["state"] == "WRITTEN_OFF" else 0))
    return int(state["overdue_interest_fen"] + state["overdue_principal_fen"])


def _sayer(pen: Pen) -> Callable[..., str]:
    def told(key: str, **figures: object) -> str:
        return say(pen.locale, key, **figures)

    return told


def sections(data: Data, pen: Pen) -> list[Section]:
    """Return the sections in the order in which a reader needs them; a section with nothing to say is left out."""
    every = (_owed, _next, _agreed, _due, _paid, _happened, _penalty, _cost, _limits)
    made = [make(data, pen) for make in every]
    return [section for section in made if section.lines or section.tables]


def _owed(data: Data, pen: Pen) -> Section:
    say_ = _sayer(pen)
    parts = ("interest", "principal", "penalty", "fee", "credit")
    rows = data["owed"]
    if not rows:
        gone = data["state"]["state"] in ENDED
        return Section("owed", say_("owed.title"), () if gone else (say_("owed.past", day=pen.day(data["known_on"])),))
    simple = data["terms"]["method"] == "simple_interest"  # its instalment is one sum, kept as principal
    always = ("principal", "penalty") if simple else ("interest", "principal", "penalty")
    shown = [part for part in parts if any(row[f"{part}_fen"] for row in rows) or part in always]
    names = ["instalment" if simple and part == "principal" else part for part in shown]
    heads = [say_("owed.when"), *[say_(f"part.{name}") for name in names], say_("owed.total"), say_("owed.more"), say_("owed.more_penalty")]
    body = []
    for row in rows:
        sums = [("-" if part == "credit" and row["credit_fen"] else "") + pen.plain(row[f"{part}_fen"]) for part in shown]
        when = say_(f"owed.day.{'now' if not row['days'] else 'later'}", days=row["days"], day=row["on"])
        body.append((when, *sums, pen.plain(row["total_fen"]), pen.plain(row["more_fen"]), pen.plain(row["more_penalty_fen"])))
    lines = [say_("owed.parts")]
    new = rows[-1]["newly_due_fen"]
    if new > 0:
        lines.append(say_("owed.newly", days=rows[-1]["days"], amount=pen.money(new)))
    return Section("owed", say_("owed.title"), lines, [Cells(heads, body, range(1, len(heads)))])


def _next(data: Data, pen: Pen) -> Section:
    say_ = _sayer(pen)
    coming = [row for row in data["obligations"] if row["status"] in ("coming", "due_today")]
    when = pen.day(coming[0]["due_on"]) if coming else "–"
    amount = pen.money(coming[0]["unpaid_fen"] or coming[0]["amount_fen"]) if coming else "–"
    told = {"when": when, "amount": amount, "credit": pen.money(data["state"]["credit_fen"])}
    keys = ["nothing_left" if key == "nothing_due" and not coming else key for key in data["next"]]
    return Section("next", say_("next.title"), [say_(f"next.{key}", **told) for key in keys])


def _agreed(data: Data, pen: Pen) -> Section:
    say_ = _sayer(pen)
    terms = data["terms"]
    rows = [
        (say_("agreed.principal"), pen.money(terms["principal_fen"])),
        (say_("agreed.rate"), ppm_text(terms["rate_ppm"])),
        (say_("agreed.method"), say_(f"method.{terms['method']}")),
        (say_("agreed.day_count"), terms["day_count"]),
        (say_("agreed.terms"), say_("agreed.count", count=terms["term_count"], step=terms["step_months"])),
        (say_("agreed.instalment"), pen.money(terms["instalment_fen"])),
        *[(say_(f"agreed.{name}"), terms[name]) for name in ("signed_on", "disbursed_on", "first_due_on", "maturity_on") if terms[name]],
    ]
    if terms["opened_on"] != terms["disbursed_on"]:
        rows.append((say_("agreed.opened_on"), terms["opened_on"]))
    fees = [say_("agreed.fee", code=fee["code"], amount=pen.money(fee["max_fen"])) for fee in terms["cost_sheet"] if "max_fen" in fee]
    lines = [say_("agreed.fees", told=say_("list.gap").join(fees)) if fees else say_("agreed.no_fees")]
    return Section("agreed", say_("agreed.title"), lines, [Cells((say_("agreed.what"), say_("agreed.value")), rows, [1])])


def _due(data: Data, pen: Pen) -> Section:
    say_ = _sayer(pen)
    simple = data["terms"]["method"] == "simple_interest"
    parts = ["amount"] if simple else ["interest", "principal", "amount"]
    if any(row["fee_fen"] for row in data["obligations"]):
        parts.insert(-1, "fee")
    heads = [
        say_("due.what"),
        say_("due.on"),
        *[say_(f"part.{part}") for part in parts],
        say_("due.paid"),
        say_("due.unpaid"),
        say_("due.status"),
    ]
    body = []
    gone = [row for row in data["obligations"] if row["status"] in ("replaced", "called")]
    for row in data["obligations"]:
        if row in gone and len(gone) > 1:
            continue  # a long list of what is no longer owed would hide what is
        moved = say_("due.moved", day=row["moved_from_on"]) if row["moved_from_on"] else ""
        status = say_(f"status.{row['status']}", days=row["days_late"], on=row["paid_on"] or "")
        if row["status"] == "paid" and row["days_late"]:
            status = say_("status.paid_late", days=row["days_late"], on=row["paid_on"])
        sums = [pen.plain(row[f"{part}_fen"]) for part in parts]
        body.append((obligation_name(row["obligation"], pen.locale), row["due_on"] + moved, *sums,
                     pen.dash(row["paid_fen"]), pen.dash(row["unpaid_fen"]), status))  # fmt: skip
    notes = [say_("due.simple")] if simple else []
    if len(gone) > 1:
        ends = [obligation_name(row["obligation"], pen.locale) for row in (gone[0], gone[-1])]
        notes.append(say_("due.gone", count=len(gone), first=ends[0], last=ends[1], status=say_(f"status.{gone[0]['status']}")))
    return Section("due", say_("due.title"), (), [Cells(heads, body, range(2, len(heads) - 1))], notes) if body else Section("due", "")


def _paid(data: Data, pen: Pen) -> Section:
    say_ = _sayer(pen)
    state = data["state"]
    lines = []
    if state["history_paid_fen"]:
        lines.append(say_("paid.history", amount=pen.money(state["history_paid_fen"]), day=pen.day(data["terms"]["opened_on"])))
    if state["received_fen"]:
        lines.append(
            say_(
                "paid.sums",
                received=pen.money(state["received_fen"]),
                interest=pen.money(state["interest_paid_fen"]),
                principal=pen.money(state["principal_paid_fen"]),
                penalty=pen.money(state["penalty_paid_fen"]),
                fee=pen.money(state["fee_paid_fen"]),
            )
        )
    if state["recovered_fen"]:
        lines.append(say_("paid.recovered", amount=pen.money(state["recovered_fen"])))
    if state["credit_fen"] and state["state"] not in ENDED:
        lines.append(say_("paid.credit", amount=pen.money(state["credit_fen"])))
    tables = [receipt_cells(data, pen)] if data["receipts"] else []
    return Section("paid", say_("paid.title"), lines or [say_("paid.none")], tables)


def _happened(data: Data, pen: Pen) -> Section:
    say_ = _sayer(pen)
    rows = []
    for row in data["happenings"]:
        key = f"event.{row['kind']}"
        own = f"{key}.{row['subject']}"
        stops = say_("list.gap").join(say_(f"stop.{stop}") for stop in row["stops"] if has(f"stop.{stop}"))
        told = {
            "amount": pen.money(row["amount_fen"]), "until": row["until_on"] or say_("event.open"), "count": row["count"],
            "step": row["step_months"], "first": row["first_due_on"] or "–", "days": row["days"], "subject": row["subject"], "stops": stops,
        }  # fmt: skip
        text = say_(own if has(own) else key, **told)
        if row["reason"]:
            text += say_("event.reason", reason=row["reason"])
        when = row["on"] if row["posted_on"] == row["on"] else row["on"] + say_("paid.posted", day=row["posted_on"])
        rows.append((when, text))
    cells = [Cells((say_("event.on"), say_("event.what")), rows)] if rows else []
    return Section("happened", say_("event.title"), (), cells)


def _penalty(data: Data, pen: Pen) -> Section:
    say_ = _sayer(pen)
    told = data["penalty"]
    if not told["posted_fen"] and not told["rows"]:
        return Section("penalty", say_("penalty.title"), [say_("penalty.none")])
    lines = [say_("penalty.rule")]
    lines.append(say_("penalty.sums", **{name: pen.money(told[f"{name}_fen"]) for name in ("posted", "paid", "waived", "owed")}))
    if told["cut_fen"]:
        lines.append(say_("penalty.cut", amount=pen.money(told["cut_fen"])))
    notes = [say_("penalty.others", amount=pen.money(told["others_fen"]))] if told["others_fen"] else []
    return Section("penalty", say_("penalty.title"), lines, penalty_tables(told, pen), notes)


def _cost(data: Data, pen: Pen) -> Section:
    return Section("cost", say(pen.locale, "cost.title"), cost_lines(data["cost"], pen))


def _limits(data: Data, pen: Pen) -> Section:
    say_ = _sayer(pen)
    credit, lines = data["credit"], []
    if credit["code_on"]:
        code = f"code.{credit['code']}"
        meaning = say_(code) if has(code) else say_("code.late")
        lines.append(say_("limits.code", day=pen.day(credit["code_on"]), code=credit["code"], meaning=meaning))
    if credit["removable_on"]:
        lines.append(say_("limits.removable", day=pen.day(credit["removable_on"])))
    if data["limitation_end_on"]:
        lines.append(say_("limits.limitation", day=pen.day(data["limitation_end_on"])))
    return Section("limits", say_("limits.title"), lines)
