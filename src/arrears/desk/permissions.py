"""Who may open what: one table, a row a URL name. What has no row is refused.

A row names who may *read* (GET, HEAD) and who may *write* (anything else; the readers, unless said otherwise), and how far a reader sees:
`all` everything, `team` what belongs to the own team (agency: the own agency), `own` what belongs to the account, `-` nothing of anybody.
The doorman holds the first two before a view runs; the views hold the third, and a test asks for another team's data at each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reach = Literal["all", "team", "own", "-"]

COLLECTOR = "collector"
TEAM_LEAD = "team_lead"
APPROVER = "approver"
FIELD_OFFICER = "field_officer"
COMPLIANCE = "compliance"
COUNSELLOR = "counsellor"
LEGAL = "legal"
OPERATIONS = "operations"
ANALYST = "analyst"
ADMINISTRATOR = "administrator"
AUDITOR = "auditor"
AGENCY = "agency"
BORROWER = "borrower"

ROLES: dict[str, tuple[str, str]] = {
    COLLECTOR: ("Collector", "催收员"),
    TEAM_LEAD: ("Team lead", "组长"),
    APPROVER: ("Approver", "审批人"),
    FIELD_OFFICER: ("Field officer", "外访员"),
    COMPLIANCE: ("Compliance and complaints", "合规与投诉"),
    COUNSELLOR: ("Hardship counsellor", "困难协商专员"),
    LEGAL: ("Legal", "法务"),
    OPERATIONS: ("Operations", "运营"),
    ANALYST: ("Analyst", "分析师"),
    ADMINISTRATOR: ("Administrator", "系统管理员"),
    AUDITOR: ("Auditor", "审计"),
    AGENCY: ("Agency user", "委外机构人员"),
    BORROWER: ("Borrower", "借款人"),
}
"""Code of a role -> its name in English and Chinese."""

EVERYBODY = frozenset({"everybody"})  # also who is not signed in
SIGNED_IN = frozenset(ROLES)
STAFF = SIGNED_IN - {BORROWER, AGENCY}
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    says : what one does there, for the page that prints the table
    read : roles that may look
    write : roles that may change something
    reach : how much of other people's data a reader sees
    guard : what stands instead of signing in, such as a signature of the caller; empty where nothing does
    """

    says: str
    read: frozenset[str]
    write: frozenset[str]
    reach: Reach = "-"
    guard: str = ""


def row(says: str, read: frozenset[str], write: frozenset[str] | None = None, reach: Reach = "-", guard: str = "") -> Row:
    """A row; who may read may write, unless `write` says otherwise."""
    return Row(says, read, read if write is None else write, reach, guard)


def roles(*names: str) -> frozenset[str]:
    """Some roles; ValueError for a name that is none."""
    unknown = set(names) - ROLES.keys()
    if unknown:
        raise ValueError(f"no role: {', '.join(sorted(unknown))}; known are {', '.join(ROLES)}")
    return frozenset(names)


WITH_PEOPLE = SIGNED_IN - {BORROWER, ANALYST, ADMINISTRATOR}
"""Roles that have to do with the people behind the loans."""

_UNUSED = "the library's page that this house does not use"

