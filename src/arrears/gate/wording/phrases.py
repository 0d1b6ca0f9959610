"""The packs in memory, ready for looking up: loaded once, never changed, no file read afterwards."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import ahocorasick  # type: ignore[import-not-found]

from arrears.gate.wording.classes import Block, Need, PhraseClass
from arrears.gate.wording.fold import Fold
from arrears.gate.wording.forms import MOST_MIXED, Form, Former, syllable_marks, syllable_of
from arrears.gate.wording.read import Reading
from arrears.kernel.problems import Refused
from arrears.law.files import read_folder

SHIPPED = Path(__file__).parent / "packs"


class Entry(NamedTuple):
    """What it means that some letters were met.

    Attributes
    ----------
    of, block : which class and which of its blocks (positions)
    allows : the words are honest here (True), or what is looked for (False)
    via, whole : see `Form`
    """

    of: int
    block: int
    allows: bool
    via: str
    whole: bool


@dataclass(frozen=True)
class Phrases:
    """Everything the linter looks for.

    Attributes
    ----------
    classes, needs : as the packs list them
    fold : how letters are read
    words, sounds : automata over letters and over syllables; each value is a tuple of `Entry`
    to_sound : letters to syllable marks
    negated, double : expressions for the end of what stands before a find
    symbols : every single character looked for, to (class, block) positions
    """

    classes: tuple[PhraseClass, ...]
    needs: tuple[Need, ...]
    fold: Fold
    words: ahocorasick.Automaton
    sounds: ahocorasick.Automaton
    to_sound: dict[int, str]
    negated: re.Pattern[str]
    double: re.Pattern[str]
    symbols: dict[str, tuple[tuple[int, int], ...]]
    symbol_pattern: re.Pattern[str] | None

    def part(self, name: str) -> PhraseClass:
        """Return a required part by its name without `part.`."""
        return next(each for each in self.classes if each.id == f"part.{name}")


def load(folder: Path = SHIPPED) -> Phrases:
    """Read a folder of wording packs.

    Parameters
    ----------
    folder : holds one YAML file a topic

    Returns
    -------
    `Phrases`; about a second of work, so load once.

    Raises
    ------
    Refused with every problem found, each naming file, class and what is allowed.
    """
    raws, problems = read_folder(folder, folder.name)
    reading = Reading()
    for raw in sorted(raws.values(), key=lambda each: each.body.get("kind") != "fold"):
        reading.take(raw)
    reading.close()
    found = [*problems, *reading.problems]
    if found:
        raise Refused(*found)
    fold = Fold(reading.folding)
    former = Former(fold, reading.folding.splits)
    words: dict[str, list[Entry]] = defaultdict(list)
    sounds: dict[str, list[Entry]] = defaultdict(list)
    symbols: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, each in enumerate(reading.classes):
        for place, block in enumerate(each.blocks):
            for form, allows in _forms(each, block, former):
                words[form.letters].append(Entry(number, place, allows, form.via, form.whole))
            for sound in _sounds(each, block, former):
                sounds[sound].append(Entry(number, place, False, "sound", False))
            for symbol in block.symbols:
                symbols[symbol].append((number, place))
    return Phrases(
        classes=tuple(reading.classes),
        needs=tuple(reading.needs),
        fold=fold,
        words=_automaton(words),
        sounds=_automaton(sounds),
        to_sound={ord(char): syllable_marks()[syllable] for char, syllable in syllable_of().items()},
        negated=_ending(reading.negation.words, fold),
        double=_ending(reading.negation.double, fold),
        symbols={symbol: tuple(owners) for symbol, owners in symbols.items()},
        symbol_pattern=re.compile("[" + "".join(map(re.escape, sorted(symbols))) + "]") if symbols else None,
    )


def _forms(each: PhraseClass, block: Block, former: Former) -> list[tuple[Form, bool]]:
    """Return every writing of a block's phrases, and whether it allows; parts are looked for in plain words only."""
    found = [(form, True) for readings in block.allow for phrase in readings for form in former.plain(phrase)]
    looked = [form for readings in (*block.zh, *block.en) for phrase in readings for form in former.plain(phrase)]
    looked += [form for readings in block.spelled for phrase in readings for form in former.plain(phrase, "spelled")]
    looked += [form for readings in block.pinyin for phrase in readings for form in former.pinyin(phrase)]
    if each.kind != "part":
        looked += [form for readings in block.zh for form in former.derived(readings)]
    firsts: dict[str, Form] = {}
    for form in looked:
        firsts.setdefault(form.letters, form)
    return found + [(form, False) for form in firsts.values()]


def _sounds(each: PhraseClass, block: Block, former: Former) -> set[str]:
    """Return the sounds of a block's phrases; of weak words, and of phrases with many readings, too much would sound alike."""
    if each.kind == "part" or (each.kind == "must_not" and each.severity == "person"):
        return set()
    return {sound for readings in block.zh if len(readings) <= MOST_MIXED for phrase in readings for sound in former.sounds(phrase)}


def _automaton(keys: dict[str, list[Entry]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for key, entries in keys.items():
        automaton.add_word(key, (len(key), tuple(dict.fromkeys(entries))))
    automaton.make_automaton()
    return automaton


def _ending(words: tuple[str, ...], fold: Fold) -> re.Pattern[str]:
    """Return an expression for letters that end in one of the words; one that never fits where there are none."""
    letters = sorted({fold.letters(each) for each in words}, key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, letters))})$" if letters else r"(?!)")
