"""The Chinese catalogue of the interface, without gettext: extract, update, compile, check.

    python -m arrears.desk.catalog update    takes new texts of the source into the .po, keeps what is translated
    python -m arrears.desk.catalog build     writes the .mo that pages read (not kept in git)
    python -m arrears.desk.catalog put FILE  takes translations from a JSON file {English: Chinese}, after an update
    python -m arrears.desk.catalog check     names texts without a translation; exit code 3

English is written in the source; numbers and rules are never in a text.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
PO = HERE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
_KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip


def sources() -> list[Path]:
    """Every file that may hold a text of the interface."""
    found = [*HERE.rglob("*.py"), *HERE.rglob("*.html"), *HERE.rglob("templates/**/*.txt")]
    return sorted(path for path in found if "tests" not in path.relative_to(HERE).parts and "migrations" not in path.parts)


def extracted() -> Catalog:
    """Every text of the interface, as it stands in the source now."""
    from django.utils.translation.template import templatize

    catalog = Catalog(locale="zh_Hans", project="Arrears", version="", charset="utf-8", fuzzy=False)
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = templatize(text, origin=str(path))
        where = path.relative_to(HERE).as_posix()
        for _line, message, comments, context in extract("python", io.BytesIO(text.encode()), keywords=_KEYWORDS):  # type: ignore[arg-type]
            catalog.add(message, locations=[(where, 0)], auto_comments=comments, context=context)
    return catalog


def read() -> Catalog:
    """The catalogue on disk."""
    if not PO.exists():
        return Catalog(locale="zh_Hans", charset="utf-8", fuzzy=False)
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def update(said: dict[str, str] | None = None) -> list[str]:
    """Take new texts in and leave gone ones out, with the translations said; returns those without a translation."""
    catalog, fresh = read(), extracted()
    catalog.update(fresh, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    for message in catalog:
        if message.id and said and isinstance(message.id, str) and message.id in said:
            message.string = said[message.id]
    catalog.fuzzy = False
    catalog.header_comment = "# Interface of the Desk in Simplified Chinese."
    out = io.BytesIO()
    write_po(out, catalog, width=140, omit_header=False, sort_output=True, include_lineno=False, ignore_obsolete=True)
    lines = [line for line in out.getvalue().splitlines(keepends=True) if not line.startswith((b'"POT-Creation', b'"PO-Revision'))]
    PO.parent.mkdir(parents=True, exist_ok=True)
    beside = PO.with_suffix(".po.new")
    beside.write_bytes(b"".join(lines))
    beside.replace(PO)
    return missing(catalog)


def missing(catalog: Catalog | None = None) -> list[str]:
    """Texts of the source without a whole translation, and translations that spoil a placeholder."""
    have, wrong = catalog or read(), []
    for message in extracted():
        if not message.id:
            continue
        told = have.get(message.id, message.context)
        if told is None or told.fuzzy or not _whole(told):
            wrong.append(f"{_shown(message)}: no translation")
        else:
            wrong += [f"{_shown(message)}: {error}" for error in told.check(have)]
    return wrong


def _whole(message: Message) -> bool:
    said = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return all(said)


def _shown(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.locations[0][0] if message.locations else '?'}: {text!r}"


def build() -> Path:
    """Write the compiled catalogue beside its source."""
    out = PO.with_suffix(".mo")
    beside = out.with_suffix(".mo.new")
    with beside.open("wb") as file:
        write_mo(file, read())
    beside.replace(out)
    return out


def build_if_older() -> None:
    """Compile where the compiled one is missing or older than its source."""
    out = PO.with_suffix(".mo")
    if not out.exists() or out.stat().st_mtime < PO.stat().st_mtime:
        build()


def main(arguments: list[str]) -> int:
    """Run one of the four."""
    match arguments:
        case ["update"]:
            left = update()
        case ["put", file]:
            left = update(json.loads(Path(file).read_text(encoding="utf-8")))
        case ["build"]:
            build()
            return 0
        case ["check"]:
            left = missing()
        case _:
            sys.stderr.write(__doc__ or "")
            return 2
    sys.stderr.write("".join(f"{line}\n" for line in left))
    return 3 if left else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
