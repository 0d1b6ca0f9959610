"""A Book in an object store: what is missing travels, a reader sees whole closes only, another Book or the past is refused.

The store is moto's S3 server on a free port of this machine.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from random import Random

import pyarrow.dataset as ds
import pytest
from pyarrow import fs

from arrears.book import mirror, places
from arrears.book.door import Door
from arrears.book.mirror import pull, push
from arrears.book.store import Book, BookError, Settings, sha256
from parity.books import DAYS, FIRST, late, mixed

PROGRAM = Path(sys.executable).parent / "arrears"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Book with two imports and three closes."""
    door = mixed(tmp_path_factory.mktemp("mirror") / "book")
    door.close(FIRST)
    late(door)
    door.close_through(DAYS[2])
    return door.book.root


@pytest.fixture
def copy(book: Path, tmp_path: Path) -> Path:
    """The same Book, to be changed."""
    shutil.copytree(book, tmp_path / "book")
    return tmp_path / "book"


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """Address of an S3 server, without its scheme."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(store: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """URL of an empty prefix; the credentials stand in the environment."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    files = fs.S3FileSystem(endpoint_override=store, scheme="http", allow_bucket_creation=True, allow_bucket_deletion=True)
    found = files.get_file_info(fs.FileSelector("lender", allow_not_found=True))
    for info in found:
        files.delete_dir(info.path)
    files.create_dir("lender")
    return f"s3://lender/books/one?endpoint_override={store}&scheme=http"


def contents(root: Path) -> dict[str, str]:
    """Every file of a Book that counts, by its sha256."""
    names = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    return {name: sha256(root / name) for name in names if not any(part.startswith(".") for part in name.split("/"))}


@pytest.mark.slow
def test_a_book_goes_to_the_store_and_comes_back(book: Path, bucket: str, tmp_path: Path) -> None:
    done = push(Book(book), bucket)
    assert (done.closes, done.batches, done.current) == (3, 2, DAYS[2].isoformat())
    again = push(Book(book), bucket)
    assert (again.files, again.bytes, again.linked, again.removed) == (0, 0, 0, 0)
    back = tmp_path / "back"
    assert pull(bucket, back).closes == 3
    assert contents(back) == contents(book)
    assert [found for _, found in Door(back).verify() if found] == []
    assert pull(bucket, back).files == 0


@pytest.mark.slow
def test_a_further_close_sends_only_itself_and_goes_on_where_it_was_pulled(copy: Path, bucket: str, tmp_path: Path) -> None:
    push(Book(copy), bucket)
    Door(copy).close(DAYS[3])
    done = push(Book(copy), bucket)
    assert done.closes == 4
    assert done.files + done.linked == len(Book(copy).manifest(DAYS[3])["files"]) + 1  # and CURRENT; a manifest is no file of its own
    pull(bucket, tmp_path / "back")
    assert contents(tmp_path / "back") == contents(copy)


@pytest.mark.slow
def test_pyarrow_reads_the_positions_of_the_book_in_the_store(book: Path, bucket: str, store: str) -> None:
    push(Book(book), bucket)
    files = fs.S3FileSystem(endpoint_override=store, scheme="http")
    door = Door(book)
    for day in DAYS[:3]:
        with files.open_input_stream(f"lender/books/one/closes/{day}/MANIFEST.json") as stream:
            names = list(json.loads(stream.read())["files"])

        def read(start: str, day: dt.date = day, names: list[str] = names) -> list[dict[str, object]]:
            found = [f"lender/books/one/closes/{day}/{name}" for name in names if name.startswith(start)]
            return ds.dataset(found, filesystem=files).to_table().to_pylist() if found else []

        live, quiet = read("position-live"), read("position-quiet")
        hidden = {row["loan_id"] for row in live}
        seen = live + [row for row in quiet if row["loan_id"] not in hidden]
        assert sorted(seen, key=str) == sorted(door.positions(day).to_pylist(), key=str)
        assert sorted(read("open_due"), key=str) == sorted(door.open_due(day).to_pylist(), key=str)


