"""A second opinion on the gate, as naive as it can be: plain loops over the history, one `if` after another.

Written from the rules alone. Of the gate it knows the model of the facts; not one check is shared. The numbers stand here in plain
Python, because a second opinion does not read the packs that it is an opinion on. They are the shipped house over the law of China.

    allowed, codes = second_opinion(facts)     True, False or "person", and the set of refusal codes

Of words only two things are judged: one of `FORBIDDEN`, and one of `OF_A_DEBT` to somebody who does not owe. The generator writes no
other bad texts; what a text must hold is tested where texts are judged.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Literal
from zoneinfo import ZoneInfo

from arrears.gate.facts import Address, Agency, Approval, Contact, Facts, Loan, Staff

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)

GBT, CBA = dt.date(2025, 2, 28), dt.date(2026, 1, 30)  # GB/T 45251-2025 in force; the guideline of the CBA published

OPENS, CLOSES = dt.time(8), dt.time(22)  # cn.contact.hours, cn.visit.hours, contact.hours, visit.hours
EFFECTIVE_A_DAY = 3  # cn.contact.calls.effective, contact.calls.effective_max
UNANSWERED_A_DAY = 6  # cn.contact.calls.attempts, contact.calls.attempts_max
MESSAGES_A_DAY = 3  # contact.messages.day_max
GRACE_DAYS = 3  # grace.days
ANSWER_HOURS = 24  # contact.answer_hours
LIVE_MINUTES = 60  # contact.live_minutes
LOST_FAILURES, LOST_DAYS = 3, 3  # cn.contact.third.lost3, contact.lost.failures, contact.lost.days
THIRD_ASKS, THIRD_TRIES_A_DAY = 1, 1  # contact.third.asks_max, contact.third.tries_day_max
PROMISE_DAYS = 1  # promise.tolerance_days
REMOTE_ATTEMPTS, REMOTE_DAYS, REMOTE_CHANNELS = 3, 3, 2  # remote_first.*
TRAINING_MONTHS = 12  # cn.outsource.staff.training, staff.training_months
EVALUATION_MONTHS = 12  # cn.outsource.eval, agency.evaluation_months
FRESH_DAYS = 1  # book.fresh_days
TEAM = 2  # cn.visit.team, visit.min_team
LEAD_HOURS = 24  # visit.lead_hours
LETTER_DAYS, TRIES, TRY_DAYS = 3, 3, 3  # visit.letter_days, visit.tries, visit.try_days
START_EARLY_MINUTES = 60  # visit.start_early_minutes
APPROVAL_DAYS, REFUSAL_LOCK_DAYS = 14, 7  # approval.valid_days, approval.refusal_lock_days
COLLECTOR_DAYS = 30  # assessment.collector_days
GUARD_DAYS = 30  # complaint.limitation_guard_days
NOTICE_LEAD_DAYS, MIN_DPD = 3, 4  # credit.notice_lead_days, credit.min_dpd
PACKET = ("contract_copy", "repayment_detail", "collection_record", "visitor_ids", "plan_options", "complaint_card")  # packet.parts
FORBIDDEN = (("公安局", None), ("黑名单", CBA))  # cn.prohibit.impersonate; cn.prohibit.mislead since that day
OF_A_DEBT = ("逾期",)  # cn.contact.third.nodisclose

VOICE = ("call", "robot_call", "video")
WRITTEN = ("sms", "email", "in_app", "messenger")
COLLECTING = ("collection", "appointment", "estate_claim")
VISIT_ACTS = ("request_visit", "approve_visit", "agree_appointment", "start_visit", "enter_home")
STEPS = ("hand_off", "accelerate", "sue", "dispose", "report_negative")
NOT_ANSWERED = ("no_answer", "busy", "off", "declined", "invalid", "wrong_person", "pending", "sent")
FAILED = ("no_answer", "busy", "off", "invalid", "wrong_person", "bounced", "undeliverable", "not_met")
REACHED = ("answered", "declined", "read", "refused", "met", "asked_to_leave")
OPT_OUT_PASSES = ("legal_notice", "overdue_notice", "acceleration_notice", "credit_notice", "handoff_notice")  # contact.opt_out.passes
REPLIES = ("answer", "complaint_reply", "dispute_reply", "help")
PROMISE_PASSES = ("promise_reminder", "service_reminder", "overdue_notice", "plan_notice", "legal_notice", "acceleration_notice")
PROMISE_PASSES += (
    "credit_notice",
    "handoff_notice",
    "complaint_reply",
    "dispute_reply",
    "help",
    "answer",
    "payment_link",
)  # promise.passes

_REPLIES = ("complaint_reply", "dispute_reply", "help", "answer")
_NOTICES = ("legal_notice", "credit_notice", *_REPLIES)
_NO_VISITS = (
    "service_reminder",
    "overdue_notice",
    "collection",
    "promise_reminder",
    "plan_notice",
    "acceleration_notice",
    "handoff_notice",
)
_NO_VISITS += ("locate", "payment_link", *_NOTICES)
HOLD_PASSES: dict[str, tuple[str, ...]] = {  # hold.<kind>.passes
    "conduct_complaint": _NOTICES,
    "dispute": ("service_reminder", "plan_notice", "payment_link", *_NOTICES),
    "death": ("estate_claim", *_REPLIES),
    "insolvency": ("legal_notice", *_REPLIES),
    "representative": ("help", "answer"),
    "hardship": _NO_VISITS,
    "illness": ("service_reminder", "plan_notice", "payment_link", *_NOTICES),
    "bereavement": ("payment_link", *_NOTICES),
    "disaster": ("plan_notice", "payment_link", *_NOTICES),
    "distress": ("help",),
    "vulnerability": _NO_VISITS,
    "safety": _NO_VISITS,
    "legal": ("plan_notice", "acceleration_notice", "payment_link", *_NOTICES),
    "plan": ("service_reminder", "promise_reminder", "plan_notice", "overdue_notice", "payment_link", *_NOTICES),
}
STEPS_GO_ON = ("hardship", "illness", "vulnerability", "safety")

Answered = tuple[bool | Literal["person"], frozenset[str]]


def second_opinion(facts: Facts) -> Answered:
    """Answer one ask: allowed (True, False, "person") and every code."""
    judge = Judge(facts)
    judge.everything()
    codes = frozenset(judge.refused | judge.for_a_person)
    if judge.refused:
        return False, codes
    return ("person", codes) if judge.for_a_person else (True, codes)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months on; the last of the month where it has none."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


class Judge:
    """One ask and what speaks against it."""

    def __init__(self, facts: Facts) -> None:
        self.facts, self.ask, self.person = facts, facts.ask, facts.person
        self.when = facts.ask.at
        self.day = self.when.astimezone(SHANGHAI).date()
        self.debtor = facts.person if facts.person.relation == "debtor" else facts.debtor
        self.contact = facts.ask.act == "contact"
        self.channel = facts.ask.channel if self.contact else None
        self.purpose = facts.ask.purpose if self.contact else None
        self.visit = facts.ask.act in VISIT_ACTS or self.channel == "visit"
        self.pressing = self.purpose in COLLECTING or facts.ask.act in (*VISIT_ACTS, "hand_off", "accelerate", "sue", "dispose")
        self.loan: Loan | None = None
        for loan in facts.loans or ():
            if loan.id == facts.ask.loan:
                self.loan = loan
        self.refused: set[str] = set()
        self.for_a_person: set[str] = set()

    def no(self, code: str) -> None:
        self.refused.add(code)

    def missing(self) -> None:
        self.refused.add("DENY_FACTS_MISSING")

    def everything(self) -> None:
        self.contradictions()
        self.whom()
        self.hours()
        self.caps()
        self.grace()
        self.overdue()
        self.channels()
        self.capacity()
        self.holds()
        self.promises()
        self.replies()
        self.agencies()
        self.staff()
        self.eyes()
        self.remote_first()
        self.visits()
        self.location()
        self.credit()
        self.claim()
        self.book()
        self.wording()

    # What is known

    def local_day(self, at: dt.datetime) -> dt.date:
        return at.astimezone(SHANGHAI).date()

    def past(self, person: str | None) -> list[Contact]:
        """Contacts with one person up to now."""
        found = []
        for contact in self.facts.history or ():
            if contact.person == person and contact.at <= self.when:
                found.append(contact)
        return found

    def after_grace(self, day: dt.date) -> bool:
        """The day lies after the grace of the asked loan."""
        if self.loan is None or self.loan.oldest_due_on is None:
            return False
        return day > self.loan.oldest_due_on + GRACE_DAYS * DAY

    def consent(self, kind: str) -> bool:
        for one in self.person.consents or ():
            if one.kind == kind and one.given_at <= self.when and (one.withdrawn_at is None or self.when < one.withdrawn_at):
                return True
        return False

    def contradictions(self) -> None:
        for contact in self.facts.history or ():
            if contact.at > self.when:
                self.missing()
        if self.loan is not None:
            if self.loan.overdue_fen and self.loan.oldest_due_on is not None and self.loan.oldest_due_on >= self.day:
                self.missing()
            for notice in self.loan.notices or ():
                if notice.delivered_at is not None and notice.delivered_at < notice.sent_at:
                    self.missing()
        for person in (self.person, self.debtor):
            if person is not None and person.died_on is not None and person.died_on > self.day:
                self.missing()

    # Whom

    def owes(self) -> bool | None:
        """Whether the person owes; None where that is not known."""
        person = self.person
        if person.relation == "debtor":
            return True
        if person.relation == "heir":
            if person.renounced:
                return False
            if self.debtor is None:
                return None
            dead = self.debtor.died_on is not None and self.debtor.died_on <= self.day
            return dead
        if person.relation == "third_party":
            return False
        if person.liable_by is None:
            return None
        if person.relation == "co_debtor":
            return person.liable_by != "none"
        if person.relation == "guarantor":  # cn.contact.target.debtor
            return person.liable_by == "guarantee_due"
        return person.liable_by in ("signed", "ratified", "daily_needs", "joint_use_proved")  # cn.spouse.debt

    def whom(self) -> None:
        if not self.contact and self.ask.act != "ask_amount":
            return
        person = self.person
        if person.relation == "representative":
            self.representative()
            return
        owes = self.owes()
        before_target = person.relation in ("guarantor", "co_debtor") and self.day < GBT  # cn.contact.target.debtor
        if owes is None and not before_target:
            self.missing()
        if owes is False or (owes is None and person.relation == "heir"):
            self.third_party(before_target)
        if person.relation == "heir" and (person.renounced is None or self.debtor is None):
            self.missing()
        if owes and person.relation in ("heir", "guarantor"):
            self.limited()

    def representative(self) -> None:
        if self.debtor is None:
            self.missing()
            return
        named = self.debtor.representative
        if named is None or named.id != self.person.id or not self.represents(named.since_at, named.until_at):
            self.no("DENY_THIRD_PARTY")

    def represents(self, since: dt.datetime, until: dt.datetime | None) -> bool:
        return since <= self.when and (until is None or self.when < until)

    def limited(self) -> None:
        """Heirs and guarantors owe up to a sum (cn.estate.limit)."""
        person, amount = self.person, self.ask.amount_fen
        if person.relation == "guarantor" and self.day < GBT:  # cn.contact.target.debtor
            return
        if person.relation == "heir" and self.contact:
            if self.purpose not in ("estate_claim", "answer", "help", "legal_notice", "complaint_reply"):
                self.no("DENY_THIRD_PARTY")
        if amount is None:
            if self.ask.act == "ask_amount" or self.purpose == "estate_claim":
                self.missing()
        elif person.estate_fen is None:
            self.missing()
        elif amount > person.estate_fen:
            self.no("DENY_LIMIT")

    def third_party(self, before_target: bool) -> None:
        person = self.person
        if self.contact and self.day >= GBT:  # cn.contact.third.stop: for good
            if person.refusals is None:
                self.missing()
            for refusal in person.refusals or ():
                if refusal.said_at <= self.when:
                    self.no("DENY_SUPPRESSED")
        if "DENY_SUPPRESSED" in self.refused and self.purpose in ("locate", "payment_link"):
            return
        if self.purpose == "locate":
            self.locate()
        elif self.purpose == "payment_link":  # cn.contact.third.related
            if person.offered_to_pay_at is None or person.offered_to_pay_at > self.when:
                self.no("DENY_THIRD_PARTY")
        elif self.purpose != "answer" and self.owes() is False and not before_target:  # cn.contact.third.ban
            self.no("DENY_THIRD_PARTY")

    def locate(self) -> None:
        if self.day >= GBT:  # cn.contact.third.trigger
            if self.debtor is None:
                self.missing()
            elif not self.unreachable():
                self.no("DENY_THIRD_PARTY")
        asked, tries = 0, 0
        for contact in self.past(self.person.id):
            if contact.direction == "out" and contact.purpose in ("locate", None):
                if contact.outcome in ("answered", "met", "read", "pending", "refused", "asked_to_leave"):
                    asked += 1
                if contact.outcome in ("sent", "delivered") and contact.channel not in VOICE:
                    asked += 1
                if self.local_day(contact.at) == self.day:
                    tries += 1
        if asked >= THIRD_ASKS or tries >= THIRD_TRIES_A_DAY:
            self.no("DENY_THIRD_PARTY")

    def unreachable(self) -> bool:
        """The debtor is dead, without full capacity, or lost."""
        debtor = self.debtor
        assert debtor is not None
        if debtor.died_on is not None and debtor.died_on <= self.day:
            return True
        if debtor.capacity in ("limited", "none"):
            return True
        if not self.after_grace(self.day):
            return False
        usable, dead = 0, 0
        for address in debtor.addresses or ():
            if any(channel in VOICE or channel in WRITTEN for channel in address.channels):
                usable += 1
                dead += address.valid is False
        if usable and usable == dead:  # cn.contact.third.lost3.invalid
            return True
        last_reached = None
        for contact in self.past(debtor.id):
            if contact.direction == "in" or contact.outcome in REACHED:
                last_reached = contact.at if last_reached is None else max(last_reached, contact.at)
        failures, days = 0, set()
        for contact in self.past(debtor.id):
            since = last_reached is None or contact.at > last_reached
            if since and contact.outcome in FAILED and self.after_grace(self.local_day(contact.at)):
                failures += 1
                days.add(self.local_day(contact.at))
        return failures >= LOST_FAILURES and len(days) >= LOST_DAYS  # cn.contact.third.lost3

    def still_counts(self, on: dt.date | None, months: int) -> bool:
        return on is not None and on <= self.day <= months_after(on, months)

    # When and how often

    def hours(self) -> None:
        if self.contact:
            if self.channel == "letter" or (self.purpose in ("answer", "help") and self.has_just_reached_us()):
                return
        elif self.ask.act != "start_visit":
            return
        if self.person.zones is None:
            self.missing()
        outside = False
        for zone in ("Asia/Shanghai", *(self.person.zones or ())):
            if not self.inside(ZoneInfo(zone), OPENS, CLOSES):
                outside = True
        if outside and not self.agreed_hours():
            self.no("DENY_HOURS")

    def inside(self, zone: dt.tzinfo, opens: dt.time, closes: dt.time) -> bool:
        start = self.when.astimezone(zone).replace(tzinfo=None)
        if not opens <= start.time() < closes:
            return False
        return start + (self.ask.minutes or 0) * MINUTE <= dt.datetime.combine(start.date(), closes)

    def agreed_hours(self) -> bool:
        """A consent opens the hour, on the clock of the law."""
        channel = self.ask.channel or ("visit" if self.ask.act == "start_visit" else None)
        start = self.when.astimezone(SHANGHAI).replace(tzinfo=None)
        end = start + (self.ask.minutes or 0) * MINUTE
        for consent in self.person.consents or ():
            if consent.kind != "hours" or consent.opens is None or consent.closes is None or consent.channel not in (None, channel):
                continue
            if consent.given_at > self.when or (consent.withdrawn_at is not None and self.when >= consent.withdrawn_at):
                continue
            opens, closes = dt.time.fromisoformat(consent.opens), dt.time.fromisoformat(consent.closes)
            for first in (start.date() - DAY, start.date()):  # a window past midnight began the day before
                from_ = dt.datetime.combine(first, opens)
                until = dt.datetime.combine(first + DAY if closes < opens else first, closes)
                if from_ <= start < until and end <= until:
                    return True
        return False

    def caps(self) -> None:
        if self.purpose not in COLLECTING:
            return
        effective, unanswered, messages = 0, 0, 0
        for contact in self.past(self.person.id):
            if contact.direction != "out" or self.local_day(contact.at) != self.day:
                continue
            if contact.purpose is not None and contact.purpose not in COLLECTING:
                continue
            if contact.channel in VOICE:
                effective += contact.outcome in ("answered", "met", "pending")
                unanswered += contact.address is not None and contact.address == self.ask.address and contact.outcome in NOT_ANSWERED
            if contact.channel in WRITTEN:
                messages += 1
        if self.channel in VOICE:
            if effective >= EFFECTIVE_A_DAY:
                self.no("DENY_CALL_CAP")
            if unanswered >= UNANSWERED_A_DAY:
                self.no("DENY_ATTEMPT_CAP")
        if self.channel in WRITTEN and messages >= MESSAGES_A_DAY:
            self.no("DENY_ATTEMPT_CAP")

    def grace(self) -> None:
        if not self.pressing:
            return
        if self.loan is not None and self.loan.overdue_fen == 0 and self.loan.oldest_due_on is None:
            return  # nothing is overdue, so nothing is the oldest: `overdue` refuses
        if self.loan is None or self.loan.oldest_due_on is None:
            self.missing()
            return
        due = self.loan.oldest_due_on
        if self.day <= due + (GRACE_DAYS + 1) * DAY:  # the close of due + 4 must exist
            self.no("DENY_GRACE")
        for notice in self.loan.notices or ():  # a notice that nobody knows of is not proved
            if notice.kind == "overdue_notice" and notice.delivered_at is not None and notice.delivered_at <= self.when:
                if self.local_day(notice.sent_at) > due:
                    return
        self.no("DENY_NO_NOTICE")

    def overdue(self) -> None:
        if not self.pressing:
            return
        loan = self.loan
        if loan is None or loan.overdue_fen is None or loan.live_at is None:
            self.missing()
        elif loan.live_at > self.when or self.when - loan.live_at > LIVE_MINUTES * MINUTE:
            self.missing()
        if loan is not None and loan.overdue_fen == 0 and loan.live_at is not None:
            self.no("DENY_NOT_OVERDUE")

    # On which channel

    def channels(self) -> None:
        if not self.contact:
            return
        if self.channel is None or self.purpose is None:
            self.missing()
        self.opt_out()
        if self.channel != "in_app" and self.day >= GBT:  # cn.contact.target.debtor
            self.address()
        if self.channel in ("call", "video", "sms", "messenger") and self.day >= CBA:  # cn.contact.device
            for staff in self.team():
                if staff.device_registered is False:
                    self.no("DENY_DEVICE")
                if staff.device_registered is None and staff.agency is not None:
                    self.missing()

    def opt_out(self) -> None:
        if self.person.relation == "third_party" or self.purpose in OPT_OUT_PASSES or self.purpose in REPLIES:
            return
        if self.person.refusals is None:
            self.missing()
        for refusal in self.person.refusals or ():
            ended = refusal.withdrawn_at is not None and self.when >= refusal.withdrawn_at
            if refusal.said_at <= self.when and not ended and refusal.channel in (None, self.channel):
                self.no("DENY_CHANNEL_OPT_OUT")

    def address(self) -> None:
        found = self.known_address(self.ask.address)
        if found is None:
            self.missing()
            return
        if found.owner is None:
            self.missing()
        if self.not_own(found):
            self.no("DENY_THIRD_PARTY")
        if self.channel not in found.channels:
            self.missing()

    def known_address(self, name: str | None) -> Address | None:
        for address in self.person.addresses or ():
            if address.id == name:
                return address
        return None

    def not_own(self, address: Address) -> bool:
        return address.under_review or (address.owner is not None and address.owner != self.person.id)

    def capacity(self) -> None:
        if self.person.relation not in ("debtor", "co_debtor") or not (self.contact or self.visit) or self.day < GBT:
            return
        if self.person.capacity in ("limited", "none"):  # their guardian speaks for them
            self.no("DENY_HOLD_OTHER")
        if self.person.capacity is None and (self.ask.act in VISIT_ACTS or self.purpose in COLLECTING):
            self.missing()

    # Holds and promises

    def running_holds(self) -> list[str]:
        """The kinds of hold in force today, those that follow from the person too."""
        kinds = []
        for hold in self.facts.holds or ():
            in_time = hold.from_on <= self.day and (hold.to_on is None or self.day <= hold.to_on)
            if in_time and (hold.loan is None or hold.loan == self.ask.loan or hold.kind == "conduct_complaint"):
                kinds.append(hold.kind)
        person = self.person
        case = person.insolvency
        if case is not None and case.accepted_on <= self.day and (case.ended_on is None or self.day <= case.ended_on):
            kinds.append("insolvency")  # cn.chg.bankruptcy
        if person.representative is not None and self.represents(person.representative.since_at, person.representative.until_at):
            kinds.append("representative")
        if person.vulnerability and person.vulnerability_cleared_by is None:
            kinds.append("vulnerability")
        return kinds

    def holds(self) -> None:
        if self.pressing and (self.facts.holds is None or self.facts.history is None):
            self.missing()
        if self.ask.act == "report_negative" and self.facts.holds is None:
            self.missing()
        if self.person.died_on is not None and self.person.died_on <= self.day:
            if self.contact or self.visit or self.ask.act in STEPS:  # nothing goes to the dead
                self.no("DENY_HOLD_OTHER")
        for kind in self.running_holds():
            stops = self.visit
            if self.contact and self.purpose not in HOLD_PASSES[kind]:
                stops = True
            if kind == "death" and self.contact and self.person.relation in ("debtor", "co_debtor"):
                stops = True
            if self.ask.act in STEPS and kind not in STEPS_GO_ON:
                stops = True
            if kind == "representative" and self.person.relation == "representative" and self.contact:
                stops = False  # everything goes to them
            if stops:
                self.stopped(kind)

    def stopped(self, kind: str) -> None:
        if kind == "dispute":
            self.no("DENY_HOLD_DISPUTE")
        elif kind != "conduct_complaint":
            self.no("DENY_HOLD_OTHER")
        elif self.ask.act in ("sue", "accelerate") and self.claim_runs_out():
            if self.facts.compliance_agrees is not True:
                self.for_a_person.add("DENY_HOLD_COMPLAINT")
        else:
            self.no("DENY_HOLD_COMPLAINT")

    def claim_runs_out(self) -> bool:
        return (
            self.loan is not None
            and self.loan.limitation_ends_on is not None
            and self.loan.limitation_ends_on < self.day + GUARD_DAYS * DAY
        )

    def promises(self) -> None:
        if not self.contact and not self.pressing:
            return
        if self.facts.loans is None and self.pressing:
            self.missing()
        for loan in self.facts.loans or ():
            if loan.promise is not None and self.day <= loan.promise.by_on + PROMISE_DAYS * DAY:
                if self.visit or self.pressing or self.purpose not in PROMISE_PASSES:
                    self.no("DENY_OPEN_PROMISE")

    def replies(self) -> None:
        """An answer needs a question; help needs one too, or that help was asked for."""
        if self.purpose == "locate" and self.facts.history is None:
            self.missing()
        if self.purpose not in ("answer", "help"):
            return
        help_asked = self.person.asked_for_help_at
        if self.purpose == "help" and help_asked is not None and help_asked <= self.when:
            return
        if not self.has_just_reached_us():
            self.missing()

    def has_just_reached_us(self) -> bool:
        return any(contact.direction == "in" and self.when - contact.at <= ANSWER_HOURS * HOUR for contact in self.past(self.person.id))

    # Who acts

    def team(self) -> list[Staff]:
        found = []
        for name in self.ask.team:
            for staff in self.facts.staff or ():
                if staff.id == name:
                    found.append(staff)
        return found

    def agencies(self) -> None:
        if self.ask.act != "hand_off" and not any(staff.agency is not None for staff in self.team()):
            return
        agency = self.facts.agency
        if agency is None:
            self.missing()
        elif not self.fit(agency):
            self.no("DENY_HANDOFF")

    def fit(self, agency: Agency) -> bool:
        if agency.listed is not True and self.day >= CBA:  # cn.outsource.whitelist
            return False
        if not self.still_counts(agency.evaluated_on, EVALUATION_MONTHS):  # cn.outsource.eval
            return False
        if agency.contract_until is None or agency.contract_until < self.day or agency.data_contract is not True:  # cn.pi.entrust
            return False
        if self.purpose == "handoff_notice":  # it is the notice itself
            return True
        return agency.notice_delivered_at is not None and agency.notice_delivered_at <= self.when  # cn.outsource.notice

    def staff(self) -> None:
        if len(self.team()) < len(self.ask.team):
            self.missing()
        if not self.ask.team and (
            self.channel in ("call", "video", "visit") or self.ask.act in ("start_visit", "enter_home", "assess_visit")
        ):
            self.missing()
        debtor = self.debtor.id if self.debtor is not None else None
        for staff in self.team():
            if not self.still_counts(staff.trained_on, TRAINING_MONTHS):  # cn.outsource.staff.training
                self.no("DENY_STAFF")
            if staff.barred_from is None:
                self.missing()
            elif self.person.id in staff.barred_from or debtor in staff.barred_from:  # cn.prohibit.violence
                self.no("DENY_STAFF_BARRED")
            if staff.agency is not None and (staff.record_clean is not True or staff.confidentiality is not True):  # cn.outsource.staff
                self.no("DENY_STAFF")
            if self.visit:
                self.visitor(staff)

    def visitor(self, staff: Staff) -> None:
        at_the_door = self.ask.act in ("start_visit", "enter_home") or self.channel == "visit"
        if staff.visits_barred is None:
            self.missing()
        elif staff.visits_barred:
            self.no("DENY_STAFF_BARRED")
        if at_the_door and "field_officer" not in staff.roles:
            self.no("DENY_STAFF")
        if at_the_door and (staff.id_valid_until is None or staff.id_valid_until < self.day):  # cn.visit.team.ids_shown
            self.no("DENY_STAFF")
        if self.ask.act in ("request_visit", "start_visit"):  # visit.record_hours
            if staff.record_late is None:
                self.missing()
            elif staff.record_late:
                self.no("DENY_STAFF")

    def eyes(self) -> None:
        ask = self.ask
        if ask.act == "assess_visit":
            for staff in self.team():
                if staff.worked_case_on is not None and self.day - staff.worked_case_on <= COLLECTOR_DAYS * DAY:
                    self.no("DENY_SELF_ASSESS")
        if ask.act == "approve_visit":
            if ask.requested_by is None or ask.assessed_by is None or ask.decided_by is None:
                self.missing()
            if ask.decided_by is not None and ask.decided_by in (ask.requested_by, ask.assessed_by):
                self.no("DENY_FOUR_EYES")
        if ask.act in ("accelerate", "sue"):
            if ask.requested_by is None or ask.decided_by is None:
                self.missing()
            elif ask.decided_by == ask.requested_by:
                self.no("DENY_FOUR_EYES")
        if ask.act == "start_visit" and ask.approval is not None:
            if ask.approval.approved_by in (ask.approval.requested_by, ask.approval.assessed_by):
                self.no("DENY_FOUR_EYES")

    # Visits

    def remote_first(self) -> None:
        if self.ask.act not in ("request_visit", "approve_visit", "start_visit"):
            return
        if self.debtor is None:
            self.missing()
            return
        attempts, days, channels = 0, set(), set()
        for contact in self.past(self.debtor.id):
            if contact.direction == "out" and contact.channel != "visit" and contact.outcome != "pending":
                if self.after_grace(self.local_day(contact.at)):
                    attempts += 1
                    days.add(self.local_day(contact.at))
                    channels.add("voice" if contact.channel in VOICE else contact.channel)
        if attempts < REMOTE_ATTEMPTS or len(days) < REMOTE_DAYS or len(channels) < REMOTE_CHANNELS:
            self.no("DENY_REMOTE_FIRST")

    def visits(self) -> None:
        act = self.ask.act
        if act in ("request_visit", "agree_appointment", "start_visit") or self.channel == "visit":
            declined = self.person.declined_visit_at
            if declined is not None and declined <= self.when:
                self.no("DENY_BORROWER_DECLINED")
        if act == "request_visit" and self.ask.refused_on is not None:
            if self.day <= self.ask.refused_on + REFUSAL_LOCK_DAYS * DAY:
                self.no("DENY_STATE")
        if act == "agree_appointment":
            self.agree()
        if act == "enter_home" and self.ask.consent_now is None:  # cn.visit.entry
            self.no("DENY_ENTRY")
        if act == "start_visit" or self.channel == "visit":
            self.at_the_door()

    def agree(self) -> None:
        appointment = self.ask.appointment
        if appointment is None:
            self.missing()
            return
        if appointment.opens_at - self.when < LEAD_HOURS * HOUR:
            self.no("DENY_WINDOW")
        if self.person.zones is None:
            self.missing()
        for zone in ("Asia/Shanghai", *(self.person.zones or ())):
            opens, closes = appointment.opens_at.astimezone(ZoneInfo(zone)), appointment.closes_at.astimezone(ZoneInfo(zone))
            if opens.date() != closes.date() or opens.time() < OPENS or closes.time() > CLOSES or opens >= closes:
                self.no("DENY_HOURS")

    def at_the_door(self) -> None:
        if len({staff.person for staff in self.team()}) < TEAM:  # cn.visit.team
            self.no("DENY_TEAM_SIZE")
        self.approved(self.ask.approval)
        self.appointed()
        if self.ask.packet_parts is None:
            self.missing()
            return
        for part in PACKET:
            if part not in self.ask.packet_parts:
                self.no("DENY_PACKET")

    def approved(self, approval: Approval | None) -> None:
        if approval is None or approval.loan != self.ask.loan or approval.withdrawn is not None or approval.reason_holds is False:
            self.no("DENY_NO_PERMIT")
        if approval is None:
            return
        if approval.reason_holds is None:
            self.missing()
        if self.day > approval.approved_on + APPROVAL_DAYS * DAY:
            self.no("DENY_PERMIT_EXPIRED")

    def appointed(self) -> None:
        appointment = self.ask.appointment
        if appointment is None:
            self.no("DENY_WINDOW")
            return
        if appointment.agreed_at is None:
            letter = appointment.letter_delivered_on
            tried = len(appointment.tries_on) >= TRIES and len(set(appointment.tries_on)) >= TRY_DAYS
            announced = letter is not None and letter <= self.day - LETTER_DAYS * DAY and appointment.lead_agreed is True
            if not tried or not announced:
                self.no("DENY_WINDOW")
        elif appointment.opens_at - appointment.agreed_at < LEAD_HOURS * HOUR:
            self.no("DENY_WINDOW")
        if self.when < appointment.opens_at - START_EARLY_MINUTES * MINUTE or self.when > appointment.closes_at:
            self.no("DENY_WINDOW")
        if appointment.place in ("branch", "video", "elsewhere") or self.day < GBT:  # cn.contact.target.debtor
            return
        place = self.known_address(appointment.place)
        if place is None or place.confirmed is not True or place.owner is None:
            self.missing()
        if place is not None and self.not_own(place):
            self.no("DENY_THIRD_PARTY")

    def location(self) -> None:
        if self.ask.act != "use_location" or self.ask.location_source == "confirmed_address":  # location.sources
            return
        if self.ask.location_source is None or self.person.consents is None:
            self.missing()
        elif not self.consent("location"):  # cn.pi.sensitive
            self.no("DENY_LOCATION_CONSENT")

    # Credit record, claim, book, words

    def credit(self) -> None:
        if self.ask.act != "report_negative":
            return
        if not self.consent("credit"):  # cn.cr.consent
            self.missing()
        loan = self.loan
        if loan is None:
            self.missing()
            return
        due = loan.oldest_due_on
        if loan.days_past_due is None or (due is None and loan.overdue_fen != 0):
            self.missing()
        if due is not None and self.day <= due + (GRACE_DAYS + 1) * DAY:
            self.no("DENY_GRACE")
        if loan.days_past_due is not None and loan.days_past_due < MIN_DPD:
            self.no("DENY_GRACE")
        for notice in loan.notices or ():
            if notice.kind == "credit_notice" and notice.delivered_at is not None and due is not None:
                if due < self.local_day(notice.delivered_at) <= self.day - NOTICE_LEAD_DAYS * DAY:
                    return
        self.no("DENY_NO_CREDIT_NOTICE")  # cn.cr.notice

    def claim(self) -> None:
        act, loan = self.ask.act, self.loan
        if act == "take_vehicle" and self.ask.court_act is None and self.ask.consent_now is None:  # cn.repo.noforce
            self.no("DENY_NO_FORCE")
        if act in ("accelerate", "sue", "dispose") and loan is None:
            self.missing()
        if loan is None:
            return
        if act == "accelerate":  # cn.civ.accel
            arrived = False
            for notice in loan.notices or ():
                if notice.kind == "acceleration_notice" and notice.delivered_at is not None and notice.delivered_at <= self.when:
                    if (
                        loan.acceleration_ground is not None
                        or loan.oldest_due_on is None
                        or self.local_day(notice.sent_at) > loan.oldest_due_on
                    ):  # about this delay
                        arrived = True
            if not arrived or (loan.acceleration_clause is False and loan.acceleration_ground is None):
                self.no("DENY_ACCELERATION")
            if loan.acceleration_clause is None and loan.acceleration_ground is None:
                self.missing()
        if act == "dispose" and loan.lien_known is not True:
            self.no("DENY_NO_COLLATERAL")
        if act == "sue":
            if loan.limitation_ends_on is None:
                self.missing()
            elif loan.limitation_ends_on < self.day and loan.limitation_waived_on is None:  # cn.lim.effect
                self.for_a_person.add("DENY_STATE")

    def book(self) -> None:
        if self.ask.act not in ("request_visit", "approve_visit", "start_visit", *STEPS):
            return
        if self.loan is None:
            self.missing()
        elif self.loan.close_on is None or self.loan.close_on < self.day - FRESH_DAYS * DAY:
            self.no("DENY_STALE_BOOK")

    def wording(self) -> None:
        if self.channel not in (*WRITTEN, "letter") or (self.purpose is None and self.ask.wording is not None):
            return
        wording = self.ask.wording
        if wording is None:
            self.missing()
            return
        for text in (wording.body, wording.subject, wording.preview, wording.envelope):
            for word, since in FORBIDDEN:
                if text is not None and word in text and (since is None or self.day >= since):
                    self.no("DENY_CONTENT")
            for word in OF_A_DEBT:
                if (
                    text is not None
                    and word in text
                    and self.day >= GBT
                    and self.owes() is not True
                    and self.person.relation != "representative"
                ):
                    self.no("DENY_CONTENT")
