"""Looking phrases up in one text: every place where some class meets it, before anything is decided about it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from arrears.gate.wording.fold import Seen, Stream
from arrears.gate.wording.forms import is_latin, is_pinyin
from arrears.gate.wording.phrases import Entry, Phrases

# What ends a sentence: letters on its two sides were hardly meant as one word.
_ENDS = re.compile(r"[。!?;\n\r…]|\.(?![0-9])")
_LAST_CLAUSE = re.compile(r"[。.,!?;:\n\r…、]")
_MORE_BEFORE = re.compile(r"[0-9][.,]?$")
_MORE_AFTER = re.compile(r"\.?[0-9]|,[0-9]{3}(?![0-9])")
MOST = 10_000  # places of one block; a text that holds more is longer than `lint` passes without a person
_RUN = 60  # letters looked at on each side of a latin find; a longer run is no word and no pinyin
_BEFORE = 24  # letters in which a negation is looked for


class Hit(NamedTuple):
    """One place where a class meets the text.

    Attributes
    ----------
    of, block : positions of class and block
    start, end : in the text as given
    via : see `Finding`
    crosses : the words stand on two sides of the end of a sentence, and are whole on each
    negated : a negation stands right before
    """

    of: int
    block: int
    start: int
    end: int
    via: str
    crosses: bool
    negated: bool


class Spans:
    """Stretches of a text; tells whether one of them covers a place."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))

    def cut(self, start: int, end: int) -> bool:
        """Tell whether start or end lies inside a stretch, so that what is between them is no word of the text."""
        return any(self.cover(edge - 1, edge + 1) for edge in (start, end))

    def cover(self, start: int, end: int) -> bool:
        """Tell whether a stretch holds start to end."""
        place = bisect_right(self._starts, start)
        return place > 0 and self._ends[place - 1] >= end