@pytest.mark.slow
def test_wherever_a_push_stops_a_reader_sees_whole_closes_and_the_next_push_ends_it(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after some number of files: what can be pulled is the state before, the state after, or no Book at all."""
    url = f"file://{tmp_path}/mirror"
    Door(copy).close(DAYS[3])
    whole = contents(copy)
    # the mirror of the day before
    before = tmp_path / "before"
    shutil.copytree(copy, before)
    shutil.rmtree(before / "closes" / DAYS[3].isoformat())
    (before / "CURRENT").write_text(f"{DAYS[2]}\n")
    monkeypatch.setattr(mirror, "_AT_ONCE", 1)
    for start in (None, before):
        files = len(whole) if start is None else len(whole) - len(contents(before)) + 1
        for most in sorted({*Random(3).sample(range(files), min(5, files)), *range(files - 5, files)}):
            shutil.rmtree(tmp_path / "mirror", ignore_errors=True)
            shutil.rmtree(tmp_path / "seen", ignore_errors=True)
            if start:
                push(Book(start), url)
            stopped_after(most, copy, url, monkeypatch)
            look_at(tmp_path / "seen", url, {DAYS[2], DAYS[3]} if start else {None, DAYS[3]})
            push(Book(copy), url)
            assert contents(tmp_path / "mirror") == whole


def look_at(seen: Path, url: str, days: set[dt.date | None]) -> None:
    """What a reader pulls is whole, and its last close is one of `days`; or there is no Book yet."""
    try:
        pull(url, seen)
    except BookError:
        assert None in days
        assert not (seen.parent / "mirror" / "book.json").exists()
        return
    assert [found for _, found in Door(seen).verify() if found] == []
    assert Book(seen).current in days


def stopped_after(most: int, book: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Push, failing at the file after `most`."""
    count, inner = 0, places.Folder.put

    def put(self: places.Folder, name: str, blocks: object) -> None:
        nonlocal count
        if count == most and str(self.root).endswith("mirror"):
            raise ConnectionError("the line is gone")
        count += 1
        inner(self, name, blocks)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(places.Folder, "put", put)
        with pytest.raises(ConnectionError):
            push(Book(book), url)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["store", "folder"])
