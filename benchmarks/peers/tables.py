"""From a Book to objects in memory, and from objects to the same files that a close writes; and their comparison with the Book."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from arrears.book.door import Door
from peers.paper import ACCOUNTS, PROPOSED
from peers.rules import DAY, Event, Loan, Row, Rules

MONEY, DATE, WHOLE, TEXT, YES = pa.decimal128(20, 2), pa.date32(), pa.int32(), pa.string(), pa.bool_()
_TYPES = {"Decimal": MONEY, "dt.date": DATE, "dt.date | None": DATE, "int": WHOLE, "str": TEXT, "bool": YES}
_INNER = ("rate", "penalty_rate", "instalment", "rows", "holds")
POSITION = {each.name: _TYPES[str(each.type)] for each in fields(Loan) if each.name not in _INNER}
OPEN_DUE = {"loan_id": TEXT} | {each.name: _TYPES[str(each.type)] for each in fields(Row) if each.name not in ("rate", "accrued", "rests")}
JOURNAL = {"loan_id": TEXT, "posted_on": DATE, "backdated": YES} | dict.fromkeys(ACCOUNTS, MONEY)
_PROPOSED = {"close_on": DATE, "do_on": DATE, "anchor_on": DATE, "oldest_due_on": DATE, "overdue": MONEY, "amount": MONEY}
_PROPOSED |= dict.fromkeys(("dpd", "no_progress_days", "paused_days", "attitude_points"), WHOLE) | {"threshold": pa.int64()}
PROPOSALS = {name: _PROPOSED.get(name, TEXT) for name in PROPOSED}


def yuan(fen: int | None) -> Decimal:
    """Minor units as Decimal yuan."""
    return Decimal(fen or 0).scaleb(-2)


def rules_of(door: Door, day: dt.date) -> Rules:
    """The law and house of a Book on a day, in the peers' shape."""
    law = door.law

    def whole(rule: str) -> int:
        return law.whole_at(rule, day)

    def value(rule: str) -> Any:
        return [found for start, found in law.series(rule).values if start is None or start <= day][-1]

    def exact(rule: str) -> Decimal:
        told = value(rule)
        return Decimal(told.numerator) / Decimal(told.denominator)

    def steps(rule: str) -> tuple[tuple[int, str], ...]:
        return tuple(sorted(((step.from_days, step.name) for step in value(rule)), reverse=True))

    return Rules(
        grace_days=whole("grace.days"),
        daily_rate=exact("penalty.daily_rate"),
        uplift=exact("penalty.uplift_max"),
        cap=exact("cap.all_in"),
        basis=whole("penalty.day_basis"),
        plan_late_days=whole("plan.late_days"),
        plan_break_days=whole("plan.break_days"),
        promise_tolerance=whole("promise.tolerance_days"),
        trigger_days=whole("trigger.days"),
        trigger_amount=yuan(whole("trigger.amount_fen")),
        t2_min_dpd=whole("trigger.t2_min_dpd"),
        restructured_floor=whole("class.restructured_floor"),
        again_floor=whole("cn.cls.restructure.again"),
        again_days=whole("cn.cls.restructure.observe"),
        technical_days=whole("class.technical_delay_days"),
        class_edges=tuple(value("class.edges_days")),
        buckets=steps("buckets.cn"),
        codes=steps("cn.cr.codes"),
        credit_min_dpd=whole("credit.min_dpd"),
        limitation_years=whole("cn.lim.years"),
        retention_years=whole("credit.retention_years"),
        remind_days=whole("remind.days_before"),
        alert_days=tuple(value("limitation.alert_days")),
        opening_time=str(value("contact.opening_time")),
    )


class Source:
    """What was taken into a Book, as objects: terms, schedules, openings, events by the day that first knows them."""

    def __init__(self, door: Door, rules: Rules) -> None:
        self.rules = rules
        self.terms = {row["loan_id"]: row for row in door.loans().to_pylist()}
        self.schedule: dict[str, list[Row]] = defaultdict(list)
        self.by_day: dict[dt.date, list[tuple[str, Row]]] = defaultdict(list)
        self.opening: dict[str, list[dict[str, Any]]] = defaultdict(list)
        rates = {loan: rules.penalty_rate(Decimal(row["rate_ppm"]).scaleb(-6)) for loan, row in self.terms.items()}
        for row in _rows(door, "schedule_by_loan"):
            loan, made = row["loan_id"], _instalment(row, "I", rules.grace_days, rates[row["loan_id"]])
            self.schedule[loan].append(made)
            self.by_day[made.due_on].append((loan, made))
        for row in _rows(door, "opening_due"):
            self.opening[row["loan_id"]].append(row)
        self.events: dict[dt.date, dict[str, list[tuple[dt.date, Event]]]] = defaultdict(lambda: defaultdict(list))
        for row in _rows(door, "events"):
            self.events[row["close_on"]][row["loan_id"]].append((row["effect_on"], _event(row)))

    def open(self, loan_id: str) -> Loan:
        """The loan on the eve of its opening day."""
        terms, rules = self.terms[loan_id], self.rules
        rate = Decimal(terms["rate_ppm"]).scaleb(-6)
        principal = yuan(terms["principal_fen"])
        loan = Loan(
            loan_id,
            rate,
            rules.penalty_rate(rate),
            yuan(terms["instalment_fen"]),
            principal,
            principal,
            terms["maturity_on"],
            terms["opened_on"] - DAY,
        )
        loan.rows = [_instalment(row, "H", rules.grace_days, Decimal(0)) for row in self.opening.get(loan_id, ())]
        return loan

    def coming(self, loan_id: str) -> list[Row]:
        """Contract instalments as new objects, for an agreement to take in."""
        return [Row(r.obligation, r.kind, r.due_on, r.interest, r.principal, r.total, r.grace_days, r.rate) for r in self.schedule[loan_id]]


