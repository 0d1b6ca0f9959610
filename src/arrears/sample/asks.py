"""Facts of the story for the gate, as the Desk will one day hold them, as they were known at a moment.

The Book says what a loan owes and how late it is: positions and open obligations of the last close, less what came in since
(`Files`). The page `demo-asks.yaml` says what people did (`steps`, `known`). Nothing that lies after the moment is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from arrears.book.door import Door
from arrears.gate.facts import WRITTEN, Facts
from arrears.kernel.days import ZONE
from arrears.sample import known
from arrears.sample.steps import Step, Told, moment, page, steps_of, story_steps
from arrears.sample.story import LENDER

_POSITION = (
    *("loan_id", "dpd", "limitation_end_on", "triggers", "penalty_posted_fen", "penalty_paid_fen", "penalty_waived_fen"),
    *("promise_state", "promise_made_on", "promise_due_on", "promise_fen", "proceeds_fen", "credit_fen"),
)
_RECEIPTS = frozenset({"payment_received", "collateral_proceeds_received"})


class Live(NamedTuple):
    """What is owed at a moment: past due, due date of the oldest unpaid instalment, and penalty as of the last close."""

    overdue_fen: int
    oldest_due_on: dt.date | None
    penalty_fen: int
    daily_rate: str


class Files:
    """What the Desk knows of the story's borrowers.

    Parameters
    ----------
    door : a Book that holds the ten and has their closes
    """

    def __init__(self, door: Door) -> None:
        self.door = door
        self._closed = lru_cache(maxsize=4)(self._read_close)
        self._events = lru_cache(maxsize=None)(lambda loan: door.events(loan).to_pylist())
        self._terms: dict[str, Told] = {row["loan_id"]: row for row in _ours(door.loans()).to_pylist()}

    def facts(self, step: Step) -> Facts:
        """Return the facts of a step: what the gate is told when it is asked."""
        ask = dict(step.ask)
        if ask.get("act") == "start_visit":
            ask |= self._permitted(step.loan, step.at)
        return self.facts_at(step.loan, step.at, ask, step.to, step.id)

    def facts_at(self, loan: str, at: dt.datetime, ask: Mapping[str, Any], to: str = "", case: str = "") -> Facts:
        """Return the facts about one loan as known at a moment.

        Parameters
        ----------
        loan : of the story
        at : after the close of the day before
        ask : fields of the ask beside loan and moment; `address` by its name on the page
        to : whom it reaches: the debtor, or one of the page's others
        case : name of the case
        """
        debtor = known.person(loan, at)
        person = known.person(loan, at, to) if to else debtor
        asked = {"act": "contact", **ask, "at": at, "loan": loan}
        if "address" in ask:
            asked["address"] = f"{person['id']}/{ask['address']}"
        if ask.get("channel") in {*WRITTEN, "letter"} or ask.get("purpose") == "locate":
            asked["wording"] = self._wording(loan, at, asked)
        if "appointment" in asked:
            asked["appointment"] = asked["appointment"] | {"place": f"{debtor['id']}/{asked['appointment']['place']}"}
            if ask["act"] == "agree_appointment":
                asked["appointment"]["agreed_at"] = at
        told = {"id": case, "ask": asked, "person": person, "loans": [self._loan(loan, at)], "history": known.history(loan, at)}
        told |= {"staff": known.staff(loan, at, asked), "holds": known.holds(loan, at)}
        if to:
            told["debtor"] = debtor
        if page()["loans"][loan].get("agency"):
            told["agency"] = page()["agency"] | {"notice_delivered_at": known.agency_told_at(loan, at)}
        return Facts.model_validate(told)

    # -- the Book --------------------------------------------------------------------

    def _close_before(self, at: dt.datetime) -> dt.date:
        return max(day for day in self.door.published() if day < at.date())

    def _read_close(self, day: dt.date) -> tuple[dict[str, Told], list[Told]]:
        positions = _ours(self.door.positions(day, columns=_POSITION)).to_pylist()
        due = [row for row in _ours(self.door.open_due(day)).to_pylist() if row["kind"] != "F" and not row["covered"]]
        return {row["loan_id"]: row for row in positions}, sorted(due, key=lambda row: (row["due_on"], row["obligation"]))

    def _since(self, loan: str, at: dt.datetime) -> list[Told]:
        """Return what the Book takes in tonight and is known already: the page says at what time of its day."""
        clock = page()["loans"][loan].get("clock", {})

        def heard(event: Told) -> dt.datetime:
            recorded = dt.datetime.fromisoformat(event["recorded_at"]).astimezone(ZONE)
            told = clock.get(recorded.date())
            return moment(f"{recorded.date()} {told}") if told else recorded

        return [event for event in self._events(loan) if heard(event).date() == at.date() and heard(event) <= at]

    def live(self, loan: str, at: dt.datetime) -> Live:
        """Return what is owed: the last close, less the receipts known since, oldest first."""
        positions, due = self._closed(self._close_before(at))
        position = positions[loan]
        paid = position["credit_fen"] + sum(event["amount_fen"] for event in self._since(loan, at) if event["kind"] in _RECEIPTS)
        overdue, oldest, rate = 0, None, "0"
        for row in due:
            if row["loan_id"] != loan or row["due_on"] >= at.date():
                continue
            owed = row["interest_fen"] + row["principal_fen"]
            left, paid = max(owed - paid, 0), max(paid - owed, 0)
            if left and oldest is None:
                oldest, rate = row["due_on"], f"{(Decimal(row['rate_num']) * 100 / row['rate_den']).normalize():f}%"
            overdue += left
        penalty = position["penalty_posted_fen"] - position["penalty_paid_fen"] - position["penalty_waived_fen"]
        return Live(overdue, oldest, penalty, rate)

    def _loan(self, loan: str, at: dt.datetime) -> Told:
        closed, terms, live = self._close_before(at), self._terms[loan], self.live(loan, at)
        position, since = self._closed(closed)[0][loan], self._since(loan, at)
        sold = position["proceeds_fen"] > 0 or any(event["kind"] == "collateral_proceeds_received" for event in since)
        return {
            "id": loan,
            "overdue_fen": live.overdue_fen,
            "live_at": at,
            "oldest_due_on": live.oldest_due_on,
            "days_past_due": position["dpd"],
            "close_on": closed,
            "notices": known.notices(loan, at),
            "promise": _promise(position, since),
            "limitation_ends_on": position["limitation_end_on"],
            "acceleration_clause": terms["acceleration_clause"],
            # Sold, the vehicle secures nothing any more: no rank is on record.
            "lien_known": not sold and (not terms["lien_missing"] or known.liens_known(loan, at)),
            "registered": not sold and terms["lien_rank"] is not None,
        }

    def _permitted(self, loan: str, at: dt.datetime) -> Told:
        """Return the approval and the appointment in force, with the approval's reason looked up in the last close."""
        done = [step for step in steps_of(loan) if step.happened and step.at < at]
        found: Told = {}
        for step in done:
            if step.ask.get("act") == "approve_visit":
                triggers = self._closed(self._close_before(at))[0][loan]["triggers"].split("+")
                who = {name: step.ask[name] for name in ("requested_by", "assessed_by")}
                held = {"loan": loan, "reason": step.reason, "reason_holds": step.reason in triggers, "approved_on": step.at.date()}
                found["approval"] = {**held, **who, "approved_by": step.ask["decided_by"]}
            elif step.ask.get("act") == "agree_appointment":
                found["appointment"] = step.ask["appointment"] | {"agreed_at": step.at}
        return found

    # -- wordings --------------------------------------------------------------------

    def _wording(self, loan: str, at: dt.datetime, ask: Told) -> Told:
        """Return an approved wording, filled from the Book as of the last close."""
        channel, collects = ask["channel"], ask["purpose"] == "collection"
        template = channel if collects and channel in ("email", "letter") else ask["purpose"]
        fills = self._fills(loan, at, ask["purpose"]) | {"name": page()["loans"][loan]["name"]}
        body = page()["wordings"][template]
        told: Told = {"template": template, "body": body.format_map(_Unfilled(fills))}
        told["fills"] = {name: value for name, value in fills.items() if f"{{{name}}}" in body}
        if channel == "email":
            told |= {"subject": "您有一条新消息", "preview": "请登录查看"}
        if channel == "letter":
            told["envelope"] = f"{fills['name']} 收"
        return told

    def _fills(self, loan: str, at: dt.datetime, purpose: str) -> dict[str, str]:
        live = self.live(loan, at)
        amount, day = live.overdue_fen + live.penalty_fen, live.oldest_due_on
        if purpose == "service_reminder":
            coming = next(row for row in self.door.schedule(loan).to_pylist() if row["due_on"] >= at.date())
            amount, day = coming["interest_fen"] + coming["principal_fen"], coming["due_on"]
        elif purpose == "promise_reminder":
            position = self._closed(self._close_before(at))[0][loan]
            amount, day = position["promise_fen"], position["promise_due_on"]
        grace = dt.timedelta(days=self.door.law.whole_at("grace.days", day)) if day else None
        fills = {"lender": LENDER, "agency": page()["agency"]["name"], "today": _day(at.date())}
        fills |= {"amount": f"{amount // 100:,}.{amount % 100:02d}", "rate": live.daily_rate}
        return fills | ({"date": _day(day), "grace_end": _day(day + grace)} if day and grace else {})


