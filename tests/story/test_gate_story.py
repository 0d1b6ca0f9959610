"""Every step of the story that asks the gate gets exactly the answer the story tells, on facts of the Book as known then.

DENY_UNAFFORDABLE (B06, 2026-09-19 10:05) is not among them: a plan is judged where it is signed, in a room to come.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from arrears.cli import app
from arrears.gate.answer import Answer
from arrears.gate.decide import decide
from arrears.sample import asks
from arrears.sample.steps import Step, moment, page, story_steps
from arrears.sample.story import story

STEPS = story_steps()
LATER = {"DENY_UNAFFORDABLE"}
_CALL = {"channel": "call", "purpose": "collection", "address": "phone", "team": ["K1"]}


@pytest.fixture(scope="module")
def files(door: Any) -> asks.Files:
    return asks.Files(door)


@pytest.fixture(scope="module")
def ask(files: asks.Files) -> Any:
    """Ask about a loan of the story at a moment; a collection call by K1 unless told otherwise."""

    def asked(loan: str, at: str, to: str = "", **told: Any) -> Answer:
        return decide(files.facts_at(loan, moment(at), told or _CALL, to), files.door.law)

    return asked


def codes(answer: Answer) -> list[str]:
    return list(dict.fromkeys(each.code for each in answer.findings))


@pytest.mark.parametrize("step", STEPS, ids=[step.id for step in STEPS])
def test_the_gate_answers_a_step_as_the_story_tells(step: Step, files: asks.Files) -> None:
    answer = decide(files.facts(step), files.door.law)
    if step.expect is True:
        assert (answer.allowed, codes(answer)) == (True, []), answer.reason.en
        return
    assert codes(answer) == [step.expect, *step.also], answer.reason.en
    assert (answer.allowed, answer.next_allowed) == (False, step.next_at)


def told_events() -> list[tuple[str, str, str]]:
    """(loan, day, expected code or "allowed") of every event of the story in which the gate is asked."""
    found = []
    for name, loan in story()["loans"].items():
        for event in loan["events"]:
            wanted = [code for code in re.findall(r"DENY_[A-Z_]+", event["expect"]) if code not in LATER]
            wanted += ["allowed"] * event["expect"].startswith("allowed")
            found += [(name, event["at"][:10], code) for code in wanted]
    return found


def test_every_refusal_and_permission_of_the_story_is_asked() -> None:
    held = {(step.loan, step.at.date().isoformat(), "allowed" if step.expect is True else step.expect) for step in STEPS}
    told = told_events()
    assert len(told) == 21
    assert [each for each in told if each not in held] == []


def test_the_holds_of_the_page_are_those_of_the_story() -> None:
    for name, loan in story()["loans"].items():
        told = [(act["from"], act["to"]) for act in loan["acts"].get("holds", ())]
        ours = [hold for hold in page()["loans"][name].get("holds", ()) if hold["kind"] in ("conduct_complaint", "dispute")]
        assert [(hold["from_on"].isoformat(), hold["to_on"].isoformat()) for hold in ours] == told


def moments(told: Any) -> list[dt.datetime]:
    """Every moment in plain data."""
    if isinstance(told, dt.datetime):
        return [told]
    inside = told.values() if isinstance(told, dict) else told if isinstance(told, list | tuple) else ()
    return [found for each in inside for found in moments(each)]


@pytest.mark.parametrize("step", STEPS, ids=[step.id for step in STEPS])
def test_nothing_is_told_that_was_not_known_yet(step: Step, files: asks.Files) -> None:
    told = files.facts(step).model_dump()
    appointment = told["ask"].pop("appointment")
    assert max(moments(told)) <= step.at
    assert appointment is None or appointment["agreed_at"] <= step.at
    assert all(hold["from_on"] <= step.at.date() for hold in told["holds"])
    assert told["loans"][0]["close_on"] == step.at.date() - dt.timedelta(days=1)


# -- what the story proves of the gate ----------------------------------------------------


@pytest.mark.behaviour("S019", part="the reminder is sent by desk.contacts")
def test_a_service_reminder_before_the_due_date_counts_to_no_cap(ask: Any) -> None:
    told = {"channel": "in_app", "purpose": "service_reminder", "address": "phone"}
    assert ask("B01", "2026-09-02 09:00", **told).allowed is True


@pytest.mark.behaviour("S033", part="the wording is filled and sealed in desk.contacts")
def test_a_message_carries_the_figures_of_the_last_close(files: asks.Files) -> None:
    step = next(each for each in STEPS if each.id == "B02/2026-10-15T10:00")
    wording = files.facts(step).ask.wording
    assert wording is not None
    assert wording.fills["amount"] == "3,211.50"  # 3,210.00 and 1.50 penalty as of the close of the 14th
    assert "今日还清需3,211.50元" in (wording.body or "")


@pytest.mark.behaviour("S021")
def test_grace_ends_with_the_close_of_its_next_day(ask: Any) -> None:
    """B02, due on 10 October: grace to the 13th, and the 14th must be closed first."""
    last = ask("B02", "2026-10-14 21:59")
    assert codes(last) == ["DENY_GRACE"]
    assert last.next_allowed == moment("2026-10-15 08:00")
    assert codes(ask("B02", "2026-10-15 00:30")) == ["DENY_HOURS"]
    assert ask("B02", "2026-10-15 08:00").allowed is True


@pytest.mark.behaviour("S043")
def test_a_payment_of_the_day_counts_at_once(ask: Any, files: asks.Files) -> None:
    """B02 pays at noon; the last close still has the loan five days late."""
    assert ask("B02", "2026-10-16 11:59").allowed is True
    assert codes(ask("B02", "2026-10-16 12:05")) == ["DENY_NOT_OVERDUE"]
    loan = files.facts_at("B02", moment("2026-10-16 12:05"), _CALL).loans
    assert loan is not None
    assert (loan[0].days_past_due, loan[0].close_on, loan[0].overdue_fen) == (5, dt.date(2026, 10, 15), 0)


@pytest.mark.behaviour("S046")
def test_an_open_promise_stops_what_presses_on_every_channel(ask: Any) -> None:
    at = "2026-09-22 10:00"
    calls = [{**_CALL, "channel": channel} for channel in ("call", "sms")]
    for told in [*calls, {"channel": "letter", "purpose": "collection", "address": "home"}, {**_CALL, "purpose": "appointment"}]:
        answer = ask("B03", at, **told)
        assert codes(answer) == ["DENY_OPEN_PROMISE"] or told["purpose"] == "appointment"
        assert "DENY_OPEN_PROMISE" in codes(answer)
    permit = ask("B03", at, act="request_visit", team=["TL1"], requested_by="TL1", assessed_by="TL1")
    assert "DENY_OPEN_PROMISE" in codes(permit)
    reminder = {"channel": "sms", "purpose": "promise_reminder", "address": "phone"}
    assert ask("B03", "2026-09-25 09:00", **reminder).allowed is True
    assert codes(ask("B03", "2026-09-26 21:59")) == ["DENY_OPEN_PROMISE"]  # the day after its date still counts
    assert ask("B03", "2026-09-27 08:00").allowed is True


@pytest.mark.behaviour("S071", part="the attempts are journalled by desk.contacts")
def test_a_permit_says_what_is_missing_before_a_visit(ask: Any) -> None:
    answer = ask("B04", "2026-10-26 10:00", act="request_visit", team=["TL1"], requested_by="TL1", assessed_by="TL1")
    short = {each.rule: (each.fields["count"], str(each.fields["least"])) for each in answer.findings}
    assert short == {"remote_first.attempts": (1, "3"), "remote_first.days": (1, "3"), "remote_first.channels": (1, "2")}


@pytest.mark.behaviour("S062", part="the permit is withdrawn by desk.visits")
def test_a_permit_falls_with_its_reason(files: asks.Files) -> None:
    """B04 pays 6,000.00: exactly the limit is left, and the close of that day takes the reason away."""
    step = next(each for each in STEPS if each.id == "B04/2026-10-30T09:00")
    approval = files.facts(step).ask.approval
    assert approval is not None
    assert (approval.reason, approval.reason_holds, approval.approved_on) == ("T2", False, dt.date(2026, 10, 28))


@pytest.mark.behaviour("S066", part="the assessment is filed in desk.visits")
def test_the_collector_of_a_case_does_not_assess_it(ask: Any) -> None:
    """K1 wrote to B05 on 15 September: 30 days later not yet, 31 days later again."""
    told = {"act": "assess_visit", "team": ["K1"], "assessed_by": "K1"}
    assert codes(ask("B05", "2026-10-15 10:00", **told)) == ["DENY_SELF_ASSESS"]
    assert ask("B05", "2026-10-16 10:00", **told).allowed is True


@pytest.mark.behaviour("S136", part="within a minute on every line: desk.contacts")
def test_a_complaint_stops_every_way_of_reaching_her_at_once(ask: Any) -> None:
    at, number = "2026-10-06 09:13", {"purpose": "collection", "address": "phone"}
    for team, channel in (("K2", "call"), ("K1", "call"), ("K1", "sms")):
        assert codes(ask("B07", at, **number, channel=channel, team=[team])) == ["DENY_HOLD_COMPLAINT"]
    reminder = {"channel": "sms", "purpose": "service_reminder", "address": "phone"}
    assert codes(ask("B07", at, **reminder)) == ["DENY_HOLD_COMPLAINT"]
    assert ask("B07", at, channel="in_app", purpose="complaint_reply").allowed is True


@pytest.mark.behaviour("S139", part="the complaint is kept by desk.complaints")
@pytest.mark.parametrize("act", ["request_visit", "accelerate", "sue", "hand_off"])
def test_no_hard_step_starts_while_her_complaint_is_open(act: str, ask: Any) -> None:
    answer = ask("B07", "2026-10-12 10:00", act=act, team=["TL1"], requested_by="TL1", assessed_by="TL1", decided_by="A1")
    assert "DENY_HOLD_COMPLAINT" in codes(answer)


@pytest.mark.behaviour("S091", part="desk.complaints sets the bar")
def test_only_the_collector_who_threatened_stays_away(ask: Any) -> None:
    assert codes(ask("B07", "2026-10-17 10:00", **{**_CALL, "team": ["K2"]})) == ["DENY_STAFF_BARRED"]
    assert ask("B07", "2026-10-17 10:00").allowed is True


@pytest.mark.behaviour("S042", part="the hand-over itself is desk.contacts'")
def test_the_agency_may_act_once_she_was_told(ask: Any) -> None:
    early = ask("B07", "2026-09-30 08:30", act="hand_off", team=["L1"])
    assert codes(early) == ["DENY_HANDOFF"]
    assert ask("B07", "2026-09-30 10:00", act="hand_off", team=["L1"]).allowed is True


@pytest.mark.behaviour("S038", "S039", "S040")
def test_a_friend_is_asked_once_when_he_is_lost_and_left_alone_after_a_no(ask: Any) -> None:
    told = {**_CALL, "purpose": "locate"}
    by_day = {day: ask("B08", f"2026-10-{day} 11:00", "friend", **told) for day in (18, 19, 20, 26)}
    assert codes(by_day[18]) == ["DENY_THIRD_PARTY"]  # two failures on two days
    assert by_day[19].allowed is True
    assert {"no_debt_word", "ask_once"} <= set(by_day[19].required)
    for day in ("2026-10-20 10:03", "2026-10-22 10:00", "2026-10-26 15:00", "2026-12-30 10:00"):
        answer = ask("B08", day, "friend", **told)
        assert codes(answer) == ["DENY_SUPPRESSED"]
        assert answer.next_allowed is None


@pytest.mark.behaviour("S095")
def test_a_wife_who_did_not_sign_is_not_asked(ask: Any) -> None:
    for purpose in ("collection", "legal_notice", "appointment"):
        assert "DENY_THIRD_PARTY" in codes(ask("B09", "2026-09-25 10:00", "spouse", **{**_CALL, "purpose": purpose}))


@pytest.mark.behaviour("S109", part="the request arrives in desk.recovery")
def test_a_spare_key_opens_nothing(ask: Any) -> None:
    answer = ask("B09", "2026-09-20 23:40", act="take_vehicle")
    assert codes(answer) == ["DENY_NO_FORCE"]
    assert "court" in answer.reason.en
    assert ask("B09", "2026-09-20 23:40", act="take_vehicle", consent_now="handover-1").allowed is True


@pytest.mark.behaviour("S117", part="the submission is desk.bureau's")
def test_a_negative_code_waits_for_its_notice(ask: Any) -> None:
    assert codes(ask("B10", "2026-09-19 09:00", act="report_negative")) == ["DENY_NO_CREDIT_NOTICE"]
    young = ask("B10", "2026-09-22 09:00", act="report_negative")
    assert codes(young) == ["DENY_NO_CREDIT_NOTICE"]
    assert young.next_allowed == moment("2026-09-23 00:00")
    assert ask("B10", "2026-10-05 09:00", act="report_negative").allowed is True


@pytest.mark.behaviour("S120", part="the item is marked and answered in desk.bureau")
def test_a_dispute_stops_collection_of_the_loan_until_it_is_answered(ask: Any) -> None:
    assert ask("B10", "2026-10-08 08:59").allowed is True
    assert codes(ask("B10", "2026-10-08 09:00")) == ["DENY_HOLD_DISPUTE"]
    assert codes(ask("B10", "2026-10-15 10:59")) == ["DENY_HOLD_DISPUTE"]
    assert codes(ask("B10", "2026-10-16 10:00")) == ["DENY_NOT_OVERDUE"]


# -- the end of the demo ---------------------------------------------------------------------


def demo(door: Any, locale: str = "en") -> Any:
    return CliRunner().invoke(app, ["demo", "--dir", str(door.book.root), "--loans", "0", "--locale", locale], prog_name="arrears")


def home(door: Any) -> Path:
    return Path(door.book.root).with_name("book-audit")


def held(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_demo_asks_who_may_be_contacted_on_two_mornings(door: Any) -> None:
    done = demo(door)
    assert done.exit_code == 0, done.stderr
    first, second = done.stdout.split("Who may be contacted, ")[1:3]
    answered = [re.match(r"(B\d\d\S*) .*?  (yes|no|a person decides)  ", line) for line in (first + second).splitlines()]
    told = [f"{row[1]} {row[2]}" for row in answered if row]
    assert len(told) == 22
    assert [each for each in told[:11] if each.endswith("yes")] == ["B02 yes", "B05 yes", "B09 yes"]
    assert [each for each in told[11:] if each.endswith("yes")] == ["B09 yes"]
    assert "10-17 08:00" in first
    for rule in ("cn.prohibit.mislead", "hold.conduct_complaint.passes", "grace.days", "cn.contact.third.trigger", "hold.dispute.passes"):
        assert rule in first
    chinese = demo(door, "zh").stdout
    assert "于航的朋友" in chinese
    assert "投诉处理中。" in chinese
    assert "仍在宽限期内。" in chinese


def test_the_demo_writes_its_asks_and_the_gate_answers_them_alike(door: Any) -> None:
    assert demo(door).exit_code == 0
    file = door.book.root / "tape" / "asks.jsonl"
    done = CliRunner().invoke(app, ["gate", "ask", str(file), "--json"], prog_name="arrears")
    assert done.exit_code == 0, done.stderr
    answers = {answer["id"]: answer for answer in map(json.loads, done.stdout.splitlines())}
    assert len(answers) == len(STEPS) + 22
    for step in STEPS:
        assert (answers[step.id]["codes"] or [True]) == [step.expect, *step.also]


def test_the_demo_logs_its_closes_and_answers_and_again_changes_nothing(door: Any) -> None:
    done = demo(door)
    assert "121 closes and 22 answers in 144 leaves" in done.stdout
    before = held(home(door)), held(door.book.root)
    assert demo(door).exit_code == 0
    assert (held(home(door)), held(door.book.root)) == before
    kinds = [json.loads(line)["kind"] for line in (home(door) / "export-144" / "leaves.jsonl").read_bytes().splitlines()]
    assert [kinds.count(kind) for kind in ("log_opened", "close_manifest", "gate_answer")] == [1, 121, 22]


def test_the_key_and_the_people_stay_out_of_the_log_and_the_book(door: Any) -> None:
    assert demo(door).exit_code == 0
    secret = (home(door) / "log.key").read_bytes().strip()
    for folder in (home(door) / "log", home(door) / "export-144", door.book.root):
        assert not any(secret in data or name.endswith(".key") for name, data in held(folder).items())
    leaves = (home(door) / "export-144" / "leaves.jsonl").read_text()
    assert "林" not in leaves
    assert not re.search(r"B\d\d", leaves)


def test_the_demo_says_where_its_log_was_changed(door: Any) -> None:
    assert demo(door).exit_code == 0
    file = home(door) / "export-144" / "leaves.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b'"day":"2026-09-05"', b'"day":"2026-09-06"', 1))
    done = demo(door)
    file.write_bytes(whole)
    assert done.exit_code == 3
    assert "leaf 6" in done.stdout