class Found:
    """One text with everything that was met in it.

    Parameters
    ----------
    raw : the text as given
    phrases : what to look for
    wanted : positions of the classes that matter; of each block at most `MOST` places are kept
    """

    def __init__(self, raw: str, phrases: Phrases, wanted: frozenset[int]) -> None:
        self.seen: Seen = phrases.fold.see(raw)
        self._phrases = phrases
        self._wanted = wanted
        self._allowed: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        self._met: dict[tuple[int, int], dict[tuple[int, int], Hit]] = defaultdict(dict)
        for number, stream in enumerate(self.seen.streams):
            self._look(stream, phrases, allowing=number == 0)
        self._listen(self.seen.streams[0], phrases)
        self._symbols(phrases)

    def hits(self, of: int, block: int) -> Iterator[Hit]:
        """Yield what one block of one class meets, its expressions included."""
        yield from self._met.get((of, block), {}).values()
        rules = self._phrases.classes[of].blocks[block]
        if rules.characters is not None:
            for each in rules.characters.finditer(self.seen.raw):
                yield Hit(of, block, each.start(), each.end(), "character", False, False)
        for pattern in rules.patterns:
            for each in pattern.finditer(self.seen.flat):
                if each.end() > each.start():
                    place = self.seen.place(each.start(), each.end() - 1)
                    yield Hit(of, block, *place, "pattern", False, self._denied(each.start()))

    def first(self, of: int, block: int) -> tuple[int, int] | None:
        """Return the first place that one block of a class meets in plain sight: not negated, not across two sentences."""
        spans = [(hit.start, hit.end) for hit in self._met.get((of, block), {}).values() if not hit.crosses and not hit.negated]
        for pattern in self._phrases.classes[of].blocks[block].patterns:
            each = pattern.search(self.seen.flat)
            if each is not None and each.end() > each.start():
                spans.append(self.seen.place(each.start(), each.end() - 1))
        return min(spans, default=None)

    def allowing(self, of: int, block: int) -> list[tuple[int, int]]:
        """Return the stretches in which one block of a class calls its words honest."""
        rules = self._phrases.classes[of].blocks[block]
        matches = (each.span() for pattern in rules.allow_patterns for each in pattern.finditer(self.seen.flat))
        return self._allowed.get((of, block), []) + [self.seen.place(start, end - 1) for start, end in matches if end > start]

    @cached_property
    def has_letters(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.seen.streams[0].letters)

    def literal(self, value: str) -> tuple[int, int] | None:
        """Return where the letters of a value stand, no further digit before or after a number; None where they do not."""
        letters, stream = self._phrases.fold.letters(value), self.seen.streams[0]
        first = stream.letters.find(letters) if letters else -1
        while first >= 0:
            last = first + len(letters) - 1
            start, end = stream.at[first], stream.at[last] + 1
            flat = self.seen.flat
            longer = (letters[0].isdecimal() and _MORE_BEFORE.search(flat, max(0, start - 2), start)) or (
                letters[-1].isdecimal() and _MORE_AFTER.match(flat, end)
            )
            if not longer:
                return self.seen.place(start, end - 1)
            first = stream.letters.find(letters, first + 1)
        return None

    def _look(self, stream: Stream, phrases: Phrases, *, allowing: bool) -> None:
        for last, (length, entries) in phrases.words.iter(stream.letters) if len(phrases.words) else ():
            first = last - length + 1
            borders: dict[tuple[bool, str], bool] = {}
            for entry in entries:
                if entry.of not in self._wanted or len(self._met[entry.of, entry.block]) >= MOST:
                    continue
                asked = (entry.whole, entry.via)
                if asked not in borders:
                    borders[asked] = _at_borders(stream, first, last, entry)
                if not borders[asked]:
                    continue
                if not entry.allows:
                    self._keep(stream, first, last, entry)
                elif allowing and not _ENDS.search(self.seen.flat, stream.at[first], stream.at[last]):
                    self._allowed[entry.of, entry.block].append(self.seen.place(stream.at[first], stream.at[last]))

    def _listen(self, stream: Stream, phrases: Phrases) -> None:
        heard = stream.letters.translate(phrases.to_sound)
        for last, (length, entries) in phrases.sounds.iter(heard) if len(phrases.sounds) else ():
            for entry in entries:
                if entry.of in self._wanted:
                    self._keep(stream, last - length + 1, last, entry)

    def _keep(self, stream: Stream, first: int, last: int, entry: Entry) -> None:
        met = self._met[entry.of, entry.block]
        if len(met) >= MOST:
            return
        start, end = self.seen.place(stream.at[first], stream.at[last])
        if (start, end) not in met:
            met[start, end] = Hit(
                entry.of, entry.block, start, end, entry.via, self._crosses(stream, first, last), self._negated(stream, first)
            )

    def _crosses(self, stream: Stream, first: int, last: int) -> bool:
        places = stream.at
        if places[last] - places[first] == last - first or not _ENDS.search(self.seen.flat, places[first], places[last]):
            return False
        return sum(places[each + 1] - places[each] > 1 for each in range(first, last)) == 1

    def _negated(self, stream: Stream, first: int) -> bool:
        before = stream.letters[max(0, first - _BEFORE) : first]
        found = self._phrases.negated.search(before)
        if found is None or self._phrases.double.search(before):
            return False
        begin = stream.at[first - len(found[0])]
        between = self.seen.flat[stream.at[first - 1] + 1 : stream.at[first]]
        if between.strip(" '") or _ENDS.search(self.seen.flat, begin, stream.at[first]):
            return False
        return not is_latin(found[0][0]) or begin == 0 or not is_latin(stream.mid[begin - 1])

    def _denied(self, start: int) -> bool:
        """Tell whether a negation stands right before a place in flat."""
        before = self.seen.flat[max(0, start - _BEFORE) : start].rstrip(" '")
        word = _LAST_CLAUSE.split(before)[-1]
        letters = self._phrases.fold.letters(word)
        return self._phrases.negated.search(letters) is not None and self._phrases.double.search(letters) is None

    def _symbols(self, phrases: Phrases) -> None:
        if phrases.symbol_pattern is None:
            return
        for each in phrases.symbol_pattern.finditer(self.seen.raw):
            for of, block in phrases.symbols[each[0]]:
                if of not in self._wanted or len(self._met[of, block]) >= MOST:
                    continue
                self._met[of, block][each.span()] = Hit(of, block, each.start(), each.end(), "symbol", False, False)


def _at_borders(stream: Stream, first: int, last: int, entry: Entry) -> bool:
    """Tell whether a find begins and ends where a word, or a syllable of pinyin, does."""
    mid = stream.mid
    if is_latin(stream.letters[first]):
        place = stream.at[first]
        if entry.via == "mixed" and place and mid[place - 1].isdecimal():
            return False  # "5G安全"
        start = place
        while start and place - start < _RUN and is_latin(mid[start - 1]):
            start -= 1
        if start < place and (entry.whole or place - start == _RUN or not is_pinyin(mid[start:place])):
            return False
    if is_latin(stream.letters[last]):
        place = end = stream.at[last] + 1
        while end < len(mid) and end - place < _RUN and is_latin(mid[end]):
            end += 1
        if place < end and (entry.whole or end - place == _RUN or not is_pinyin(mid[place:end])):
            return False
    return True
