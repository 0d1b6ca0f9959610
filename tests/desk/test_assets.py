"""Front-end parts: locked by hash, without an address, and served without what a browser would look for in vain."""

from __future__ import annotations

import json
import re
from pathlib import Path

from arrears.desk.assets import PARTS, VENDOR, icon_names

ROOT = Path(__file__).resolve().parents[2]
LOCK = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))


def test_lock_has_a_hash_for_every_package_and_no_address() -> None:
    packages = {name: told for name, told in LOCK["packages"].items() if name}
    assert [name for name, told in packages.items() if not told.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, told in packages.items() if "resolved" in told] == []
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()


def test_versions_are_exact() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    told = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert [name for name, version in told.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert told["htmx.org"].startswith("2.0.")


def test_every_part_is_served_without_a_map() -> None:
    assert [name for name in PARTS.values() if "sourceMappingURL" in (VENDOR / name).read_text(encoding="utf-8")] == []


def test_icons_are_in_one_file() -> None:
    assert set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text(encoding="utf-8"))) == set(icon_names())
