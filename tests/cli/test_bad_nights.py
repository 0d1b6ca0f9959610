"""Nights that go wrong: a clear sentence, the last complete close stands, and a second try gives what an undisturbed one gives."""

from __future__ import annotations

import json
import os
import resource
import signal
import time

import pytest

from arrears.book.store import Book


def contents(book):
    """Content of each close: rows, sums and hashes."""
    found = {day: Book(book).manifest(day)["tables"] for day in Book(book).closes()}
    assert found
    return found


def current(book):
    return (book / "CURRENT").read_text().strip() if (book / "CURRENT").exists() else ""


def wait_for_close(process, book, day):
    while current(book) < day and process.poll() is None:
        time.sleep(0.02)
    assert process.poll() is None, process.communicate()[1]


@pytest.mark.parametrize(
    ("day", "code", "says"),
    [
        ("2026-09-02", 0, "Closed already: the last close is 2026-09-02"),
        ("2026-09-01", 1, "2026-09-01 is before the last close, 2026-09-02"),
        ("2026-09-05", 1, "the close of 2026-09-03 is missing before 2026-09-05. Use --through 2026-09-05"),
    ],
)
def test_a_close_twice_out_of_order_or_with_a_day_missing(day, code, says, run, closed):
    before = contents(closed)
    done = run("close", closed, "--on", day)
    assert done.exit_code == code
    assert says in done.stderr
    assert contents(closed) == before


def test_two_at_once_the_second_is_refused(run, closed, tape):
    with Book(closed).lock():
        close = run("close", closed, "--on", "2026-09-03")
        import_ = run("import", closed, tape / "events.csv", "--mapping", "arrears", "--as-of", "2026-09-03")
    assert (close.exit_code, import_.exit_code) == (1, 1)
    assert "another import or close is running" in close.stderr
    assert "another import or close is running" in import_.stderr


def test_a_damaged_file_of_a_close_is_named_and_stops_the_next_close(run, closed):
    file = next((closed / "closes" / "2026-09-02").glob("position-live-001.parquet"))
    file.write_bytes(file.read_bytes()[:-40])
    checked = run("verify", closed)
    assert checked.exit_code == 3
    assert str(file) in checked.stdout
    assert "First broken: the close of 2026-09-02" in checked.stderr
    assert run("positions", closed).exit_code == 1
    done = run("close", closed, "--on", "2026-09-03")
    assert done.exit_code == 1
    assert "position-live-001.parquet" in done.stderr
    assert current(closed) == "2026-09-02"


def test_a_damaged_file_of_a_tape_brings_nothing_in(run, closed, tape):
    (tape / "more.parquet").write_bytes(b"PAR1 and then nothing of the kind")
    done = run("import", closed, tape / "more.parquet", tape / "events.csv", "--mapping", "arrears", "--as-of", "2026-09-02")
    assert done.exit_code == 1
    assert "more.parquet cannot be read" in done.stderr
    assert Book(closed).batches() == ["0001"]


def test_a_damaged_file_of_the_book_is_said_without_a_trace(run, closed):
    file = next((closed / "events").glob("*.parquet"))
    file.write_bytes(b"nothing")
    done = run("close", closed, "--on", "2026-09-03")
    assert done.exit_code == 1
    assert "Traceback" not in done.stderr
    assert current(closed) == "2026-09-02"


def test_an_event_without_its_loan_waits_and_is_taken_in_later(run, closed, tape):
    (tape / "events.csv").write_text("source_ref,loan_id,kind,value_on,amount\n9,L3,payment_received,2026-09-03,100.00\n")
    waits = json.loads(run("import", closed, tape / "events.csv", "--mapping", "arrears", "--as-of", "2026-09-02", "--json").stdout)
    assert [(each["loan_id"], each["waits_for"]) for each in waits["waiting_events"]] == [("L3", "the loan is not in the Book")]
    still = json.loads(run("retry", closed, "--as-of", "2026-09-02", "--json").stdout)
    assert (still["events"], still["waiting"]) == (0, 1)
    (tape / "loans.csv").write_text((tape / "loans.csv").read_text().replace("L1,P1", "L3,P3"))
    taken = json.loads(run("import", closed, tape / "loans.csv", "--mapping", "arrears", "--as-of", "2026-09-02", "--json").stdout)
    assert (taken["loans"], taken["events"], taken["waiting"]) == (1, 1, 0)


@pytest.mark.slow
@pytest.mark.behaviour("S014")
def test_killed_in_the_middle_and_run_again_it_ends_with_the_same_contents(program, fresh, tmp_path, run, closed):
    process = program("close", fresh, "--on", "2026-08-31")
    assert process.wait() == 0
    process = program("close", fresh, "--through", "2026-09-12")
    wait_for_close(process, fresh, "2026-09-03")
    process.send_signal(signal.SIGKILL)
    process.wait()
    stands = current(fresh)
    assert "2026-09-03" <= stands < "2026-09-12"
    assert run("verify", fresh).exit_code == 0
    assert run("close", fresh, "--through", "2026-09-12").exit_code == 0
    assert run("close", closed, "--through", "2026-09-12").exit_code == 0
    assert contents(fresh) == contents(closed)


@pytest.mark.slow
def test_ctrl_c_says_what_stands_and_ends_with_130(program, closed):
    process = program("close", closed, "--through", "2026-12-31")
    wait_for_close(process, closed, "2026-09-03")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert f"Stopped. The last complete close is {current(closed)}; nothing is half done." in err
    assert "Traceback" not in err


@pytest.mark.slow
def test_a_full_disk_is_said_and_leaves_the_last_close_standing(program, closed, run):
    def no_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    process = program("close", closed, "--on", "2026-09-03", preexec_fn=no_room)
    _, err = process.communicate()
    assert process.returncode == 1
    assert "The disk is full" in err
    assert "Traceback" not in err
    assert current(closed) == "2026-09-02"
    assert run("close", closed, "--on", "2026-09-03").exit_code == 0


def test_a_reader_that_has_seen_enough_is_no_failure_of_ours(program, closed):
    reader, writer = os.pipe()
    os.close(reader)
    process = program("positions", closed, stdout=writer)
    os.close(writer)
    _, err = process.communicate()
    assert "Traceback" not in err
