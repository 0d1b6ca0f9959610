"""The ten-borrower story as a Book: a tape of our own layout, written to a folder and imported like anybody's."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from arrears.book.door import BookError, Door, Settings
from arrears.kernel.days import add_months

LENDER = "兰汀消费金融"
OPENING = dt.date(2026, 8, 31)  # the first close: the end of the day before the story begins
FIRST, LAST = dt.date(2026, 9, 1), dt.date(2026, 12, 29)
STOPS = "penalty+clock+contact"

Row = dict[str, Any]


@cache
def story() -> dict[str, Any]:
    """The story as it is told: loans with their acts, and every expected number."""
    told: dict[str, Any] = json.loads(Path(__file__).with_name("demo-story.json").read_text(encoding="utf-8"))
    return told


def build(root: Path) -> Door:
    """Make the story's Book with everything taken in and nothing closed, or open it where it is.

    Parameters
    ----------
    root : a new folder, or that of a Book this function has made; the tape is written to its folder `tape`

    Errors: BookError where the folder holds something else.
    """
    door = Door(root) if (root / "book.json").exists() else Door.init(root, Settings(currency="CNY"))
    if not door.batches():
        take_in(door)
    if door.loans()["loan_id"].to_pylist() != sorted(story()["loans"]):
        raise BookError(f"{root} holds another book, and the story would only spoil it. Choose a new folder.")
    return door


def take_in(door: Door) -> None:
    """Import the story's tape, written to the folder `tape` of the Book."""
    door.import_files(write_tape(door.book.root / "tape"), "arrears", OPENING)


def write_tape(folder: Path) -> list[Path]:
    """Write loans.csv, schedule.csv and events.csv; returns the files."""
    folder.mkdir(exist_ok=True)
    loans = story()["loans"]
    tables = {
        "loans": [_loan(name, loan) for name, loan in loans.items()],
        "schedule": [row for name, loan in loans.items() for row in _given(name, loan)],
        "events": [row for name, loan in loans.items() for row in _numbered(name, loan)],
    }
    return [_write(folder / f"{name}.csv", rows) for name, rows in tables.items()]


def _write(path: Path, rows: list[Row]) -> Path:
    """Write rows with every column that one of them has, in order of appearance."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _paid_before(loan: Row) -> list[Row]:
    """Instalments that are paid on their due days, before the story's own receipts begin."""
    return [row for row in loan["schedule"] if row["k"] <= loan["terms"]["paid_upto"]]


def _runs_ahead(loan: Row) -> bool:
    """Is an instalment that falls due inside the window already paid when it opens (I03 of B08)?"""
    return any(row["due"] >= FIRST.isoformat() for row in _paid_before(loan))


# -- loans ------------------------------------------------------------------------


def _loan(name: str, loan: Row) -> Row:
    terms = loan["terms"]
    first_due = dt.date.fromisoformat(terms["first_due"])
    row = {
        "loan_id": name,
        "borrower_id": f"P{name[1:]}",
        "product": "车辆二押",
        "method": terms["method"],
        "principal": _yuan(terms["principal"]),
        "rate": terms["rate"],
        "term_count": terms["n"],
        "step_months": terms["step_months"],
        "disbursed_on": add_months(first_due, -terms["step_months"]).isoformat(),
        "first_due_on": terms["first_due"],
        "acceleration_clause": "yes",
        "cost_sheet": '[{"code": "gps", "max_fen": 9900}, {"code": "filing", "max_fen": 20000}]',
        "vehicle": json.dumps({"kind": loan["facts"].split(",")[0].split(".")[0]}),
        "liens": json.dumps(_liens(name, loan, add_months(first_due, -terms["step_months"])), ensure_ascii=False),
    }
    return {**row, **_opening(loan)} if _runs_ahead(loan) else row


def _opening(loan: Row) -> Row:
    """A loan paid ahead of its terms is taken over from its balance, with the instalments that are left as given rows."""
    paid = _paid_before(loan)
    return {
        "method": "given",
        "instalment": _yuan(paid[0]["total"]),
        "opened_on": OPENING.isoformat(),
        "opening_principal": _yuan(loan["terms"]["principal"] - sum(row["principal"] for row in paid)),
        "history_paid": _yuan(sum(row["total"] for row in paid)),
    }


