"""One import from its files to what may come into the Book. Nothing is written here: the store does that, all or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from arrears.book.columns import EVENTS, LOANS
from arrears.book.tape import sums
from arrears.book.tape.board import Boarded, board, drop_repeats, finish
from arrears.book.tape.fields import schema_of
from arrears.book.tape.files import fingerprint
from arrears.book.tape.filing import count_money_once, number_months, open_filing, terms_of
from arrears.book.tape.instalments import ScheduleMaker
from arrears.book.tape.intake import WAITING, Limits, accept
from arrears.book.tape.labels import name_columns
from arrears.book.tape.mapping import Mapping
from arrears.book.tape.months import open_loans, order_months
from arrears.book.tape.performance import month_events
from arrears.book.tape.problems import refuse_columns, refuse_file
from arrears.book.tape.read import read_file
from arrears.book.tape.rejects import Ledger
from arrears.book.tape.shape import empty, in_columns, mask_of, with_column
from arrears.book.tape.surprises import surprises
from arrears.book.tape.terms import check_terms
from arrears.kernel.money import parse_amount

# What is told while an import runs: what is being done, units done, units in all (0: not known).
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Existing:
    """What the Book holds before an import: LOANS, EVENTS and WAITING tables, and its last close."""

    loans: pa.Table = field(default_factory=lambda: empty(LOANS))
    events: pa.Table = field(default_factory=lambda: empty(EVENTS))
    waiting: pa.Table = field(default_factory=lambda: empty(WAITING))
    last_close_on: dt.date | None = None


@dataclass(frozen=True)
class Tape:
    """What an import brings.

    Attributes
    ----------
    loans, schedule, opening_due : new loans (LOANS), their instalments and what was unpaid at the opening (SCHEDULE)
    events : newly accepted events (EVENTS)
    waiting : every event that waits now, the earlier ones included (WAITING); replaces the waiting file
    rejects, duplicates : rows that did not come in (rejects.REJECTS, rejects.DUPLICATES); appended to what is on file
    notices : sentences for the operator
    sums : counts, sums and ranges for a dry run; plain data
    """

    loans: pa.Table
    schedule: pa.Table
    opening_due: pa.Table
    events: pa.Table
    waiting: pa.Table
    rejects: pa.Table
    duplicates: pa.Table
    notices: list[str]
    sums: dict[str, Any]


def load(
    files: Sequence[str | Path],
    mapping: Mapping,
    as_of_on: dt.date,
    existing: Existing,
    limits: Limits,
    make_schedules: ScheduleMaker,
    deal: str = "",
    progress: Progress = lambda *_: None,
) -> Tape:
    """Read files through a mapping and work out what comes in.

    Parameters
    ----------
    files : CSV or XML (also .gz), XLSX or Parquet, in any order; the kind of table is told by the columns
    mapping : of `mapping.load_mapping`
    as_of_on : the day of the import; nothing was signed or paid out after it
    existing : what the Book holds
    limits : settings of the house
    make_schedules : `arrears.book.rules.schedule.make_schedules`, handed in because the tape may not import the rules
    deal : the deal of files that do not name it, where the mapping asks for one
    progress : is called with what is being done (a file's name, or a step), units done and units in all (0: not known)

    Returns
    -------
    Tape. Events that waited are tried again first. Loading the same files again brings nothing and reports duplicates.

    Errors: Refused (TAPE_FILE, TAPE_COLUMNS) for a file that cannot be read, does not fit, or changes while it is read; nothing
    comes in then.
    """
    ledger = Ledger()
    tables, read, kinds = _read(files, mapping, ledger, deal, progress)
    cells = len(ledger.rejects)  # those name columns already; what follows names fields
    progress("checking", 0, 0)
    odd = [*dict.fromkeys(ledger.looks), *surprises(tables, mapping, as_of_on)]
    scores = sums.scores(tables["loans"])
    known_events = in_columns(existing.events, EVENTS)
    tables["months"] = order_months(tables["months"], ledger)
    if mapping.filing:
        tables["months"] = count_money_once(tables["months"], known_events, ledger)
    boarded = _board(tables, mapping, as_of_on, existing, limits, make_schedules, ledger)
    known_loans = pa.concat_tables([in_columns(existing.loans, LOANS), boarded.loans])
    arriving = [existing.waiting, _events(tables["events"], mapping)]
    if "months" in mapping.tables:
        tolerance = parse_amount(str(mapping.performance.payoff_tolerance), mapping.currency)
        months = number_months(tables["months"], known_loans, ledger) if mapping.filing else tables["months"]
        arriving.append(month_events(months, known_loans, known_events, mapping.name, tolerance, ledger, mapping.filing))
    batch = pa.concat_tables([in_columns(each, WAITING) for each in arriving]).combine_chunks()
    taken = accept(batch, known_loans, known_events, existing.last_close_on, limits, ledger)
    name_columns(ledger, cells, kinds, mapping)
    tape = Tape(
        loans=boarded.loans,
        schedule=boarded.schedule,
        opening_due=boarded.opening_due,
        events=taken.accepted,
        waiting=taken.waiting,
        rejects=ledger.rejects_table(),
        duplicates=ledger.duplicates_table(),
        notices=ledger.notices,
        sums={},
    )
    tape.sums.update(sums.add_up(read, tape.loans, tape.events, tape.waiting, ledger), surprises=odd, scores=scores)
    return tape


def retry(existing: Existing, as_of_on: dt.date, limits: Limits, mapping: Mapping, make_schedules: ScheduleMaker) -> Tape:
    """Try the events that wait again, without any file."""
    return load([], mapping, as_of_on, existing, limits, make_schedules)


def _read(
    files: Sequence[str | Path], mapping: Mapping, ledger: Ledger, deal: str, progress: Progress
) -> tuple[dict[str, pa.Table], dict[str, int], dict[str, str]]:
    """Read every file; return one table a kind, the number of rows in the files by kind, and the kind of each file."""
    parts: dict[str, list[pa.Table]] = {kind: [schema_of(kind).empty_table()] for kind in ("loans", "schedule", "events", "months")}
    read = dict.fromkeys(parts, 0)
    kinds: dict[str, str] = {}
    before = [fingerprint(Path(file)) for file in files]
    for file, was in zip(map(Path, files), before, strict=True):
        found = read_file(file, mapping, ledger, deal, lambda done, size, name=was.name: progress(name, done, size))  # type: ignore[misc]
        for kind, table in found.tables.items():
            parts[kind].append(table)
            read[kind] += found.count if found.kind == kind or kind == "months" else 0
        kinds[str(file)] = found.kind
    for file, was in zip(map(Path, files), before, strict=True):
        if fingerprint(file) != was:
            raise refuse_file(str(file), "it changed while it was read; give it again when it is complete")
    tables = {kind: pa.concat_tables(each).combine_chunks() for kind, each in parts.items()}
    if "months" in mapping.tables and not mapping.filing and tables["loans"].num_rows and not read["months"]:
        names = ", ".join(str(file) for file in files)
        fact = "a loan is opened from its first month here: give the file of months with the file of loans"
        raise refuse_columns(names, mapping.name, fact)
    return tables, read, kinds


def _board(
    tables: Dict[str, pa.Table],
    mapping: Mapping,
    as_of_on: dt.date,
    existing: Existing,
    limits: Limits,
    make_schedules: ScheduleMaker,
    ledger: Ledger,
) -> Boarded:
    """Board the loans: from months where the mapping has them, otherwise from terms and given rows."""
    known, flag = in_columns(existing.loans, LOANS), limits.balance_flag_fen
    if "months" not in mapping.tables:
        return board(tables["loans"], tables["schedule"], as_of_on, known, flag, make_schedules, ledger)
    if mapping.filing:
        terms = check_terms(terms_of(tables["loans"], tables["months"], known), as_of_on, ledger)
        opened = open_filing(terms, tables["months"], mapping.performance, ledger)
        return finish(opened.loans, opened.made, known, flag, ledger)
    good = drop_repeats(check_terms(tables["loans"], as_of_on, ledger), ledger)
    history = open_loans(good, tables["months"], mapping.performance, known, ledger)
    return finish(history.loans, history.made, known, flag, ledger)


def _events(events: pa.Table, mapping: Mapping) -> pa.Table:
    """Put the mapping's name where a file names no source."""
    source = events.column("source")
    named = pa.chunked_array([[each or mapping.name for each in source.to_pylist()]], type=pa.string())
    return with_column(events, "source", named) if mask_of(pa.compute.equal(source, "")).any() else events
