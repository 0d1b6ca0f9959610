"""Ways round the list are found, and stand where they are said to stand."""

import pytest

from arrears.gate.wording.tests.asking import said, table

CASES = [(of, dodge) for of, dodges in table("dodges.yaml").items() for dodge in dodges]


@pytest.mark.parametrize(("of", "dodge"), CASES, ids=ascii)
def test_a_dodge_is_found(of, dodge):
    assert of in {each.class_id for each in said(dodge)}


@pytest.mark.parametrize(("of", "dodge"), CASES, ids=ascii)
def test_a_dodge_is_found_inside_a_message(of, dodge):
    text = f"您好，{dodge}，请知悉"
    found = [each for each in said(text) if each.class_id == of]
    assert found
    assert [each.words for each in found] == [text[each.start : each.end] for each in found]


@pytest.mark.parametrize("text", table("indecent.yaml"), ids=ascii)
def test_what_indecent_collectors_say_does_not_pass(text):
    assert said(text) != []


def test_words_in_traditional_full_width_and_pieces_are_shown_as_they_stand():
    [found] = [each for each in said("ＡＢ：氵去 院") if each.class_id == "authority.court"]
    assert (found.start, found.end, found.words, found.via) == (3, 7, "氵去 院", "spelled")


def test_a_sign_that_opens_into_several_letters_keeps_the_places_behind_it():
    [found] = [each for each in said("㏂ﬃ 警察") if each.class_id == "authority.police"]
    assert (found.start, found.end, found.words) == (3, 5, "警察")


@pytest.mark.parametrize(
    "text", ["5G安全", "skill your", "repolice", "change women banana", "对公安排", "courtesy", "jailbird", "Chuanpiaoyx"]
)
def test_what_only_looks_like_a_dodge_is_left_alone(text):
    assert said(text) == []


def test_three_characters_that_only_sound_alike_go_to_a_person():
    [found] = said("黑冥蛋")[:1] or [None]
    assert (found.via, found.severity) == ("sound", "person")


def test_two_ends_of_two_sentences_go_to_a_person():
    [found] = [each for each in said("请联系王公。安好") if each.class_id == "authority.police"]
    assert found.severity == "person"
