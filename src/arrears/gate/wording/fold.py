"""Letters as they are read, with the way back to the text as given.

A text is seen three ways, all of the same length: *flat* (each letter in its plain form: half width, lower case, no tone
marks, look-alikes resolved, simplified; everything else as it is), *mid* (flat with every separator blanked) and the
*stream* (mid without the blanks, with the place of each letter). Phrases are looked up in streams, patterns in flat.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import partial

import opencc

from arrears.gate.wording.classes import Folding

BLANK = "\0"
# One look at each code point; most texts meet a few hundred of them.
_HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2A6E0))
_WIDEST = 4  # letters that one character may open into: a ligature yes, a whole sentence in one sign no
# Letters drawn in circles and boxes that have no plain form in Unicode itself: first code point of each alphabet.
_BOXED = (0x1F150, 0x1F170)
_LEET_TOKEN = re.compile(r"[a-z0-9@$!|]{2,}")
_LEET_MIXED = re.compile(r"[a-z][0-9@$!|]|[0-9@$!|][a-z]")
_AS_I = str.maketrans("01345789@$!|", "oieastbgasil")
_AS_L = str.maketrans("01345789@$!|", "oleastbgasll")
_TONE = re.compile(r"(?<=[a-z])[1-5]")


@dataclass(frozen=True, slots=True)
class Stream:
    """The letters of a text without what stands between them.

    Attributes
    ----------
    letters : what is searched
    at : the place of each letter in flat
    mid : the same letters with blanks between, as long as flat
    """

    letters: str
    at: list[int]
    mid: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A text made ready for looking up.

    Attributes
    ----------
    raw : as given
    flat : plain forms, see above
    streams : the plain reading first; then digits read as letters, and without tone digits, where there is any
    origin : the place in raw of each letter of flat; None where both are the same
    """

    raw: str
    flat: str
    streams: tuple[Stream, ...]
    origin: list[int] | None

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Return start and end in raw of the letters first to last (included) of flat."""
        return (first, last + 1) if self.origin is None else (self.origin[first], self.origin[last] + 1)


class _Plain(dict[int, str]):
    """Code point to plain form; computed when first met."""

    def __init__(self, folding: Folding) -> None:
        super().__init__()
        self._alike = folding.alike
        self._simple = simplified()

    def __missing__(self, code: int) -> str:
        char = chr(code)
        for first in _BOXED:
            if first <= code < first + 26:
                char = chr(ord("a") + code - first)
        # Compatibility forms and case may each open the way for the other.
        settled = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())
        plain = "".join(self._one(each) for each in settled) if 0 < len(settled) <= _WIDEST else char
        self[code] = plain
        return plain

    def _one(self, char: str) -> str:
        char = self._alike.get(char, char)
        parts = unicodedata.normalize("NFD", char)
        if len(parts) > 1 and all(unicodedata.combining(mark) for mark in parts[1:]):
            char = self._alike.get(parts[0], parts[0])
        char = self._simple.get(char, char)
        char = self._alike.get(char, char)
        digit = unicodedata.digit(char, None) if unicodedata.category(char) == "Nd" else None
        return char if digit is None else str(digit)


class _Letters(dict[int, str]):
    """Plain form to itself where it is a letter or a digit, else to a blank."""

    def __init__(self, folding: Folding) -> None:
        super().__init__()
        self._silent = folding.silent

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        kept = category in ("Lu", "Ll", "Lt", "Lo", "Nd", "Nl", "No") and char not in self._silent
        self[code] = char if kept else BLANK
        return self[code]


def simplified() -> dict[str, str]:
    """Return every Chinese character whose simplified form is another one, with that form."""
    chars = [chr(code) for first, end in _HAN for code in range(first, end)]
    plain = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    return {given: to for given, to in zip(chars, plain, strict=True) if given != to and len(to) == 1}


class Fold:
    """Reads texts as `Seen`; what it has learned of a code point it keeps.

    Parameters
    ----------
    folding : look-alikes and silent letters, as the packs list them
    """

    def __init__(self, folding: Folding) -> None:
        self._plain = _Plain(folding)
        self._letters = _Letters(folding)

    def letters(self, text: str) -> str:
        """Return only the letters of a text in plain form: how a phrase itself is kept."""
        return text.translate(self._plain).translate(self._letters).replace(BLANK, "")

    def see(self, raw: str) -> Seen:
        """Make a text ready for looking up, in time linear in its length."""
        flat = raw.translate(self._plain)
        origin = None
        if len(flat) != len(raw):
            pieces = [self._plain[ord(char)] for char in raw]
            origin = [place for place, piece in enumerate(pieces) for _ in piece]
        return Seen(raw, flat, tuple(self._streams(flat)), origin)

    def _streams(self, flat: str) -> list[Stream]:
        readings = [flat]
        if _LEET_MIXED.search(flat):
            readings += [_LEET_TOKEN.sub(partial(_read_as, table), flat) for table in (_AS_I, _AS_L)]
            readings.append(_TONE.sub(BLANK, flat))
        mids = dict.fromkeys(reading.translate(self._letters) for reading in readings)
        return [_stream(mid) for mid in mids]


def _read_as(table: dict[int, int], found: re.Match[str]) -> str:
    return found[0].translate(table) if _LEET_MIXED.search(found[0]) else found[0]


def _stream(mid: str) -> Stream:
    return Stream(mid.replace(BLANK, ""), [place for place, char in enumerate(mid) if char != BLANK], mid)
