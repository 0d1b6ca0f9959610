"""Every word of every paper, Chinese first, English second. Numbers come in by name, never stand in a sentence."""

from __future__ import annotations

from arrears.book.papers.words.charts import WORDS as CHARTS
from arrears.book.papers.words.lender import WORDS as LENDER
from arrears.book.papers.words.proposals import WORDS as PROPOSALS
from arrears.book.papers.words.statement import WORDS as STATEMENT

LOCALES = ("zh", "en")
WORDS: dict[str, tuple[str, str]] = {**CHARTS, **LENDER, **PROPOSALS, **STATEMENT}


def say(locale: str, key: str, **figures: object) -> str:
    """Return the words of `key` in a language with the figures in their places.

    Errors: ValueError for another language than zh or en; KeyError for a key that is not in the catalogue or a missing figure.
    """
    if locale not in LOCALES:
        raise ValueError(f"language {locale!r} is not known; allowed: {', '.join(LOCALES)}")
    return WORDS[key][LOCALES.index(locale)].format(**figures)


def has(key: str) -> bool:
    """Tell whether the catalogue has words for a key."""
    return key in WORDS
