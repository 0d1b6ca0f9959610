"""Commands of the gate: gate ask, gate explain, gate lint, gate schema."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from arrears.cli.outcome import FINDINGS, say
from arrears.cli.program import app, group
from arrears.cli.words import Tongue, day, put, put_json, today, tongue

if TYPE_CHECKING:
    from arrears.gate.answer import Answer

gate = group("Ask whether a person may be contacted, this way, now; and judge a wording.")
app.add_typer(gate, name="gate")

House = Annotated[
    Path | None, typer.Option("--house", exists=True, file_okay=False, help="With the settings of this folder.", show_default=False)
]
Without = Annotated[Literal["house"] | None, typer.Option("--without", help="Leave the lender's own settings out: the law alone.")]
Cases = Annotated[Path, typer.Argument(metavar="FILE", help="One case a line as JSON; - reads standard input.", show_default=False)]


def moment(text: str) -> dt.datetime:
    """A moment of the command line."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None:
        raise typer.BadParameter(f"{text!r} is no moment; write it with its offset, as 2026-10-20T10:00:00+08:00")
    return found


At = Annotated[dt.datetime | None, typer.Option("--on", parser=moment, metavar="TIME", help="Ask about this moment, not the case's own.")]


def _lines(file: Path) -> Iterator[tuple[str, str]]:
    """(where, text) of every line that is not empty."""
    if str(file) != "-" and not file.is_file():
        raise typer.BadParameter(f"{file} is no file", param_hint="FILE")
    stream = sys.stdin if str(file) == "-" else file.open(encoding="utf-8-sig", errors="surrogateescape")
    with stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield f"{file.name}:{number}", line


def _answers(file: Path, house: Path | None, without: str | None, at: dt.datetime | None) -> Iterator[tuple[Answer | None, dict[str, Any]]]:
    from arrears.gate.decide import decide
    from arrears.gate.intake import facts_of, id_of, refused_line
    from arrears.kernel.problems import Refused
    from arrears.law.values import load

    law = load(house)
    for where, line in _lines(file):
        try:
            answer = decide(facts_of(line, where, at), law, house=without is None)
        except Refused as refused:
            yield None, refused_line(id_of(line), refused)
        else:
            yield answer, answer.as_dict()


@gate.command()
def ask(
    file: Cases,
    json_lines: Annotated[bool, typer.Option("--json", help="One answer a line as JSON.")] = False,
    house: House = None,
    without: Without = None,
    on: At = None,
    locale: Tongue = None,
) -> None:
    """Answer every case of a file: one JSON object a line in, one answer a line out.

    A line that cannot be read is answered no, with what is wrong; exit code 3 says that there was one.

    \b
    $ arrears gate ask cases.jsonl --json
    $ arrears gate ask cases.jsonl --json --without house --on 2026-10-20T22:05:00+08:00
    """
    bad = asked = 0
    for answer, told in _answers(file, house, without, on):
        asked += 1
        bad += answer is None
        if json_lines:
            put(json.dumps(told, ensure_ascii=False))
        else:
            put(_short(told, tongue(locale)))
    if not asked:
        say(f"{file.name} holds no case; arrears gate schema shows what one looks like.")
    if bad:
        say(f"{bad} lines could not be read; they were answered no.")
        raise typer.Exit(FINDINGS)


def _short(told: dict[str, Any], locale: str) -> str:
    word = {True: ("可以", "yes"), False: ("不可以", "no"), "person": ("须由人决定", "a person decides")}[told["allowed"]]
    codes = " ".join(told["codes"])
    until = f"  {'最早' if locale == 'zh' else 'next'} {told['next_allowed'][:16]}" if told["codes"] and told["next_allowed"] else ""
    return f"{told['id']}  {word[0 if locale == 'zh' else 1]}  {codes}{until}\n  {told['reason'][locale]}"


@gate.command()
def explain(
    file: Cases,
    case: Annotated[str, typer.Option("--id", help="Id of the case; default: the first.")] = "",
    house: House = None,
    without: Without = None,
    on: At = None,
    locale: Tongue = None,
) -> None:
    """Print one answer as text: every reason with its rule, value, source and how sure it is.

    \b
    $ arrears gate explain cases.jsonl --id B05
    """
    for answer, told in _answers(file, house, without, on):
        if not case or told["id"] == case:
            put(answer.text(tongue(locale)) if answer else _short(told, tongue(locale)))
            return
    raise typer.BadParameter(f"no case {case!r} in {file.name}" if case else f"{file.name} holds no case")


@gate.command()
def schema() -> None:
    """Print the JSON schema of a case: every field, what it means and what it may hold.

    \b
    $ arrears gate schema > case.schema.json
    """
    from arrears.gate.facts import Facts

    put_json(Facts.model_json_schema())


@gate.command()
def lint(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A text, or cases as .jsonl, one a line.", show_default=False),
    ],
    purpose: Annotated[str, typer.Option("--purpose", help="What a plain text is for.")] = "collection",
    audience: Annotated[str, typer.Option("--audience", help="Whom it reaches: debtor, third_party, heir, public ...")] = "debtor",
    channel: Annotated[str, typer.Option("--channel", help="How it goes.")] = "sms",
    on: Annotated[dt.date | None, typer.Option("--on", parser=day, metavar="DATE", help="The day of sending; default: today.")] = None,
    barred: Annotated[bool, typer.Option("--barred", help="The claim is past its limitation period.")] = False,
    fill: Annotated[
        list[str] | None,
        typer.Option("--fill", metavar="NAME=TEXT", help="What a place holds, such as lender=兰汀消费金融; may be repeated."),
    ] = None,
    json_lines: Annotated[bool, typer.Option("--json", help="One verdict a line as JSON.")] = False,
) -> None:
    """Judge a wording: what it says that it may not, what it lacks, and where.

    Exit code 3: something was found; 1: something could not be judged.

    \b
    $ arrears gate lint message.txt --purpose overdue_notice --fill lender=兰汀消费金融
    $ arrears gate lint messages.jsonl --json
    """
    from arrears.gate.wording.phrases import load
    from arrears.gate.wording.report import lint_file
    from arrears.kernel.days import ZONE

    wrong = [each for each in fill or [] if "=" not in each]
    if wrong:
        raise typer.BadParameter(f"--fill {wrong[0]!r}; write it as lender=兰汀消费金融")
    fills = {name: text for name, _, text in (each.partition("=") for each in fill or [])}
    told = {"purpose": purpose, "audience": audience, "channel": channel, "barred": barred, "fills": fills, "agency": "agency" in fills}
    report = lint_file(file, phrases=load(), on=on or today(ZONE.key), **told)
    for line in (json.dumps(row, ensure_ascii=False) for row in report.rows()) if json_lines else report.sentences():
        put(line)
    for each in report.problems:
        say(f"{each.code}: {each.message_en}\n  {each.message_zh}")
    if report.exit_code:
        raise typer.Exit(report.exit_code)
