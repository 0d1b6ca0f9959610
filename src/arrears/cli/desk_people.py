"""Commands of people: desk people, desk keys, desk rotate-key, desk documents, desk retention."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arrears.cli.desk import Data, _places, desk
from arrears.cli.outcome import FAILED, FINDINGS, say
from arrears.cli.words import Json, put, put_json

if TYPE_CHECKING:
    from arrears.desk.people.files.told import Told
    from arrears.desk.places import Places


def _ready(data: Path | None) -> Places:
    """Django on the installation, which has to be up."""
    from arrears.desk import ready, supervisor

    places = _places(data)
    if not os.environ.get("DATABASE_URL") and supervisor.owner(places) is None:
        say(f"Not done: {places.root} is not up. Start it with: arrears desk up")
        raise typer.Exit(FAILED)
    ready.set_up(places)
    return places


def _not_done(error: Any) -> typer.Exit:
    """Say why nothing was done."""
    zh = getattr(error, "zh", "")
    say(f"{f'未执行：{zh}' + chr(10) if zh else ''}Not done: {error}")
    return typer.Exit(FAILED)


@desk.command()
def people(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            exists=True,
            dir_okay=False,
            help="CSV (also .gz), XLSX or Parquet; named after their table.",
            show_default=False,
        ),
    ],
    mapping: Annotated[str, typer.Option(metavar="NAME|FILE", help="arrears, or a YAML file of your own.")] = "arrears",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come in.")] = False,
    book: Annotated[
        Path | None,
        typer.Option("--book", metavar="DIR", help="Put the loans of this book on record with their debtors.", show_default=False),
    ] = None,
    team: Annotated[
        str, typer.Option("--team", metavar="NAME", help="Give loans that no team works to this one.", show_default=False)
    ] = "",
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", metavar="FILE.csv", help="Rejected rows; default: people-rejects.csv here.", show_default=False),
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Take people files in: borrowers, relations, consents, refusals, addresses, loans, staff, agencies.

    Nothing comes in twice. Exit code 3: done, and some rows were rejected.

    \b
    $ arrears desk people my-sample/people/*.parquet --book my-sample
    $ arrears desk people customers.csv --mapping my-lender.yaml --dry-run
    """
    _ready(data)
    from arrears.desk import clock
    from arrears.desk.people.files.mapping import FileProblem, load
    from arrears.desk.people.files.take import take
    from arrears.desk.people.keys import KeyProblem

    try:
        told = take(files, load(mapping), clock.now(), dry_run=dry_run, loans=_loans_of(book), team=team)
    except (FileProblem, KeyProblem) as error:
        raise _not_done(error) from None
    where = None
    if told.rejects and not dry_run:
        where = rejects or Path("people-rejects.csv")
        where.write_text(told.rejects_csv(), encoding="utf-8")
    put_json({**told.as_dict(), "rejects_file": where}) if json else _tell(told, where)
    if told.rejects:
        raise typer.Exit(FINDINGS)


def _loans_of(book: Path | None) -> list[tuple[str, str]]:
    if book is None:
        return []
    from arrears.book.door import Door

    loans = Door(book).loans().select(["loan_id", "borrower_id"]).to_pydict()
    return [(loan, debtor) for loan, debtor in zip(loans["loan_id"], loans["borrower_id"], strict=True) if debtor]


def _tell(told: Told, where: Path | None) -> None:
    from arrears.desk.people.files.told import SURPRISES

    put("将会导入 / would come in:" if told.dry_run else "已导入 / came in:")
    for table, counts in told.counts.items():
        put(f"  {table:<24}" + ", ".join(f"{name} {number}" for name, number in counts.items() if number or name == "rows"))
    for name, number in told.surprises.items():
        if number:
            say(f"look: {number} {SURPRISES[name]}")
    for each in told.rejects[:10]:
        say(f"  {each.file} row {each.row}, {each.field}: {each.reason}; allowed: {each.allowed}")
    if len(told.rejects) > 10:
        say(f"  ... {len(told.rejects) - 10} more")
    if where:
        say(f"All rejected rows with their reasons: {where}")


