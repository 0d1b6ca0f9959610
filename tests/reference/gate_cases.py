"""Random facts for the gate: mostly plausible, many a step away from an edge, some unknown.

    facts = random_facts(seed)        the same seed makes the same facts

A case starts as one that nothing speaks against. How much of it is then odd differs from case to case: a fifth has nothing odd, so
that permissions occur, and the more odd ones reach several refusals at once. The history crowds where the rules turn: midnight, the
hours, the end of grace, counts at a cap. Facts are made by full validation, which is faster here than `model_construct`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from arrears.gate.facts import (
    Address,
    Agency,
    Appointment,
    Approval,
    Ask,
    Consent,
    Contact,
    Facts,
    Hold,
    Insolvency,
    Loan,
    Notice,
    Person,
    Promise,
    Refusal,
    Representative,
    Staff,
    Wording,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY, HOUR, MINUTE, SECOND = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta(seconds=1)
FIRST, DAYS = dt.date(2026, 3, 1), 400
TURNS = (dt.date(2028, 2, 29), dt.date(2026, 1, 30), dt.date(2025, 2, 28))  # a leap day; two days on which law began

ACTS = ("request_visit", "approve_visit", "start_visit", "agree_appointment", "hand_off", "report_negative", "take_vehicle")
RARE_ACTS = ("assess_visit", "enter_home", "use_location", "accelerate", "sue", "dispose", "ask_amount")
NOTICES = ("service_reminder", "overdue_notice", "promise_reminder", "plan_notice", "legal_notice", "acceleration_notice")
OTHERS = ("credit_notice", "handoff_notice", "complaint_reply", "dispute_reply", "help", "answer", "payment_link", "appointment", "locate")
CHANNELS = ("call", "robot_call", "video", "sms", "email", "in_app", "messenger", "letter")
VOICE = ("call", "robot_call", "video")
WRITTEN = ("sms", "email", "in_app", "messenger")
UNANSWERED = ("no_answer", "busy", "off", "declined", "invalid", "wrong_person", "pending", "sent")
FAILED = ("no_answer", "busy", "off", "invalid", "wrong_person", "bounced", "undeliverable", "not_met")
OUTCOMES = (*UNANSWERED, "answered", "delivered", "read", "bounced", "refused", "undeliverable", "met", "not_met", "asked_to_leave")
HOLDS = ("conduct_complaint", "dispute", "death", "insolvency", "representative", "hardship", "illness", "bereavement", "disaster")
HOLDS += ("distress", "vulnerability", "safety", "legal", "plan")
PARTS = ("contract_copy", "repayment_detail", "collection_record", "visitor_ids", "plan_options", "complaint_card")
TIMES = (dt.time(0), dt.time(7, 59, 59), dt.time(8), dt.time(12), dt.time(21, 59, 59), dt.time(22), dt.time(23, 59, 59))
ZONES = (("Asia/Urumqi",), ("Asia/Shanghai", "Asia/Tokyo"), ("Europe/Berlin",), ("America/New_York", "Asia/Shanghai"), ())
FITS = {"letter": "home", "visit": "home", "email": "mail"}


def random_facts(seed: int) -> Facts:
    """One case."""
    return Maker(Random(seed)).facts()


class Maker:
    """Draws one case; `odd` says how likely each fact is to be unusual."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.odd = rng.choice((0.0, 0.01, 0.03, 0.06, 0.15))
        self.day = FIRST + rng.randrange(DAYS) * DAY
        if self.chance(0.1):
            self.day = self.draw(TURNS) + (rng.randrange(3) - 1) * DAY
        self.at = self.moment()
        self.act = self.which_act()
        self.late = 0.4 if self.act in ("sue", "accelerate") else 0.0  # a claim that may run out under a complaint
        self.due = self.day - self.pick(rng.randint(20, 200), 0, 1, 3, 4, 5, 6, 7, -1) * DAY
        self.relation = self.pick("debtor", "co_debtor", "guarantor", "spouse", "heir", "representative", "third_party", more=0.25)
        self.purpose, self.channel = self.what()
        pressing = self.act != "contact" or self.purpose == "collection"
        self.held = self.late + (0.05 if pressing else 0.35)  # what a hold lets pass is asked of every purpose

    # Drawing

    def draw(self, among: Sequence[Any]) -> Any:
        """`Random.choice`, in half the time."""
        return among[int(self.rng.random() * len(among))]

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def pick(self, usual: Any, *unusual: Any, more: float = 0.0) -> Any:
        """The usual value, or one of the unusual ones; what takes long to make is given as what makes it."""
        value = self.draw(unusual) if self.rng.random() < self.odd + more else usual
        return value() if callable(value) else value

    def moment(self) -> dt.datetime:
        time = dt.time(self.rng.randint(8, 21), self.rng.randint(0, 59), self.draw((0, 0, 1, 30, 59)))
        if self.chance(0.15):
            time = self.draw(TIMES)
        elif self.chance(0.08):
            time = dt.time(self.rng.randint(0, 23), self.rng.randint(0, 59))
        at = dt.datetime.combine(self.day, time, SHANGHAI)
        return at.astimezone(dt.UTC) if self.chance(0.2) else at

    def on(self, days_ago: int, time: dt.time | None = None) -> dt.datetime:
        if time is None:
            time = dt.time(self.rng.randint(8, 21), self.rng.randint(0, 59))
        return dt.datetime.combine(self.day - days_ago * DAY, time, SHANGHAI)

    def which_act(self) -> str:
        draw = self.rng.random()
        if draw < 0.6:
            return "contact"
        return self.draw(ACTS if draw < 0.9 else RARE_ACTS)

    def what(self) -> tuple[str | None, str | None]:
        """Purpose and channel of a contact."""
        if self.act != "contact":
            return None, None
        purpose: str | None = "collection"
        if self.relation == "heir":
            purpose = "estate_claim"
        if self.relation == "third_party" or (self.relation in ("spouse", "guarantor") and self.chance(0.3)):
            purpose = self.draw(("locate", "locate", "locate", "payment_link", "answer", "collection"))
        if self.chance(0.35):
            purpose = self.draw((*NOTICES, *OTHERS, "collection", "estate_claim"))
        channel = self.draw(("call", "call", "sms", *CHANNELS)) if self.chance(0.97) else "visit"
        return self.pick(purpose, purpose, purpose, None), self.pick(channel, channel, channel, None)

    # The whole

    def facts(self) -> Facts:
        rng = self.rng
        person = self.person(self.relation, "P1")
        debtor = None if self.relation == "debtor" else self.pick(lambda: self.person("debtor", "D1"), None)
        history = self.history("P1", "P1" if self.relation == "debtor" else "D1")
        asked = self.loan("L1")
        others = [self.loan(f"L{k}") for k in range(2, 2 + self.draw((0, 0, 0, 1, 2)))]
        loans = [asked, *others]
        rng.shuffle(loans)
        team = self.team()
        agency = None
        if self.act == "hand_off" or any(staff.agency for staff in team):
            agency = self.pick(self.agency(), None)
        return Facts(
            id="",
            ask=self.ask(team, person.liable_by),
            person=person,
            debtor=debtor,
            loans=self.pick(tuple(loans), None, tuple(others)),
            history=self.pick(tuple(history), tuple(history), None),
            staff=self.pick(tuple(team), None, tuple(team[:1])),
            agency=agency,
            holds=self.pick((), None, *[self.holds] * 10, more=self.held),
            compliance_agrees=self.pick(None, True, False, more=0.3),
        )

    def ask(self, team: list[Staff], liable_by: str | None) -> Ask:
        fields: dict[str, Any] = {"act": self.act, "at": self.at, "loan": self.pick("L1", "L1", "L2", "L9")}
        fields["team"] = tuple(staff.id for staff in team)
        fields["minutes"] = self.minutes()
        if self.act == "contact":
            fields |= {"channel": self.channel, "purpose": self.purpose, "wording": self.wording(liable_by)}
            fields["address"] = self.pick(FITS.get(self.channel or "", "phone"), "phone2", "home", None, "unknown")
        if self.relation in ("heir", "guarantor"):
            fields["amount_fen"] = self.pick(500_000, None, 1_000_000, 1_000_001, 999_999)
        elif self.act == "ask_amount":
            fields["amount_fen"] = 100_000
        if self.act in ("start_visit", "enter_home", "agree_appointment") or self.channel == "visit":
            fields["appointment"] = self.pick(self.appointment(), None)
        if self.act in ("start_visit", "enter_home") or self.channel == "visit":
            fields["approval"] = self.pick(self.approval(), None)
            fields["packet_parts"] = self.pick(PARTS, None, (*PARTS, "map"), (), *[PARTS[:k] + PARTS[k + 1 :] for k in range(6)], more=0.1)
        if self.act in ("request_visit", "approve_visit", "accelerate", "sue"):
            fields["requested_by"] = self.pick("H1", "H3", None)
            fields["assessed_by"] = self.pick("H2", "H3", None)
            fields["decided_by"] = self.pick("H3", "H1", "H2", None, "H1")
        if self.act == "request_visit":
            fields["refused_on"] = self.pick(None, *(self.day - k * DAY for k in (0, 6, 7, 8, 9)))
        if self.act == "use_location":
            fields["location_source"] = self.draw(("confirmed_address", "phone_track", "vehicle_track", None))
        if self.act in ("take_vehicle", "enter_home"):
            fields["consent_now"] = self.draw((None, "paper-1", "paper-2"))
        if self.act == "take_vehicle":
            fields["court_act"] = self.draw((None, "act-1"))
        return Ask(**fields)

    def minutes(self) -> int | None:
        local = self.at.astimezone(SHANGHAI)
        left = int((dt.datetime.combine(local.date(), dt.time(22), SHANGHAI) - local) / MINUTE)
        return self.pick(None, 0, 5, 30, max(left, 0), max(left + 1, 0), 720, 1440)

    def wording(self, liable_by: str | None) -> Wording | None:
        if self.channel not in (*WRITTEN, "letter"):
            return None
        if self.channel == "email":
            owed = WITH_SUM if self.purpose in SUM_IN_MAIL else WITHOUT_SUM
        else:
            owed = OWED
        right = owed if self.told_of_debt(liable_by) else NEUTRAL
        return self.pick(right, *BAD[right.body], None, owed)

    def told_of_debt(self, liable_by: str | None) -> bool:
        """Somebody who may read of the debt."""
        if self.relation == "spouse":
            return liable_by in ("signed", "ratified", "daily_needs", "joint_use_proved")
        if self.relation == "guarantor":
            return liable_by == "guarantee_due"
        return self.relation not in ("third_party", "co_debtor") or liable_by not in (None, "none")

    # People

    def person(self, relation: str, name: str) -> Person:
        pick = self.pick
        return Person(
            id=name,
            relation=relation,  # type: ignore[arg-type]
            zones=pick(("Asia/Shanghai",), None, *ZONES),
            region=pick("CN-GD-SZ", "CN-SH", None),
            addresses=pick(self.addresses(name), None, ()),
            consents=pick(CREDIT if self.act == "report_negative" else (), None, *[self.consents] * 6, more=0.1),
            refusals=pick((), None, *[self.refusals] * 4, more=0.03),
            representative=pick(None, lambda: self.representative(relation)) if name != "D1" else self.of_debtor(),
            capacity=pick("full", "limited", "none", None, None),
            died_on=self.died(relation, name),
            insolvency=pick(None, None, self.insolvency),
            vulnerability=pick((), None, ("illness",), ("age", "pregnancy")),
            vulnerability_cleared_by=pick(None, "H9"),
            liable_by=self.liable(relation),
            estate_fen=pick(1_000_000, None, 0) if relation in ("heir", "guarantor") else None,
            renounced=pick(False, True, None) if relation == "heir" else None,
            offered_to_pay_at=self.offered(),
            asked_for_help_at=self.pick(None, self.on(3), self.at, self.at + SECOND, more=0.4) if self.purpose == "help" else None,
            declined_visit_at=pick(None, self.at, self.at + SECOND, self.on(30)),
        )

    def addresses(self, name: str) -> tuple[Address, ...]:
        pick = self.pick
        dead = self.chance(0.1)

        def one(id_: str, *channels: str) -> Address:
            return Address(
                id=id_,
                channels=pick(channels, channels[:1], ()),
                owner=pick(name, None, "X9"),
                confirmed=pick(True, None, False),
                valid=pick(not dead, None, True, False),
                under_review=pick(False, True),
            )

        phone = one("phone", "call", "robot_call", "video", "sms", "messenger")
        mail, home = one("mail", "email"), one("home", "letter", "visit")
        return (phone, one("phone2", "call", "sms", "robot_call"), mail, home) if self.chance(0.4) else (phone, mail, home)

    def consents(self) -> tuple[Consent, ...]:
        return tuple(self.one_consent(k) for k in range(self.draw((1, 1, 2))))

    def one_consent(self, number: int) -> Consent:
        rng, pick = self.rng, self.pick
        kind = self.draw(("hours", "hours", "location", "credit", "record"))
        at = self.at.astimezone(SHANGHAI)
        early, late = (at - self.draw((0, 1, 30)) * MINUTE), (at + self.draw((0, 1, 5, 30, 120)) * MINUTE)
        windows = (("22:00", "23:00"), ("22:00", "07:00"), ("00:00", "08:00"), (early.strftime("%H:%M"), late.strftime("%H:%M")))
        opens, closes = self.draw(windows)
        hours = kind == "hours" and opens != closes
        return Consent(
            id=f"C{number}",
            kind=kind,
            given_at=pick(self.on(rng.randint(1, 60)), self.at, self.at + SECOND),
            withdrawn_at=pick(None, self.at, self.at - SECOND, self.at + SECOND),
            channel=self.draw((None, self.channel, "call", "sms", "visit")) if hours else None,
            opens=opens if hours else None,
            closes=closes if hours else None,
        )

    def refusals(self) -> tuple[Refusal, ...]:

        def one() -> Refusal:
            said = self.draw((self.on(20), self.on(3), self.at, self.at + SECOND))
            withdrawn = self.draw((None, None, self.at, self.at + SECOND, self.on(1)))
            return Refusal(said_at=said, channel=self.draw((None, self.channel, self.channel, "call", "sms")), withdrawn_at=withdrawn)

        return tuple(one() for _ in range(self.draw((1, 1, 2))))

    def representative(self, relation: str) -> Representative | None:
        if relation not in ("debtor", "co_debtor"):
            return None
        return Representative(
            id=self.draw(("P1", "R1", "R2")),
            kind=self.draw(("lawyer", "guardian", "agent")),
            since_at=self.pick(self.on(9), self.at, self.at + SECOND, self.on(1)),
            until_at=self.pick(None, self.at, self.at + SECOND, self.on(1)),
        )

    def of_debtor(self) -> Representative | None:
        if self.relation == "representative":
            return self.pick(Representative(id="P1", kind="lawyer", since_at=self.on(9)), None, self.representative("debtor"))
        return self.pick(None, lambda: self.representative("debtor"))

    def died(self, relation: str, name: str) -> dt.date | None:
        if relation == "debtor" and name == "D1" and self.relation == "heir":
            return self.pick(self.day - 40 * DAY, None, self.day, self.day + DAY)
        if relation == "debtor" and name == "D1" and self.purpose == "locate":
            return self.pick(None, self.day, self.day - DAY, self.day + DAY, more=0.1)
        return self.pick(None, None, self.day, self.day - DAY, self.day + DAY) if self.chance(0.5) else None

    def insolvency(self) -> Insolvency:
        return Insolvency(
            court="法院",
            accepted_on=self.day - self.draw((-1, 0, 1, 30)) * DAY,
            region=self.draw(("CN-GD-SZ", "CN-GD-SZ-01", "CN-ZJ")),
            ended_on=self.draw((None, None, self.day - DAY, self.day, self.day + DAY)),
        )

    def liable(self, relation: str) -> str | None:
        if relation == "co_debtor":
            return self.pick("signed", "none", None)
        if relation == "guarantor":
            return self.pick("guarantee_due", "none", None, "signed")
        if relation == "spouse":
            return self.pick(self.draw(("none", "signed", "ratified", "daily_needs", "joint_use_proved")), None, "guarantee_due")
        return None

    def offered(self) -> dt.datetime | None:
        if self.purpose != "payment_link":
            return None
        return self.pick(self.on(1), None, self.at, self.at + SECOND)

    # The debt

    def loan(self, name: str) -> Loan:
        pick = self.pick
        due = self.due if name == "L1" else pick(self.due, self.day - 3 * DAY, None)
        return Loan(
            id=name,
            overdue_fen=pick(120_000, 120_000, 0, None, 1),
            live_at=pick(self.at - 5 * MINUTE, None, self.at, self.at + SECOND, self.at - 60 * MINUTE, self.at - 60 * MINUTE - SECOND),
            oldest_due_on=pick(due, due, None),
            days_past_due=pick(max((self.day - self.due).days - 1, 0), 3, 4, None),
            close_on=pick(self.day - DAY, None, self.day, self.day - 2 * DAY),
            notices=pick(self.notices(), None, ()),
            promise=pick(None, self.promise),
            limitation_ends_on=pick(self.day + 400 * DAY, None, *(self.day + k * DAY for k in (-1, 0, 29, 30, 31)), more=self.late),
            limitation_waived_on=pick(None, self.day - DAY),
            acceleration_clause=pick(True, False, None),
            acceleration_ground=pick(None, "misuse", "collateral_falls"),
            lien_known=pick(True, False, None),
            registered=pick(True, False, None),
        )

    def promise(self) -> Promise:
        return Promise(made_at=self.on(5), by_on=self.day - self.draw((-3, 0, 1, 2)) * DAY)

    def notices(self) -> tuple[Notice, ...]:
        found = []
        for kind in ("overdue_notice", "credit_notice", "acceleration_notice", "handoff_notice"):
            if kind in ("acceleration_notice", "handoff_notice") and not self.chance(0.5):
                continue
            after = self.pick(1, 0, 2, 3)
            sent = dt.datetime.combine(self.due + after * DAY, self.pick(dt.time(9), dt.time(0), dt.time(23, 59, 59)), SHANGHAI)
            sent = min(sent, self.at - MINUTE)
            if self.chance(self.odd) or kind == "acceleration_notice":
                sent = self.on(5)
            reached = self.pick(min(sent + HOUR, self.at), None, self.at, self.at + SECOND, *(self.on(k, dt.time(0)) for k in (2, 3, 4)))
            if reached is not None and reached < sent and self.chance(0.9):
                reached = sent
            found.append(Notice(kind=kind, channel=self.draw(("sms", "letter")), sent_at=sent, delivered_at=reached))
        return tuple(found)

    def holds(self) -> tuple[Hold, ...]:

        def one() -> Hold:
            begin = self.day - self.pick(5, -1, 0, 1, more=0.2) * DAY
            end = self.pick(None, begin, begin + DAY, self.day - DAY, self.day, self.day + 5 * DAY, more=0.4)
            kind = "conduct_complaint" if self.chance(self.late) else self.draw(HOLDS)
            return Hold(kind=kind, from_on=begin, to_on=end, loan=self.pick(None, "L1", "L2", more=0.3))

        return tuple(one() for _ in range(self.draw((1, 1, 1, 2, 3))))

    # Who acts

    def team(self) -> list[Staff]:
        count = 1
        if self.act in ("start_visit", "enter_home") or self.channel == "visit":
            count = self.pick(2, 0, 1, 3)
        elif self.channel in (*WRITTEN, "letter", "robot_call"):
            count = self.draw((0, 0, 1))
        elif self.act != "contact":
            count = self.pick(1, 0, 2)
        else:
            count = self.pick(1, 0)
        outside = self.chance(0.2)
        return [self.one_staff(number, outside) for number in range(count)]

    def one_staff(self, number: int, outside: bool) -> Staff:
        pick, day = self.pick, self.day
        year_ago = day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else dt.date(day.year - 1, 2, 28)
        return Staff(
            id=f"S{number}",
            person=pick(f"H{10 + number}", "H10"),
            roles=pick(("collector", "field_officer"), ("collector",), ()),
            trained_on=pick(day - 90 * DAY, None, year_ago, year_ago - DAY, year_ago + DAY, dt.date(2027, 2, 28)),
            agency="A1" if outside else None,
            barred_from=pick((), None, ("P1",), ("D1",), ("X9",)),
            visits_barred=pick(False, True, None),
            id_valid_until=pick(day + 90 * DAY, None, day, day - DAY),
            record_clean=pick(True, False, None),
            confidentiality=pick(True, False, None),
            worked_case_on=pick(None, *(day - k * DAY for k in (0, 29, 30, 31))),
            record_late=pick(False, True, None),
            device_registered=pick(True, False, None),
        )

    def agency(self) -> Agency:
        pick, day = self.pick, self.day
        year_ago = day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else dt.date(day.year - 1, 2, 28)
        return Agency(
            id="A1",
            name="某服务公司",
            listed=pick(True, False, None),
            evaluated_on=pick(day - 100 * DAY, None, year_ago, year_ago - DAY),
            contract_until=pick(day + 100 * DAY, None, day, day - DAY),
            data_contract=pick(True, False, None),
            notice_delivered_at=pick(self.on(4), None, self.at, self.at + SECOND),
        )

    # A visit

    def approval(self) -> Approval:
        pick = self.pick
        return Approval(
            loan=pick("L1", "L2"),
            reason=self.draw(("T1", "T2", "T3")),
            reason_holds=pick(True, False, None),
            requested_by="H1",
            assessed_by="H2",
            approved_by=pick("H3", "H1", "H2"),
            approved_on=self.day - pick(3, 0, 13, 14, 15) * DAY,
            withdrawn=pick(None, "paid"),
        )

    def appointment(self) -> Appointment:
        pick, rng = self.pick, self.rng
        if self.act == "agree_appointment":
            usual = self.on(-rng.randint(2, 5), dt.time(rng.randint(8, 20)))
            opens = pick(
                usual, self.at + 24 * HOUR, self.at + 24 * HOUR - SECOND, self.on(-3, dt.time(7, 59)), self.on(-3, dt.time(21, 30))
            )
            closes = opens + pick(1, 2, 24) * HOUR
            closes = pick(closes, self.on(-3, dt.time(22)), self.on(-3, dt.time(22, 0, 1)))
        else:
            edges = (30 * MINUTE, 60 * MINUTE, 60 * MINUTE + SECOND, -2 * HOUR, 40 * HOUR)
            opens = pick(self.at - 10 * MINUTE, *(self.at + k for k in edges), more=0.1)
            closes = pick(opens + 2 * HOUR, self.at, self.at - SECOND)
        agreed = pick(opens - 50 * HOUR, None, None, None, opens - 24 * HOUR, opens - 24 * HOUR + SECOND, more=0.3)
        tries = tuple(self.day - k * DAY for k in pick((9, 8, 7), (9, 8), (9, 8, 8), (9, 9, 8, 7), (), more=0.15))
        return Appointment(
            opens_at=opens,
            closes_at=max(closes, opens),
            place=pick("home", "branch", "video", "elsewhere", "unknown"),
            agreed_at=agreed,
            tries_on=tries,
            letter_delivered_on=pick(self.day - 4 * DAY, None, self.day - 3 * DAY, self.day - 2 * DAY, more=0.2),
            lead_agreed=pick(True, False, None),
        )

    # The past

    def history(self, person: str, debtor: str) -> list[Contact]:
        """Up to 40 contacts in no order: some that the act needs, a crowd at an edge, and others."""
        rng = self.rng
        found: list[Contact] = []
        if self.act in ("request_visit", "approve_visit", "start_visit"):
            found += self.remote_tries(debtor)
        if self.purpose == "locate" and self.chance(0.8):
            found += self.failures(debtor)
        if self.purpose == "locate" and self.chance(0.3):
            found += self.locates(person)
        if self.purpose in ("answer", "help") and self.chance(0.8):
            found += self.asked(person)
        crowds: tuple[Callable[[str], list[Contact]], ...] = (
            self.calls,
            self.tries,
            self.messages,
            self.locates,
            self.asked,
            self.failures,
        )
        if self.chance(0.3):
            found += self.draw(crowds)(person)
        for _ in range(self.draw((0, 0, 1, 2, 3, 6, 12, 40))):
            found.append(self.anything(self.draw((person, person, debtor, "X9"))))
        if self.chance(self.odd / 2):
            found.append(self.contact(person, self.at + self.draw((SECOND, HOUR, DAY)), "call", "answered", "collection", "phone"))
        rng.shuffle(found)
        return found[:40]

    def contact(self, person: str, at: dt.datetime, channel: str, outcome: str, purpose: str | None, address: str | None) -> Contact:
        by = self.draw(("own", "own", "agency", "machine"))
        out = "out" if outcome != "in" else "in"
        result = outcome if outcome != "in" else "answered"
        return Contact(at=at, person=person, channel=channel, direction=out, outcome=result, purpose=purpose, address=address, by=by)  # type: ignore[arg-type]

    def today(self) -> dt.datetime:
        """A moment of today up to now, or one at its edge."""
        start = dt.datetime.combine(self.day, dt.time(0), SHANGHAI)
        if self.chance(0.25):
            return self.draw((start, start - SECOND, self.at, self.at - SECOND))
        return start + self.rng.random() * (self.at - start)

    def before(self) -> dt.datetime:
        """A moment of the past: often at the end of grace, at midnight, a day or a week ago."""
        rng = self.rng
        if self.chance(0.2):
            end = dt.datetime.combine(self.due + 4 * DAY, dt.time(0), SHANGHAI)
            return min(self.draw((end, end - SECOND, end + DAY, end + DAY - SECOND)), self.at)
        if self.chance(0.2):
            return self.at - self.draw((24 * HOUR, 24 * HOUR + SECOND, 7 * DAY, 7 * DAY - SECOND))
        return min(self.on(rng.randint(0, 12), self.draw((None, None, *TIMES))), self.at)

    def anything(self, person: str) -> Contact:
        at = self.today() if self.chance(0.4) else self.before()
        outcome = "in" if self.chance(0.05) else self.draw(OUTCOMES)
        purpose = self.draw(("collection", "collection", "collection", None, "appointment", *NOTICES, *OTHERS))
        return self.contact(person, at, self.draw((*CHANNELS, "visit")), outcome, purpose, self.draw(("phone", "phone2", "mail", None)))

    def calls(self, person: str) -> list[Contact]:
        count = self.draw((1, 2, 2, 3, 3, 4))
        purposes = ("collection", "collection", "collection", "appointment", None, "help")
        draw = self.draw
        return [
            self.contact(person, self.today(), draw(VOICE), draw(("answered", "answered", "met")), draw(purposes), "phone")
            for _ in range(count)
        ]

    def tries(self, person: str) -> list[Contact]:
        draw = self.draw
        count = draw((4, 5, 6, 6, 7))
        numbers = ("phone",) * 20 + ("phone2",)
        purposes = ("collection",) * 10 + (None, "service_reminder")
        outcomes = ("no_answer",) * 8 + UNANSWERED
        return [self.contact(person, self.today(), draw(VOICE), draw(outcomes), draw(purposes), draw(numbers)) for _ in range(count)]

    def messages(self, person: str) -> list[Contact]:
        draw = self.draw
        count = draw((1, 2, 2, 3, 3, 4))
        purposes = ("collection",) * 8 + (None, "plan_notice")
        return [
            self.contact(person, self.today(), draw(WRITTEN), draw(("sent", "read", "bounced")), draw(purposes), None) for _ in range(count)
        ]

    def locates(self, person: str) -> list[Contact]:
        draw = self.draw
        count = draw((1, 1, 2))
        return [
            self.contact(person, draw((self.today, self.before))(), draw(CHANNELS), draw(OUTCOMES), "locate", "phone") for _ in range(count)
        ]

    def asked(self, person: str) -> list[Contact]:
        at = self.at - self.pick(self.rng.random() * 23 * HOUR, 24 * HOUR, 24 * HOUR + SECOND, 0 * HOUR, 48 * HOUR, more=0.3)
        return [self.contact(person, at, self.draw(CHANNELS), "in", None, None)]

    def failures(self, debtor: str) -> list[Contact]:
        """Failures on some days, now and then broken by something that reached the debtor."""
        draw = self.draw
        found = [
            self.contact(
                debtor,
                min(self.on(days, draw((None, dt.time(0), dt.time(23, 59, 59)))), self.at),
                "call",
                draw(FAILED),
                "collection",
                "phone",
            )
            for days in draw(((1, 2, 3), (1, 2, 3), (0, 1, 2, 3), (1, 2), (1, 1, 2), (1, 2, 2), (2, 9, 17)))
        ]
        if self.chance(0.4):
            at = draw((self.before, self.today))()
            found.append(self.contact(debtor, at, draw(CHANNELS), draw((*OUTCOMES, "in")), draw(("collection", "help")), "phone"))
        return found

    def remote_tries(self, debtor: str) -> list[Contact]:
        """Remote tries after grace: three on three days over two channels, or one short of something."""
        draw = self.draw
        after = max(min((self.day - self.due).days - 4, 12), 0)
        days = self.pick((1, 2, 3), (1, 2), (1, 1, 2), (0, 1, 2), (after, 1, 2), (after + 1, 1, 2))
        channels = self.pick(("call", "sms", "letter"), ("call", "video", "robot_call"), ("sms", "sms", "email"), ("visit", "call", "sms"))
        outcomes = self.pick(("no_answer", "sent", "answered"), ("pending", "sent", "answered"), ("off", "read", "refused"))
        return [
            self.contact(debtor, min(self.on(ago), self.at), channel, outcome, draw(("collection", "appointment")), "phone")
            for ago, channel, outcome in zip(days, channels, outcomes, strict=False)
        ]


