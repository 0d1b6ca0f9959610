"""What a storage of a log must do. `folder` is one; a database is another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol


class Store(Protocol):
    """Leaves in their order, and the checkpoints signed over them. Nothing is ever changed or removed."""

    def size(self) -> int:
        """How many leaves are acknowledged."""
        ...

    def append(self, leaves: Sequence[tuple[str, bytes]]) -> list[int]:
        """Add leaves (id, canonical bytes) and return their numbers once they are durable: all of them or none.

        A leaf that is there already (same id, same bytes) keeps its number and is not added again. AuditError where the id is
        taken by other bytes, or another writer is at work.
        """
        ...

    def find(self, name: str) -> int | None:
        """Number of the leaf with this id."""
        ...

    def leaves(self, first: int, last: int) -> Iterator[bytes]:
        """Bytes of the leaves from `first` up to, not including, `last`, as they stand there: whether they are right is for `verify`."""
        ...

    def hashes(self, first: int, last: int) -> Iterator[bytes]:
        """Hashes of the same leaves, as written when they were added."""
        ...

    def checkpoints(self) -> list[int]:
        """Sizes of the checkpoints, in their order."""
        ...

    def checkpoint(self, size: int) -> bytes:
        """The signed note of a checkpoint."""
        ...

    def add_checkpoint(self, size: int, note: bytes) -> None:
        """Keep a checkpoint, larger than every one before."""
        ...
