"""The scheduler: one process that looks at the clock twice a second."""

from __future__ import annotations

import logging
import signal
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from arrears.audit.verify import AuditError

_LOG = logging.getLogger("arrears.desk.scheduler")


class Command(BaseCommand):
    """Number staged leaves within a second; start what the schedule says."""

    help = "Run the scheduler until it is told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        """Turn until SIGTERM; a database that is away is waited for."""
        from arrears.desk import clock, schedule
        from arrears.desk.journal import sequencer
        from arrears.desk.tasks import queue

        self.going = True
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        log = sequencer.open_log(settings.PLACES.audit, settings.AUDIT_ORIGIN)
        while self.going:
            try:
                while sequencer.turn(log) == sequencer.BATCH:
                    pass
                schedule.start_due(clock.now(), queue)
            except DatabaseError as error:
                _LOG.warning("the database is away: %s", str(error).split("\n", 1)[0])
                connection.close()
                time.sleep(1.0)
            except AuditError as error:
                _LOG.error("the audit log takes nothing: %s", error.en)
                time.sleep(5.0)
            time.sleep(0.4)

    def _stop(self, number: int, frame: object) -> None:
        self.going = False
