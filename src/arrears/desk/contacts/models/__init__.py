"""Tables of contacts. Which of them only grow, and what else the database itself guards, stands in migrations/0002."""

from arrears.desk.contacts.models.decisions import Answer, Permit
from arrears.desk.contacts.models.outbox import Attempt, Intent, Route
from arrears.desk.contacts.models.said import Inbound, WordingApproval
from arrears.desk.contacts.models.stops import Hold, Standing, Task
from arrears.desk.contacts.models.touched import Contact, Outcome

__all__ = [
    "Answer",
    "Attempt",
    "Contact",
    "Hold",
    "Inbound",
    "Intent",
    "Outcome",
    "Permit",
    "Route",
    "Standing",
    "Task",
    "WordingApproval",
]
