"""Rows of agencies, staff, loans, further addresses, consents and refusals."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from arrears.desk import permissions
from arrears.desk.people.files.borrowers import midnight
from arrears.desk.people.files.rows import Fault
from arrears.desk.people.files.shared import new_address, write_addresses
from arrears.desk.people.files.told import Good, Told
from arrears.desk.people.models import Agency, Consent, Leave, Loan, Person, Refusal, StaffProfile, Team, User
from arrears.desk.people.models.wishes import CONSENTS
from arrears.desk.people.services import bar, end_loan, give_to_team, know_loans, make_account, put_agency, put_loan, put_staff, refuse

_ROLES = {"hardship": permissions.COUNSELLOR, "finance": permissions.OPERATIONS}
_CONSENTS = {
    "app_message": ("message", "in_app"), "sms": ("message", "sms"), "night_contact": ("hours", None),
    "precise_location": ("location", None),
    "third_party_message": ("third_party", None),
}  # fmt: skip
_TRAINING_MONTHS = 12

Take = Callable[[list[Good], Told, dt.datetime, Any], None]


def _debtors(rows: list[Good]) -> dict[str, Person]:
    return {each.pseudonym: each for each in Person.objects.filter(pseudonym__in={each.cells["borrower_id"] for each in rows})}


_UNKNOWN = Fault("borrower_id", "it is not known", "a borrower of this or an earlier file")


def take_agencies(rows: list[Good], told: Told, at: dt.datetime, by: Any) -> None:
    """Take agencies in."""
    for each in rows:
        said = {name: value for name, value in each.cells.items() if name != "agency_id" and value is not None}
        known = Agency.objects.filter(pk=each.cells["agency_id"]).first()
        same = known is not None and all(getattr(known, name) == value for name, value in said.items())
        put_agency(each.cells["agency_id"], at, by, **said)
        told.count("agencies", "same" if same else "changed" if known else "new")


def take_staff(rows: list[Good], told: Told, at: dt.datetime, by: Any) -> None:
    """Take staff in: an account without a password where there is none, and what the gate asks of them."""
    for each in rows:
        cells = each.cells
        role = _ROLES.get(cells["role"], cells["role"])
        fault = _staff_fault(cells, role)
        user = User.objects.filter(username=cells["staff_id"].lower()).first()
        if fault is None and user is None:
            try:
                user = make_account(cells["staff_id"].lower(), cells["name"], [role], team=cells["team"] or "", email=cells["email"] or "")
            except ValidationError as error:
                fault = Fault("staff_id", " ".join(error.messages), "small letters, digits, dot, dash")
        if fault is not None or user is None:
            told.reject("staff", each.file, each.row, fault or Fault("staff_id", "no account", ""))
            continue
        known = StaffProfile.objects.filter(person=user.person).first()
        said = _profile(cells)
        same = known is not None and all(getattr(known, name) == value for name, value in said.items())
        profile = put_staff(user, cells["staff_id"], at, by, **said)
        if cells["leave_from"] and cells["leave_to"]:
            Leave.objects.get_or_create(staff=profile, from_on=cells["leave_from"], defaults={"to_on": cells["leave_to"]})
        if cells["barred_from"]:
            bar(profile, Person.objects.get(pseudonym=cells["barred_from"]), at, by, why="file")
        told.count("staff", "same" if same else "changed" if known else "new")


def _staff_fault(cells: dict[str, Any], role: str) -> Fault | None:
    if role not in permissions.ROLES or role == permissions.BORROWER:
        return Fault("role", "no such role", ", ".join([*permissions.ROLES, *_ROLES]))
    if cells["agency"] and not Agency.objects.filter(pk=cells["agency"]).exists():
        return Fault("agency", "it is not known", "an agency of this or an earlier file")
    if cells["barred_from"] and not Person.objects.filter(pseudonym=cells["barred_from"]).exists():
        return Fault("barred_from", "nobody has this id", "a borrower of an earlier file")
    if bool(cells["leave_from"]) != bool(cells["leave_to"]) or (cells["leave_from"] and cells["leave_to"] < cells["leave_from"]):
        return Fault("leave_to", "a leave has a first and a last day", "both, in this order")
    return None


def _profile(cells: dict[str, Any]) -> dict[str, Any]:
    names = ("id_valid_until", "visits_barred", "record_clean", "confidentiality", "device_registered", "left_on", "trained_on")
    out = {name: cells[name] for name in names if cells[name] is not None}
    if cells["trained_until"] and not cells["trained_on"]:
        out["trained_on"] = _months_before(cells["trained_until"], _TRAINING_MONTHS)
    if cells["agency"]:
        out["agency_id"] = cells["agency"]
    return out


def _months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months earlier, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def take_loans(rows: list[Good], told: Told, at: dt.datetime, by: Any) -> None:
    """Take loans in: whose, with contract number, plate and vehicle number; the team that works them."""
    before = set(Loan.objects.filter(pk__in={each.cells["loan_id"] for each in rows}).values_list("pk", flat=True))
    know_loans([(each.cells["loan_id"], each.cells["borrower_id"]) for each in rows], at)
    loans = {each.pk: each for each in Loan.objects.filter(pk__in={each.cells["loan_id"] for each in rows}).select_related("debtor")}
    for each in rows:
        cells, loan = each.cells, loans[each.cells["loan_id"]]
        if loan.debtor.pseudonym != cells["borrower_id"]:
            told.surprises["other_debtor"] += 1
            told.reject(
                "loans", each.file, each.row, Fault("borrower_id", "the loan is known with another debtor", "the debtor it is known with")
            )
            continue
        changed = bool(put_loan(loan, at, by, **{name: cells[name] or "" for name in ("number", "plate", "vin")}))
        if cells["team"] and (loan.team is None or loan.team.name != cells["team"]):
            give_to_team(loan, Team.objects.get_or_create(name=cells["team"])[0], at, by)
            changed = True
        if cells["ended_on"] and cells["ended_on"] != loan.ended_on:
            end_loan(loan, cells["ended_on"], at, by)
            changed = True
        told.count("loans", "new" if loan.pk not in before else "changed" if changed else "same")


def take_addresses(rows: list[Good], told: Told, at: dt.datetime, by: Any) -> None:
    """Take further addresses in."""
    from arrears.desk.people.files.rows import TABLES, checked

    debtors = _debtors(rows)
    wanted = []
    for each in rows:
        cells, debtor = each.cells, debtors.get(each.cells["borrower_id"])
        fault = None if debtor else _UNKNOWN
        if cells["kind"] in {"phone", "email"}:
            twin = checked("borrowers", {"borrower_id": "-", "name": "-x", cells["kind"]: cells["value"]} | {"name": "x"})
            fault = fault or (Fault("value", twin.reason, twin.allowed) if isinstance(twin, Fault) else None)
        if cells["longitude"] is not None and (cells["latitude"] is None or cells["datum"] is None):
            fault = fault or Fault("datum", "a point needs longitude, latitude and datum", ", ".join(TABLES["addresses"]["datum"].among))
        if fault is not None or debtor is None:
            told.reject("addresses", each.file, each.row, fault or _UNKNOWN)
            continue
        made = new_address(debtor, cells["kind"], cells["value"], at, cells["source"] or "file", midnight(cells["confirmed_on"]))
        made.valid = cells["valid"]
        made.channels = cells["channels"] or made.channels
        if cells["longitude"] is not None:
            made.place, made.datum = f"{cells['longitude']:.6f},{cells['latitude']:.6f}", cells["datum"]
        wanted.append(made)
    new, ended, reviewed = write_addresses(wanted, at)
    told.count("addresses", "new", new)
    told.count("addresses", "same", len(wanted) - new)
    told.surprises["ended"] += ended
    told.surprises["shared"] += reviewed


def take_consents(rows: list[Good], told: Told, at: dt.datetime, by: Any) -> None:
    """Take consents in. A consent to messages that was taken back is a refusal of that channel."""
    debtors = _debtors(rows)
    known = {(c.person_id, c.kind, c.channel, c.given_at): c for c in Consent.objects.filter(person__in=list(debtors.values()))}
    fresh: list[Consent] = []
    withdrawn: list[Consent] = []
    for each in rows:
        cells, debtor = each.cells, debtors.get(each.cells["borrower_id"])
        kind, channel = _CONSENTS.get(cells["kind"], (cells["kind"], None))
        fault = _consent_fault(cells, kind, debtor)
        if fault is not None or debtor is None:
            told.reject("consents", each.file, each.row, fault or _UNKNOWN)
            continue
        given, ended = midnight(cells["given_on"]), midnight(cells["withdrawn_on"])
        told.surprises["night"] += kind == "hours" and cells["opens"] is None
        row = Consent(
            person=debtor,
            kind=kind,
            channel=cells["channel"] or channel,
            opens=cells["opens"],
            closes=cells["closes"],
            given_at=given,
            source="file",
        )
        standing = known.setdefault((debtor.pk, row.kind, row.channel, row.given_at), row)
        if standing is row:
            fresh.append(row)
        fresh_end = ended is not None and standing.withdrawn_at is None
        if fresh_end:
            standing.withdrawn_at = ended
            withdrawn.append(standing)
        told.count("consents", "new" if standing is row else "changed" if fresh_end else "same")
    Consent.objects.bulk_create(fresh)
    for each_ in withdrawn:
        each_.save(update_fields=["withdrawn_at"])
        if each_.kind == "message":
            refuse(each_.person, each_.channel, at, by, source="consent withdrawn", said_at=each_.withdrawn_at)


def _consent_fault(cells: dict[str, Any], kind: str, debtor: Person | None) -> Fault | None:
    if debtor is None:
        return _UNKNOWN
    if kind not in CONSENTS:
        return Fault("kind", "no such consent", ", ".join([*CONSENTS, *_CONSENTS]))
    if cells["withdrawn_on"] and cells["withdrawn_on"] < cells["given_on"]:
        return Fault("withdrawn_on", "it lies before the consent", "a day from given_on on")
    if bool(cells["opens"]) != bool(cells["closes"]):
        return Fault("closes", "a window has two ends", "opens and closes, HH:MM")
    return None


def take_refusals(rows: list[Good], told: Told, at: dt.datetime, by: Any) -> None:
    """Take refusals in, those taken back too."""
    debtors = _debtors(rows)
    for each in rows:
        cells, debtor = each.cells, debtors.get(each.cells["borrower_id"])
        if debtor is None or (cells["withdrawn_on"] and cells["withdrawn_on"] < cells["said_on"]):
            told.reject(
                "refusals", each.file, each.row, _UNKNOWN if debtor is None else Fault("withdrawn_on", "it lies before", "a later day")
            )
            continue
        row, made = Refusal.objects.get_or_create(
            person=debtor, channel=cells["channel"], said_at=midnight(cells["said_on"]),
            defaults={"withdrawn_at": midnight(cells["withdrawn_on"]), "source": "file"},
        )  # fmt: skip
        changed = bool(cells["withdrawn_on"]) and row.withdrawn_at is None
        if changed:
            row.withdrawn_at = midnight(cells["withdrawn_on"])
            row.save(update_fields=["withdrawn_at"])
        told.count("refusals", "new" if made else "changed" if changed else "same")
