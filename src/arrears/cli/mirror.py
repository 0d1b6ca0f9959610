"""Commands that keep a copy of a book in an object store: mirror push, mirror pull."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from arrears.cli.outcome import say
from arrears.cli.program import app, group
from arrears.cli.words import Book, Json, put_json

if TYPE_CHECKING:
    from arrears.book.mirror import Mirrored

mirror = group("Keep a copy of a book in an object store, or bring it back.")
app.add_typer(mirror, name="mirror")

Url = Annotated[str, typer.Argument(metavar="URL", help="s3://BUCKET/PREFIX or file:///FOLDER.", show_default=False)]


@mirror.command()
def push(book: Book, url: Url, json: Json = False) -> None:
    """Copy to the mirror what it lacks of the book; again at any time, also after a crash.

    Credentials come from the environment only (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE, AWS_REGION).
    A reader of the mirror always sees whole imports and whole closes. A mirror of another book, or one that knows more, is refused.

    \b
    $ arrears mirror push my-book s3://lender-books/my-book
    $ arrears mirror push my-book "s3://books/my-book?endpoint_override=storage.lan:9000&scheme=http"
    $ arrears mirror push my-book file:///mnt/backup/my-book
    """
    from arrears.book import mirror as mirrors
    from arrears.book.store import Book as Stored

    _tell(mirrors.push(Stored(book), url), json, "there")


@mirror.command()
def pull(url: Url, book: Book, json: Json = False) -> None:
    """Copy from the mirror what the book here lacks, or make it; every file is checked against its sha256.

    \b
    $ arrears mirror pull s3://lender-books/my-book my-book
    """
    from arrears.book import mirror as mirrors

    _tell(mirrors.pull(url, book), json, "here")


def _tell(done: Mirrored, json: bool, where: str) -> None:
    if json:
        put_json(asdict(done))
        return
    mib = done.bytes / 2**20
    say(f"{done.files} files copied ({mib:,.1f} MiB), {done.linked} not sent because the same content was {where}, {done.removed} removed.")
    say(f"{done.batches} imports and {done.closes} closes are {where}; the last close is {done.current or 'none yet'}.")
