"""What the gate is told: one immutable model, checked when it is made. `arrears gate schema` prints it as JSON schema.

`None` always means *not known*, and an unknown fact counts against contact; an empty list means *known to be none*. Times
are aware. A fact that cannot be true by itself (a time without an offset, a zone, channel or outcome nobody knows) is
refused when the model is made; facts that contradict each other are found by the gate (`missing.py`).
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from arrears.kernel.days import ZONE

Channel = Literal["call", "robot_call", "video", "sms", "email", "in_app", "messenger", "letter", "visit"]
Purpose = Literal[
    "service_reminder",
    "overdue_notice",
    "collection",
    "promise_reminder",
    "plan_notice",
    "appointment",
    "legal_notice",
    "acceleration_notice",
    "credit_notice",
    "handoff_notice",
    "complaint_reply",
    "dispute_reply",
    "help",
    "answer",
    "locate",
    "payment_link",
    "estate_claim",
]
Act = Literal[
    "contact",
    "assess_visit",
    "request_visit",
    "approve_visit",
    "agree_appointment",
    "start_visit",
    "enter_home",
    "use_location",
    "hand_off",
    "report_negative",
    "accelerate",
    "sue",
    "dispose",
    "take_vehicle",
    "ask_amount",
]
Relation = Literal["debtor", "co_debtor", "guarantor", "spouse", "heir", "representative", "third_party"]
Outcome = Literal[
    "answered",
    "no_answer",
    "busy",
    "off",
    "declined",
    "invalid",
    "wrong_person",
    "sent",
    "delivered",
    "read",
    "bounced",
    "refused",
    "undeliverable",
    "met",
    "not_met",
    "asked_to_leave",
    "pending",
]
HoldKind = Literal[
    "conduct_complaint",
    "dispute",
    "death",
    "insolvency",
    "representative",
    "hardship",
    "illness",
    "bereavement",
    "disaster",
    "distress",
    "vulnerability",
    "safety",
    "legal",
    "plan",
]
VOICE: frozenset[str] = frozenset({"call", "robot_call", "video"})
WRITTEN: frozenset[str] = frozenset({"sms", "email", "in_app", "messenger"})
PURPOSES: tuple[str, ...] = get_args(Purpose)
CHANNELS: tuple[str, ...] = get_args(Channel)
ACTS: tuple[str, ...] = get_args(Act)

# Purposes that press somebody to pay or prepare it: grace, notice, caps and the live figure are asked for these.
COLLECTING: frozenset[str] = frozenset({"collection", "appointment", "estate_claim"})


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"{name!r} is no time zone; allowed: a name of the IANA list such as Asia/Shanghai")
    return name


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone of an IANA name (kept: an answer needs it in microseconds)."""
    return ZoneInfo(name)