def _given(name: str, loan: Row) -> Iterator[Row]:
    """What is left of a loan paid ahead; the instalment already paid stays as a row of nothing, so that its day still falls due."""
    if not _runs_ahead(loan):
        return
    paid = _paid_before(loan)
    for row in loan["schedule"]:
        if row["due"] <= OPENING.isoformat():
            continue
        interest, principal = (0, 0) if row in paid else (row["interest"], row["principal"])
        yield {
            "loan_id": name,
            "obligation": f"I{row['k']:02d}",
            "due_on": row["due"],
            "interest": _yuan(interest),
            "principal": _yuan(principal),
        }


def _liens(name: str, loan: Row, signed_on: dt.date) -> list[Row]:
    ours = {"rank": 2, "holder": LENDER, "claim_fen": loan["terms"]["principal"], "registered_on": signed_on.isoformat(), "ours": True}
    first: Row = {"rank": 1, "holder": "a bank", "ours": False}
    if name == "B09":
        first |= {"claim_fen": loan["extra"]["first_lien_claim"], "registered_on": "2024-03-01"}
        ours["registered_on"] = "2025-06-10"
    return [first, ours]


# -- events -----------------------------------------------------------------------


def _numbered(name: str, loan: Row) -> Iterator[Row]:
    """Every event of a loan with its reference and the time at which it was recorded."""
    for number, row in enumerate([*_payments(name, loan), *_acts(loan["acts"]), *_promise(name)], start=1):
        recorded = row.pop("recorded_on", row["value_on"])
        yield {
            "source": "bank" if row["kind"] == "payment_received" else "office",
            "source_ref": f"{name}-{number:03d}",
            "loan_id": name,
            "recorded_at": f"{recorded}T21:00:00+08:00",
            **row,
        }


def _payments(name: str, loan: Row) -> Iterator[Row]:
    for paid in _paid_before(loan):
        if not _runs_ahead(loan):
            yield {"kind": "payment_received", "value_on": paid["due"], "amount": _yuan(paid["total"]), "channel": "transfer"}
    for receipt in loan["receipts"]:
        row = {"kind": "payment_received", "value_on": receipt["value"], "recorded_on": receipt["posted"], "amount": _yuan(receipt["fen"])}
        if receipt["value"] != receipt["posted"]:  # B10: the channel's file was lost; two people posted it by hand
            row |= {"channel": "manual", "asker": "O1", "approver": "O2", "reason": "bank slip; the channel file was lost"}
        if not receipt.get("progress", True):  # B07: the lender's own money is not the borrower's progress
            row |= {"progress": "no", "payer": LENDER, "reason": "compensation after a complaint"}
        if name == "B09":
            row |= {"kind": "collateral_proceeds_received", "subject": "apply", "reason": "agreed sale, after the first lienholder"}
        yield row


def _acts(acts: Row) -> Iterator[Row]:
    for act in acts.get("plan", ()):
        row = {"kind": "agreement_signed", "value_on": act["date"], "subject": "arrears_plan", "count": act["parts"]}
        yield {**row, "first_due_on": act["first_due"], "approver": "A1"}
    for act in acts.get("restructure", ()):
        row = {"kind": "agreement_signed", "value_on": act["date"], "subject": "restructure", "count": act["n"]}
        yield {**row, "first_due_on": act["first_due"], "asker": "H1", "approver": "A1"}
    for act in acts.get("accelerate", ()):
        yield {"kind": "accelerated", "value_on": act["date"], "reason": "notice received, signed receipt", "asker": "L1"}
    for number, act in enumerate(acts.get("holds", ()), start=1):
        yield {"kind": "hold_opened", "value_on": act["from"], "subject": f"hold-{number}", "stops": STOPS}
        yield {"kind": "hold_ended", "value_on": act["to"], "subject": f"hold-{number}"}


def _promise(name: str) -> Iterator[Row]:
    """B03: a promise that was not kept, and the team lead's word that it counts."""
    if name != "B03":
        return
    yield {"kind": "promise_made", "value_on": "2026-09-20", "amount": "3856.17", "until_on": "2026-09-25", "asker": "K1"}
    confirmed = {"kind": "promise_evidence_confirmed", "value_on": "2026-09-27", "until_on": "2026-09-26", "asker": "K1", "approver": "TL1"}
    yield confirmed