CREDIT = (Consent(id="C9", kind="credit", given_at=dt.datetime(2025, 1, 1, tzinfo=SHANGHAI)),)
_FILLS = {"lender": "兰汀消费金融有限公司", "agency": "某服务公司"}
_REST = "罚息利率每日0.05%。全部剩余本金将提前到期。逾期信息将报送征信系统。案件将委托某服务公司。还款方式：官方应用内还款。"
_REST += "如有困难可致电客服申请协商。投诉或异议请拨打客服电话。回复T退订。工号1001。"
_HEAD = "兰汀消费金融有限公司（受托机构某服务公司）2026年9月1日通知："
OWED = Wording(body=f"{_HEAD}应还金额1,200.00元。{_REST}", subject="兰汀消费金融有限公司通知", preview="请登录查看", fills=_FILLS)
WITHOUT_SUM = OWED.model_copy(update={"body": f"{_HEAD}详情请登录官方应用查看。{_REST}"})
WITH_SUM = OWED.model_copy(update={"body": f"{_HEAD}金额1,200.00元，详情请登录官方应用查看。{_REST}"})
SUM_IN_MAIL = ("plan_notice", "credit_notice", "acceleration_notice", "legal_notice", "overdue_notice", "estate_claim")
NEUTRAL = Wording(
    body="您好，我是工号1001，受兰汀消费金融有限公司委托，受托机构某服务公司。请转告张先生回电客服。支付方式：官方应用。"
    "投诉请拨打客服电话。如不愿再接到联系请告知，我们将不再联系您。",
    fills=_FILLS,
)
PHRASES = ("我们是公安局。", "您已被列入黑名单。")


def with_phrases(wording: Wording) -> tuple[Wording, ...]:
    """The same text with one thing in it that may not be said."""
    return tuple(wording.model_copy(update={"body": f"{wording.body}{phrase}"}) for phrase in PHRASES)


BAD = {wording.body: with_phrases(wording) for wording in (OWED, WITHOUT_SUM, WITH_SUM, NEUTRAL)}
