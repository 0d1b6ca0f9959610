"""All writes of people, each with its event in the same transaction. `by` is the account that acts (None: the system), `at` the instant
of the edge.

`accounts`, `persons` (persons, loans, parties), `numbers` (addresses), `wishes`, `care`, `staff`, `reveals`; errors are ValueError with a
sentence where something may not be, ValidationError of accounts, KeyProblem where there is no key.
"""

from arrears.desk.people.services.accounts import make_account
from arrears.desk.people.services.care import (
    ask_for_help,
    clear_sign,
    decline_visit,
    end_insolvency,
    end_representative,
    name_representative,
    offer_to_pay,
    record_death,
    record_insolvency,
    see_sign,
)
from arrears.desk.people.services.numbers import (
    add_address,
    at_number,
    confirm_address,
    end_address,
    mark_invalid,
    put_under_review,
    sharers,
)
from arrears.desk.people.services.persons import (
    add_party,
    change_person,
    end_loan,
    end_party,
    give_to_team,
    know_loans,
    make_person,
    put_loan,
)
from arrears.desk.people.services.reveals import REASONS, TooMany, reveal, revealed_today
from arrears.desk.people.services.staff import bar, hand_off, put_agency, put_staff, recall
from arrears.desk.people.services.wishes import give_consent, prefer, refuse, take_refusal_back, withdraw_consent

__all__ = [
    "REASONS", "TooMany", "add_address", "add_party", "ask_for_help", "at_number", "bar", "change_person", "clear_sign",
    "confirm_address", "decline_visit", "end_address", "end_insolvency", "end_loan", "end_party", "end_representative", "give_consent",
    "give_to_team", "hand_off", "know_loans", "make_account", "make_person", "mark_invalid", "name_representative", "offer_to_pay",
    "prefer",
    "put_agency", "put_loan", "put_staff", "put_under_review", "recall", "record_death", "record_insolvency", "refuse", "reveal",
    "revealed_today",
    "see_sign", "sharers", "take_refusal_back", "withdraw_consent",
]  # fmt: skip
