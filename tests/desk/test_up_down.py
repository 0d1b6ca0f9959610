"""`arrears desk up`: real processes, stopped kindly and killed where it hurts."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from arrears.desk import database, testing
from desk.running import Running

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder() -> Path:
    """One data folder for the module: the database is made and static files are collected once."""
    return testing.folder("up-down")


@pytest.fixture(scope="module")
def desk(folder: Path) -> Iterator[Running]:
    """One Desk for the module: a test that finds it up uses it; what is left at the end is ended."""
    running = Running(folder)
    yield running
    running.clean()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["term", "ctrl_c"])
def test_stops_cleanly(desk: Running, number: int) -> None:
    desk.up()
    assert desk.tell(number) == 0
    assert desk.nothing_left()


def test_serves_pages_and_static_files_under_hashed_names(desk: Running) -> None:
    desk.up()
    sheet = desk.link("desk/desk")
    answer = desk.get(sheet)
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "max-age=315360000, public, immutable")
    assert desk.get("/account/login/").headers["Content-Security-Policy"]


def test_account_made_by_command_is_there_after_stop_and_start(desk: Running) -> None:
    desk.up()
    made = desk.command("account", "su.yan", "--role", "administrator", given="lantern-harbour-42\n")
    assert made.returncode == 0, made.stderr
    desk.tell(signal.SIGTERM)
    desk.up()
    again = desk.command("account", "su.yan", "--role", "administrator", given="lantern-harbour-42\n")
    assert again.returncode == 1


def test_second_parent_is_refused(desk: Running) -> None:
    desk.up()
    second = desk.command("up")
    assert second.returncode == 1, second.stderr
    assert str(desk.parent.pid) in second.stderr
    assert desk.answers()


def test_down_stops_it_from_elsewhere(desk: Running) -> None:
    desk.up()
    assert desk.command("down").returncode == 0
    assert desk.parent.wait(10) == 0
    assert desk.nothing_left()


def test_killed_parent_takes_its_children_with_it(desk: Running) -> None:
    desk.up()
    desk.kill(desk.parent.pid)
    assert desk.until(lambda: not desk.heads("web") and not desk.heads("worker") and not desk.heads("scheduler"), 20)
    assert desk.command("down").returncode == 0
    assert desk.nothing_left()


def test_killed_parent_is_followed_by_another_at_once(desk: Running) -> None:
    desk.up()
    desk.kill(desk.parent.pid)
    desk.parent.wait()
    desk.up()
    assert desk.tell(signal.SIGTERM) == 0
    assert desk.nothing_left()


def _leads(pid: int) -> bool:
    """Is it the head of its group?"""
    try:
        return os.getpgid(pid) == pid
    except ProcessLookupError:
        return False


@pytest.mark.parametrize("part", ["web", "worker", "scheduler"])
def test_killed_part_comes_back(desk: Running, part: str) -> None:
    desk.up()
    old = desk.head(part)
    desk.kill(old)
    assert desk.until(lambda: any(_leads(pid) and pid != old for pid in desk.heads(part)), 20)
    assert desk.until(desk.answers, 20)


def test_killed_worker_of_the_web_comes_back(desk: Running) -> None:
    desk.up()
    head = desk.head("web")
    inner = [pid for pid in desk.heads("web") if Path(f"/proc/{pid}/stat").read_text().split()[3] == str(head)]
    for pid in inner:
        desk.kill(pid)
    assert desk.until(desk.answers, 20)
    assert desk.head("web") == head


def test_killed_postmaster_is_started_again(desk: Running) -> None:
    desk.up()
    old = desk.postmaster()
    desk.kill(old)
    assert desk.until(lambda: old not in database.processes(desk.places.postgres) and database.running(desk.places.postgres), 40)
    assert desk.until(desk.answers, 40)
    desk.queue_job()
    assert desk.until(desk.jobs_are_done, 60)  # the worker has found its way back too


def test_parent_and_postmaster_killed_together(desk: Running) -> None:
    desk.up()
    desk.kill(desk.parent.pid)
    desk.kill(desk.postmaster())
    desk.parent.wait()
    desk.up()
    assert desk.tell(signal.SIGTERM) == 0
    assert desk.nothing_left()


def test_pid_file_that_names_somebody_else(desk: Running) -> None:
    """After a crash of the machine the recorded process id may be anybody's."""
    desk.up()
    desk.tell(signal.SIGTERM)
    other = subprocess.Popen(["sleep", "120"])
    try:
        told = f"{other.pid}\n{desk.places.postgres}\n1\n5432\n{desk.places.postgres}\n\n\nready   \n"
        (desk.places.postgres / "postmaster.pid").write_text(told)
        desk.up()
    finally:
        other.kill()
        other.wait()


@pytest.mark.behaviour("S160")
def test_two_installations_run_side_by_side(desk: Running) -> None:
    """Two lenders on one machine: own data folder, port, database, keys, cookies."""
    second = Running(testing.folder("other"))
    try:
        desk.up()
        second.up()
        cookies = [each.get("/account/login/").headers["Set-Cookie"].split("=")[0] for each in (desk, second)]
        assert len(set(cookies)) == 2
        assert desk.places.secret() != second.places.secret()
        assert second.command("account", "su.yan", "--role", "auditor", given="lantern-harbour-42\n").returncode == 0
        desk.tell(signal.SIGTERM)
        assert second.answers()
    finally:
        second.clean()


def test_secret_is_readable_by_its_owner_only(desk: Running) -> None:
    desk.places.secret()
    assert (desk.places.root / "secret.key").stat().st_mode & 0o777 == 0o600


def test_database_of_ones_own(folder: Path) -> None:
    """DATABASE_URL: nothing embedded is started, and nothing of theirs is stopped."""
    theirs = testing.folder("theirs") / "pg"
    other = Running(folder / "external", DATABASE_URL=database.start(theirs))
    try:
        other.up()
        assert not other.places.postgres.exists()
        assert other.tell(signal.SIGTERM) == 0
        assert database.running(theirs)
    finally:
        other.clean()
        database.stop(theirs)


def test_without_keys_of_personal_data_it_does_not_start(folder: Path) -> None:
    bare = Running(folder / "bare")
    try:
        done = bare.command("up", "--port", str(bare.port))
        assert done.returncode == 1
        assert "ARREARS_FIELD_KEYS" in done.stderr
        assert bare.nothing_left()
    finally:
        bare.clean()


def test_demonstration_has_accounts_and_a_carrier_on_a_moved_clock(folder: Path) -> None:
    demo = Running(folder / "demo")
    try:
        demo.up("--demo", "--now", "2026-11-24T08:59:30+08:00")
        assert demo.until(lambda: bool(demo.heads("sandbox")), 10)
        assert "演示环境" in demo.get("/account/login/").body.decode()
        assert demo.command("account", "wang.min", "--role", "team_lead", given="lantern-harbour-42\n").returncode == 1
        assert demo.tell(signal.SIGTERM) == 0
        assert demo.nothing_left()
    finally:
        demo.clean()


def test_clock_is_moved_only_in_a_demonstration(desk: Running) -> None:
    assert desk.command("up", "--now", "2026-11-24T09:00").returncode == 2