class _Unfilled(dict[str, str]):
    """What the Book has no figure for (nothing is overdue) stays a place of the template."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _day(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"


def _ours(table: pa.Table) -> pa.Table:
    return table.filter(pc.is_in(table["loan_id"], pa.array(page()["loans"])))


def _promise(position: Told, since: list[Told]) -> Told | None:
    """Return the open promise: that of the last close, or one made since."""
    made = next((event for event in since if event["kind"] == "promise_made"), None)
    if made:
        return {"made_at": _start(made["value_on"]), "by_on": made["until_on"]}
    if position["promise_state"] != "PENDING":
        return None
    return {"made_at": _start(position["promise_made_on"]), "by_on": position["promise_due_on"]}


def _start(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ZONE)


# -- a whole morning --------------------------------------------------------------------

# The mornings that are shown: one of those on which the answers differ most, and the one after the last close.
MORNINGS = (moment("2026-10-15 10:00"), moment("2026-12-30 10:00"))


def morning(files: Files, at: dt.datetime) -> list[Facts]:
    """Return the question of a morning for everybody of the story: may a collector of the lender ring them now?

    A borrower is rung about what is overdue; a third party the page names is asked to pass a message on.
    """
    asked = []
    for loan, row in page()["loans"].items():
        case = f"morning/{at.date()}/"
        asked.append(files.facts_at(loan, at, _ring(row, at, "collection"), case=case + loan))
        for to, other in row.get("others", {}).items():
            if other["relation"] == "third_party":
                asked.append(files.facts_at(loan, at, _ring(other, at, "locate"), to, case + known.person_id(loan, to)))
    return asked


def _ring(told: Told, at: dt.datetime, purpose: str) -> Told:
    numbers = [name for name, each in told["addresses"].items() if "call" in each["channels"] and known.is_known(each, at)]
    return {"channel": "call", "purpose": purpose, "address": numbers[-1], "team": ["K1"]}


def lines(many: Iterable[Facts]) -> str:
    """Return cases as `arrears gate ask` reads them, one a line."""
    return "".join(f"{each.model_dump_json(exclude_unset=True)}\n" for each in many)


def write(files: Files, path: Path) -> None:
    """Write every ask of the story and of its two mornings to a file; one that holds them already is left alone."""
    mornings = [facts for at in MORNINGS for facts in morning(files, at)]
    told = lines([*map(files.facts, story_steps()), *mornings])
    if path.exists() and path.read_text(encoding="utf-8") == told:
        return
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(told, encoding="utf-8")
    fresh.replace(path)