def _rows(door: Door, kind: str) -> Iterable[dict[str, Any]]:
    for file in door.book.files(kind):
        for batch in pq.ParquetFile(file).iter_batches():
            yield from batch.to_pylist()


def _instalment(row: dict[str, Any], kind: str, grace: int, rate: Decimal) -> Row:
    interest, principal = yuan(row["interest_fen"]), yuan(row["principal_fen"])
    return Row(row["obligation"], kind, row["due_on"], interest, principal, interest + principal, grace, rate)


def _event(row: dict[str, Any]) -> Event:
    names = ("kind", "subject", "stops", "progress", "until_on", "count", "step_months", "first_due_on")
    return Event(amount=yuan(row["amount_fen"]), **{name: row[name] for name in names})


# -- files ------------------------------------------------------------------------------------------------------------------------


def write(folder: Path, loans: list[Loan], journal: list[tuple[Any, ...]], proposals: list[tuple[Any, ...]]) -> None:
    """The four tables of a close as Parquet, compressed as the Book's."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [(loan.loan_id, row) for loan in loans for row in loan.rows]
    due: dict[str, pa.Array] = {"loan_id": pa.array([loan for loan, _ in rows], TEXT)}
    due |= {name: pa.array([getattr(row, name) for _, row in rows], kind) for name, kind in OPEN_DUE.items() if name != "loan_id"}
    tables = {
        "position": {name: pa.array(list(map(attrgetter(name), loans)), kind) for name, kind in POSITION.items()},
        "open_due": due,
        "journal": _columns(journal, JOURNAL),
        "proposals": _columns(proposals, PROPOSALS),
    }
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet", compression="zstd")


def _columns(rows: list[tuple[Any, ...]], kinds: dict[str, pa.DataType]) -> dict[str, pa.Array]:
    values = zip(*rows, strict=True) if rows else ([] for _ in kinds)
    return {name: pa.array(list(column), kind) for (name, kind), column in zip(kinds.items(), values, strict=True)}


# -- comparison -------------------------------------------------------------------------------------------------------------------


def differences(door: Door, day: dt.date, folder: Path) -> list[str]:
    """Every difference between the files of a peer and the Book's close of that day, in words; at most five a table."""
    ours = {
        "position": _carried(_keyed(door.positions(day), POSITION, ("loan_id",)), day),
        "open_due": _keyed(door.open_due(day), OPEN_DUE, ("loan_id", "obligation")),
        "journal": _keyed(door.journal(day, day), JOURNAL, ("loan_id", "backdated")),
        "proposals": _keyed(door.proposals(day), PROPOSALS, ("proposal_id",)),
    }
    kinds = {"position": POSITION, "open_due": OPEN_DUE, "journal": JOURNAL, "proposals": PROPOSALS}
    keys = {
        "position": ("loan_id",),
        "open_due": ("loan_id", "obligation"),
        "journal": ("loan_id", "backdated"),
        "proposals": ("proposal_id",),
    }
    found = []
    for name, rows in ours.items():
        theirs = _keyed(pq.read_table(folder / f"{name}.parquet"), kinds[name], keys[name])
        if name == "position":
            theirs = _carried(theirs, day)
        wrong = [f"{name} {key}: only in the Book" for key in rows.keys() - theirs.keys()]
        wrong += [f"{name} {key}: only in the peer" for key in theirs.keys() - rows.keys()]
        for key in rows.keys() & theirs.keys():
            unlike = {
                column: (rows[key][column], theirs[key][column]) for column in kinds[name] if rows[key][column] != theirs[key][column]
            }
            wrong += [f"{name} {key}: (Book, peer) {unlike}"] if unlike else []
        found += sorted(wrong)[:5]
    return found


def _keyed(table: pa.Table, kinds: dict[str, pa.DataType], keys: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Rows by key with the peer's names; money as fen on both sides."""
    out = {}
    for row in table.to_pylist():
        told = {}
        for name, kind in kinds.items():
            value = row[name] if name in row else row.get(f"{name}_fen")
            told[name] = int(value.scaleb(2)) if kind == MONEY and isinstance(value, Decimal) else value
        out[tuple(told[key] for key in keys)] = told
    return out


def _carried(rows: dict[tuple[Any, ...], dict[str, Any]], day: dt.date) -> dict[tuple[Any, ...], dict[str, Any]]:
    """A loan that nothing touched keeps its row: only the sum of its daily principal grows."""
    for row in rows.values():
        row["principal_days"] += row["principal"] * (day - row["state_on"]).days
        row["state_on"] = day
    return rows