def _on_the_laws_clock(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(ZONE)


# One zone for all of them: moments of one zone compare ten times as fast as moments of two.
Moment = Annotated[AwareDatetime, AfterValidator(_on_the_laws_clock)]
Zone = Annotated[str, AfterValidator(_known_zone), Field(description="IANA name, such as Asia/Shanghai")]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM in the local time of the law")]
Fen = Annotated[int, Field(ge=0, lt=2**63, description="minor units of the currency")]


class Model(BaseModel):
    """An immutable piece of the facts; a field nobody knows is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Address(Model):
    """A number, mailbox, account or place of a person."""

    id: str = Field(description="the address itself or a stable name of it; asks and history name it")
    channels: tuple[Channel, ...] = Field(description="what it can be used for")
    owner: str | None = Field(None, description="id of the person it belongs to; null: not known")
    confirmed: bool | None = Field(None, description="confirmed by the person (a home: before anybody goes there)")
    valid: bool | None = Field(None, description="false: proven dead or undeliverable")
    under_review: bool = Field(False, description="somebody else answered there")


class Consent(Model):
    """What a person agreed to, on its own and recorded."""

    id: str = Field(description="name of the record; an act that rests on it names it")
    kind: Literal["hours", "location", "record", "credit", "entry"] = Field(description="hours: to be reached in a window outside the rule")
    given_at: Moment = Field(description="holds from this moment")
    withdrawn_at: Moment | None = Field(None, description="holds until this moment")
    channel: Channel | None = Field(None, description="hours: for this channel; null: for every one")
    opens: Clock | None = Field(None, description="hours: start of the window, included")
    closes: Clock | None = Field(None, description="hours: end of the window, excluded; earlier than opens: past midnight")


class Refusal(Model):
    """A person's own no: to one channel, or to being reached at all."""

    said_at: Moment = Field(description="binds from this moment")
    channel: Channel | None = Field(None, description="null: every channel")
    withdrawn_at: Moment | None = Field(None, description="taken back; a third party's no stays for good")


class Representative(Model):
    """Who speaks for a person: a lawyer, a guardian, somebody named."""

    id: str = Field(description="id of that person")
    kind: Literal["lawyer", "guardian", "agent"] = Field(description="in what capacity")
    since_at: Moment = Field(description="named from this moment")
    until_at: Moment | None = Field(None, description="to this moment; null: still")


class Insolvency(Model):
    """A personal insolvency case that a court has accepted."""

    court: str = Field(description="name of the court")
    accepted_on: dt.date = Field(description="day of its acceptance, included")
    region: str = Field(description="region of the court, such as CN-GD-SZ")
    ended_on: dt.date | None = Field(None, description="last day of the case, included")


class Person(Model):
    """Somebody whom the ask is about."""

    id: str = Field(description="pseudonym; history names it")
    relation: Relation = Field(description="to the debt")
    zones: tuple[Zone, ...] | None = Field(None, description="where the person may be; all must be inside lawful hours")
    region: str | None = Field(None, description="such as CN-GD-SZ")
    addresses: tuple[Address, ...] | None = Field(None, description="every one on record")
    consents: tuple[Consent, ...] | None = Field(None, description="also withdrawn ones")
    refusals: tuple[Refusal, ...] | None = Field(None, description="also those taken back")
    prefers: Channel | None = Field(None, description="channel the person asked for; a wish, told as required")
    representative: Representative | None = Field(None, description="null: none on record")
    capacity: Literal["full", "limited", "none"] | None = Field(None, description="for civil acts")
    died_on: dt.date | None = Field(None, description="null: alive as far as known")
    insolvency: Insolvency | None = Field(None, description="null: none on record")
    vulnerability: tuple[str, ...] | None = Field(None, description="signs seen: illness, pregnancy, age, bereavement, disaster ...")
    vulnerability_cleared_by: str | None = Field(None, description="person of compliance who cleared the signs")
    liable_by: Literal["signed", "ratified", "daily_needs", "joint_use_proved", "guarantee_due", "none"] | None = Field(
        None, description="why a spouse, guarantor or co-debtor owes; none: does not"
    )
    estate_fen: Fen | None = Field(None, description="heir: value received from the estate; guarantor: the most guaranteed")
    renounced: bool | None = Field(None, description="heir: gave the estate up")
    offered_to_pay_at: Moment | None = Field(None, description="third party: recorded offer of their own")
    asked_for_help_at: Moment | None = Field(None, description="told us of trouble; help may be offered from then on")
    declined_visit_at: Moment | None = Field(None, description="said no to a visit")


class Notice(Model):
    """A notice sent about a loan, with its proof."""

    kind: Purpose = Field(description="what it said")
    channel: Channel = Field(description="how it went")
    sent_at: Moment = Field(description="a notice about this delinquency is sent after its due date")
    delivered_at: Moment | None = Field(None, description="null: no proof of delivery")


class Promise(Model):
    """A promise to pay that nobody has judged yet."""

    made_at: Moment = Field(description="when it was made")
    by_on: dt.date = Field(description="the day it names")


class Loan(Model):
    """What is known of one loan of the person."""

    id: str = Field(description="the ask names it")
    overdue_fen: Fen | None = Field(None, description="live: interest and principal past due after every payment known now")
    live_at: Moment | None = Field(None, description="when that figure was read")
    oldest_due_on: dt.date | None = Field(None, description="due date of the oldest unpaid instalment")
    days_past_due: int | None = Field(None, ge=0, description="at the last close")
    close_on: dt.date | None = Field(None, description="business day of the last close")
    notices: tuple[Notice, ...] | None = Field(None, description="sent about it, delivered or not")
    promise: Promise | None = Field(None, description="open promise; null: none")
    limitation_ends_on: dt.date | None = Field(None, description="last day on which the claim can be sued for")
    limitation_waived_on: dt.date | None = Field(None, description="the debtor confirmed the debt after its end")
    acceleration_clause: bool | None = Field(None, description="the contract allows an early recall")
    acceleration_ground: Literal["misuse", "collateral_falls"] | None = Field(None, description="ground of the statute, with proof")
    lien_known: bool | None = Field(None, description="rank, earlier claim and its date are on record")
    registered: bool | None = Field(None, description="our security is registered at the vehicle office")


class Contact(Model):
    """One contact or attempt of the past, by anybody: own staff, an agency, a machine."""

    at: Moment = Field(description="when it began")
    person: str = Field(description="whom it was meant for")
    channel: Channel = Field(description="how")
    direction: Literal["out", "in"] = Field("out", description="in: the person reached us")
    outcome: Outcome = Field(description="pending: permitted or under way; it counts until its result is known")
    purpose: Purpose | None = Field(None, description="null: not recorded; it counts as collection")
    address: str | None = Field(None, description="id of the number or place tried")
    by: Literal["own", "agency", "machine"] = Field("own", description="all of them count")
    staff: str | None = Field(None, description="account of who did it")


class Staff(Model):
    """Somebody who would act. Two accounts of one human have one `person`."""

    id: str = Field(description="the account")
    person: str = Field(description="the human behind it")
    roles: tuple[str, ...] = Field(
        description="collector, team_lead, approver, field_officer, compliance, counsellor, legal, operations ..."
    )
    trained_on: dt.date | None = Field(None, description="last training passed with its test")
    agency: str | None = Field(None, description="id of the agency; null: own staff")
    barred_from: tuple[str, ...] | None = Field(None, description="persons they may not reach any more")
    visits_barred: bool | None = Field(None, description="not to a door until trained again")
    id_valid_until: dt.date | None = Field(None, description="identification to show at a door")
    record_clean: bool | None = Field(None, description="agency: no violent crime, no serious bad credit")
    confidentiality: bool | None = Field(None, description="signed")
    worked_case_on: dt.date | None = Field(None, description="last day on which they worked this case; null: never")
    record_late: bool | None = Field(None, description="owes a visit record past its time")
    device_registered: bool | None = Field(None, description="the telephone or account used is registered with the lender")


class Agency(Model):
    """An outside agency that has the case or shall have it."""

    id: str = Field(description="staff name it")
    name: str = Field(description="full name, as it must be said")
    listed: bool | None = Field(None, description="on the published white list")
    evaluated_on: dt.date | None = Field(None, description="last evaluation")
    contract_until: dt.date | None = Field(None, description="last day of the contract, included")
    data_contract: bool | None = Field(None, description="entrusting contract on personal data in force")
    notice_delivered_at: Moment | None = Field(None, description="the borrower was told of the hand-over")


class Hold(Model):
    """A dated stop. First and last day are included."""

    kind: HoldKind = Field(description="what it is about; each kind has its list of what passes")
    from_on: dt.date = Field(description="first day, included")
    to_on: dt.date | None = Field(None, description="null: open")
    loan: str | None = Field(None, description="null: everything of the person")


class Approval(Model):
    """A visit approval (上门许可): one loan, one reason."""

    loan: str = Field(description="the one loan it is for")
    reason: str = Field(description="the trigger it rests on: T1, T2, T3")
    reason_holds: bool | None = Field(None, description="the reason is still true now")
    requested_by: str = Field(description="person")
    assessed_by: str = Field(description="person")
    approved_by: str = Field(description="person")
    approved_on: dt.date = Field(description="it lives some days from here")
    withdrawn: str | None = Field(None, description="why it was withdrawn; null: it was not")


class Appointment(Model):
    """A day, time and place."""

    opens_at: Moment = Field(description="start of the agreed window")
    closes_at: Moment = Field(description="its end")
    place: str = Field(description="id of an address, or branch, video, elsewhere")
    agreed_at: Moment | None = Field(None, description="the borrower's yes; null: none")
    tries_on: tuple[dt.date, ...] = Field((), description="days on which it was offered without an answer")
    letter_delivered_on: dt.date | None = Field(None, description="announced: the letter arrived")
    lead_agreed: bool | None = Field(None, description="announced: a lead allowed it")


class Wording(Model):
    """What would be said or written, part by part."""

    body: str | None = Field(None, description="the text itself")
    subject: str | None = Field(None, description="subject line: seen by others")
    preview: str | None = Field(None, description="what a locked screen shows")
    envelope: str | None = Field(None, description="what is written outside")
    template: str | None = Field(None, description="id of an approved template")
    fills: dict[str, str] = Field(default_factory=dict, description="what the template's places hold: lender, agency, amount ...")


class Ask(Model):
    """What somebody wants to do, and when."""

    act: Act = Field("contact", description="what would be done")
    at: Moment = Field(description="the moment asked about")
    loan: str = Field(description="the loan it is about")
    channel: Channel | None = Field(None, description="needed for a contact")
    purpose: Purpose | None = Field(None, description="needed for a contact")
    address: str | None = Field(None, description="id of one of the person's addresses")
    minutes: int | None = Field(None, ge=0, le=1440, description="how long it is expected to last; its end must be lawful too")
    team: tuple[str, ...] = Field((), description="accounts of the staff who act; empty: a machine")
    wording: Wording | None = Field(None, description="needed for what is written")
    approval: Approval | None = Field(None, description="a visit's")
    appointment: Appointment | None = Field(None, description="the one agreed, or the one offered now")
    packet_parts: tuple[str, ...] | None = Field(None, description="parts of the visit packet that are ready")
    requested_by: str | None = Field(None, description="person who asks for the visit")
    assessed_by: str | None = Field(None, description="person who assessed")
    decided_by: str | None = Field(None, description="person who would approve or agree")
    refused_on: dt.date | None = Field(None, description="day on which the same facts were refused")
    location_source: str | None = Field(None, description="confirmed_address, phone_track, vehicle_track ...")
    consent_now: str | None = Field(None, description="proof of written consent given at this moment")
    court_act: str | None = Field(None, description="proof of a court's act")
    amount_fen: Fen | None = Field(None, description="asked of the person")


class Facts(Model):
    """Everything one answer rests on."""

    id: str = Field("", description="name of the case; the answer carries it")
    jurisdiction: Literal["cn"] = Field("cn", description="whose law")
    ask: Ask = Field(description="what somebody wants to do")
    person: Person = Field(description="whom the act reaches or is about")
    debtor: Person | None = Field(None, description="the debtor, where the person is somebody else")
    loans: tuple[Loan, ...] | None = Field(None, description="every loan of the debtor")
    history: tuple[Contact, ...] | None = Field(None, description="contacts with the person and the debtor, in any order")
    staff: tuple[Staff, ...] | None = Field(None, description="everybody named in the team")
    agency: Agency | None = Field(None, description="null: no agency acts")
    holds: tuple[Hold, ...] | None = Field(None, description="in force, over and to come")
    compliance_agrees: bool | None = Field(None, description="compliance agreed to go on in spite of an open complaint")
