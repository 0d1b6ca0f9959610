"""What a folder of wording packs may hold; a bad one is refused with file, class and what is allowed."""

import datetime as dt

import pytest

from arrears.gate.wording.lint import lint
from arrears.gate.wording.phrases import load
from arrears.gate.wording.tests.asking import shipped
from arrears.gate.wording.text import Text
from arrears.kernel.problems import Refused
from arrears.law.values import load as load_law

HEAD = "bad.class:\n  kind: must_not\n  says: Bad.\n  says_zh: 坏。\n  rule_id: cn.prohibit.mislead\n"


def folder(tmp_path, text):
    (tmp_path / "words.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def refused(tmp_path, text):
    with pytest.raises(Refused) as caught:
        load(folder(tmp_path, text))
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bad.class:\n  kind: mustnt\n", "kind is mustnt; allowed: must_not, part, distress, needs, fold, negation"),
        ("bad.class:\n  kind: must_not\n", "rule_id is missing"),
        (HEAD + "  values: []\n", "values is no list"),
        (HEAD, "values is no list"),
        (HEAD + "  words_of: another\n", "words_of is another"),
        (HEAD + "  words_of: another\n  values: [{from: null}]\n", "or words_of: ID"),
        (HEAD + "  colour: red\n  values: [{from: null}]\n", "colour is no field of an entry"),
        (HEAD + "  severity: shout\n  values: [{from: null}]\n", "severity is shout; allowed: refuse, person"),
        (HEAD + "  values: [{from: soon}]\n", "from is soon; allowed: YYYY-MM-DD or null"),
        (HEAD + "  values: [{zh: [坏]}]\n", "from is missing"),
        (HEAD + "  values: [{from: null, zh: [12378]}]\n", "zh holds 12378; allowed: texts; numbers in quotes"),
        (HEAD + "  values: [{from: null, zh: ['坏(人|事']}]\n", "cannot be read at"),
        (HEAD + "  values: [{from: null, zh: ['坏((人|事)|狗)']}]\n", "cannot be read at"),
        (HEAD + "  values: [{from: null, en: ['ba+d']}]\n", "cannot be read at ba+d"),
        (HEAD + "  values: [{from: null, patterns: ['(a+)+b']}]\n", "has no limit"),
        (HEAD + "  values: [{from: null, patterns: ['(a|b){1,9}']}]\n", "has no limit"),
        (HEAD + "  values: [{from: null, patterns: ['[a']}]\n", "unterminated character set"),
        (HEAD + "  values: [{from: null, characters: ['202A']}]\n", "allowed: U+202A, U+202A-U+202E"),
        (HEAD + "  values: [{from: null, purposes: [nagging]}]\n", "purposes names nagging; allowed: service_reminder"),
        (HEAD + "  applies: [{rooms: [a]}]\n  values: [{from: null}]\n", "allowed: purposes, audiences, channels, parts"),
        (HEAD + "  values: [{from: 2026-02-01, zh: [坏]}, {from: 2026-01-01, zh: [恶]}]\n", "2026-01-01 does not come after 2026-02-01"),
        ("needs.x:\n  kind: needs\n  purposes: [help]\n  parts: [poem]\n", "part poem is unknown"),
        ("- a\n", "not a mapping of entries"),
        ("a: [\n", "cannot be read"),
    ],
)
def test_a_bad_pack_is_refused_by_name(tmp_path, text, said):
    found = refused(tmp_path, text)
    assert said in "\n".join(each.message_en for each in found)
    assert "words.yaml" in found[0].message_zh or "needs.x" in found[0].message_zh


def test_everything_wrong_is_told_at_once(tmp_path):
    assert len(refused(tmp_path, HEAD + "  severity: person\n  negation: 3\n  values: [{from: null, zh: [1], en: ['a*']}]\n")) == 3


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(Refused, match="at least one pack"):
        load(tmp_path)


def test_words_judge_from_their_day_until_their_end(tmp_path):
    values = "  values: [{from: null, zh: [坏话]}, {from: 2026-02-01, until: 2026-03-01, zh: [恶语]}]\n"
    phrases = load(folder(tmp_path, HEAD + values))

    def found(text, day):
        asked = {"purpose": "help", "audience": "debtor", "channel": "sms", "on": dt.date.fromisoformat(day), "phrases": phrases}
        return [each.words for each in lint(Text(text), **asked).findings if each.words]

    assert found("坏话恶语", "2026-01-31") == ["坏话"]
    assert found("坏话恶语", "2026-02-01") == ["坏话", "恶语"]
    assert found("坏话恶语", "2026-02-28") == ["坏话", "恶语"]
    assert found("坏话恶语", "2026-03-01") == ["坏话"]


def test_every_law_rule_named_by_a_class_is_one_of_the_packs():
    named = {each.rule_id for each in shipped().classes if each.rule_id.startswith("cn.")}
    assert named - load_law().entries.keys() == set()


def test_every_class_says_itself_in_both_languages():
    assert [each.id for each in shipped().classes if not each.says.isascii() or each.says_zh.isascii()] == []
