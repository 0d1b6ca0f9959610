"""Every event the Book can take in: one shape, one list of kinds.

An event is a fact about one loan. It has a value date (the day it counts) and a recorded time (when we learned of
it); the two are never mixed. Events are only added. A correction is a further event.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """One fact about one loan.

    Attributes
    ----------
    source, source_ref : who told us and its own reference; the pair is unique for ever (idempotency)
    loan_id : the loan
    kind : a key of `KINDS`
    value_on : the day it counts (起息日), lender's business day
    recorded_at : aware instant at which it was recorded (入账时间)
    amount_fen : minor units of the book's currency; its meaning stands in `KINDS`; negative only where the kind allows it
    interest_fen, principal_fen : how the source says it used a payment; None where it does not say
    subject : what the event speaks of: a fee code, a hold id, an obligation, a ground
    refers_to : `source/source_ref` of another event (the receipt reversed, the evidence excused)
    until_on : end of a range, last day included
    count, step_months, first_due_on, days : terms of an agreement or a move of due dates
    stops : what a hold stops, joined by "+": penalty, clock, contact, plan_break
    progress : does the payment count as substantive progress
    channel, payer, reason, asker, approver : who and how, kept for the record
    """

    source: str
    source_ref: str
    loan_id: str
    kind: str
    value_on: dt.date
    recorded_at: dt.datetime
    amount_fen: int = 0
    interest_fen: int | None = None
    principal_fen: int | None = None
    subject: str = ""
    refers_to: str = ""
    until_on: dt.date | None = None
    count: int = 0
    step_months: int = 1
    first_due_on: dt.date | None = None
    days: int = 0
    stops: str = ""
    progress: bool = True
    channel: str = ""
    payer: str = ""
    reason: str = ""
    asker: str = ""
    approver: str = ""


@dataclass(frozen=True)
class Kind:
    """What an event kind means and which fields it needs.

    Attributes
    ----------
    says : one sentence
    needs : fields that must be given (non-empty, non-zero)
    negative : may `amount_fen` be negative
    standing : read whole by every close (holds and evidence), not only on its own day
    """

    says: str
    needs: tuple[str, ...] = ()
    negative: bool = False
    standing: bool = False


KINDS: dict[str, Kind] = {
    "disbursed": Kind("Further principal was paid out to the borrower (the first pay-out comes with the terms).", ("amount_fen",)),
    "payment_received": Kind(
        "Money for this loan; value date, channel, payer, progress; optionally the source's own split.", ("amount_fen",)
    ),
    "payment_reversed": Kind(
        "A payment bounced: its opposite; names it in refers_to; replays from the payment's own value date.", ("refers_to",)
    ),
    "fee_charged": Kind(
        "A fee on the signed cost sheet; subject = its code; subject 'awarded_cost' = costs a court awarded.", ("amount_fen", "subject")
    ),
    "penalty_waived": Kind("Penalty given up, oldest first; asker and approver.", ("amount_fen", "asker", "reason")),
    "fee_waived": Kind("Fees given up, oldest first; asker and approver.", ("amount_fen", "asker", "reason")),
    "instalments_deferred": Kind("The oldest `count` unpaid contract instalments move behind the last one, a step apart.", ("count",)),
    "term_extended": Kind("Every unpaid contract instalment due on or after the value date moves `count` months later.", ("count",)),
    "due_date_changed": Kind("Every unpaid contract instalment due on or after the value date moves `days` days.", ("days",)),
    "agreement_signed": Kind(
        "subject 'arrears_plan': what fell due before the value date, in `count` parts from first_due_on. "
        "subject 'restructure': unpaid instalments due on or after it become `count` equal instalments from first_due_on.",
        ("subject", "count", "first_due_on"),
    ),
    "agreement_ended": Kind("An arrears plan ends before it is completed; the covered arrears return.", ("reason",)),
    "borrower_contacted": Kind("The borrower reported a change or asked about the plan: the plan does not break for 10 days."),
    "promise_made": Kind("A promise to pay amount_fen by until_on. Not progress.", ("amount_fen", "until_on")),
    "promise_evidence_confirmed": Kind(
        "A person confirmed that the promise judged broken on until_on counts as attitude evidence.",
        ("until_on", "approver"),
        standing=True,
    ),
    "evidence_excused": Kind(
        "Evidence explained and accepted; refers_to names it; its points go.", ("refers_to", "approver"), standing=True
    ),
    "contact_declined": Kind("A confirmed declined call on the day until_on.", ("until_on", "approver"), standing=True),
    "mail_refused": Kind("A confirmed refused letter on the day until_on.", ("until_on", "approver"), standing=True),
    "balance_adjusted": Kind(
        "The principal is corrected by amount_fen (plus = more owed), with the reason.", ("amount_fen", "reason"), negative=True
    ),
    "hold_opened": Kind(
        "A hold starts on value_on (first day included); subject = its id; until_on if its end is known.",
        ("subject", "stops"),
        standing=True,
    ),
    "hold_ended": Kind("The hold named in subject ended; value_on is its last day.", ("subject",), standing=True),
    "accelerated": Kind("Notice of acceleration reached the borrower: all remaining principal falls due that day."),
    "charged_off": Kind("Written off in the accounts (核销); the debt remains. amount_fen 0 = all principal then owed.", negative=True),
    "charge_off_reversed": Kind(
        "Part or all of the loan's charge-off is taken back: it replays from the charge-off's own day, as if so much less had been written off.",
        ("amount_fen",),
    ),
    "recovered": Kind("Money after charge-off; negative when a recovery is taken back.", ("amount_fen",), negative=True),
    "collateral_proceeds_received": Kind(
        "Proceeds of the vehicle for this loan; used by the waterfall like a payment where subject is 'apply'.",
        ("amount_fen",),
        negative=True,
    ),
    "expense_paid": Kind("Cost paid by the lender on this loan; not charged to the borrower.", ("amount_fen",), negative=True),
    "demand_delivered": Kind("A demand reached the borrower, or another ground that restarts limitation (subject)."),
    "credit_refunded": Kind("Unapplied credit paid back to the borrower.", ("amount_fen",)),
    "transferred": Kind("The claim went to another holder; servicing here ends."),
}
