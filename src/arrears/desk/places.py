"""What lies where in the data folder of an installation. Everything of one installation is below its one folder.

postgres/        the embedded database (absent where DATABASE_URL is given)
secret.key       signs sessions (0600); ARREARS_SECRET_KEY takes its place
installation     eight letters that keep the cookies of two installations on one machine apart
field.keys       keys of personal data (0600), unless ARREARS_FIELD_KEYS gives them; not to be kept with a backup of the database
demo-password    of the invented accounts of a demonstration (0600)
sandbox/         what the carrier of a demonstration took
run/             lock, addresses and process ids while it runs; may be deleted when it is down
logs/            one file a part
static/          collected front-end files; made again when missing
book/            the lender's book, unless ARREARS_BOOK names another place
audit/           the audit log
documents/       what was uploaded, encrypted
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DATA = "ARREARS_DATA"
DEFAULT = "desk-data"


@dataclass(frozen=True)
class Places:
    """The folders and files of one installation."""

    root: Path

    @classmethod
    def of_environment(cls) -> Places:
        """The installation that ARREARS_DATA names; the folder desk-data here where it names none."""
        return cls(Path(os.environ.get(DATA) or DEFAULT).expanduser().resolve())

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def static(self) -> Path:
        return self.root / "static"

    @property
    def lock(self) -> Path:
        return self.run / "desk.lock"

    @property
    def database_url(self) -> Path:
        return self.run / "database-url"

    @property
    def audit(self) -> Path:
        return self.root / "audit"

    @property
    def documents(self) -> Path:
        return self.root / "documents"

    @property
    def book(self) -> Path:
        return Path(os.environ["ARREARS_BOOK"]).resolve() if os.environ.get("ARREARS_BOOK") else self.root / "book"

    def make(self) -> None:
        """Make the folder and what every process needs in it."""
        for folder in (self.root, self.run, self.logs):
            folder.mkdir(parents=True, exist_ok=True)

    def secret(self) -> str:
        """The key that signs sessions: ARREARS_SECRET_KEY, else the file, made on first use and readable by its owner only."""
        return os.environ.get("ARREARS_SECRET_KEY") or _kept(self.root / "secret.key", lambda: secrets.token_urlsafe(64))

    def demo_password(self) -> str:
        """The password of the invented people of a demonstration, made on first use."""
        return _kept(self.root / "demo-password", lambda: secrets.token_hex(8))

    def installation(self) -> str:
        """A short name of this installation, the same for its whole life."""
        return _kept(self.root / "installation", lambda: secrets.token_hex(4))


def _kept(path: Path, make: Callable[[], str]) -> str:
    """What a small private file holds; made once, by whoever comes first."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        beside.touch(mode=0o600)
        beside.write_text(make())
        try:
            os.link(beside, path)  # whoever is second keeps the first one's
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    return path.read_text().strip()
