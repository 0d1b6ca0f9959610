"""From one phrase in a pack to everything it can look like: alternatives opened, pinyin, mixtures, drawn in pieces, by sound."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin
from pypinyin.pinyin_dict import pinyin_dict

from arrears.gate.wording.fold import Fold

_MOST_OPENED = 4000
_PLAIN_PHRASE = re.compile(r"[^()|\[\]{}?*+^\\]*")
_LATIN = re.compile(r"[a-z]")
_MIXED_WHOLLY = 4  # up to so many characters each may stand as itself, as pinyin or as its initial
_MIXED_SINGLY = 6  # up to so many one of them may
MOST_MIXED = 40  # readings of one phrase: one that opens into more is looked for in characters and pinyin only
_MOST_DRAWN = 64
_LEAST_PINYIN = 6  # letters: shorter ones are words of other languages
_LEAST_SOUND = 3  # characters: two that only sound alike mean nothing


Pieces = tuple[str, ...]
"""One reading of a phrase, cut where its alternatives met."""


class Form(NamedTuple):
    """One writing of a phrase, in plain letters.

    Attributes
    ----------
    letters : what to look for
    via : words | spelled | pinyin | mixed
    whole : stands between other letters never (a word of a language with word borders)
    """

    letters: str
    via: str
    whole: bool


class Unreadable(Exception):
    """A phrase that cannot be opened, with what is allowed in English and Chinese."""


def opened(phrase: str) -> list[Pieces]:
    """Write out the alternatives `(a|b|)` of a phrase.

    Parameters
    ----------
    phrase : text with alternatives in round brackets, none inside another

    Returns
    -------
    Every reading as its pieces, each once.

    Raises
    ------
    Unreadable for brackets that do not pair, for signs of expressions, and for too many readings.
    """
    choices: list[list[str]] = []
    for number, piece in enumerate(re.split(r"[()]", phrase)):
        inside = number % 2 == 1
        if not all(_PLAIN_PHRASE.fullmatch(each) for each in piece.split("|")) or (not inside and "|" in piece):
            raise Unreadable(piece)
        choices.append(piece.split("|") if inside else [piece])
    count = 1
    for each in choices:
        count *= len(each)
    brackets = [char for char in phrase if char in "()"]
    if brackets != ["(", ")"] * (len(brackets) // 2) or count > _MOST_OPENED:
        raise Unreadable(phrase)
    return list(dict.fromkeys(tuple(piece for piece in each if piece) for each in itertools.product(*choices)))


def is_latin(char: str) -> bool:
    """Tell whether a plain letter is one of a to z."""
    return "a" <= char <= "z"


def is_han(char: str) -> bool:
    """Tell whether a character is Chinese."""
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"


class Former:
    """Makes the forms of phrases.

    Parameters
    ----------
    fold : how letters are read
    splits : a character to the sequences that draw it in pieces
    """

    def __init__(self, fold: Fold, splits: dict[str, tuple[str, ...]]) -> None:
        self._letters = lru_cache(maxsize=None)(fold.letters)
        self._splits = splits

    def letters(self, phrase: Pieces) -> str:
        """Return the plain letters of a phrase."""
        return "".join(map(self._letters, phrase))

    def plain(self, phrase: Pieces, via: str = "words") -> list[Form]:
        """Return the phrase itself (nothing where it has no letters)."""
        letters = self.letters(phrase)
        return [Form(letters, via, not any(map(is_han, letters)))] if letters else []

    def pinyin(self, phrase: Pieces) -> list[Form]:
        """Return listed pinyin as a form that may stand at any border of a syllable."""
        letters = self.letters(phrase)
        return [Form(letters, "pinyin", False)] if letters else []

    def derived(self, phrases: tuple[Pieces, ...]) -> Iterator[Form]:
        """Yield how somebody who dodges writes the readings of one Chinese phrase: in pinyin, mixed with it, drawn in pieces."""
        for phrase in phrases:
            letters = self.letters(phrase)
            if len(letters) < 2 or not all(map(is_han, letters)):
                continue
            for reading in self._readings(phrase):
                spelled = "".join(reading)
                if len(spelled) >= _LEAST_PINYIN:
                    yield Form(spelled, "pinyin", False)
                    if "v" in spelled:
                        yield Form(spelled.replace("v", "u"), "pinyin", False)
                if len(phrases) <= MOST_MIXED:
                    yield from _mixed(letters, reading)
            if len(phrases) <= MOST_MIXED:
                yield from self._in_pieces(letters)

    def sounds(self, phrase: Pieces) -> list[str]:
        """Return the phrase as `syllable_marks` of its readings, or nothing where it is too short or not Chinese throughout."""
        letters = self.letters(phrase)
        if len(letters) < _LEAST_SOUND or not all(map(is_han, letters)):
            return []
        marks = syllable_marks()
        sounds = ["".join(marks.get(syllable, "\0") for syllable in reading) for reading in self._readings(phrase)]
        return [sound for sound in sounds if "\0" not in sound]

    def _readings(self, phrase: Pieces) -> list[tuple[str, ...]]:
        both = [
            tuple(itertools.chain.from_iterable(each)) for each in zip(*(_readings(self._letters(piece)) for piece in phrase), strict=True)
        ]
        count = len(self.letters(phrase))
        return [each for each in dict.fromkeys(both) if len(each) == count and all(each)]

    def _in_pieces(self, letters: str) -> Iterator[Form]:
        options = [(char, *map(self._letters, self._splits.get(char, ()))) for char in letters]
        if any(len(each) > 1 for each in options):
            for drawn in itertools.islice(itertools.product(*options), 1, _MOST_DRAWN):
                yield Form("".join(drawn), "spelled", False)


def _mixed(letters: str, reading: tuple[str, ...]) -> Iterator[Form]:
    if len(letters) <= _MIXED_WHOLLY:
        options = [(char, syllable, syllable[0]) for char, syllable in zip(letters, reading, strict=True)]
        drawn = ["".join(each) for each in itertools.product(*options)]
    elif len(letters) <= _MIXED_SINGLY:
        drawn = [letters[:place] + syllable + letters[place + 1 :] for place, syllable in enumerate(reading)]
    else:
        drawn = []
    for each in drawn:
        if _LATIN.search(each) and any(is_han(char) for char in each):
            yield Form(each, "mixed", False)


@lru_cache(maxsize=1 << 14)
def _readings(letters: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return how a piece is read as a phrase, and character by character; an empty syllable where a reading is not known."""
    one_by_one = tuple(syllable_of().get(char, "") for char in letters)
    as_phrase = tuple(each if each.isascii() else "" for each in lazy_pinyin(letters, style=Style.NORMAL))
    return (as_phrase if len(as_phrase) == len(letters) else one_by_one), one_by_one


