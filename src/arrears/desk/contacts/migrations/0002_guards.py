"""What the database itself guards: no contact without a used permit for just that, and tables that only grow."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_FORWARD = """
-- a contact is made of a used permit, with the same person, loan, channel, purpose, address and wording; and such a permit stays used
alter table contacts_contact add constraint contact_has_used_permit
  foreign key (id, permit_state, person, loan, channel, purpose, address, wording_hash)
  references contacts_permit (id, state, person, loan, channel, purpose, address, wording_hash);

-- whose row is locked while the gate is asked (for update) cannot get a hold, a figure or a word in between: each of these refers to it
alter table contacts_contact add constraint contact_of_person foreign key (person) references people_person (id);
alter table contacts_hold add constraint hold_of_person foreign key (person) references people_person (id);
alter table contacts_standing add constraint standing_of_person foreign key (person) references people_person (id);
alter table contacts_inbound add constraint inbound_of_person foreign key (person) references people_person (id);

create function contacts_permit_moves() returns trigger language plpgsql as $$
begin
  if old.state <> 'granted' or new.state = 'granted'
     or (new.id, new.person, new.loan, new.channel, new.purpose, new.address, new.wording_hash, new.granted_at, new.expires_at)
        is distinct from
        (old.id, old.person, old.loan, old.channel, old.purpose, old.address, old.wording_hash, old.granted_at, old.expires_at)
  then
    raise exception 'a permit changes once, from granted to used, expired or withdrawn' using errcode = 'restrict_violation';
  end if;
  if new.state = 'used' and (new.state_at > old.expires_at or new.state_at < old.granted_at) then
    raise exception 'a permit is used between % and %', old.granted_at, old.expires_at using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create function contacts_contact_moves() returns trigger language plpgsql as $$
begin
  if (new.id, new.permit_state, new.person, new.loan, new.channel, new.purpose, new.address, new.wording_hash, new."by",
      new.account, new.at)
     is distinct from
     (old.id, old.permit_state, old.person, old.loan, old.channel, old.purpose, old.address, old.wording_hash, old."by",
      old.account, old.at) then
    raise exception 'of a contact only what became of it changes' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create function contacts_hold_moves() returns trigger language plpgsql as $$
begin
  if old.ended_at is not null or new.ended_at is null
     or (new.id, new.person, new.loan, new.kind, new.from_on, new.reason, new.subject, new.opened_at, new.opened_by)
        is distinct from (old.id, old.person, old.loan, old.kind, old.from_on, old.reason, old.subject, old.opened_at, old.opened_by) then
    raise exception 'a hold changes once, when it is ended' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create function contacts_inbound_moves() returns trigger language plpgsql as $$
begin
  if old.person is not null or new.person is null
     or (new.id, new.ref, new.at, new.channel, new.address, new.sealed, new.answers, new.found)
        is distinct from (old.id, old.ref, old.at, old.channel, old.address, old.sealed, old.answers, old.found) then
    raise exception 'of what came in only whose it is may be told later, once' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create function contacts_attempt_moves() returns trigger language plpgsql as $$
begin
  if (new.id, new.client_id, new.channel) is distinct from (old.id, old.client_id, old.channel)
     or new.hands < old.hands or (new.state = 'sending' and old.state <> 'sending' and new.channel <> 'email')
     or (old.state in ('closed', 'failed') and new.state <> old.state and not (old.state = 'failed' and new.state in ('sent', 'closed'))) then
    raise exception 'an attempt goes on, never back: % to %', old.state, new.state using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create trigger contacts_permit_row before update on contacts_permit for each row execute function contacts_permit_moves();
create trigger contacts_contact_row before update on contacts_contact for each row execute function contacts_contact_moves();
create trigger contacts_hold_row before update on contacts_hold for each row execute function contacts_hold_moves();
create trigger contacts_inbound_row before update on contacts_inbound for each row execute function contacts_inbound_moves();
create trigger contacts_attempt_row before update on contacts_attempt for each row execute function contacts_attempt_moves();
create trigger contacts_answer_row before update or delete on contacts_answer for each row execute function journal_refuse();
create trigger contacts_outcome_row before update or delete on contacts_outcome for each row execute function journal_refuse();
"""
_KEPT = ("permit", "contact", "hold", "inbound", "attempt")
_WHOLE = (*_KEPT, "answer", "outcome")
_FORWARD += "".join(
    f"create trigger contacts_{each}_gone before delete on contacts_{each} for each row execute function journal_refuse();\n"
    for each in _KEPT
)
_FORWARD += "".join(
    f"create trigger contacts_{each}_all before truncate on contacts_{each} for each statement execute function journal_refuse();\n"
    for each in _WHOLE
)
_BACK = "alter table contacts_contact drop constraint contact_has_used_permit;\n"
_BACK += "".join(f"alter table contacts_{each} drop constraint {each}_of_person;\n" for each in ("contact", "hold", "standing", "inbound"))
_BACK += "".join(
    f"drop trigger contacts_{each}_row on contacts_{each}; drop trigger contacts_{each}_all on contacts_{each};\n" for each in _WHOLE
)
_BACK += "".join(f"drop trigger contacts_{each}_gone on contacts_{each};\n" for each in _KEPT)
_BACK += "".join(f"drop function contacts_{each}_moves();\n" for each in _KEPT)


class Migration(migrations.Migration):
    """See the module."""

    dependencies: ClassVar = [("contacts", "0001_initial"), ("journal", "0002_append_only"), ("people", "0002_people_loans_and_addresses")]
    operations: ClassVar = [migrations.RunSQL(_FORWARD, _BACK)]