@desk.command()
def keys(
    add: Annotated[bool, typer.Option("--add", help="Add a new key to the file of the data folder; it writes from now on.")] = False,
    data: Data = None,
) -> None:
    """Print keys for personal data: for a new installation, or one more for a change of key.

    \b
    $ arrears desk keys
    $ arrears desk keys --add
    """
    from arrears.desk.people import keys as ring

    places = _places(data)
    try:
        if add:
            say(f"第 {ring.add(places.root)} 号密钥已加入。\nA key was added. Next: arrears desk rotate-key")
            return
        number = _next_number(ring, places)
    except ring.KeyProblem as error:
        raise _not_done(error) from None
    if number == 1:
        put(ring.fresh(None))
    put(ring.fresh(number))
    what, where = "these lines" if number == 1 else "this line", f"{ring.VARIABLE} (separated by blanks) or {places.root / ring.FILE}"
    say(f"Put {what} into {where} (mode 0600), and keep a copy apart.")


def _next_number(ring: Any, places: Places) -> int:
    """1 for an installation without keys, else the next."""
    if not os.environ.get(ring.VARIABLE) and not (places.root / ring.FILE).exists():
        return 1
    return int(ring.of(places.root).current) + 1


@desk.command("rotate-key")
def rotate_key(
    add: Annotated[bool, typer.Option("--add/--no-add", help="Add a new key to the file first, unless a change is under way.")] = True,
    later: Annotated[bool, typer.Option("--later", help="Leave the writing to the workers.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Write all personal data anew under a new key. Stopped anywhere, the same command goes on.

    With the keys in the environment: add one with a higher number there, start the Desk again, then run this.

    \b
    $ arrears desk rotate-key
    """
    places = _ready(data)
    from arrears.desk import clock
    from arrears.desk.people import cipher, rotation, tasks
    from arrears.desk.people import keys as ring

    try:
        under_way = rotation.waiting()
        if add and not under_way and not os.environ.get(ring.VARIABLE):
            ring.add(places.root)
        if later:
            tasks.rotate.defer()
            say("工作进程将完成改写。\nThe workers will write it anew.")
            return
        written = rotation.rotate(clock.now())
        left = rotation.waiting()
    except ring.KeyProblem as error:
        raise _not_done(error) from None
    number = cipher.ring().current
    if json:
        put_json({"key": number, "written": written, "left": left})
    else:
        put(f"第 {number} 号密钥：改写 {sum(written.values())} 项 / key {number}: {sum(written.values())} values written anew")
        for column, count in written.items():
            put(f"  {column:<32}{count:>10}")
    say("Keep the old keys as long as a copy of the database that needs them.")
    if left:
        say(f"Left: {left}. Run this again.")
        raise typer.Exit(FINDINGS)


@desk.command()
def documents(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER|LIST.csv", exists=True, help="Files named after their loan, or a list: loan, kind, file.", show_default=False
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come in.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=65_536, help="Largest file, in MB.")] = 4096,
    data: Data = None,
    json: Json = False,
) -> None:
    """Take documents in by the number of their loan. Exit code 3: done, and some were refused.

    \b
    $ arrears desk documents papers
    $ arrears desk documents papers/list.csv --dry-run
    """
    _ready(data)
    from arrears.desk import clock
    from arrears.desk.people.documents.bulk import take_documents
    from arrears.desk.people.files.mapping import FileProblem
    from arrears.desk.people.keys import KeyProblem

    try:
        told = take_documents(source, clock.now(), dry_run=dry_run, limit=limit << 20)
    except (FileProblem, KeyProblem) as error:
        raise _not_done(error) from None
    put_json({**told.as_dict(), "refused": [vars(each) for each in told.rejects]}) if json else _tell(told, None)
    if told.rejects:
        raise typer.Exit(FINDINGS)


@desk.command()
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is past its time.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Delete what is past its time: documents, and who people are. A job does it each night.

    \b
    $ arrears desk retention --dry-run
    """
    _ready(data)
    from arrears.desk import clock
    from arrears.desk.people import retention as ages
    from arrears.desk.people.keys import KeyProblem

    try:
        done = ages.run(clock.now(), dry_run=dry_run)
    except KeyProblem as error:
        raise _not_done(error) from None
    if json:
        put_json({"dry_run": dry_run, **done})
        return
    what = "would be deleted" if dry_run else "deleted"
    put(f"{what}: {done['documents']} documents, who {done['persons']} people are, {done['lost_files']} lost files")
