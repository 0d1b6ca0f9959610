"""Personal data written anew under the key that writes now. A job of many short transactions: stopped anywhere, it goes on where it was.

Every `Secret` field of every app is found by itself, and the secrets of second factors. Contents of documents are encrypted under keys of
their own, which stand in such a field: they need no rewriting. Blind indexes have their own key, which this does not touch.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from arrears.desk.journal.services import record
from arrears.desk.people import cipher
from arrears.desk.people.models import Rewrite
from arrears.desk.people.secret import Secret

BATCH = 1_000
FACTORS = "mfa_authenticator.data"


@dataclass(frozen=True)
class Column:
    """One column that holds personal data."""

    table: str
    column: str
    pk: str
    pk_type: str

    @property
    def name(self) -> str:
        """As values are bound to it."""
        return f"{self.table}.{self.column}"


def columns() -> Iterator[Column]:
    """Every column of a `Secret` field."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, Secret):
                pk = model._meta.pk
                yield Column(model._meta.db_table, field.column, pk.column, str(pk.db_type(connection)))


def waiting() -> dict[str, int]:
    """Column -> how many values another key than the writing one has written."""
    current = cipher.ring().current
    out = {}
    with connection.cursor() as cursor:
        for each in columns():
            cursor.execute(
                f'select count(*) from "{each.table}" where "{each.column}" is not null and get_byte("{each.column}", 1) <> %s', [current]
            )
            out[each.name] = int(cursor.fetchone()[0])
    out[FACTORS] = sum(_old(sealed, current) for _, data in _factors() for sealed in _sealed_of(data))
    return {name: number for name, number in out.items() if number}


def rotate(at: dt.datetime, by: Any = None, told: Callable[[str, int], None] = lambda *_: None) -> dict[str, int]:
    """Write everything anew that another key has written; returns how much was written of each column.

    Parameters
    ----------
    told : is called with a column and how much of it is written

    Errors: KeyProblem where a key is missing that data was written with; what was written before that stays, and the next run goes on.
    """
    current = cipher.ring().current
    written: dict[str, int] = {}
    for each in columns():
        done = Rewrite.objects.get_or_create(column=each.name, key=current, defaults={"begun_at": at})[0]
        before = done.written
        while _batch(each, done.pk, current, behind=True):
            told(each.name, BATCH)
        while _batch(each, done.pk, current, behind=False):  # what others wrote meanwhile with the key of before
            told(each.name, BATCH)
        done.refresh_from_db()
        written[each.name] = done.written - before
        if done.ended_at is None:
            Rewrite.objects.filter(pk=done.pk).update(ended_at=at)
    written[FACTORS] = _rotate_factors(current)
    out = {name: number for name, number in written.items() if number}
    if out:
        record("key_rotated", at, by=by, data={"key": current, "written": out})
    return out


def _batch(each: Column, rewrite: int, current: int, behind: bool) -> int:
    """Write up to BATCH values anew, in one transaction with how far it has come; returns how many rows were looked at."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select last from people_rewrite where id = %s for update", [rewrite])
        last = cursor.fetchone()[0]
        where, values = "", [current]
        if behind and last:
            where, values = f'and "{each.pk}" > %s::{each.pk_type}', [current, last]
        cursor.execute(
            f"""select "{each.pk}"::text, "{each.column}" from "{each.table}"
                 where "{each.column}" is not null and get_byte("{each.column}", 1) <> %s {where}
                 order by "{each.pk}" limit {BATCH} for update""",
            values,
        )
        rows = cursor.fetchall()
        if not rows:
            return 0
        fresh = [cipher.close(cipher.open_(data, each.name, pk), each.name, pk) for pk, data in rows]
        cursor.execute(
            f"""update "{each.table}" t set "{each.column}" = n.data
                  from unnest(%s::{each.pk_type.split("(")[0]}[], %s::bytea[]) as n(pk, data) where t."{each.pk}" = n.pk""",
            [[pk for pk, _ in rows], fresh],
        )
        cursor.execute("update people_rewrite set last = %s, written = written + %s where id = %s", [rows[-1][0], len(rows), rewrite])
        return len(rows)


def _factors() -> Iterator[tuple[Any, dict[str, Any]]]:
    from allauth.mfa.models import Authenticator

    for each in Authenticator.objects.order_by("pk"):
        yield each, each.data


def _sealed_of(data: dict[str, Any]) -> list[str]:
    found = [data[name] for name in ("secret", "seed") if isinstance(data.get(name), str)]
    return found + [each for each in data.get("migrated_codes", []) if isinstance(each, str)]


def _old(sealed: str, current: int) -> bool:
    """Was it sealed by another key of this ring? What is no sealed text of ours is left alone."""
    try:
        raw = cipher.raw_of(sealed)
    except ValueError:
        return False
    return len(raw) > cipher.HEAD and raw[0] == cipher.VERSION and raw[1] != current


def _rotate_factors(current: int) -> int:
    count = 0
    for each, data in list(_factors()):
        old = {sealed for sealed in _sealed_of(data) if _old(sealed, current)}
        if not old:
            continue
        fresh = {sealed: cipher.seal(cipher.unseal(sealed)) for sealed in old}
        for name in ("secret", "seed"):
            if data.get(name) in fresh:
                data[name] = fresh[data[name]]
        if "migrated_codes" in data:
            data["migrated_codes"] = [fresh.get(code, code) for code in data["migrated_codes"]]
        each.data = data
        each.save(update_fields=["data"])
        count += len(old)
    return count
