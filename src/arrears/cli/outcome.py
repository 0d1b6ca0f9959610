"""How a command ends: exit codes, and what a failure says to a person."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

DONE, FAILED, USAGE, FINDINGS, STOPPED = 0, 1, 2, 3, 130

_SHUT = {errno.EROFS, errno.EACCES, errno.EPERM}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_WORDS = ("No space left", "File too large", "quota exceeded", "max_temp_directory_size", "enough disk space")
# what an engine says about the world; its other errors are our own mistakes and keep their trace
_ENGINE = {"IOException", "InvalidInputException", "OutOfMemoryException", "SerializationException", "ArrowInvalid", "ArrowException"}


def say(text: str) -> None:
    """Tell a person something that is not the command's data: standard error."""
    typer.echo(text, err=True)


@contextmanager
def outcome() -> Iterator[None]:
    """Turn what may go wrong outside our own code into a sentence on standard error and an exit code."""
    try:
        yield
    except KeyboardInterrupt:
        raise _stopped() from None
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(FAILED) from None
    except Exception as error:
        if is_interrupt(error):
            raise _stopped() from None
        told = explain(error)
        if told is None:
            raise
        say(told)
        raise typer.Exit(FAILED) from None


def _stopped() -> typer.Exit:
    say("Stopped. Nothing is half done; run the same command again.")
    return typer.Exit(STOPPED)


def is_interrupt(error: BaseException | None) -> bool:
    """Was it Ctrl-C, told in an engine's own words or carried inside another error."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt) or type(error).__name__ in ("InterruptException", "ArrowCancelled"):
            return True
        error = error.__cause__ or error.__context__
    return False


def explain(error: BaseException) -> str | None:
    """What a failure says, or None where it is a mistake of ours and its trace is wanted."""
    from arrears.book.store import BookError
    from arrears.kernel.problems import Refused

    if isinstance(error, BookError):
        return f"Not done: {error}"
    if isinstance(error, Refused):
        return "\n".join(["Refused:", *(f"  {each.code}: {each.message_en}\n  {each.message_zh}" for each in error.problems)])
    if is_full(error):
        where = getattr(error, "filename", None)
        return f"The disk is full{f' ({where})' if where else ''}. What was complete stands. Make room and run the same command again."
    if isinstance(error, OSError) and error.errno in _SHUT:
        return f"Not done: {error.filename or 'the book'} cannot be written: the disk is read-only, or the folder belongs to somebody else."
    if isinstance(error, OSError):
        return f"Not done: {error.filename or ''}{': ' if error.filename else ''}{error.strerror or error}"
    if type(error).__name__ in _ENGINE:
        return f"Not done: a file of the book cannot be read or written. {str(error).splitlines()[0]}\nTry: arrears verify BOOK"
    return None


def is_full(error: BaseException) -> bool:
    """Does an error say that there is no room to write."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return type(error).__name__ in _ENGINE and any(word in str(error) for word in _FULL_WORDS)
