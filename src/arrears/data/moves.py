"""How a book moves: loans by bucket month by month, roll rates between month ends, vintages."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import ibis
import ibis.expr.types as ir

from arrears.book.door import Door
from arrears.data.columns import TABLES, types
from arrears.data.source import Book, Day, closed_on, door_of, month_ends, position_sql, rows
from arrears.data.tables import PLACE, loans_sql, months_between

ENDED = ("paid_off", "charged_off", "transferred")
_PAIR = ("from_on", "month_on", "from_place", "to_place", "loans", "moved_principal_fen")
_STEPS = {"month": "month", "quarter": "quarter", "year": "year"}


def buckets(
    book: Book, as_of: Day | None = None, known: str = "then", first: Day | None = None, last: Day | None = None, every: str = "month"
) -> ir.Table:
    """One row a month end and place: how many loans stood there, what they owed. Ended loans stand under how they ended.

    Parameters
    ----------
    book, as_of, known, first, last : as in `loan_months`
    every : "month" = month ends, "close" = every close that is kept

    Returns
    -------
    Lazy Ibis table; columns: `schema_doc("buckets")`; month_on is the close.

    Errors: as in `positions`.
    """
    door = door_of(book)
    day = closed_on(door, as_of)
    days = month_ends(door, day, first, last) if every == "month" else _closes(door, day, first, last, every)
    table = standing(door, days or [day], known)
    return table if days else table.limit(0)


def standing(door: Door, days: list[dt.date], known: str = "then") -> ir.Table:
    """The columns of `buckets` at each of some closed days."""
    needed = ("state", "bucket", "principal_fen", "overdue_interest_fen", "overdue_principal_fen")
    parts = [
        f"SELECT DATE '{each}' AS month_on, {PLACE} AS place, count(*) AS loans, CAST(sum(principal_fen) AS BIGINT) AS principal_fen, "
        f"CAST(sum(overdue_interest_fen + overdue_principal_fen) AS BIGINT) AS overdue_fen "
        f"FROM ({position_sql(door, each, needed, known)}) GROUP BY ALL"
        for each in days
    ]
    return rows(" UNION ALL ".join(parts), types(TABLES["buckets"]))


def _closes(door: Door, as_of: dt.date, first: Day | None, last: Day | None, every: str) -> list[dt.date]:
    if every != "close":
        raise ValueError(f"every {every!r} is not known; allowed: month, close")
    month_ends(door, as_of, first, last)  # refuses what is out of order
    since, until = (dt.date.fromisoformat(str(told)) if told is not None else None for told in (first, last))
    return [day for day in door.closes() if (since or dt.date.min) <= day <= (until or as_of)]


def roll_rates(
    book: Book,
    as_of: Day | None = None,
    first: Day | None = None,
    last: Day | None = None,
    known: str = "then",
    by_month: bool = False,
) -> ir.Table:
    """Where open loans stood a month later: one row a pair of places, over all months from `first` to `last` together.

    Parameters
    ----------
    book, as_of, known : as in `loan_months`
    first, last : the first and the last month end that is looked at; all up to as_of unless told otherwise
    by_month : one row a month and pair instead, with from_on and month_on before the other columns

    Returns
    -------
    Lazy Ibis table; columns: `schema_doc("roll_rates")`. Shares of one from_place (and month) add up to 1. Two month ends are
    needed, else it is empty; month ends with a month between them that was not closed make no pair.

    Errors: as in `positions`.
    """
    door = door_of(book)
    day = closed_on(door, as_of)
    days = month_ends(door, day, first, last)
    pairs = [(old, new) for old, new in pairwise(days) if (new - old).days <= 31]
    table = rows(" UNION ALL ".join(_pair_sql(door, old, new, known) for old, new in pairs or [(day, day)]), types(_PAIR))
    table = table if pairs else table.limit(0)
    month = ["from_on", "month_on"] if by_month else []
    moved = table.group_by([*month, "from_place", "to_place"]).agg(
        loans=table.loans.sum().cast("int64"), moved_principal_fen=table.moved_principal_fen.sum().cast("int64")
    )
    start = ibis.window(group_by=[*month, "from_place"])
    told = moved.mutate(
        from_loans=moved.loans.sum().over(start).cast("int64"), from_principal_fen=moved.moved_principal_fen.sum().over(start).cast("int64")
    )
    told = told.mutate(
        share=told.loans / told.from_loans.cast("float64"),
        principal_share=told.moved_principal_fen / told.from_principal_fen.cast("float64").nullif(0.0),
    )
    return told.select(*month, *TABLES["roll_rates"])


def _pair_sql(door: Door, old: dt.date, new: dt.date, known: str) -> str:
    """Loans that were open at one close, counted by where they stood then and at another."""
    then = position_sql(door, old, ("loan_id", "state", "bucket", "principal_fen"), known)
    now = position_sql(door, new, ("loan_id", "state", "bucket"), known)
    over = ", ".join(f"'{place}'" for place in ENDED)
    return (
        f"SELECT DATE '{old}' AS from_on, DATE '{new}' AS month_on, from_place, to_place, count(*) AS loans, "
        f"CAST(sum(principal_fen) AS BIGINT) AS moved_principal_fen "
        f"FROM (SELECT loan_id, principal_fen, {PLACE} AS from_place FROM ({then})) "
        f"JOIN (SELECT loan_id, {PLACE} AS to_place FROM ({now})) USING (loan_id) WHERE from_place NOT IN ({over}) GROUP BY ALL"
    )


def vintage(book: Book, as_of: Day | None = None, by: str = "quarter", late_days: int = 30, known: str = "then") -> ir.Table:
    """How loans disbursed together have aged: one row a vintage and month on book.

    Parameters
    ----------
    book, as_of, known : as in `loan_months`
    by : "month", "quarter" or "year" of disbursement
    late_days : days past due from which a loan counts as having been late

    Returns
    -------
    Lazy Ibis table; columns: `schema_doc("vintage")`. Every point of a curve counts against all loans of its vintage, so it never
    falls; it ends at the age that the youngest of them has reached. A loan boarded later than it was disbursed is seen from then on.

    Errors: as in `positions`.
    """
    if by not in _STEPS:
        raise ValueError(f"by {by!r} is not known; allowed: {', '.join(_STEPS)}")
    door = door_of(book)
    day = closed_on(door, as_of)
    days = month_ends(door, day)
    needed = ("loan_id", "dpd", "charged_off_fen")
    parts = [f"SELECT DATE '{each}' AS month_on, * FROM ({position_sql(door, each, needed, known)})" for each in days or [day]]
    terms = loans_sql(door, ("loan_id", "disbursed_on", "terms_principal_fen"))
    sql = f"""
        WITH terms AS (SELECT loan_id, terms_principal_fen, CAST(date_trunc('{by}', disbursed_on) AS DATE) AS vintage_on, disbursed_on
                       FROM ({terms})),
        seen AS (SELECT terms.*, dpd, charged_off_fen, {months_between("disbursed_on", "month_on")} AS age
                 FROM ({" UNION ALL ".join(parts)}) JOIN terms USING (loan_id)),
        each AS (SELECT vintage_on, loan_id, any_value(terms_principal_fen) AS terms_principal_fen, max(age) AS last,
                 min(age) FILTER (dpd >= {int(late_days)}) AS late FROM seen GROUP BY ALL),
        whole AS (SELECT vintage_on, count(*) AS loans, CAST(sum(terms_principal_fen) AS BIGINT) AS terms_principal_fen, min(last) AS last
                  FROM each GROUP BY ALL),
        fresh AS (SELECT vintage_on, late AS age, count(*) AS loans FROM each WHERE late IS NOT NULL GROUP BY ALL),
        aged AS (SELECT vintage_on, age, count(*) FILTER (charged_off_fen > 0) AS charged_off_loans,
                 CAST(sum(charged_off_fen) AS BIGINT) AS charged_off_fen FROM seen GROUP BY ALL)
        SELECT vintage_on, CAST(aged.age AS BIGINT) AS month_count, whole.loans, whole.terms_principal_fen,
               CAST(coalesce(sum(fresh.loans) OVER (PARTITION BY vintage_on ORDER BY aged.age), 0) AS BIGINT) AS late_loans,
               charged_off_loans, charged_off_fen
        FROM aged JOIN whole USING (vintage_on) LEFT JOIN fresh USING (vintage_on, age) WHERE aged.age <= whole.last
    """
    names = TABLES["vintage"]
    table = rows(sql, types(tuple(name for name in names if not name.endswith("_share"))))
    table = table if days else table.limit(0)
    return table.mutate(
        late_share=table.late_loans / table.loans.cast("float64"),
        charged_off_share=table.charged_off_fen / table.terms_principal_fen.cast("float64").nullif(0.0),
    ).select(*names)
