"""The tables of people. One file a noun; everybody imports them from here.

`accounts` who works here; `parties` persons, loans and who is what to a loan; `addresses` where they are reached; `wishes` consents and
refusals; `care` who speaks for them, insolvency, signs of vulnerability; `staff` training, bars, agencies, hand-overs; `papers`
documents; `traces` keys, reveals.
"""

from arrears.desk.people.models.accounts import Accounts, Team, User, known_roles
from arrears.desk.people.models.addresses import Address
from arrears.desk.people.models.care import Insolvency, Representation, Sign
from arrears.desk.people.models.papers import Document
from arrears.desk.people.models.parties import Loan, Party, Person
from arrears.desk.people.models.staff import Agency, Bar, HandOff, Leave, StaffProfile
from arrears.desk.people.models.traces import KeyMark, Reveal, Rewrite
from arrears.desk.people.models.wishes import Consent, Refusal

__all__ = [
    "Accounts", "Address", "Agency", "Bar", "Consent", "Document", "HandOff", "Insolvency", "KeyMark", "Leave", "Loan", "Party", "Person",
    "Refusal", "Representation", "Reveal", "Rewrite", "Sign", "StaffProfile", "Team", "User", "known_roles",
]  # fmt: skip
