"""What holds for every text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from arrears.gate.wording.tests.asking import ask, said, shipped, table

BANNED = [
    "公安局",
    "法院",
    "黑名单",
    "坐牢",
    "通知你家人",
    "弄死你",
    "老赖",
    "套现",
    "拖车",
    "最后通牒",
    "police",
    "blacklist",
    "tell your boss",
    "kill you",
]
BETWEEN = st.text(alphabet=" \u3000\t\n.,，。、·*-_|~《》【】\u200b\u200d\u2060\ufeff\u202e\u0336🙂🔒@$!", max_size=4)
ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
LAWFUL = st.sampled_from([row["text"] for row in table("lawful.yaml")])
DODGES = [dodge for dodges in table("dodges.yaml").values() for dodge in dodges]
SETTINGS = settings(deadline=None, max_examples=200, derandomize=True)


@given(phrase=st.sampled_from(BANNED), data=st.data())
@SETTINGS
def test_separators_between_the_characters_hide_nothing(phrase, data):
    plain = {each.class_id for each in said(phrase)}
    text = "".join(char + data.draw(BETWEEN) for char in phrase)
    assert plain <= {each.class_id for each in said(text)}


@given(dodge=st.sampled_from(DODGES), before=ANY | LAWFUL, after=ANY | LAWFUL)
@SETTINGS
def test_what_is_added_around_a_sentence_removes_no_finding(dodge, before, after):
    shift = len(before) + 1
    had = {(each.class_id, each.start + shift, each.end + shift, each.severity) for each in said(dodge)}
    now = {(each.class_id, each.start, each.end, each.severity) for each in said(f"{before}。{dodge}。{after}")}
    assert had <= now


@given(text=ANY | st.lists(st.sampled_from(DODGES) | ANY, max_size=6).map("".join))
@SETTINGS
def test_places_point_at_the_words(text):
    for each in ask(text).findings:
        assert each.words == text[each.start : each.end]
        assert each.kind == "must_have" or each.words
        if each.via in ("words", "spelled", "pinyin", "mixed", "sound"):
            assert shipped().fold.letters(each.words)


@given(text=ANY)
@SETTINGS
def test_any_text_gets_the_same_verdict_twice(text):
    assert ask(text) == ask(text)


@given(text=ANY)
@SETTINGS
def test_letters_settle_at_once(text):
    once = shipped().fold.letters(text)
    assert shipped().fold.letters(once) == once
