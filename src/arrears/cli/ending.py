"""How the demo ends: the gate is asked who may be contacted, then closes and answers are logged, signed and verified."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from arrears.cli.outcome import FINDINGS
from arrears.cli.words import Locale, put

if TYPE_CHECKING:
    from arrears.audit.keys import Signer
    from arrears.audit.seal import Salts
    from arrears.book.door import Door
    from arrears.gate.answer import Answer
    from arrears.gate.facts import Facts

CASES = "asks.jsonl"
ORIGIN = "lanting.example/demo-audit"
# Duties that say when and how an allowed call is made; the others are the same for every call.
_TOLD = ("end_by", "consent", "prefers", "density_review", "to_representative", "ask_once")
_HEADS = {"zh": ("谁", "可否联系", "为何", "最早", "依据"), "en": ("who", "contact?", "why", "earliest", "rule")}
_YES = {"zh": {True: "可以", False: "不可以", "person": "须由人决定"}, "en": {True: "yes", False: "no", "person": "a person decides"}}
_FRIEND = {"zh": "{name}的朋友", "en": "a friend of {name}"}
_TITLE = {
    "zh": "谁可以联系：{at:%Y-%m-%d %H:%M}，催收员 K1 打电话问还款（朋友：请其转告）",
    "en": "Who may be contacted, {at:%Y-%m-%d %H:%M}: collector K1 rings about what is overdue (a friend: to pass a message on)",
}
_NEVER = {"zh": "—：仅等待无济于事，须先有所变化。", "en": "—: waiting alone does not help, something must happen first."}
_NOW = {"zh": "现在", "en": "now"}
_LOGGED = {
    "zh": "\n审计日志 {log}：{closes} 个日终和 {answers} 个答复，共 {size} 条叶，已签名、导出至 {export} 并重新核验：全部成立。",
    "en": "\nAudit log {log}: {closes} closes and {answers} answers in {size} leaves, signed, exported to {export} and verified again: "
    "everything holds.",
}


def asked(door: Door, locale: Locale) -> list[tuple[Facts, Answer]]:
    """Ask the gate on two mornings of the story whether each of its people may be rung, show the answers, and return them.

    The same cases and every other ask of the story go to the file `asks.jsonl` beside the tape.
    """
    from arrears.gate.decide import decide
    from arrears.sample import asks

    files = asks.Files(door)
    asks.write(files, door.book.root / "tape" / CASES)
    told: list[tuple[Facts, Answer]] = []
    for at in asks.MORNINGS:
        answers = [(facts, decide(facts, door.law)) for facts in asks.morning(files, at)]
        _show(answers, _TITLE[locale].format(at=at), locale)
        told += answers
    put(_NEVER[locale])
    return told


def _show(answers: list[tuple[Facts, Answer]], title: str, locale: Locale) -> None:
    from arrears.book.papers.sheet import Page, grid, heading

    put(Page(heading(title), grid(_HEADS[locale], [_row(facts, answer, locale) for facts, answer in answers])))


def _row(facts: Facts, answer: Answer, locale: Locale) -> tuple[str, ...]:
    first = answer.headline
    earliest = f"{answer.next_allowed:%m-%d %H:%M}" if answer.next_allowed else "—"
    if first is None:
        return _who(facts, locale), _YES[locale][True], _duties(answer, locale), _NOW[locale], ""
    return _who(facts, locale), _YES[locale][answer.allowed], _sentence(first.code, locale), earliest, first.rule


def _sentence(code: str, locale: Locale) -> str:
    """The plain sentence of a refusal, without its particulars: `gate explain` tells those."""
    from arrears.kernel.problems import TEMPLATES

    return TEMPLATES[code].zh.replace("：{fact}", "") if locale == "zh" else TEMPLATES[code].en.replace(": {fact}", "")


def _who(facts: Facts, locale: Locale) -> str:
    from arrears.sample.story import story

    en, _, zh = story()["loans"][facts.ask.loan]["who"].rpartition(" ")
    name = zh if locale == "zh" else en
    return f"{facts.ask.loan} {_FRIEND[locale].format(name=name) if facts.person.relation == 'third_party' else name}"


def _duties(answer: Answer, locale: Locale) -> str:
    from arrears.gate.words import required_text

    told = [required_text(each, locale) for each in answer.required if each.partition(":")[0] in _TOLD]
    return ("；" if locale == "zh" else "; ").join(told) or answer.reason[0 if locale == "en" else 1]


# -- the log ---------------------------------------------------------------------------


def logged(door: Door, answers: Sequence[tuple[Facts, Answer]], locale: Locale) -> None:
    """Put every close and the answers into an audit log beside the book, sign it, export it and verify the export.

    The log, its key and the salts of the people lie in the folder BOOK-audit and never inside the book, which is copied whole.
    Done again it adds nothing and signs nothing. Exit code 3 where something does not hold.
    """
    from arrears.audit.folder import Folder
    from arrears.audit.log import Log
    from arrears.audit.seal import Salts
    from arrears.audit.verify import verify
    from arrears.cli.audit import closes_to, refusals
    from arrears.sample.story import OPENING

    book, whole = door.book.root, door.book.root.resolve()
    home = (book if book.name == whole.name else whole).with_name(f"{whole.name}-audit")
    home.mkdir(exist_ok=True)
    with refusals():
        signer = _signer(home / "log.key")
        log = Log.open_with(Folder.make(home / "log"), signer, OPENING)
        closes_to(home / "log", door)
        salts = Salts(home / "salts")
        log.append([_leaf(facts, answer, salts) for facts, answer in answers])
        log.checkpoint([signer])
        export = home / f"export-{log.store.size()}"
        if not export.exists():
            log.export(export)
    report = verify(export, None, [str(signer.key)])
    if report.wrong:
        put("\n".join(report.lines(locale)))
        raise typer.Exit(FINDINGS)
    counts = {"closes": len(door.published()), "answers": len(answers), "size": report.size}
    put(_LOGGED[locale].format(log=home / "log", export=export, **counts))


def _signer(path: Path) -> Signer:
    """The demo's own key, made when first needed."""
    from arrears.audit.keys import Signer, read_file, write_file

    if not path.exists():
        write_file(path, Signer.new(ORIGIN))
    return read_file(path)


def _leaf(facts: Facts, answer: Answer, salts: Salts) -> dict[str, Any]:
    """The leaf of an answer: what was asked and answered in the open, who it was about and the whole of it sealed."""
    from arrears.audit.leaves import canonical
    from arrears.audit.seal import sealed
    from arrears.sample import asks

    ask, told, salt = facts.ask, answer.as_dict(), salts.of(facts.person.id)
    leaf = {
        "kind": "gate_answer",
        "asked_at": ask.at.isoformat(),
        "act": ask.act,
        "channel": ask.channel,
        "purpose": ask.purpose,
        **{name: told[name] for name in ("allowed", "codes", "rule_ids", "next_allowed")},
        "person": sealed(facts.person.id, salt),
        "facts": sealed(asks.lines([facts]).strip(), salt),
        "answer": sealed(canonical(told).decode(), salt),
    }
    return {"id": f"answer/{hashlib.sha256(canonical(leaf)).hexdigest()[:32]}", **leaf}
