"""Tables of loans: what each is at a close, month by month, its terms, its payments. Each as it was known on a day."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir

from arrears.book.door import Door
from arrears.data.columns import MONTH, TABLES, types
from arrears.data.pseudonym import project_key, pseudonyms
from arrears.data.source import Book, Day, closed_on, day_of, door_of, files_sql, listed, month_ends, position_sql, rows

PLACE = (
    "CASE state WHEN 'SETTLED' THEN 'paid_off' WHEN 'WRITTEN_OFF' THEN 'charged_off' WHEN 'TRANSFERRED' THEN 'transferred' ELSE bucket END"
)
_OUT = {"payment_reversed", "credit_refunded"}
_MONEY_KINDS = ("payment_received", "payment_reversed", "recovered", "collateral_proceeds_received", "credit_refunded")


def positions(book: Book, as_of: Day | None = None, known: str = "then", project: str | None = None) -> ir.Table:
    """One row a loan: all of its state at the end of a closed day.

    Parameters
    ----------
    book : a Book, its folder, or its door
    as_of : a day that was closed (date or ISO text); the last close unless told otherwise
    known : "then" = as that close published it, whatever was posted later; "now" = with every correction known at the last close
    project : adds `borrower`, a pseudonym that is stable within this project (key in ARREARS_PSEUDONYM_KEY)

    Returns
    -------
    Lazy Ibis table; columns: `schema_doc("positions")`, money in minor units of the Book's currency.

    Errors: BookError where that day was not closed, naming the nearest closes; ValueError for a wrong argument.
    """
    door = door_of(book)
    day = closed_on(door, as_of)
    names = TABLES["positions"]
    return _with_borrower(rows(position_sql(door, day, names, known), types(names)), door, project)


def loans(book: Book, as_of: Day | None = None, project: str | None = None) -> ir.Table:
    """One row a loan: its terms, for the loans that the close of `as_of` knew. Parameters and errors as in `positions`."""
    door = door_of(book)
    day = closed_on(door, as_of)
    names = TABLES["loans"]
    told = loans_sql(door, names)
    known = position_sql(door, day, ("loan_id",))
    sql = f"SELECT * FROM ({told}) WHERE loan_id IN (SELECT loan_id FROM ({known}))"
    return _with_borrower(rows(sql, types(names)), door, project)


def loans_sql(door: Door, names: tuple[str, ...]) -> str:
    """Query of the terms of every loan with these columns; the principal agreed goes by a name of its own."""
    asked = tuple("principal_fen" if name == "terms_principal_fen" else name for name in names)
    told = files_sql(door.book.files("loans"), asked)
    return f"SELECT * RENAME (principal_fen AS terms_principal_fen) FROM ({told})" if "principal_fen" in asked else told


def _with_borrower(table: ir.Table, door: Door, project: str | None) -> ir.Table:
    if project is None:
        return table
    named = pseudonyms(project_key(project))
    people = rows(files_sql(door.book.files("loans"), ("loan_id", "borrower_id")), {"loan_id": "string", "borrower_id": "string"})
    pairs = people.select("loan_id", borrower=named(people.borrower_id).nullif(""))
    return table.inner_join(pairs, "loan_id").relocate("borrower", after="loan_id")


def loan_months(
    book: Book,
    as_of: Day | None = None,
    known: str = "then",
    first: Day | None = None,
    last: Day | None = None,
    project: str | None = None,
) -> ir.Table:
    """One row a loan and month: its state at each closed month end up to `as_of`, also after it has ended.

    Parameters
    ----------
    book, as_of, project : as in `positions`
    known : "then" = each month as its own close published it; "now" = each month with every correction known at the last close
    first, last : month ends outside these days are left out

    Returns
    -------
    Lazy Ibis table; columns: `schema_doc("loan_months")`. Empty where no month end was closed.

    Errors: as in `positions`.
    """
    door = door_of(book)
    day = closed_on(door, as_of)
    shown = month_ends(door, day, first, last)
    days = month_ends(door, day, last=last)  # the month before the first shown one is needed for what came in since
    table = months(door, days or [day], known)
    before = table.received_fen.lag().over(ibis.window(group_by="loan_id", order_by="month_on"))
    done = table.mutate(received_in_month_fen=table.received_fen - before.fill_null(0))
    done = done.filter(done.month_on >= ibis.literal(shown[0])) if shown else done.limit(0)
    return _with_borrower(done.select(*TABLES["loan_months"]), door, project)


def months(door: Door, days: list[dt.date], known: str = "then") -> ir.Table:
    """The columns MONTH of each of some closed days, with month_on, month_count and place."""
    parts = [f"SELECT DATE '{day}' AS month_on, * FROM ({position_sql(door, day, MONTH, known)})" for day in days]
    terms = loans_sql(door, ("loan_id", "disbursed_on"))
    sql = (
        f"SELECT month_on, CAST({months_between('disbursed_on', 'month_on')} AS BIGINT) AS month_count, {listed(MONTH)}, {PLACE} AS place "
        f"FROM ({' UNION ALL '.join(parts)}) JOIN ({terms}) USING (loan_id)"
    )
    return rows(sql, types(("month_on", "month_count", *MONTH, "place")))


def months_between(first: str, last: str) -> str:
    """SQL: calendar months from the month of one day to that of another."""
    return f"((year({last}) - year({first})) * 12 + month({last}) - month({first}))"


def payments(book: Book, as_of: Day | None = None, first: Day | None = None, last: Day | None = None) -> ir.Table:
    """One row a movement of money on a loan that the close of `as_of` knew; late postings say from when they are known.

    Parameters
    ----------
    book, as_of : as in `positions`
    first, last : value days outside these are left out

    Returns
    -------
    Lazy Ibis table; columns: `schema_doc("payments")`. A reversal is a row of its own with the payment's amount and a minus.

    Errors: as in `positions`.
    """
    door = door_of(book)
    day = closed_on(door, as_of)
    names = TABLES["payments"]
    said = files_sql(
        door.book.files("events"), ("event_id", "loan_id", "kind", "value_on", "close_on", "amount_fen", "refers_to", "channel")
    )
    kinds, out = (", ".join(f"'{kind}'" for kind in some) for some in (_MONEY_KINDS, sorted(_OUT)))
    sql = (
        f"WITH said AS (SELECT * FROM ({said}) WHERE close_on <= DATE '{day}') "
        f"SELECT e.loan_id, e.kind, e.value_on, e.close_on AS known_on, "
        f"CASE WHEN e.kind IN ({out}) THEN -1 ELSE 1 END * coalesce(r.amount_fen, e.amount_fen) AS amount_fen, e.channel "
        f"FROM said e LEFT JOIN said r ON e.kind = 'payment_reversed' AND e.refers_to = r.event_id WHERE e.kind IN ({kinds})"
    )
    table = rows(sql, types(names))
    if first is not None:
        table = table.filter(table.value_on >= ibis.literal(day_of(first, "first")))
    if last is not None:
        table = table.filter(table.value_on <= ibis.literal(day_of(last, "last")))
    return table
