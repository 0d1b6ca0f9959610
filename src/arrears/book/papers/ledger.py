"""The journal for a general ledger: long rows, CSV, and text that hledger and ledger read."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from io import StringIO
from typing import Any

from arrears.book import columns as c
from arrears.book.door import Door
from arrears.book.papers.figures import figures
from arrears.kernel.money import currency_of

# column of JOURNAL -> account of a chart of accounts; the first word is the kind that hledger knows by itself
ACCOUNTS = {
    "cash_fen": "assets:cash",
    "principal_fen": "assets:loans:principal",
    "interest_receivable_fen": "assets:loans:interest",
    "penalty_receivable_fen": "assets:loans:penalty",
    "fee_receivable_fen": "assets:loans:fees",
    "credit_fen": "liabilities:unapplied-credit",
    "interest_income_fen": "income:interest",
    "penalty_income_fen": "income:penalty",
    "fee_income_fen": "income:fees",
    "waived_fen": "expenses:waived",
    "charged_off_fen": "expenses:charged-off",
    "recovery_fen": "income:recoveries",
    "expense_fen": "expenses:collection",
    "adjustment_fen": "equity:adjustments",
}
HEAD = ("date", "loan_id", "account", "amount", "backdated")


def _entries(door: Door, first: dt.date, last: dt.date) -> Iterator[dict[str, Any]]:
    """Rows of JOURNAL, close by close, so that a long range does not stand in memory at once."""
    missing = [name for name, kind in c.JOURNAL.items() if kind == "int64" and name not in ACCOUNTS]
    assert not missing, f"accounts without a name: {missing}"
    for day in door.published():
        if first <= day <= last:
            yield from door.journal(day, day).sort_by("loan_id").to_pylist()


def journal_rows(door: Door, first: dt.date, last: dt.date) -> Iterator[dict[str, Any]]:
    """List the journal in long form, by close, then loan, then account.

    Parameters
    ----------
    door : the Book
    first, last : days of closes, both included

    Yields
    ------
    One dict a moved account: date (of the close), loan_id, account, amount (signed minor units, debit positive),
    backdated (what a correction of earlier days changed). The amounts of a loan and date sum to zero.
    """
    for entry in _entries(door, first, last):
        for column, account in ACCOUNTS.items():
            if entry[column]:
                yield {
                    "date": entry["posted_on"],
                    "loan_id": entry["loan_id"],
                    "account": account,
                    "amount": entry[column],
                    "backdated": entry["backdated"],
                }


def journal_csv(door: Door, first: dt.date, last: dt.date) -> Iterator[str]:
    """Write `journal_rows` as lines of CSV with a head; each line ends with a line feed, amounts are minor units."""
    yield ",".join(HEAD) + "\n"
    for row in journal_rows(door, first, last):
        out = StringIO()
        told = [row["date"].isoformat(), row["loan_id"], row["account"], row["amount"], "true" if row["backdated"] else "false"]
        csv.writer(out, lineterminator="\n").writerow(told)
        yield out.getvalue()


def journal_hledger(door: Door, first: dt.date, last: dt.date) -> Iterator[str]:
    """Write the journal as text for hledger or ledger: the accounts and the commodity, then one transaction a loan and close.

    Each yielded text ends with a line feed. Amounts are in major units with the currency's code; every transaction sums to zero.
    """
    currency = door.book.settings.currency
    decimals = currency_of(currency).decimals
    yield f"commodity {currency}\n    format {currency} 1,000.{'0' * decimals}\n\n"
    yield "".join(f"account {account}\n" for account in ACCOUNTS.values()) + "\n"
    for entry in _entries(door, first, last):
        yield _transaction(entry, currency)


def _transaction(entry: dict[str, Any], currency: str) -> str:
    moved: list[tuple[str, int]] = [(account, entry[column]) for column, account in ACCOUNTS.items() if entry[column]]
    note = "correction of earlier days" if entry["backdated"] else "close"
    # a ; would start a comment, a line feed would end the head
    loan = " ".join(entry["loan_id"].replace(";", " ").split())
    postings = [f"    {account:<32}  {currency} {figures(amount, currency)}\n" for account, amount in moved]
    return f"{entry['posted_on'].isoformat()} loan {loan} | {note}\n" + "".join(postings) + "\n"
