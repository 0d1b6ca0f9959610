"""What is done between the database and the parts: migrations, the cache's table, the catalogue, collected static files."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from arrears.desk import catalog
from arrears.desk.assets import PARTS, VENDOR
from arrears.desk.places import DATA, Places


class NotReady(Exception):
    """Something is missing that the Desk needs; the text says what to run."""


def set_up(places: Places) -> None:
    """Load Django for an installation."""
    import django

    os.environ[DATA] = str(places.root)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arrears.desk.settings")
    django.setup()


def migrate() -> None:
    """Bring the database to the present shape. Safe to run again; two at once wait for each other."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(7301161)")
        try:
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
        finally:
            cursor.execute("select pg_advisory_unlock(7301161)")


def collect(places: Places) -> bool:
    """Collect static files where they changed since the last time. True where it did."""
    from django.core.management import call_command

    lacking = [name for name in (*PARTS.values(), "icons.svg") if not (VENDOR / name).exists()]
    if lacking:
        raise NotReady(f"front-end parts are missing ({', '.join(lacking)}); run: make")
    catalog.build_if_older()
    stamp, digest = places.static / ".stamp", _digest()
    if stamp.exists() and stamp.read_text() == digest:
        return False
    shutil.rmtree(places.static, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest)
    return True


def _digest() -> str:
    """Changes with any static file of any app."""
    from django.contrib.staticfiles.finders import get_finders

    total = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(None):
            told = Path(storage.path(name)).stat()
            total.update(f"{name} {told.st_size} {told.st_mtime_ns}\n".encode())
    return total.hexdigest()
