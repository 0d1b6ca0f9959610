"""The events of contacts, and the leaves that prove what must be provable."""

from __future__ import annotations

from arrears.audit import leaves
from arrears.desk.journal import kinds

for _kind, _says in {
    "hold_opened": "a hold was opened: from this moment nothing passes that it stops; data.kind says which",
    "hold_ended": "a hold was ended; contact is possible again from the next day",
    "permit_used": "a person used a permit: the contact is under way",
    "message_left": "a provider took a message; data.client_id is its id there and here",
    "message_failed": "a message surely did not leave; data.why says why",
    "message_uncertain": "nobody knows whether a message left; it is asked about and not sent again",
    "outcome_recorded": "what became of a contact came on record; data.outcome",
    "reply_received": "somebody wrote or called back; data.found names what was seen in it",
    "task_opened": "something waits for a person; data.kind",
    "task_done": "a person looked at what waited",
    "intent_queued": "something is due to be said; no permit yet",
    "intent_ended": "what was due is not said: refused, over, or its sending failed for good; data.state and data.why",
    "wording_asked": "somebody asked for a wording to be approved",
    "wording_decided": "a second person approved or refused a wording; data.state",
}.items():
    kinds.add(_kind, _says)

if "hold" not in leaves.KINDS:
    leaves.register("hold", "at person hold state", "by loan subject", personal="person by loan")
if "wording" not in leaves.KINDS:
    leaves.register("wording", "at name digest state", "asked_by decided_by", personal="asked_by decided_by", digests="digest")
