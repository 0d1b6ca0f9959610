"""Commands of the audit log: audit init, append, checkpoint, prove, verify, export, and audit keys."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arrears.cli.outcome import FAILED, FINDINGS, say
from arrears.cli.program import app, group
from arrears.cli.words import Json, Tongue, put, put_json, today, tongue

if TYPE_CHECKING:
    import datetime as dt

    from arrears.audit.keys import Signer
    from arrears.book.door import Door

audit = group("Keep the audit log: what must be provable later to somebody who trusts nobody.")
keys = group("Make, change and show the keys that sign an audit log.")
app.add_typer(audit, name="audit")
audit.add_typer(keys, name="keys")

LogDir = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the audit log.", show_default=False)]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="Private key; default: ARREARS_AUDIT_KEY, or DIR.key beside the log.", show_default=False),
]


@contextmanager
def refusals() -> Iterator[None]:
    """What the log refuses becomes two sentences and exit code 1."""
    from arrears.audit.verify import AuditError

    try:
        yield
    except AuditError as error:
        say(f"未完成：{error.zh}\nNot done: {error.en}")
        raise typer.Exit(FAILED) from None


def _day() -> dt.date:
    from arrears.book.store import Settings

    return today(Settings().zone)


def _passphrase() -> str:
    return os.environ.get("ARREARS_AUDIT_PASSPHRASE", "")


def _key_file(folder: Path, asked: Path | None) -> Path:
    """Where the private key of a log lies: never inside the log, which is copied and shown."""
    from arrears.audit.verify import AuditError

    path = asked or folder.resolve().with_name(folder.resolve().name + ".key")
    if path.resolve().is_relative_to(folder.resolve()):
        raise AuditError(f"私钥 {path} 不得放在日志文件夹内", f"the private key {path} may not lie inside the log")
    return path


def _signer(folder: Path, asked: Path | None) -> Signer:
    from arrears.audit.keys import read_file, read_secret

    told = os.environ.get("ARREARS_AUDIT_KEY", "")
    return read_secret(told) if told and asked is None else read_file(_key_file(folder, asked), _passphrase())


@audit.command()
def init(
    folder: LogDir,
    origin: Annotated[
        str, typer.Option("--origin", metavar="NAME", help="Name of the log, such as lender.example/audit; no spaces, no +.")
    ],
    key: KeyFile = None,
    continues: Annotated[
        Path | None,
        typer.Option(
            metavar="CHECKPOINT", exists=True, dir_okay=False, help="Last checkpoint of a log whose key is lost.", show_default=False
        ),
    ] = None,
) -> None:
    """Begin an audit log. Its private key is made beside it where there is none yet; prints the public one.

    Give the public key and every checkpoint to somebody who would notice.

    \b
    $ arrears audit init my-log --origin lender.example/audit
    """
    from arrears.audit.folder import Folder
    from arrears.audit.keys import Signer, write_file
    from arrears.audit.log import Log
    from arrears.audit.verify import AuditError

    with refusals():
        if "ARREARS_AUDIT_KEY" not in os.environ or key is not None:
            path = _key_file(folder, key)
            if not path.exists():
                write_file(path, Signer.new(origin), _passphrase())
                say(f"私钥：{path}。请另存一份，勿与日志放在一起。\nThe private key is {path}. Keep a copy of it, not with the log.")
        signer = _signer(folder, key)
        if signer.name != origin:
            raise AuditError(f"密钥的名称是 {signer.name}，不是 {origin}", f"the key is named {signer.name}, not {origin}")
        Log.open_with(Folder.make(folder), signer, _day(), continues.read_bytes() if continues else None)
    put(str(signer.key))


@audit.command()
def append(
    folder: LogDir,
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="A leaf a line as JSON; - reads standard input.", show_default=False)],
    json: Json = False,
) -> None:
    """Add leaves; one that is there already (same id, same content) is not added again.

    Every leaf has an id, a kind and the fields of its kind; what is personal is sealed first. Lines go in by the thousand. A bad
    line is named, and of its thousand and what follows nothing is added: mend it and run the same command again.

    \b
    $ arrears audit append my-log answers.jsonl
    """
    from arrears.audit.log import BATCH, open_folder

    with refusals():
        log = open_folder(folder)
        before, count = log.store.size(), 0
        source = sys.stdin.buffer if str(file) == "-" else file.open("rb")
        with source:
            for lines in batched(_leaves(source), BATCH):
                count += len(log.append(lines))
        size = log.store.size()
    if json:
        put_json({"read": count, "added": size - before, "size": size})
    say(f"读入 {count} 条，新增 {size - before} 条；日志现有 {size} 条。\n{count} leaves read, {size - before} added; the log has {size}.")


def _leaves(source: Any) -> Iterator[dict[str, Any]]:
    """The leaves of a file, each looked at by itself so that a bad one is named by its line."""
    from arrears.audit.leaves import check
    from arrears.audit.verify import LEAF_MAX, AuditError, parse

    number = 0
    while line := source.readline(2 * LEAF_MAX):
        number += 1
        try:
            if len(line) >= 2 * LEAF_MAX:
                raise AuditError(f"一条叶最多 {LEAF_MAX} 字节", f"a leaf has at most {LEAF_MAX} bytes")
            if line.strip():
                leaf = parse(line)
                check(leaf)
                yield leaf
        except AuditError as error:
            raise AuditError(f"第 {number} 行：{error.zh}", f"line {number}: {error.en}") from None


@audit.command()
def checkpoint(folder: LogDir, key: KeyFile = None) -> None:
    """Sign the log as it stands and print the checkpoint. Publish it: it is what nobody can take back.

    \b
    $ arrears audit checkpoint my-log
    """
    from arrears.audit.log import open_folder

    with refusals():
        note = open_folder(folder).checkpoint([_signer(folder, key)])
    put(note.decode())


@audit.command()
def prove(
    folder: LogDir,
    leaf: Annotated[int | None, typer.Option(metavar="N", help="Prove that leaf N is in the log.", show_default=False)] = None,
    size: Annotated[
        int | None, typer.Option(metavar="M", help="In that of M leaves; default: the last checkpoint.", show_default=False)
    ] = None,
    first: Annotated[
        int | None, typer.Option("--from", metavar="M", help="Prove that the log of M leaves is the start of ...", show_default=False)
    ] = None,
    last: Annotated[
        int | None, typer.Option("--to", metavar="N", help="... that of N leaves; default: the last checkpoint.", show_default=False)
    ] = None,
) -> None:
    """Print a proof that needs neither the log nor us: of one leaf, or that the log only grew.

    \b
    $ arrears audit prove my-log --leaf 17 > 17.tlog-proof
    $ arrears audit prove my-log --from 100 --to 200 > grown.proof
    """
    from arrears.audit.log import open_folder

    if (leaf is None) == (first is None):
        raise typer.BadParameter("give one of --leaf N and --from M")
    if (size is not None and leaf is None) or (last is not None and first is None):
        raise typer.BadParameter("--size belongs to --leaf, --to belongs to --from")
    with refusals():
        log = open_folder(folder)
        proof = log.prove_leaf(leaf, size) if leaf is not None else log.prove_growth(first or 0, last)
    put(proof.decode())


@audit.command()
def verify(
    export_: Annotated[Path, typer.Argument(metavar="EXPORT", exists=True, help="An export, or a proof.", show_default=False)],
    held: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint", metavar="FILE", exists=True, dir_okay=False, help="A checkpoint kept from before.", show_default=False
        ),
    ] = None,
    key: Annotated[list[str] | None, typer.Option("--key", metavar="VKEY", help="A public key known from elsewhere.")] = None,
    locale: Tongue = None,
    json: Json = False,
) -> None:
    """Check an export, or a proof, and name the first wrong leaf. Exit code 3: something does not hold.

    The same check without Arrears: python verify.py EXPORT, one file of its source.

    \b
    $ arrears audit verify my-export --key lender.example/audit+1a2b3c4d+AX...
    $ arrears audit verify my-export --checkpoint kept-since-september.note
    $ arrears audit verify 17.tlog-proof --key lender.example/audit+1a2b3c4d+AX...
    """
    from arrears.audit import verify as verifier
    from arrears.audit.prove import check_proof

    old = held.read_bytes() if held else None
    trusted = [word for each in key or [] for word in (Path(each).read_text().split() if Path(each).is_file() else [each])]
    report = verifier.verify(export_, old, trusted) if export_.is_dir() else check_proof(export_.read_bytes(), trusted, old)
    if json:
        wrong = report.wrong and {"leaf": report.wrong.leaf, "message_zh": report.wrong.zh, "message_en": report.wrong.en}
        told = {"origin": report.origin, "size": report.size, "root": report.root, "checkpoints": report.checkpoints, "keys": report.keys}
        put_json({"whole": wrong is None, **told, "first_wrong": wrong})
    else:
        put("\n".join(report.lines(tongue(locale))))
    if report.wrong:
        raise typer.Exit(FINDINGS)


@audit.command()
def export(folder: LogDir, out: Annotated[Path, typer.Argument(metavar="OUT", help="New folder.", show_default=False)]) -> None:
    """Write everything that the last checkpoint signs to a new folder, for somebody to verify. No key goes with it.

    \b
    $ arrears audit export my-log my-export
    """
    from arrears.audit.log import open_folder

    with refusals():
        size = open_folder(folder).export(out)
    say(f"{size} 条叶已导出至 {out}。\n{size} leaves are in {out}. Check it: arrears audit verify {out}")


@keys.command()
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the private key goes.", show_default=False)],
    origin: Annotated[str, typer.Option("--origin", metavar="NAME", help="Name of the log that it will sign.")],
) -> None:
    """Make a private key, encrypted where ARREARS_AUDIT_PASSPHRASE is set; prints the public one.

    \b
    $ arrears audit keys new my-log.key --origin lender.example/audit
    """
    from arrears.audit.keys import Signer, write_file

    with refusals():
        signer = Signer.new(origin)
        write_file(file, signer, _passphrase())
    put(str(signer.key))


@keys.command()
def rotate(
    folder: LogDir,
    key: KeyFile = None,
    reason: Annotated[str, typer.Option(help="Why, in a word that anybody may read.")] = "",
) -> None:
    """Go over to a new key: a leaf says so, and both keys sign a checkpoint, which is printed with the new public key.

    The new key takes the place of the old file; the old one is kept beside it as FILE.retired-ID. Killed anywhere, run it again.

    \b
    $ arrears audit keys rotate my-log --reason yearly
    """
    from arrears.audit.keys import Signer, read_file, write_file
    from arrears.audit.log import open_folder

    with refusals():
        log, path = open_folder(folder), _key_file(folder, key)
        fresh = path.with_name(f"{path.name}.next")
        if path.exists() or not fresh.exists():
            old = read_file(path, _passphrase())
            if not fresh.exists():
                write_file(fresh, Signer.new(log.origin), _passphrase())
            note = log.rotate(old, read_file(fresh, _passphrase()), _day(), reason)
            path.rename(path.with_name(f"{path.name}.retired-{old.key.id.hex()}"))
        else:  # killed between the two renames
            note = log.checkpoint([read_file(fresh, _passphrase())])
        fresh.rename(path)
    put(f"{log.signing_keys()[-1][1]}\n\n{note.decode()}")


@keys.command()
def show(
    where: Annotated[Path, typer.Argument(metavar="DIR", exists=True, help="An audit log, or a key file.", show_default=False)],
) -> None:
    """Print the public keys of a log, each with the leaf that names it, or the public half of a key file.

    \b
    $ arrears audit keys show my-log
    """
    from arrears.audit.keys import read_file
    from arrears.audit.log import open_folder

    with refusals():
        told = [f"{number}\t{key}" for number, key in open_folder(where).signing_keys()] if where.is_dir() else [
            str(read_file(where, _passphrase()).key)
        ]  # fmt: skip
    put("\n".join(told))


def closes_to(folder: Path, door: Door) -> Callable[[dt.date], None]:
    """Put every published close of a book that the log does not know yet into it, in day order; returns what does so for a later day."""
    from arrears.audit.log import open_folder

    log = open_folder(folder)

    def put_in(days: list[dt.date]) -> None:
        log.append([leaf for leaf in (_of_close(door, day) for day in days) if log.store.find(leaf["id"]) is None])

    # also with nothing to add: a log that cannot be written is said before a day is closed
    put_in(door.published())
    return lambda day: put_in([day])


def _of_close(door: Door, day: dt.date) -> dict[str, Any]:
    """The leaf of a close: what its manifest is and says, the same whenever it is made."""
    data = (door.book.close_dir(day) / "MANIFEST.json").read_bytes()
    told, digest, book = door.manifest(day), hashlib.sha256(data).hexdigest(), door.book.root.resolve().name
    return {
        "id": f"close/{book}/{day}/{digest[:16]}",
        "kind": "close_manifest",
        "book": book,
        "day": day.isoformat(),
        "previous": told["previous"],
        "manifest_sha256": digest,
        "content": {name: table["hash"] for name, table in told["tables"].items()},
        "loans": told["tables"]["position"]["rows"],
        "policy": told["policy"],
        "engine": told["hashed_by"],
    }
