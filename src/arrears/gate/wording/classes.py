"""What the packs hold once read: phrase classes, required parts, needs, and how letters are read."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Literal

from arrears.gate.wording.text import Severity

ClassKind = Literal["must_not", "part", "distress"]
Readings = tuple[tuple[str, ...], ...]
"""One phrase with its alternatives opened: each reading as its pieces."""


@dataclass(frozen=True)
class Block:
    """Words that judge from one day on.

    Attributes
    ----------
    from_on : first day (None: from the start); until_on : first day on which they judge no more (None: no end)
    purposes : only for these (None: all)
    barred : only for a claim past limitation (True) or not past it (False); None: both
    zh, spelled, pinyin, en : phrases; spelled are writings of a phrase that dodge it
    allow : phrases in which the words are honest
    symbols : single characters, mostly emoji
    characters, patterns, allow_patterns : bounded expressions
    """

    from_on: dt.date | None
    until_on: dt.date | None = None
    purposes: frozenset[str] | None = None
    barred: bool | None = None
    zh: tuple[Readings, ...] = ()
    spelled: tuple[Readings, ...] = ()
    pinyin: tuple[Readings, ...] = ()
    en: tuple[Readings, ...] = ()
    allow: tuple[Readings, ...] = ()
    symbols: str = ""
    characters: re.Pattern[str] | None = None
    patterns: tuple[re.Pattern[str], ...] = ()
    allow_patterns: tuple[re.Pattern[str], ...] = ()

    def judges(self, on: dt.date, purpose: str, barred: bool) -> bool:
        """Tell whether the block is in force for a text of that day and purpose."""
        return (
            (self.from_on is None or self.from_on <= on)
            and (self.until_on is None or on < self.until_on)
            and (self.purposes is None or purpose in self.purposes)
            and (self.barred is None or self.barred == barred)
        )


@dataclass(frozen=True)
class Scope:
    """Where a class applies or a need arises; None: everywhere."""

    purposes: frozenset[str] | None = None
    audiences: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    parts: frozenset[str] | None = None

    def holds(self, purpose: str, audience: str, channel: str, part: str) -> bool:
        """Tell whether a text part lies within the scope."""
        asked = ((self.purposes, purpose), (self.audiences, audience), (self.channels, channel), (self.parts, part))
        return all(allowed is None or given in allowed for allowed, given in asked)


@dataclass(frozen=True)
class PhraseClass:
    """One class of words: what may not be said, a part that must be, or distress.

    Attributes
    ----------
    id, file : its name everywhere, and where it stands
    kind : must_not | part | distress
    says, says_zh : one plain sentence (for a part: its name)
    rule_id : the rule of law or of this room it rests on
    severity : refuse | person; person_for : purposes for which a person decides instead
    negation : the words are honest right after a negation
    in_fills : also judged inside what the lender's records filled in (names, addresses)
    applies : one of these scopes must hold; empty: everywhere
    placeholders, fills : names by which a part is recognised; only_with_agency : asked for only when an agency acts
    """

    id: str
    file: str
    kind: ClassKind
    says: str
    says_zh: str
    rule_id: str
    blocks: tuple[Block, ...]
    severity: Severity = "refuse"
    person_for: frozenset[str] = frozenset()
    negation: bool = False
    in_fills: bool = False
    applies: tuple[Scope, ...] = ()
    placeholders: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    only_with_agency: bool = False

    def severity_for(self, purpose: str) -> Severity:
        """Return what a find means for a purpose."""
        return "person" if purpose in self.person_for else self.severity

    def applies_to(self, purpose: str, audience: str, channel: str, part: str) -> bool:
        """Tell whether the class judges a text part."""
        return not self.applies or any(scope.holds(purpose, audience, channel, part) for scope in self.applies)


@dataclass(frozen=True)
class Need:
    """Which parts a text of some purposes must hold, in order."""

    id: str
    scope: Scope
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Folding:
    """How letters are read.

    Attributes
    ----------
    alike : a letter to the one it looks like
    splits : a character to the sequences that draw it in pieces
    silent : characters that only stand between others
    """

    alike: dict[str, str] = field(default_factory=dict)
    splits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Negation:
    """Words that turn what follows into its opposite, and those among their writings that do not."""

    words: tuple[str, ...] = ()
    double: tuple[str, ...] = ()
