"""Every kind of event of the Desk, with what it says. An app adds its own with `add` in its module `kinds`, imported by its app config."""

from __future__ import annotations

KINDS: dict[str, str] = {
    "access_refused": "somebody asked for a page that their role may not open",
    "account_made": "an account was made",
    "account_changed": "roles, team or state of an account changed",
    "close_taken": "the positions and proposals of a close were taken; data.close_on is its day",
    "run_missed": "a job of the schedule did not run in its time",
}

FOLLOWED: set[str] = set()
"""Kinds that something follows from; `consequences.announce` fills it."""


def add(kind: str, says: str) -> str:
    """Add a kind; ValueError where it exists with another meaning."""
    if KINDS.get(kind, says) != says:
        raise ValueError(f"the kind {kind} exists: {KINDS[kind]}")
    KINDS[kind] = says
    return kind
