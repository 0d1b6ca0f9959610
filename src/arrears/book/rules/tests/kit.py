"""A kit for worked examples: loans and what happened to them in a few words, many loans in one Book, rows to read.

    book = Shelf()
    book.loan("two_due", (40, 210_00, 3_000_00), (10, 180_00, 3_000_00)).pays(5, 3_210_01)
    rows = book.open(folder)
    rows.at("two_due").dpd

`TODAY` is 2026-09-30, a month end. A whole number is a day so many days before it (negative: after it), a text an ISO date.
Money is whole fen, written 1_234_50 for 1,234.50. An instalment is (due day, interest, principal).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pyarrow as pa
import yaml

from arrears.book import columns as c
from arrears.book.batch import Batch
from arrears.book.close.engine import arrow_schema
from arrears.book.close.views import History, from_opening, history_of
from arrears.book.door import Door, Settings
from reference.arithmetic import contract

TODAY = dt.date(2026, 9, 30)
When = int | str | dt.date
Instalment = tuple[When, int, int]
_COMPILED: dict[str, dict[str, str]] = {}  # rules of one policy are the same SQL in every Book: compiled once a process


def on(when: When) -> dt.date:
    """The day: days before TODAY, an ISO date, or the date itself."""
    if isinstance(when, int):
        return TODAY - dt.timedelta(days=when)
    return dt.date.fromisoformat(when) if isinstance(when, str) else when


class Loan:
    """One loan and its life; every method adds one event and returns the loan, so that a life reads as a sentence.

    `known` of an event is the close that first sees it, where that is later than its value day.
    """

    def __init__(self, name: str, rows: Sequence[Instalment], terms: dict[str, Any]) -> None:
        self.name = name
        self.rows = [(f"I{k + 1:02d}", on(due), interest, principal) for k, (due, interest, principal) in enumerate(rows)]
        self.terms = terms
        self.events: list[dict[str, Any]] = []

    def happens(self, kind: str, when: When, known: When | None = None, **fields: Any) -> Self:
        """Any event: its kind, its value day, the close that first sees it, its fields."""
        value_on, ref = on(when), f"{self.name}-{len(self.events) + 1}"
        close_on = on(known) if known is not None else value_on
        blank: dict[str, Any] = {name: "" for name, kind in c.EVENTS.items() if kind == "string"}
        whole = dict.fromkeys(("amount_fen", "count", "days"), 0)
        told = {name: on(value) if name in ("until_on", "first_due_on") else value for name, value in fields.items()}
        row = {**blank, **whole, "step_months": 1, "progress": True, "effect_on": value_on, **told}
        row |= {"event_id": f"kit/{ref}", "source": "kit", "source_ref": ref, "loan_id": self.name, "kind": kind}
        self.events.append(row | {"value_on": value_on, "close_on": close_on, "recorded_at": f"{close_on}T20:00:00+08:00"})
        return self

    def pays(self, when: When, fen: int, known: When | None = None, **fields: Any) -> Self:
        """A receipt."""
        return self.happens("payment_received", when, known, amount_fen=fen, **fields)

    def bounces(self, when: When, known: When | None = None, nth: int = 1) -> Self:
        """The reversal of the nth event, a receipt."""
        paid = self.events[nth - 1]
        told = {"refers_to": paid["event_id"], "amount_fen": paid["amount_fen"], "effect_on": paid["value_on"], "reason": "bounced"}
        return self.happens("payment_reversed", when, known, **told)

    def writes_back(self, off: When, when: When, amount_fen: int) -> Self:
        """Part or all of the charge-off of `off` taken back; it takes effect on that day."""
        return self.happens("charge_off_reversed", when, amount_fen=amount_fen, effect_on=on(off), reason="audit")

    def signs_plan(self, when: When, count: int, first: When, **fields: Any) -> Self:
        """An arrears plan of `count` parts from `first`."""
        return self.happens("agreement_signed", when, subject="arrears_plan", count=count, first_due_on=first, **fields)

    def restructures(self, when: When, count: int, first: When, **fields: Any) -> Self:
        """Coming instalments become `count` equal ones from `first`."""
        return self.happens("agreement_signed", when, subject="restructure", count=count, first_due_on=first, **fields)

    def promises(self, when: When, fen: int, until: When) -> Self:
        """A promise to pay by `until`."""
        return self.happens("promise_made", when, amount_fen=fen, until_on=until)

    def declines_call(self, when: When, confirmed: When | None = None) -> Self:
        """A declined call that a person confirmed (on the same day unless told)."""
        return self.happens("contact_declined", when if confirmed is None else confirmed, until_on=when, approver="lead")

    def refuses_mail(self, when: When, confirmed: When | None = None) -> Self:
        """A refused letter that a person confirmed."""
        return self.happens("mail_refused", when if confirmed is None else confirmed, until_on=when, approver="lead")

    def held(self, first: When, last: When | None, stops: str = "penalty+clock+contact+plan_break") -> Self:
        """A hold with its first and last day."""
        name = f"hold-{len(self.events) + 1}"
        ends = {} if last is None else {"until_on": last}
        return self.happens("hold_opened", first, subject=name, stops=stops, **ends)

    def fee(self, when: When, fen: int, code: str = "service") -> Self:
        """A fee on the cost sheet; code awarded_cost = costs a court awarded."""
        return self.happens("fee_charged", when, amount_fen=fen, subject=code)

    def waived(self, when: When, fen: int) -> Self:
        """Penalty given up."""
        return self.happens("penalty_waived", when, amount_fen=fen, asker="desk", reason="goodwill")

    def row(self) -> dict[str, Any]:
        """Its row of LOANS; opened a year of 360 days before the first due day unless told."""
        first = self.rows[0][1]
        opened = on(self.terms.get("opened_on", first - dt.timedelta(days=360)))
        blank: dict[str, Any] = {name: "" for name, kind in c.LOANS.items() if kind == "string"}
        given = {"method": "given", "day_count": "30/360", "rate_ppm": 120_000, "borrower_id": self.name, "acceleration_clause": True}
        given |= {"principal_fen": sum(row[3] for row in self.rows), "instalment_fen": self.rows[0][2] + self.rows[0][3]}
        given |= {"term_count": len(self.rows), "step_months": 1, "signed_on": opened, "disbursed_on": opened, "history_paid_fen": 0}
        given |= {"first_due_on": first, "maturity_on": self.rows[-1][1], **self.terms}
        return blank | given | {"loan_id": self.name, "opened_on": opened}


class Rows:
    """An open Book with the loans of a shelf; positions of a day are computed once for all of them."""

    def __init__(self, door: Door, loans: dict[str, Loan]) -> None:
        self.door = door
        self.loans = loans
        self._days: dict[tuple[dt.date, dt.date], tuple[dict[str, SimpleNamespace], list[dict[str, Any]]]] = {}

    def _day(self, when: When, known: When | None) -> tuple[dict[str, SimpleNamespace], list[dict[str, Any]]]:
        day = on(when)
        key = (day, on(known) if known is not None else day)
        if key not in self._days:
            positions, due = from_opening(self.door.closer, list(self.loans), *key)
            self._days[key] = ({row["loan_id"]: SimpleNamespace(**row) for row in positions.to_pylist()}, due.to_pylist())
        return self._days[key]

    @staticmethod
    def day(when: When) -> dt.date:
        """See `on`."""
        return on(when)

    def at(self, name: str, when: When = 0, known: When | None = None) -> SimpleNamespace:
        """The loan's position at the end of a day, with what was known that day or at `known`."""
        return self._day(when, known)[0][name]

    def open(self, name: str, when: When = 0, known: When | None = None) -> dict[str, SimpleNamespace]:
        """Its open obligations at the end of a day, by name."""
        return {row["obligation"]: SimpleNamespace(**row) for row in self._day(when, known)[1] if row["loan_id"] == name}

    def history(self, name: str, when: When = 0) -> History:
        """Its history to the end of a day."""
        return history_of(self.door.closer, name, on(when), on(when))

    def lines(self, name: str, when: When = 0) -> list[tuple[str, str, int]]:
        """Where each fen went: (obligation, part, fen), in order."""
        return [(line["obligation"], line["part"], line["taken_fen"]) for line in self.history(name, when).lines]


