"""The events of people, and the leaves that prove the ones which must be provable."""

from __future__ import annotations

from arrears.audit import leaves
from arrears.desk.journal import kinds

for _kind, _says in {
    "people_imported": "a people file was taken in; data has its counts",
    "person_made": "a person came on record",
    "person_changed": "something about a person changed; data.fields names what",
    "party_added": "somebody was put on record beside the debtor of a loan",
    "party_ended": "somebody is no party to a loan any more",
    "address_added": "a number, mailbox or place came on record",
    "address_reviewed": "it is not certain whose number or place it is; nobody is contacted there until a person confirms it",
    "address_confirmed": "a person confirmed whose a number or place is",
    "address_ended": "a number or place is not used any more",
    "address_invalid": "a number or place is proven dead or undeliverable",
    "consent_given": "a person gave a consent",
    "consent_withdrawn": "a person took a consent back",
    "channel_refused": "a person refused a channel, or to be reached at all",
    "refusal_withdrawn": "a person took a refusal back",
    "person_died": "a person's death came on record",
    "insolvency_recorded": "a court accepted a person's insolvency",
    "insolvency_ended": "a person's insolvency case ended",
    "representative_named": "somebody speaks for a person from now on",
    "representative_ended": "somebody does not speak for a person any more",
    "sign_seen": "somebody saw a sign of vulnerability",
    "sign_cleared": "compliance cleared a sign of vulnerability",
    "help_asked": "a person told of trouble",
    "visit_declined": "a person said no to a visit",
    "pay_offered": "somebody who owes nothing offered to pay",
    "loan_given": "a loan was given to a team",
    "loan_handed_off": "a loan was handed to an agency",
    "loan_recalled": "a loan was recalled from an agency",
    "loan_ended": "nothing is claimed from a loan any more; retention counts from its day",
    "staff_changed": "training, identification, leave or state of a member of staff changed",
    "bar_opened": "a member of staff may not reach a person any more",
    "agency_changed": "what is known of an agency changed",
    "field_revealed": "somebody looked at a personal value in clear, and said why",
    "document_added": "a document came in",
    "document_opened": "somebody opened a document",
    "document_deleted": "a document past its time was deleted",
    "person_erased": "personal data past its time was deleted",
    "retention_run": "what is past its time was looked for; data has the counts",
    "key_rotated": "personal data was written anew under another key",
}.items():
    kinds.add(_kind, _says)

if "reveal" not in leaves.KINDS:
    leaves.register("reveal", "revealed_at person account field reason", "row note", personal="person account row note")
