"""Letters: what a printer is given and what comes back. The interface only; papers are made elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter.

    Attributes
    ----------
    client_id : ours, of this attempt; printed nowhere on the envelope
    name, lines : what stands on the envelope, and nothing else
    paper, sha256 : the PDF and its hash
    """

    client_id: str
    name: str = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)
    paper: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class LetterBatch:
    """What goes to the printer in one piece.

    Attributes
    ----------
    batch_id : ours; handing the same batch over again changes nothing
    letters : each once
    made_at : when
    """

    batch_id: str
    letters: tuple[Letter, ...]
    made_at: dt.datetime


@dataclass(frozen=True, slots=True)
class LetterResult:
    """What became of one letter: delivered, refused by the person, or undeliverable at that address."""

    client_id: str
    outcome: Literal["sent", "delivered", "refused", "undeliverable"]
    on: dt.date
    detail: str = ""


class LetterRoute(Protocol):
    """A printer or a postal service."""

    name: str

    def hand_over(self, batch: LetterBatch) -> str:
        """Give a batch and return the printer's own id of it."""
        ...

    def results(self, since: dt.date) -> Iterable[LetterResult]:
        """Return what is known since a day; the same result may come again."""
        ...
