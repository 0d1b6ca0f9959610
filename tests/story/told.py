"""What the story expects, in the shape in which a test asks, and a position in the shape of the story."""

from __future__ import annotations

from typing import Any

from arrears.sample.story import story

LOANS = sorted(story()["loans"])
CHECKPOINTS = [(name, point["date"]) for name in LOANS for point in story()["loans"][name]["checkpoints"]]


def loan(name: str) -> dict[str, Any]:
    """One loan as told."""
    found: dict[str, Any] = story()["loans"][name]
    return found


def daily(day: str, row: dict[str, Any]) -> str:
    """A position as a line of the story."""
    facts = as_told(day, row)
    order = (
        "date dpd bucket five_class overdue_interest overdue_principal penalty_accrued penalty_paid no_progress_days triggers "
        "principal_outstanding unapplied_credit"
    )
    return ",".join("+".join(facts[name]) if name == "triggers" else str(facts[name]) for name in order.split())


def as_told(day: str, row: dict[str, Any]) -> dict[str, Any]:
    """A position as a checkpoint of the story."""
    return {
        "date": day,
        "dpd": row["dpd"],
        "dpd_without_plan": row["dpd_without_plan"],
        "bucket": row["bucket"],
        "five_class": row["five_class"],
        "overdue_interest": row["overdue_interest_fen"],
        "overdue_principal": row["overdue_principal_fen"],
        "overdue_amount": row["overdue_interest_fen"] + row["overdue_principal_fen"],
        "principal_outstanding": row["principal_fen"],
        "penalty_accrued": row["penalty_posted_fen"],
        "penalty_paid": row["penalty_paid_fen"],
        "penalty_waived": row["penalty_waived_fen"],
        "penalty_outstanding": row["penalty_posted_fen"] - row["penalty_paid_fen"] - row["penalty_waived_fen"],
        "no_progress_days": row["no_progress_days"],
        "triggers": row["triggers"].split("+") if row["triggers"] else [],
        "unapplied_credit": row["credit_fen"],
    }


def applied(name: str) -> list[tuple[str, str, str, int]]:
    """Where the story's receipts go: (day, obligation, part, fen), in order."""
    told = [entry for entry in loan(name)["applied"] if "applied" in entry]
    return [(entry["date"], *line) for entry in told for line in entry["applied"]]
