"""Who looked at what stays written, whoever asks."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_FORWARD = """
create trigger people_reveal_row before update or delete on people_reveal for each row execute function journal_refuse();
create trigger people_reveal_all before truncate on people_reveal for each statement execute function journal_refuse();
"""

_BACK = """
drop trigger people_reveal_row on people_reveal;
drop trigger people_reveal_all on people_reveal;
"""


class Migration(migrations.Migration):
    """See the module."""

    dependencies: ClassVar = [("people", "0002_people_loans_and_addresses"), ("journal", "0002_append_only")]
    operations: ClassVar = [migrations.RunSQL(_FORWARD, _BACK)]
