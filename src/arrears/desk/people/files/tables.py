"""The fields of people files, one list a kind of table."""

from __future__ import annotations

from dataclasses import dataclass

from arrears.desk.people.models.care import CAPACITIES as REPRESENTS
from arrears.desk.people.models.parties import CHANNELS, LIABLE_BY
from arrears.desk.people.models.parties import ROLES as PARTIES


@dataclass(frozen=True)
class Field:
    """One field.

    Attributes
    ----------
    kind : id, text, name, phone, email, day, bool, choice, clock, number, channels, whole
    needed : a row without it leaves
    among : choice: what is allowed
    limit : text: most characters
    """

    kind: str
    needed: bool = False
    among: tuple[str, ...] = ()
    limit: int = 200


ID, TEXT, DAY, YES = Field("id", needed=True), Field("text"), Field("day"), Field("bool")
NAME, PHONE, EMAIL = Field("name"), Field("phone"), Field("email")

TABLES: dict[str, dict[str, Field]] = {
    "borrowers": {
        "borrower_id": ID, "name": Field("name", needed=True), "gender": Field("choice", among=("female", "male", "other")), "born_on": DAY,
        "id_number": Field("identity"), "phone": PHONE, "second_phone": PHONE, "email": EMAIL, "province": Field("text", limit=20),
        "city": Field("text", limit=40), "address": TEXT, "longitude": Field("number"), "latitude": Field("number"),
        "datum": Field("choice", among=("WGS84", "GCJ02", "BD09", "CGCS2000")), "address_confirmed_on": DAY, "phone_confirmed_on": DAY,
        "employer": TEXT,
        "language": Field("choice", among=("zh", "en")), "prefers": Field("choice", among=CHANNELS),
        "capacity": Field("choice", among=("full", "limited", "none")), "died_on": DAY,
    },
    "loans": {
        "loan_id": ID, "borrower_id": ID, "number": Field("text", limit=60), "plate": Field("text", limit=12),
        "vin": Field("text", limit=20),
        "team": Field("text", limit=80), "ended_on": DAY,
    },
    "relations": {
        "borrower_id": ID, "loan_id": Field("id"), "role": Field("choice", needed=True, among=tuple(PARTIES)),
        "relation": Field("text", limit=24),
        "name": Field("name", needed=True), "id_number": Field("identity"), "phone": PHONE, "email": EMAIL, "may_be_asked": YES,
        "liable_by": Field("choice", among=LIABLE_BY), "estate_fen": Field("whole"), "renounced": YES,
        "represents_as": Field("choice", among=REPRESENTS), "since_on": DAY,
    },
    "addresses": {
        "borrower_id": ID, "kind": Field("choice", needed=True, among=("phone", "email", "postal", "messenger", "app")),
        "value": Field("text", needed=True), "source": Field("choice", among=("contract", "person", "file", "staff", "court", "agency")),
        "channels": Field("channels", among=CHANNELS), "confirmed_on": DAY, "valid": YES, "longitude": Field("number"),
        "latitude": Field("number"),
        "datum": Field("choice", among=("WGS84", "GCJ02", "BD09", "CGCS2000")),
    },
    "consents": {
        "borrower_id": ID, "kind": Field("text", needed=True, limit=24), "channel": Field("choice", among=CHANNELS),
        "opens": Field("clock"),
        "closes": Field("clock"), "given_on": Field("day", needed=True), "withdrawn_on": DAY,
    },
    "refusals": {
        "borrower_id": ID, "channel": Field("choice", among=CHANNELS), "said_on": Field("day", needed=True), "withdrawn_on": DAY,
    },
    "staff": {
        "staff_id": ID, "role": Field("text", needed=True, limit=24), "name": Field("name", needed=True), "team": Field("text", limit=80),
        "agency": Field("id"), "email": EMAIL, "trained_on": DAY, "trained_until": DAY, "id_valid_until": DAY, "visits_barred": YES,
        "record_clean": YES,
        "confidentiality": YES, "device_registered": YES, "leave_from": DAY, "leave_to": DAY, "barred_from": Field("id"), "left_on": DAY,
    },
    "agencies": {
        "agency_id": ID, "name": Field("text", needed=True, limit=120), "listed": YES, "evaluated_on": DAY, "contract_until": DAY,
        "data_contract": YES,
    },
}  # fmt: skip
ORDER = ("agencies", "staff", "borrowers", "loans", "addresses", "relations", "consents", "refusals")
"""In which order tables are taken: who is spoken of comes first."""