@lru_cache(maxsize=1)
def syllable_of() -> dict[str, str]:
    """Return the most common reading of each Chinese character, without tone."""
    found = {}
    for code, readings in pinyin_dict.items():
        syllable = _toneless(readings.split(",")[0])
        if syllable.isascii():
            found[chr(code)] = syllable
    return found


_TONES = str.maketrans("āáǎàēéěèōóǒòīíǐìūúǔùǖǘǚǜüńňǹḿ", "aaaaeeeeooooiiiiuuuuvvvvvnnnm")


def _toneless(syllable: str) -> str:
    return syllable.translate(_TONES).replace("ê", "e").replace("\u0304", "").replace("\u030c", "").replace("\u0300", "")


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """Return every syllable of Mandarin without tone, ü written both as v and as u."""
    known = {each for each in syllable_of().values() if each.isalpha() and re.search(r"[aeiouv]", each)}
    return frozenset(known | {each.replace("v", "u") for each in known})


@lru_cache(maxsize=1)
def syllable_marks() -> dict[str, str]:
    """Return one private character for each syllable, so that sounds are looked up like letters."""
    return {syllable: chr(0xE000 + number) for number, syllable in enumerate(sorted(set(syllable_of().values())))}


@lru_cache(maxsize=1 << 14)
def is_pinyin(letters: str) -> bool:
    """Tell whether letters can be read as whole syllables one after another (also true of none at all)."""
    known, longest = syllables(), 6
    reached = [True] + [False] * len(letters)
    for end in range(1, len(letters) + 1):
        reached[end] = any(reached[start] and letters[start:end] in known for start in range(max(0, end - longest), end))
    return reached[-1]