TABLE: dict[str, Row] = {
    # the ground
    "today": row("see what was proposed, decided and sent today", STAFF, NOBODY, reach="team"),
    "healthz": row("say that it lives", EVERYBODY, NOBODY),
    "set_language": row("choose Chinese or English", EVERYBODY),
    "set_theme": row("choose light or dark", EVERYBODY),
    # people
    "people:list": row("find a person", WITH_PEOPLE, NOBODY, reach="team"),
    "people:show": row("see a person, masked", WITH_PEOPLE, NOBODY, reach="team"),
    "people:reveal": row("see one personal value in clear, for a reason", WITH_PEOPLE, reach="team"),
    "people:confirm_address": row("confirm whose a number is", NOBODY, roles(COLLECTOR, TEAM_LEAD, COMPLIANCE, OPERATIONS), reach="team"),
    "people:add_document": row(
        "add a document", NOBODY, roles(COLLECTOR, TEAM_LEAD, COMPLIANCE, COUNSELLOR, LEGAL, OPERATIONS), reach="team"
    ),
    "people:document": row("open a document", WITH_PEOPLE - {AGENCY}, NOBODY, reach="team"),
    # signing in
    "account_login": row("sign in", EVERYBODY),
    "account_logout": row("sign out", EVERYBODY),
    "account_inactive": row("read that the account is closed", EVERYBODY, NOBODY),
    "account_reauthenticate": row("give the password again", SIGNED_IN, reach="own"),
    "account_change_password": row("change the own password", SIGNED_IN, reach="own"),
    "mfa_authenticate": row("give the second factor", EVERYBODY),
    "mfa_reauthenticate": row("give the second factor again", SIGNED_IN, reach="own"),
    "mfa_index": row("see the own second factors", SIGNED_IN, reach="own"),
    "mfa_activate_totp": row("set a second factor up", SIGNED_IN, reach="own"),
    "mfa_deactivate_totp": row("take the second factor away", SIGNED_IN, reach="own"),
    "mfa_view_recovery_codes": row("see the own recovery codes", SIGNED_IN, reach="own"),
    "mfa_generate_recovery_codes": row("make new recovery codes", SIGNED_IN, reach="own"),
    "mfa_download_recovery_codes": row("download the own recovery codes", SIGNED_IN, reach="own"),
    # accounts are made by an administrator, passwords are set anew by one
    "account_signup": row(_UNUSED, NOBODY),
    "account_email": row(_UNUSED, NOBODY),
    "account_email_verification_sent": row(_UNUSED, NOBODY),
    "account_confirm_email": row(_UNUSED, NOBODY),
    "account_set_password": row(_UNUSED, NOBODY),
    "account_reset_password": row(_UNUSED, NOBODY),
    "account_reset_password_done": row(_UNUSED, NOBODY),
    "account_reset_password_from_key": row(_UNUSED, NOBODY),
    "account_reset_password_from_key_done": row(_UNUSED, NOBODY),
    "account_confirm_login_code": row(_UNUSED, NOBODY),
    # contacts
    "contacts:decisions": row(
        "see what was permitted and refused, with the reasons",
        roles(COLLECTOR, TEAM_LEAD, APPROVER, COMPLIANCE, COUNSELLOR, LEGAL, OPERATIONS, AUDITOR),
        NOBODY,
        reach="team",
    ),
    "contacts:outbox": row(
        "see what is on its way, and what failed", roles(TEAM_LEAD, COMPLIANCE, OPERATIONS, AUDITOR), NOBODY, reach="team"
    ),
    "contacts:send_again": row("try a failed message again", NOBODY, roles(TEAM_LEAD, OPERATIONS), reach="team"),
    "contacts:close_attempt": row("say what became of an uncertain message", NOBODY, roles(TEAM_LEAD, OPERATIONS), reach="team"),
    "contacts:done": row("say that one has seen to a task", NOBODY, roles(TEAM_LEAD, COMPLIANCE, OPERATIONS), reach="team"),
    "contacts:wordings": row("see every wording", STAFF, NOBODY),
    "contacts:wording": row("read a wording and what the linters say", STAFF, NOBODY),
    "contacts:ask_wording": row("ask for a wording to be approved", NOBODY, roles(OPERATIONS, COMPLIANCE, LEGAL)),
    "contacts:decide_wording": row("approve or refuse a wording that somebody else asked for", NOBODY, roles(COMPLIANCE, LEGAL)),
    "contacts:holds": row(
        "see a person's holds and open one",
        roles(COLLECTOR, TEAM_LEAD, APPROVER, COMPLIANCE, COUNSELLOR, LEGAL, OPERATIONS, AUDITOR),
        roles(COLLECTOR, TEAM_LEAD, COMPLIANCE, COUNSELLOR, LEGAL),
        reach="team",
    ),
    "contacts:end_hold": row("end a hold, for a reason", NOBODY, roles(TEAM_LEAD, COMPLIANCE, COUNSELLOR, LEGAL), reach="team"),
    "contacts:callback": row("tell what became of a message", NOBODY, EVERYBODY, guard="signature of the provider over the body"),
    "contacts:cloud_callback": row("tell what became of a message", NOBODY, EVERYBODY, guard="secret part of the address"),
}


def add(name: str, line: Row) -> None:
    """Add the row of a URL; ValueError where it has one already."""
    if name in TABLE:
        raise ValueError(f"{name} has a row already")
    TABLE[name] = line


def may(held: frozenset[str] | set[str], url_name: str, writing: bool = False) -> bool:
    """May somebody with these roles (none: not signed in) open a URL? False where it has no row."""
    line = TABLE.get(url_name)
    if line is None:
        return False
    wanted = line.write if writing else line.read
    return wanted == EVERYBODY or bool(wanted & held)


def as_markdown() -> str:
    """The table as a page of the docs: a row a URL, a column a role; r reads, w also writes."""
    lines = [
        "# Permissions",
        "",
        "<!-- Written by `make docs` from src/arrears/desk/permissions.py: change it there. -->",
        "",
        "Who may open what at the Desk. r: look; w: look and change; W: change only; a blank: refused, and the refusal is an event.",
        "*Reach* is how much of other people's data a reader sees: all, their team's (an agency user: their agency's), their own.",
        "",
        "Roles: " + "; ".join(f"`{code}` {en} {zh}" for code, (en, zh) in ROLES.items()) + ".",
        "",
        f"| page | what one does | reach | not signed in | {' | '.join(code.replace('_', ' ') for code in ROLES)} |",
        f"|---|---|---|{'---|' * (len(ROLES) + 1)}",
    ]
    for name, line in sorted(TABLE.items()):
        marks = [_mark(line, role) for role in ("", *ROLES)]
        guard = f"; guarded by {line.guard}" if line.guard else ""
        lines.append(f"| `{name}` | {line.says}{guard} | {line.reach} | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"


def _mark(line: Row, role: str) -> str:
    reads, writes = ((each == EVERYBODY or role in each) for each in (line.read, line.write))
    return "w" if reads and writes else "r" if reads else "W" if writes else ""
