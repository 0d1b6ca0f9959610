"""The rules compiled for one policy and one engine, and kept between processes."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from copy import copy
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock

import ibis

from arrears.book import columns as columns_module
from arrears.book.close.engine import Engine
from arrears.book.close.lean import lean
from arrears.book.rules.policy import Policy
from arrears.book.rules.tables import STAGES


@cache
def rules_version() -> str:
    """Twelve hexadecimal digits that change with any rule, column list or version of the compiler."""
    digest = hashlib.sha256(f"{ibis.__version__} {version('sqlglot')}".encode())
    folder = Path(columns_module.__file__).parent
    for file in [folder / "columns.py", folder / "close" / "lean.py", *sorted((folder / "rules").glob("*.py"))]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


class Programme:
    """The rules compiled for one policy and one engine; each stage is compiled at its first use and kept.

    Parameters
    ----------
    engine : where the tables are
    policy : the settings that shape the expressions
    folder : where compiled rules are kept between processes; None = nowhere. A file is named by all that shapes the text
    """

    def __init__(self, engine: Engine, policy: Policy, folder: Path | None = None) -> None:
        self.engine = engine
        self.policy = policy
        self._kept = folder / f"{engine.dialect}-{policy.version}-{rules_version()}.json" if folder else None
        self._sql: dict[str, str] = self._read()
        self._written = len(self._sql)
        self._lock = Lock()

    def beside(self, engine: Engine) -> Programme:
        """The same rules on another engine of the same dialect, for a thread of its own; what one compiles the other has."""
        other = copy(self)
        other.engine = engine
        return other

    def _read(self) -> dict[str, str]:
        if self._kept is None or not self._kept.exists():
            return {}
        try:
            told: dict[str, str] = json.loads(self._kept.read_text())
        except (OSError, ValueError):  # a cache that cannot be read is made again
            return {}
        return told

    def sql(self, name: str) -> str:
        """SQL text of a stage in the engine's dialect."""
        with self._lock:
            if name not in self._sql:
                stage = STAGES[name]
                self._sql[name] = str(ibis.to_sql(lean(stage.state(self.policy), list(stage.columns)), dialect=self.engine.dialect))
        return self._sql[name]

    def keep(self) -> None:
        """Write the compiled rules where the next process finds them, if there are new ones."""
        if self._kept is None or len(self._sql) == self._written:
            return
        with suppress(OSError):  # on a disk that cannot be written, they are compiled again
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._kept.with_suffix(f".{os.getpid()}")
            fresh.write_text(json.dumps(self._sql))
            fresh.replace(self._kept)
        self._written = len(self._sql)

    def run(self, *names: str) -> None:
        """Make the tables of these stages, in order."""
        for name in names:
            if STAGES[name].passing:
                self.engine.view(name, self.sql(name))
            else:
                self.engine.make(name, self.sql(name), STAGES[name].columns)

    def count(self, name: str) -> int:
        """Rows that a stage would have."""
        return int(str(self.engine.fetch(f"SELECT count(*) FROM ({self.sql(name)}) AS told")[0][0]))
