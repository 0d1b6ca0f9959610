"""Deterministic ids: the same fact always gets the same name, on every machine and in every rerun.

An id is its parts joined by "/", readable and greppable. Only the last part may itself hold a "/", so two different
tuples of parts can never join to one id, and an id splits back without a table.
"""

from __future__ import annotations

import datetime as dt

SEPARATOR = "/"


def event_id(source: str, source_ref: str) -> str:
    """Return `source/source_ref`, the id under which an event is taken in once and for ever.

    Errors: ValueError for an empty part, a control character, surrounding blanks, or a "/" inside the source.
    """
    return _join(source=source, source_ref=source_ref)


def split_event_id(text: str) -> tuple[str, str]:
    """Return (source, source_ref) of an event id. ValueError when it is none."""
    source, separator, source_ref = text.partition(SEPARATOR)
    if not (source and separator and source_ref):
        raise ValueError(f"event id {text!r} is not of the form source{SEPARATOR}source_ref")
    return source, source_ref


def proposal_id(close_on: dt.date, loan_id: str, kind: str, subject: str = "") -> str:
    """Return `2026-09-08/B01/case_opens/I07`: one id a close, loan, kind and subject.

    Parameters
    ----------
    close_on : the close's business day
    loan_id, kind : not empty, without "/"
    subject : what the proposal speaks of; "-" stands for none

    Errors: ValueError as for `event_id`.
    """
    return _join(close_on=close_on.isoformat(), loan_id=loan_id, kind=kind, subject=subject or "-")


def check_part(name: str, part: str, last: bool = False) -> str:
    """Return the part if it may stand in an id; ValueError names it and says what is allowed.

    A loan id must pass this at intake, so that no close can meet one that does not fit.
    """
    if not part or part != part.strip() or not part.isprintable():
        raise ValueError(f"{name} {part!r} cannot stand in an id; allowed: printable text, not empty, no blanks around it")
    if not last and SEPARATOR in part:
        raise ValueError(f"{name} {part!r} holds {SEPARATOR!r}, which joins the parts of an id; allowed: any other printable text")
    return part


def _join(**parts: str) -> str:
    """Check and join the parts in the order given."""
    final = len(parts) - 1
    return SEPARATOR.join(check_part(name, part, last=place == final) for place, (name, part) in enumerate(parts.items()))
