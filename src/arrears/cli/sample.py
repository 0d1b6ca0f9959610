"""The command that makes an invented lender."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arrears.cli.closing import progress, standing
from arrears.cli.outcome import say
from arrears.cli.program import app
from arrears.cli.words import Json, put, put_json

if TYPE_CHECKING:
    from arrears.book.door import Door
    from arrears.sample.invent import Asked, Lender


@app.command()
def sample(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder, or that of the same sample, which goes on.", show_default=False)
    ],
    loans: Annotated[int, typer.Option("--loans", help="Loans, those signed on the way included.", show_default=False)],
    days: Annotated[int, typer.Option("--days", help="Days to live through, a close each.")] = 120,
    seed: Annotated[int, typer.Option("--seed", help="The same number gives the same content.")] = 1,
    tape: Annotated[bool, typer.Option("--tape", help="Write the events as CSV as well, to DIR/tape.")] = False,
    json: Json = False,
) -> None:
    """Make a Book of an invented lender, 兰汀消费金融, and live through its days.

    Loans, liens, payments, promises, holds, agreements, charge-offs; the people go to DIR/people and never into the Book.
    Stopped anywhere, the same command goes on. At the end the Book's monthly roll rates stand beside the published ones.

    \b
    $ arrears sample my-sample --loans 2000 --days 120 --seed 1
    $ arrears sample two-years --loans 20000 --days 730 --seed 7 --json
    """
    from arrears.sample import lender

    try:
        asked = lender.asked_for(loans, days, seed)
        door = lender.open_or_make(folder, asked, story=False)
    except lender.NotAllowed as error:
        raise typer.BadParameter(str(error)) from None
    made = lived(door, asked, story=False)
    if tape:
        made = made or lender.invented(door, asked)
        _write_tape(made, folder / "tape")
    _tell(door, asked, json)


def lived(door: Door, asked: Asked, story: bool) -> Lender | None:
    """Live through the days that are left, with progress on standard error."""
    from arrears.sample import lender

    last = door.book.current
    left = (asked.last - (last or asked.opening)).days + (last is None)
    if left:
        say(f"Inventing {asked.loans:,} loans and {asked.days:,} days ...")
    with standing(door), progress(left) as step:
        return lender.live_through(door, asked, story, step)


def _write_tape(made: Lender, folder: Path) -> None:
    """The invented tables as CSV, as they went into the Book (columns of docs/map.md, money in fen)."""
    import pyarrow.csv

    folder.mkdir(exist_ok=True)
    tables = {"loans": made.base.loans, "schedule": made.base.schedule, "opening_due": made.base.opening_due, "events": made.events}
    for name, table in tables.items():
        pyarrow.csv.write_csv(table, folder / f"{name}.csv")
    say(f"The tape stands in {folder}.")


def _tell(door: Door, asked: Asked, as_json: bool) -> None:
    from arrears.kernel.days import month_ends
    from arrears.sample import rates

    counts = rates.rolled(door, asked.opening, asked.last)
    months = max(len(month_ends(asked.opening, asked.last)) - 1, 0)
    standing_now = _standing(door)
    if as_json:
        put_json(_report(door, asked, months, counts, standing_now))
        return
    put(f"{door.book.root}: {asked.loans:,} loans, {asked.opening} to {asked.last}, seed {asked.seed}")
    put("  ".join(f"{name} {count:,}" for name, count in standing_now.items()))
    if not months:
        say("Roll rates need a month from end to end: ask for more days.")
        return
    put(f"\nMonthly roll rates in percent over {months} {'month' if months == 1 else 'months'}: published (this Book)")
    put(rates.side_by_side(counts))
    put(f"The farthest cell of the first two rows is {rates.farthest(counts):.2f} points off.")


def _standing(door: Door) -> dict[str, int]:
    """Loans by where they stand at the last close."""
    import numpy as np

    from arrears.sample import rates

    places = rates.standing(door.positions(columns=["loan_id", "dpd", "state"]))
    return dict(zip(rates.TO, np.bincount(places, minlength=len(rates.TO)).tolist(), strict=True))


def _report(door: Door, asked: Asked, months: int, counts: Any, standing_now: dict[str, int]) -> dict[str, Any]:
    from arrears.sample import rates

    day: dt.date = door.current
    return {
        "book": door.book.root,
        "loans": asked.loans,
        "days": asked.days,
        "seed": asked.seed,
        "opening": asked.opening,
        "current": day,
        "content": door.manifest(day)["tables"],
        "standing": standing_now,
        "roll": {
            "months": months,
            "from": rates.FROM,
            "to": rates.TO,
            "published": rates.PUBLISHED.tolist(),
            "book": rates.percents(counts).round(4).tolist(),
            "loan_months": counts.sum(axis=1).tolist(),
            "farthest_points": round(rates.farthest(counts), 4),
        },
    }
