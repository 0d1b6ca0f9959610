"""A process of its own for the test that kills: `python appending.py ROOT` adds leaves 0 to 199 of `logs.leaf`, five a write.

It prints the ids of each five once they are acknowledged.
"""

from __future__ import annotations

import sys
from itertools import batched
from pathlib import Path

from arrears.audit.log import open_folder
from arrears.audit.tests.logs import leaf

log = open_folder(Path(sys.argv[1]))
for five in batched(map(leaf, range(200)), 5):
    log.append(list(five))
    sys.stdout.write("".join(f"{each['id']}\n" for each in five))
    sys.stdout.flush()