class Shelf:
    """Collects loans for one Book."""

    def __init__(self) -> None:
        self.loans: dict[str, Loan] = {}

    def loan(self, name: str, *rows: Instalment, **terms: Any) -> Loan:
        """A loan with the given instalments; `terms` are columns of LOANS."""
        if name in self.loans:
            raise ValueError(f"two loans are called {name}")
        self.loans[name] = Loan(name, rows, terms)
        return self.loans[name]

    def equal(self, name: str, fen: int, rate_ppm: int, count: int, first: When, method: str = "equal_instalment", **terms: Any) -> Loan:
        """A loan in equal instalments or with equal principal, monthly from `first`."""
        rows = [(due, interest, principal) for _, due, interest, principal in contract(method, fen, rate_ppm, count, 1, on(first))]
        return self.loan(name, *rows, method=method, rate_ppm=rate_ppm, **terms)

    def open(self, root: Path, house: Path | None = None, closed_on: When | None = None, through: When | None = None) -> Rows:
        """The Book with these loans; closed on a day, and then daily through another, if told."""
        door = Door.init(root, Settings(), house)
        known = [
            (self._instalments(), c.SCHEDULE),
            ([loan.row() for loan in self.loans.values()], c.LOANS),
            ([row for loan in self.loans.values() for row in loan.events], c.EVENTS),
        ]
        schedule, loans, events = (pa.Table.from_pylist(rows, arrow_schema(shape)) for rows, shape in known)
        door.take_batch(Batch(loans, schedule, arrow_schema(c.SCHEDULE).empty_table(), events), {})
        door.closer.programme._sql = _COMPILED.setdefault(repr(door.law.version()), {})
        if closed_on is not None:
            door.close(on(closed_on))
            door.close_through(on(through if through is not None else closed_on))
        return Rows(door, self.loans)

    def _instalments(self) -> list[dict[str, Any]]:
        names = list(c.SCHEDULE)
        return [dict(zip(names, (loan.name, *row), strict=True)) for loan in self.loans.values() for row in loan.rows]


def house(folder: Path, **settings: list[tuple[str | None, Any]]) -> Path:
    """A house pack in `folder`: setting with _ for its dot -> its dated values; None as the date replaces the series."""
    folder.mkdir()
    source = {"instrument": "credit committee"}
    told = {
        name.replace("__", "."): {
            "values": [{"from": on(start) if start else None, "value": value, "source": source} for start, value in values]
        }
        for name, values in settings.items()
    }
    (folder / "house.yaml").write_text(yaml.safe_dump(told))
    return folder
