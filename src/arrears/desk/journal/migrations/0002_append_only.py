"""Triggers that refuse to change or delete what was written, whoever asks."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_FORWARD = """
create function journal_refuse() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;

create trigger journal_event_row before update or delete on journal_event for each row execute function journal_refuse();
create trigger journal_event_all before truncate on journal_event for each statement execute function journal_refuse();

create function journal_leaf_numbered() returns trigger language plpgsql as $$
begin
  if old.number is not null or new.number is null
     or (new.id, new.leaf_id, new.kind, new.body, new.staged_at) is distinct from (old.id, old.leaf_id, old.kind, old.body, old.staged_at) then
    raise exception 'a staged leaf changes once, when it gets its number' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create trigger journal_leaf_row before update on journal_stagedleaf for each row execute function journal_leaf_numbered();
create trigger journal_leaf_gone before delete on journal_stagedleaf for each row execute function journal_refuse();
create trigger journal_leaf_all before truncate on journal_stagedleaf for each statement execute function journal_refuse();
"""

_BACK = """
drop trigger journal_event_row on journal_event;
drop trigger journal_event_all on journal_event;
drop trigger journal_leaf_row on journal_stagedleaf;
drop trigger journal_leaf_gone on journal_stagedleaf;
drop trigger journal_leaf_all on journal_stagedleaf;
drop function journal_leaf_numbered();
drop function journal_refuse();
"""


class Migration(migrations.Migration):
    """See the module."""

    dependencies: ClassVar = [("journal", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(_FORWARD, _BACK)]