def test_a_push_that_was_killed_is_ended_by_the_next(book: Path, bucket: str, tmp_path: Path, way: str) -> None:
    """kill -9 at random moments of the real program."""
    url = bucket if way == "store" else f"file://{tmp_path}/mirror"
    random, killed = Random(11), 0
    started = time.perf_counter()
    subprocess.run([str(PROGRAM), "mirror", "push", str(book), f"file://{tmp_path}/undisturbed"], capture_output=True, check=True)
    whole = time.perf_counter() - started
    for _ in range(6):
        process = subprocess.Popen([str(PROGRAM), "mirror", "push", str(book), url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(whole * random.uniform(0.3, 0.95))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
    assert killed
    push(Book(book), url)
    pull(url, tmp_path / "back")
    assert contents(tmp_path / "back") == contents(book)
    assert [found for _, found in Door(tmp_path / "back").verify() if found] == []


# -- hand-made books: what counts is the records -----------------------------------------------------------------------------------


def made(root: Path, closes: dict[str, dict[str, bytes]], batches: tuple[str, ...] = ("first",), currency: str = "CNY") -> Book:
    """A Book of these closes (day -> file -> content) and imports; later days go on from earlier ones."""
    book = Book.init(root, Settings(currency=currency))
    for number, content in enumerate(batches, 1):
        name = f"events/{number:04d}.parquet"
        (root / name).write_bytes(content.encode())
        record = {"files": {name: hashlib.sha256(content.encode()).hexdigest()}}
        (root / "batches" / f"{number:04d}.json").write_text(json.dumps(record))
    for day, files in closes.items():
        folder = root / "closes" / day
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        manifest = {"day": day, "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}}
        (folder / "MANIFEST.json").write_text(json.dumps(manifest))
        (root / "CURRENT").write_text(f"{day}\n")
    return book


ONE = {"2026-09-01": {"position-live.parquet": b"live 1", "position-quiet-07.parquet": b"quiet" * 100}}
TWO = ONE | {"2026-09-02": {"position-live.parquet": b"live 2", "position-quiet-07.parquet": b"quiet" * 100}}


def test_what_a_close_did_not_touch_travels_once(tmp_path: Path) -> None:
    url = f"file://{tmp_path}/mirror"
    done = push(made(tmp_path / "book", TWO), url)
    assert done.linked == 1
    assert done.bytes < 2 * 500 + 200
    back = pull(url, tmp_path / "back")
    assert back.linked == 1
    assert contents(tmp_path / "back") == contents(tmp_path / "book")
    there = [tmp_path / "back/closes" / day / "position-quiet-07.parquet" for day in TWO]
    assert there[0].samefile(there[1])


def test_what_a_close_did_not_touch_is_copied_inside_the_store(tmp_path: Path, bucket: str) -> None:
    done = push(made(tmp_path / "book", TWO), bucket)
    assert done.linked == 1
    pull(bucket, tmp_path / "back")
    assert contents(tmp_path / "back") == contents(tmp_path / "book")


def test_another_book_is_refused(tmp_path: Path) -> None:
    url = f"file://{tmp_path}/mirror"
    push(made(tmp_path / "one", ONE), url)
    for name, other in {
        "currency": made(tmp_path / "usd", ONE, currency="USD"),
        "import": made(tmp_path / "import", TWO, batches=("other",)),
        "close": made(tmp_path / "close", {"2026-09-01": {"position-live.parquet": b"else"}}),
    }.items():
        with pytest.raises(BookError, match=r"another Book, or another history"):
            push(other, url)
        with pytest.raises(BookError, match=r"another Book, or another history"):
            pull(url, other.root)
        assert contents(tmp_path / "mirror") == contents(tmp_path / "one"), name


def test_nothing_goes_back_in_time(tmp_path: Path) -> None:
    url = f"file://{tmp_path}/mirror"
    old, new = made(tmp_path / "old", ONE), made(tmp_path / "new", TWO, batches=("first", "second"))
    push(new, url)
    with pytest.raises(BookError, match=r"go back in time"):
        push(old, url)
    with pytest.raises(BookError, match=r"2026-09-02.*go back in time"):
        push(made(tmp_path / "same", ONE, batches=("first", "second")), url)
    shutil.rmtree(tmp_path / "mirror")
    push(old, url)
    with pytest.raises(BookError, match=r"go back in time"):
        pull(url, new.root)
    assert contents(new.root)["CURRENT"] != contents(old.root)["CURRENT"]


def test_a_close_that_was_pushed_in_part_and_taken_anew_is_replaced(tmp_path: Path) -> None:
    """Its manifest was there, CURRENT was not: nothing had named it."""
    url = f"file://{tmp_path}/mirror"
    push(made(tmp_path / "book", TWO), url)
    (tmp_path / "mirror" / "CURRENT").write_text("2026-09-01\n")
    other = ONE | {"2026-09-02": {"position-live.parquet": b"live 3", "journal.parquet": b"j"}}
    push(made(tmp_path / "again", other), url)
    pull(url, tmp_path / "back")
    assert contents(tmp_path / "back") == contents(tmp_path / "again")


@pytest.mark.parametrize("where", ["mirror", "book"])
def test_a_damaged_file_is_not_copied(tmp_path: Path, where: str) -> None:
    url = f"file://{tmp_path}/mirror"
    book = made(tmp_path / "book", TWO)
    if where == "mirror":
        push(book, url)
    damaged = tmp_path / where / "closes/2026-09-02/position-live.parquet"
    damaged.write_bytes(b"live X")
    with pytest.raises(BookError, match=r"closes/2026-09-02/position-live.parquet .*sha256 differs"):
        pull(url, tmp_path / "back") if where == "mirror" else push(book, url)
    other = tmp_path / ("back" if where == "mirror" else "mirror")
    assert not (other / "CURRENT").exists()
    assert not (other / "closes/2026-09-02/MANIFEST.json").exists()


def test_pull_mends_a_file_that_was_damaged_here(tmp_path: Path) -> None:
    url = f"file://{tmp_path}/mirror"
    book = made(tmp_path / "book", TWO)
    push(book, url)
    (book.root / "closes/2026-09-01/position-quiet-07.parquet").write_bytes(b"quieX" * 100)
    (book.root / "events/0001.parquet").unlink()
    assert pull(url, book.root).files + pull(url, book.root).files == 2
    assert contents(book.root) == contents(tmp_path / "mirror")


def test_closes_that_retention_took_go_from_the_mirror_as_well(tmp_path: Path) -> None:
    url = f"file://{tmp_path}/mirror"
    book = made(tmp_path / "book", TWO)
    push(book, url)
    shutil.rmtree(book.root / "closes/2026-09-01")
    assert push(book, url).removed == 3
    assert contents(tmp_path / "mirror") == contents(book.root)
    assert sorted(path.name for path in (tmp_path / "mirror/closes").iterdir()) == ["2026-09-02"]


def test_settings_follow_and_files_of_one_s_own_stay(tmp_path: Path) -> None:
    url = f"file://{tmp_path}/mirror"
    book = made(tmp_path / "book", ONE)
    (book.root / "house").mkdir()
    (book.root / "house/a.yaml").write_text("a: 1\n")
    (book.root / "loans/0009.parquet").write_text("left by an import that was killed")
    push(book, url)
    assert not (tmp_path / "mirror/loans/0009.parquet").exists()
    pull(url, tmp_path / "back")
    (tmp_path / "back/notes.txt").write_text("mine")
    (book.root / "house/a.yaml").rename(book.root / "house/b.yaml")
    push(book, url)
    pull(url, tmp_path / "back")
    assert [path.name for path in (tmp_path / "back/house").iterdir()] == ["b.yaml"]
    assert (tmp_path / "back/notes.txt").exists()
    assert Book(tmp_path / "back").settings == book.settings


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://host/x", "no address of a mirror"),
        ("s3://bucket", "bucket and a prefix"),
        ("s3://key:secret@bucket/x", "credentials do not belong"),
        ("s3://bucket/x?access_key=a&secret_key=b", "credentials do not belong"),
        ("file://host", "names no folder"),
        ("s3://bucket/x?colour=red", "cannot be used"),
    ],
)
def test_an_address_that_cannot_be_used_says_why(tmp_path: Path, url: str, says: str) -> None:
    with pytest.raises(BookError, match=says):
        push(made(tmp_path / "book", ONE), url)
    with pytest.raises(BookError, match=says):
        pull(url, tmp_path / "other")


def test_places_that_hold_something_else_are_left_alone(tmp_path: Path) -> None:
    book = made(tmp_path / "book", ONE)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/a.jpg").write_text("x")
    with pytest.raises(BookError, match="holds no Book"):
        push(book, f"file://{tmp_path}/photos")
    push(book, f"file://{tmp_path}/mirror")
    with pytest.raises(BookError, match="no Book"):
        pull(f"file://{tmp_path}/mirror", tmp_path / "photos")
    with pytest.raises(BookError, match="holds no Book"):
        pull(f"file://{tmp_path}/nothing", tmp_path / "back")
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.jpg"]
    assert not (tmp_path / "back").exists()


def test_a_push_waits_for_no_close(tmp_path: Path) -> None:
    book = made(tmp_path / "book", ONE)
    with book.lock(), pytest.raises(BookError, match="another import or close is running"):
        push(Book(book.root), f"file://{tmp_path}/mirror")


def test_the_command_tells_what_it_did(tmp_path: Path) -> None:
    book = made(tmp_path / "book", TWO)
    words = [str(PROGRAM), "mirror", "push", str(book.root), f"file://{tmp_path}/mirror"]
    told = json.loads(subprocess.run([*words, "--json"], capture_output=True, text=True, check=True).stdout)
    assert (told["closes"], told["linked"], told["current"]) == (2, 1, "2026-09-02")
    assert told.keys() == asdict(mirror.Mirrored()).keys()
    run = subprocess.run([*words[:-1], "s3://bucket"], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "bucket and a prefix" in run.stderr
