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


DEMO_CAST: tuple[tuple[str, str, str, str], ...] = (
    ("zhou.ning", "周宁", "collector", "一组"),
    ("wang.min", "王敏", "team_lead", "一组"),
    ("qian.bo", "钱博", "collector", "二组"),
    ("he.lan", "何岚", "approver", ""),
    ("ding.yi", "丁毅", "field_officer", "外访组"),
    ("gao.jie", "高洁", "compliance", ""),
    ("shen.yue", "沈悦", "counsellor", ""),
    ("fang.zhi", "方志", "legal", ""),
    ("luo.ping", "罗平", "operations", ""),
    ("tang.yu", "唐宇", "analyst", ""),
    ("su.yan", "苏妍", "administrator", ""),
    ("jiang.he", "江河", "auditor", ""),
)
"""Invented people of a demonstration: account, name, role, team."""


def demo_accounts(places: Places) -> list[str]:
    """Make the accounts of a demonstration where they are missing; returns how to sign in. One password, made here, for all."""
    from arrears.desk.people.models import User
    from arrears.desk.people.services import make_account

    password = places.demo_password()
    have = set(User.objects.values_list("username", flat=True))
    for username, name, role, team in DEMO_CAST:
        if username not in have:
            make_account(username, name, [role], password, team)
    return [f"演示账号 / Sign in as wang.min (组长 team lead), zhou.ning (催收员 collector), su.yan ... with the password {password}"]


def _digest() -> str:
    """Changes with any static file of any app."""
    from django.contrib.staticfiles.finders import get_finders

    total = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(None):
            told = Path(storage.path(name)).stat()
            total.update(f"{name} {told.st_size} {told.st_mtime_ns}\n".encode())
    return total.hexdigest()
