"""The field that holds personal data. What one reads from it prints masked, whoever prints it; the clear text has to be asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from arrears.desk.people import cipher, normal


class Sealed:
    """A value of a `Secret` field.

    `str()` is masked. `clear()` is for those who need it: the delivery of a message, and `services.reveal`, which writes down who asked
    why.
    """

    __slots__ = ("_column", "_kind", "_pk", "_raw", "_text")

    def __init__(self, column: str, kind: str, pk: UUID | str, raw: bytes | None, text: str | None = None) -> None:
        self._column, self._kind, self._pk, self._raw, self._text = column, kind, pk, raw, text

    def clear(self) -> str:
        """The value itself; KeyProblem where it cannot be read."""
        if self._text is None:
            self._text = cipher.open_(self._raw or b"", self._column, self._pk)
        return self._text

    def bytes_(self) -> bytes:
        """The value as it lies in the database."""
        if self._raw is None:
            self._raw = cipher.close(self._text or "", self._column, self._pk)
        return self._raw

    def __str__(self) -> str:
        return normal.masked(self._kind, self.clear())

    def __repr__(self) -> str:
        return f"<sealed {self._column}>"

    def __bool__(self) -> bool:
        return True

    def __html__(self) -> str:
        from django.utils.html import escape

        return str(escape(str(self)))


class _Attribute(DeferredAttribute):
    """Hands out `Sealed`; takes text, `Sealed` or bytes of the database."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        raw = super().__get__(instance, cls)
        if raw is None or isinstance(raw, Sealed):
            return raw
        text = raw if isinstance(raw, str) else None
        made = Sealed(self.field.column_name, self.field.shown_as, instance.pk, None if text is not None else bytes(raw), text)
        instance.__dict__[self.field.attname] = made
        return made

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class Secret(models.BinaryField):
    """A text, encrypted for its row. The key of the row must be known before it is written: use it with UUID keys made in Python.

    Parameters
    ----------
    shown_as : how it is masked, a kind of `normal.masked`
    """

    descriptor_class = _Attribute

    def __init__(self, *args: Any, shown_as: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        self.shown_as = shown_as
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """As it stands in a migration; a mask is no matter of the database."""
        name, _, args, kwargs = super().deconstruct()
        return name, "arrears.desk.people.secret.Secret", args, kwargs

    @property
    def column_name(self) -> str:
        """`table.column`, to which values are bound."""
        return f"{self.model._meta.db_table}.{self.column}"

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """The value as it is written."""
        value = getattr(model_instance, self.attname)
        return None if value is None else value.bytes_()

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Bytes."""
        if isinstance(value, str):
            raise TypeError(f"{self.column_name} cannot be searched by its text; use its blind index")
        return super().get_db_prep_value(value.bytes_() if isinstance(value, Sealed) else value, connection, prepared)

    def to_python(self, value: Any) -> Any:
        """As it is."""
        return value
