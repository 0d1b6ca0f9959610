"""arrears gate: a case a line in, an answer a line out; what cannot be read is answered no and named; texts are judged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from arrears.cli import app
from arrears.gate.answer import Answer
from arrears.gate.decide import decide
from arrears.gate.facts import Facts
from arrears.gate.tests import kit

LATE = "2026-10-20T22:05:00+08:00"
KEYS = ["id", "allowed", "rule_ids", "codes", "next_allowed", "required", "reason", "findings"]
Write = Callable[..., Path]


def text(told: Any) -> str:
    return told if isinstance(told, str) else json.dumps(told, ensure_ascii=False, default=str)


@pytest.fixture
def cases(tmp_path: Path) -> Write:
    """Write cases to a file, one a line; text stays as it is."""

    def write(*told: Any, name: str = "cases.jsonl", encoding: str = "utf-8") -> Path:
        (tmp_path / name).write_text("".join(f"{text(each)}\n" for each in told), encoding=encoding)
        return tmp_path / name

    return write


def asked(done: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def late() -> dict[str, Any]:
    return kit.raw(id="late", ask=kit.ask("22:05"), loans=[kit.loan(live_at=kit.at("22:00"))])


def flat(text: str) -> str:
    """The text of a usage error without its box."""
    return " ".join(text.replace("│", " ").split())


# -- ask ------------------------------------------------------------------------------------


def test_each_case_gets_its_answer_on_its_line(run: Any, cases: Write) -> None:
    done = run("gate", "ask", cases(kit.raw(id="now"), "", late()), "--json")
    assert done.exit_code == 0
    assert done.stderr == ""
    now, evening = asked(done)
    assert list(now) == list(evening) == KEYS
    assert (now["id"], now["allowed"], now["codes"]) == ("now", True, [])
    assert (evening["id"], evening["allowed"], evening["codes"]) == ("late", False, ["DENY_HOURS"])
    assert evening["next_allowed"] == "2026-10-21T08:00:00+08:00"
    assert evening["findings"][0]["source"]


def test_the_command_says_what_the_gate_decides(run: Any, cases: Write) -> None:
    told: list[Answer] = [decide(Facts.model_validate(each), kit.law()) for each in (kit.raw(), late())]
    assert asked(run("gate", "ask", cases(kit.raw(), late()), "--json")) == [json.loads(json.dumps(each.as_dict())) for each in told]


def test_without_json_a_person_reads_it_in_either_language(run: Any, cases: Write) -> None:
    file = cases(kit.raw(id="now"), late())
    english = run("gate", "ask", file, "--locale", "en").stdout
    assert "now  yes" in english
    assert "late  no  DENY_HOURS  next 2026-10-21T08:00" in english
    chinese = run("gate", "ask", file, "--locale", "zh").stdout
    assert "late  不可以  DENY_HOURS  最早 2026-10-21T08:00" in chinese


def test_a_dash_reads_standard_input() -> None:
    done = CliRunner().invoke(app, ["gate", "ask", "-", "--json"], input=f"{text(kit.raw(id='piped'))}\n", prog_name="arrears")
    assert done.exit_code == 0
    assert asked(done)[0]["id"] == "piped"


def test_an_unreadable_line_of_standard_input_is_named() -> None:
    done = CliRunner().invoke(app, ["gate", "ask", "-", "--json"], input="no json\n", prog_name="arrears")
    assert done.exit_code == 3
    assert "-:1" in asked(done)[0]["reason"]["en"]


def test_another_moment_may_be_asked_about(run: Any, cases: Write) -> None:
    done = run("gate", "ask", cases(kit.raw()), "--json", "--on", LATE)
    assert done.exit_code == 0
    assert asked(done)[0]["codes"][0] == "DENY_HOURS"


@pytest.mark.parametrize("moment", ["2026-10-20T22:05:00", "2026-10-20", "tonight", ""])
def test_a_moment_needs_its_offset(moment: str, run: Any, cases: Write) -> None:
    done = run("gate", "ask", cases(kit.raw()), "--on", moment)
    assert done.exit_code == 2
    assert "offset" in flat(done.stderr)


def test_the_law_alone_leaves_the_lenders_own_settings_out(run: Any, cases: Write) -> None:
    file = cases(kit.raw(loans=[kit.loan(notices=[])]))
    assert asked(run("gate", "ask", file, "--json"))[0]["codes"] == ["DENY_NO_NOTICE"]
    assert asked(run("gate", "ask", file, "--json", "--without", "house"))[0]["allowed"] is True
    assert run("gate", "ask", file, "--without", "law").exit_code == 2


def test_a_tighter_house_is_obeyed_and_a_looser_one_is_refused(run: Any, cases: Write, tmp_path: Path) -> None:
    def house(name: str, opens: str, closes: str) -> Path:
        told = f'{{values: [{{from: null, value: {{opens: "{opens}", closes: "{closes}"}}, source: {{instrument: our board}}}}]}}'
        (tmp_path / name).mkdir()
        (tmp_path / name / "contact.yaml").write_text(f"contact.hours: {told}\n")
        return tmp_path / name

    file = cases(kit.raw())
    done = run("gate", "ask", file, "--json", "--house", house("short", "10:30", "18:00"))
    assert done.exit_code == 0, done.stderr
    (answer,) = asked(done)
    assert (answer["codes"], answer["rule_ids"]) == (["DENY_HOURS"], ["contact.hours"])
    assert answer["next_allowed"] == "2026-10-20T10:30:00+08:00"
    done = run("gate", "ask", file, "--json", "--house", house("long", "07:00", "23:00"))
    assert done.exit_code == 1
    assert "DENY_FLOOR" in done.stderr
    assert done.stdout == ""


# -- what cannot be read -------------------------------------------------------------------------


def wrong(**changes: Any) -> dict[str, Any]:
    return kit.raw(id="bad", ask=kit.ask(**changes))


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("no json", "no JSON"),
        ("[1, 2]", "cases.jsonl:2"),
        ("null", "cases.jsonl:2"),
        ('{"id": "bad"', "no JSON"),
        ("[" * 100_000, "no JSON"),
        (wrong(at="2026-10-20T10:00:00"), "ask.at"),
        (wrong(at="yesterday"), "ask.at"),
        (wrong(channel="fax"), "ask.channel"),
        (wrong(purpose="fun"), "ask.purpose"),
        (wrong(minutes=-1), "ask.minutes"),
        (wrong(amount_fen=10**30), "ask.amount_fen"),
        (wrong(mood="angry"), "ask.mood"),
        (kit.raw(id="bad", person=kit.person(zones=["Mars/Olympus"])), "person.zones.0"),
        (kit.raw(id="bad", person={"id": "B01"}), "person.relation"),
        (kit.raw(id="bad", history=[kit.contact("09:00", "vanished")]), "history.0.outcome"),
        ('{"id": "bad", "ask": NaN}', "NaN"),
    ],
)
def test_a_line_that_cannot_be_read_is_answered_no_and_named(line: Any, named: str, run: Any, cases: Write) -> None:
    done = run("gate", "ask", cases(kit.raw(id="first"), line, kit.raw(id="last")), "--json")
    assert done.exit_code == 3
    first, bad, last = asked(done)
    assert (first["allowed"], last["allowed"], last["id"]) == (True, True, "last")
    assert list(bad) == KEYS
    assert (bad["allowed"], bad["codes"], bad["next_allowed"]) == (False, ["DENY_FACTS_MISSING"], None)
    for told in bad["reason"].values():
        assert "cases.jsonl:2" in told
        assert named in told or named == "no JSON"
    assert "1" in done.stderr


def test_everything_wrong_in_a_line_is_named_at_once(run: Any, cases: Write) -> None:
    (answer,) = asked(run("gate", "ask", cases(wrong(channel="fax", purpose="fun", at="soon")), "--json"))
    assert all(name in answer["reason"]["en"] for name in ("ask.channel", "ask.purpose", "ask.at"))
    assert answer["id"] == "bad"


@pytest.mark.parametrize("form", [("--json",), ("--locale", "zh"), ("--locale", "en")])
def test_a_file_in_another_encoding_is_answered_no_not_broken(form: tuple[str, ...], run: Any, cases: Write) -> None:
    told = kit.raw(id="林远", person=kit.person(region="苏州"))
    done = run("gate", "ask", cases(told, name="gbk.jsonl", encoding="gb18030"), *form)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert done.exit_code == 3
    assert "gbk.jsonl:1" in done.stdout
    assert "DENY_FACTS_MISSING" in done.stdout


@pytest.mark.parametrize("form", [("--json",), ("--locale", "zh")])
def test_half_a_character_is_no_text(form: tuple[str, ...], run: Any, cases: Write) -> None:
    done = run("gate", "ask", cases(text(kit.raw(id="ID")).replace("ID", "\\ud800")), *form)
    assert done.exit_code == 3, done.exception
    assert "DENY_FACTS_MISSING" in done.stdout


def test_a_mark_of_order_at_the_start_is_no_part_of_the_first_line(run: Any, cases: Write) -> None:
    done = run("gate", "ask", cases(kit.raw(), encoding="utf-8-sig"), "--json")
    assert done.exit_code == 0


def test_an_empty_file_has_no_answers(run: Any, cases: Write) -> None:
    for file in (cases(), cases("", "  ")):
        done = run("gate", "ask", file, "--json")
        assert (done.exit_code, done.stdout) == (0, "")
        done = run("gate", "explain", file)
        assert done.exit_code == 2
        assert "no case" in flat(done.stderr)


@pytest.mark.parametrize("command", ["ask", "explain", "lint"])
def test_a_file_that_is_not_there_or_is_a_folder_is_a_wrong_use(command: str, run: Any, tmp_path: Path) -> None:
    assert run("gate", command, tmp_path / "none.jsonl").exit_code == 2
    assert run("gate", command, tmp_path).exit_code == 2


# -- explain ----------------------------------------------------------------------------------------


def test_an_answer_is_explained_with_rule_value_and_source(run: Any, cases: Write) -> None:
    file = cases(kit.raw(id="now"), late())
    done = run("gate", "explain", file, "--id", "late", "--locale", "en")
    assert done.exit_code == 0
    assert "late  No" in done.stdout
    assert "contact.hours" in done.stdout
    assert "next: 2026-10-21 08:00" in done.stdout
    assert "now  Yes" in run("gate", "explain", file, "--locale", "en").stdout
    chinese = run("gate", "explain", file, "--id", "late", "--locale", "zh").stdout
    assert "late  不可以" in chinese
    assert "2026-10-21 08:00" in chinese


def test_an_unknown_case_is_a_wrong_use(run: Any, cases: Write) -> None:
    done = run("gate", "explain", cases(kit.raw(id="now")), "--id", "then")
    assert done.exit_code == 2
    assert "then" in flat(done.stderr)


def test_a_case_that_cannot_be_read_is_explained_too(run: Any, cases: Write) -> None:
    done = run("gate", "explain", cases(kit.raw(id="now"), wrong(channel="fax")), "--id", "bad", "--locale", "en")
    assert done.exit_code == 0
    assert "ask.channel" in done.stdout


# -- schema -----------------------------------------------------------------------------------------


def parts(schema: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    for name, model in {"Facts": schema, **schema["$defs"]}.items():
        yield from ((f"{name}.{field}", told) for field, told in model.get("properties", {}).items())


def test_the_schema_describes_every_field(run: Any) -> None:
    done = run("gate", "schema")
    assert done.exit_code == 0
    schema = json.loads(done.stdout)
    assert schema["required"] == ["ask", "person"]
    assert set(kit.raw()) <= set(schema["properties"])
    assert [name for name, told in parts(schema) if not told.get("description")] == []
    assert schema["additionalProperties"] is False


# -- lint --------------------------------------------------------------------------------------------

GOOD = (
    "【兰汀消费金融】您于10月10日到期的一期尚未还清，应还3,211.50元。还款方式：通过本公司app还款。"
    "如有困难，可以一起商量：400-000-0001；投诉：400-000-0002；不希望接收短信请回复T退订。"
)


def lint(run: Any, file: Path, *words: str) -> Any:
    return run("gate", "lint", file, "--on", "2026-10-20", "--fill", "lender=兰汀消费金融", *words)


def test_a_decent_message_passes_and_a_threat_is_named(run: Any, cases: Write) -> None:
    good = lint(run, cases(GOOD, name="good.txt"))
    assert good.exit_code == 0, good.stdout
    bad = lint(run, cases(GOOD + "我们是警察，马上把您列入全国失信黑名单。", name="bad.txt"))
    assert bad.exit_code == 3
    assert "DENY_CONTENT" in bad.stdout
    assert "警察" in bad.stdout
    assert bad.stderr == ""


def test_verdicts_as_json_one_a_line(run: Any, cases: Write) -> None:
    file = cases({"id": "a", "text": GOOD, "fills": {"lender": "兰汀消费金融"}}, {"id": "b", "text": "还钱！"}, name="many.jsonl")
    done = lint(run, file, "--json")
    assert done.exit_code == 3
    first, second = asked(done)
    assert (first["id"], first["findings"]) == ("a", [])
    assert second["id"] == "b"
    assert second["findings"]


def test_a_line_without_a_text_could_not_be_judged(run: Any, cases: Write) -> None:
    done = lint(run, cases({"id": "a", "text": GOOD, "fills": {"lender": "兰汀消费金融"}}, {"id": "b"}, name="many.jsonl"), "--json")
    assert done.exit_code == 1
    assert "many.jsonl" in done.stderr
    assert [row["id"] for row in asked(done)] == ["a"]


def test_a_text_in_another_encoding_could_not_be_judged(run: Any, cases: Write) -> None:
    done = lint(run, cases(GOOD, name="gbk.txt", encoding="gb18030"))
    assert done.exit_code == 1
    assert "gbk.txt" in done.stderr


@pytest.mark.parametrize("words", [("--fill", "lender"), ("--on", "soon")])
def test_a_wrong_option_of_lint_is_a_wrong_use(words: tuple[str, ...], run: Any, cases: Write) -> None:
    assert run("gate", "lint", cases(GOOD, name="good.txt"), *words).exit_code == 2


@pytest.mark.parametrize("words", [("--purpose", "fun"), ("--channel", "fax"), ("--audience", "cat")])
def test_an_unknown_purpose_channel_or_audience_is_refused(words: tuple[str, ...], run: Any, cases: Write) -> None:
    done = run("gate", "lint", cases(GOOD, name="good.txt"), *words)
    assert done.exit_code == 1
    assert words[1] in done.stderr
