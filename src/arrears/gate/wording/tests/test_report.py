"""A file of texts: what comes back, and what is said about a bad line."""

import json

import pytest

from arrears.gate.wording.report import lint_file
from arrears.gate.wording.tests.asking import DAY, shipped

GOOD = {"id": "a", "text": "我们是公安", "purpose": "collection", "audience": "debtor", "channel": "sms"}


def judged(tmp_path, name, body):
    path = tmp_path / name
    path.write_bytes(body if isinstance(body, bytes) else body.encode("utf-8"))
    return lint_file(path, phrases=shipped(), on=DAY)


def test_a_plain_text_is_one_message(tmp_path):
    report = judged(tmp_path, "sms.txt", "\ufeff您好\n我们是公安")
    [row] = report.rows()
    assert (row["id"], row["allowed"], report.exit_code) == ("sms.txt", False, 3)
    assert "DENY_CONTENT authority.police (cn.prohibit.impersonate, refuse) body[6:8]" in "\n".join(report.sentences())


def test_lines_are_judged_one_by_one(tmp_path):
    parts = {"id": "b", "parts": {"subject": "您的贷款", "body": "请登录"}, "channel": "email"}
    report = judged(tmp_path, "cases.jsonl", f"{json.dumps(GOOD)}\n\n{json.dumps(parts)}\n")
    assert [(row["id"], row["line"], row["allowed"]) for row in report.rows()] == [("a", 1, False), ("b", 3, False)]
    assert "debt.cover" in list(report.rows())[1]["classes"]


def test_a_lawful_line_ends_with_nothing_found(tmp_path):
    line = {"id": "c", "text": "兰汀消费金融：一起商量。", "purpose": "help", "fills": {"lender": "兰汀消费金融"}}
    report = judged(tmp_path, "cases.jsonl", json.dumps(line))
    assert ([row["allowed"] for row in report.rows()], report.exit_code) == ([True], 0)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: no JSON"),
        ("[1]", "line 2: no object"),
        ("{}", "line 2: text is None"),
        ('{"text": 3}', "line 2: text is 3"),
        ('{"text": "a", "parts": {"body": "b"}}', "line 2: parts is"),
        ('{"parts": {"footer": "b"}}', "line 2: parts is"),
        ('{"text": "a", "purpose": "nag"}', "line 2: purpose is nag; allowed: service_reminder"),
        ('{"text": "a", "audience": ["debtor"]}', "line 2: audience is ['debtor']; allowed: debtor"),
        ('{"text": "a", "on": "2026-02-30"}', "line 2: on is 2026-02-30; allowed: YYYY-MM-DD"),
        ('{"text": "a", "barred": "yes"}', "line 2: barred is yes; allowed: true, false"),
        ('{"text": "a", "fills": {"lender": 1}}', "line 2: fills is"),
        ('{"text": "a", "tone": "kind"}', "line 2: tone is no field; allowed: id, text"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_judged(tmp_path, line, said):
    report = judged(tmp_path, "cases.jsonl", f"{json.dumps(GOOD)}\n{line}\n")
    assert [each.code for each in report.problems] == ["WORDING_LINE"]
    assert f"cases.jsonl, {said}" in report.problems[0].message_en
    assert ([row["id"] for row in report.rows()], report.exit_code) == (["a"], 1)


@pytest.mark.parametrize(("name", "body", "said"), [("a.txt", b"\xff\xfe", "byte 0 is not UTF-8"), ("a.jsonl", b"\n", "no line in it")])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name, body, said):
    report = judged(tmp_path, name, body)
    assert said in report.problems[0].message_en
    assert report.exit_code == 1


def test_a_file_that_is_not_there_is_named(tmp_path):
    report = lint_file(tmp_path / "none.txt", phrases=shipped(), on=DAY)
    assert "none.txt" in report.problems[0].message_zh


def test_deep_json_is_refused(tmp_path):
    report = judged(tmp_path, "deep.jsonl", "[" * 100_000)
    assert [each.code for each in report.problems] == ["WORDING_LINE"]
