"""One function that locks a person and then, in a statement of its own, loads everything the gate asks about.

It is VOLATILE, so that each statement in it sees what was committed when that statement began: the load sees what the lock waited for.
Lock and load in one statement would count before it waits. Plans are generic: the statement is long, and planning it costs more than running it.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_FORWARD = """
create function contacts_seen(p_person uuid, p_loan text, p_now timestamptz, p_own uuid, p_team uuid[],
  out seen text, out salt bytea)
language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  -- the person, and the debtor where that is somebody else, always in one order
  perform 1 from people_person p
  where p.id = any(array[p_person, (select debtor_id from people_loan where id = p_loan)])
  order by p.id
  for update;

  with d as materialized (select debtor_id as id from people_loan where id = p_loan),
  w as materialized (select p_person::uuid as id union select id from d)
  select json_build_array(
    (select id from d),
    (select json_agg(json_build_array(
        p.id, p.zones, p.region, p.prefers, p.capacity, p.died_on, p.offered_to_pay_at, p.asked_for_help_at, p.declined_visit_at,
        (select json_agg(json_build_array(a.id, a.channels, a.confirmed, a.valid, a.under_review) order by a.id)
           from people_address a where a.person_id = p.id and a.ended_at is null),
        (select json_agg(json_build_array(c.id, c.kind, c.channel, c.opens, c.closes, c.given_at, c.withdrawn_at) order by c.id)
           from people_consent c where c.person_id = p.id and c.kind in ('hours', 'location', 'record', 'credit', 'entry')),
        (select json_agg(json_build_array(r.channel, r.said_at, r.withdrawn_at) order by r.id)
           from people_refusal r where r.person_id = p.id),
        (select json_build_array(v.representative_id, v.kind, v.since_at, v.until_at)
           from people_representation v where v.person_id = p.id and (v.until_at is null or v.until_at > p_now)
           order by v.since_at desc limit 1),
        (select json_build_array(i.court, i.accepted_on, i.region, i.ended_on)
           from people_insolvency i where i.person_id = p.id order by i.accepted_on desc limit 1),
        (select json_agg(g.sign order by g.id) from people_sign g where g.person_id = p.id and g.cleared_at is null)
      ))
      from people_person p where p.id in (select id from w) and p.erased_at is null),
    (select json_build_array(y.role, y.liable_by, y.estate_fen, y.renounced)
       from people_party y
       where y.debtor_id = (select id from d) and y.person_id = p_person and (y.loan_id = p_loan or y.loan_id is null)
         and (y.until_at is null or y.until_at > p_now)
       order by y.role = 'reference', y.since_at limit 1),
    (select json_agg(json_build_array(
        l.id, s.overdue_fen, s.close_on, s.oldest_due_on, s.days_past_due, s.live_at, s.promise_made_at, s.promise_by_on,
        s.limitation_ends_on, s.acceleration_clause,
        (select json_agg(json_build_array(n.purpose, n.channel, n.at, n.delivered_at) order by n.at)
           from contacts_contact n
           where n.loan = l.id and n.person = l.debtor_id
             and n.purpose in ('overdue_notice', 'credit_notice', 'acceleration_notice', 'legal_notice', 'handoff_notice'))
      ) order by l.id)
      from people_loan l left join contacts_standing s on s.loan = l.id
      where l.debtor_id = (select id from d) and (l.ended_on is null or l.id = p_loan)),
    (select json_agg(json_build_array(h.at, h.person, h.channel, h.direction, h.outcome, h.purpose, h.address, h.by, h.account, h.until))
      from (
        (select at, person, channel, 'out' as direction, outcome, purpose, address, by, account, null::timestamptz as until
           from contacts_contact where person in (select id from w) and outcome <> 'not_sent' and id is distinct from p_own::uuid order by at desc limit 400)
        union all
        (select granted_at, person, channel, 'out', 'pending', purpose, address, 'own', null, expires_at
           from contacts_permit where person in (select id from w) and state = 'granted' and id is distinct from p_own::uuid)
        union all
        (select at, person, channel, 'in', 'answered', null, address, 'own', null, null
           from contacts_inbound where person in (select id from w) order by at desc limit 50)
      ) h),
    (select json_agg(json_build_array(h.kind, h.from_on, h.to_on, nullif(h.loan, '')) order by h.id)
       from contacts_hold h where h.person in (select id from w)),
    (select json_agg(json_build_array(
        u.id, u.person, u.roles, f.trained_on, f.agency_id, f.visits_barred, f.id_valid_until, f.record_clean, f.confidentiality,
        f.device_registered, f.barred_known,
        (select json_agg(b.person_id) from people_bar b where b.staff_id = u.person and (b.until_at is null or b.until_at > p_now))
      ) order by u.id)
      from people_user u left join people_staffprofile f on f.person = u.person where u.id = any(p_team::uuid[])),
    (select json_build_array(a.id, a.name, a.listed, a.evaluated_on, a.contract_until, a.data_contract, o.notice_delivered_at)
       from people_handoff o join people_agency a on a.id = o.agency_id where o.loan_id = p_loan and o.recalled_at is null)
  )::text into seen;
  select p.salt into salt from people_person p where p.id = p_person;
end $$;
"""
_BACK = "drop function contacts_seen(uuid, text, timestamptz, uuid, uuid[]);"


class Migration(migrations.Migration):
    """See the module."""

    dependencies: ClassVar = [("contacts", "0002_guards"), ("people", "0002_people_loans_and_addresses")]
    operations: ClassVar = [migrations.RunSQL(_FORWARD, _BACK)]
