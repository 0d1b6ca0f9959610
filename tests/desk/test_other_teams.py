"""Another team's data: whoever works for one team asks for a person of another one, at every address, in vain."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from arrears.desk import clock, permissions
from arrears.desk.people.models import Agency, HandOff, Team
from arrears.desk.people.testing import LinYuan, lin_yuan
from desk.test_doorman import ADDRESSES
from desk.things import HERS, THINGS

pytestmark = pytest.mark.django_db
# whose reach is their own team, by the rows that say `team`
BOUND = (permissions.COLLECTOR, permissions.TEAM_LEAD, permissions.FIELD_OFFICER, permissions.AGENCY)
REACHING = {name: line for name, line in permissions.TABLE.items() if line.reach in ("team", "own") and ":" in name}


def _names_something(name: str) -> bool:
    return bool(ADDRESSES[name].pattern.converters)


@pytest.fixture
def lin() -> LinYuan:
    return lin_yuan(dt.datetime(2026, 8, 1, 9, tzinfo=clock.ZONE), "一组")


def _stranger(role: str, account: Any) -> Any:
    """Somebody with a role, in team two; an agency's people in an agency that has another's loans."""
    user = account(role, f"far-{role}".replace("_", "-"), team="二组")
    if role == permissions.AGENCY:
        agency = Agency.objects.create(id="A-2", name="远山催收")
        Team.objects.filter(pk=user.team_id).update(agency=agency.pk)
        user.refresh_from_db()
    return user


def test_every_address_that_names_something_has_one_to_ask_for() -> None:
    assert {name for name in REACHING if _names_something(name)} - set(THINGS) == set()


@pytest.mark.parametrize("role", BOUND)
@pytest.mark.parametrize("name", sorted(THINGS))
def test_thing_of_another_team_does_not_exist(name: str, role: str, lin: LinYuan, account: Any, signed_in: Any) -> None:
    address, line = reverse(name, kwargs=THINGS[name](lin)), permissions.TABLE[name]
    browser = signed_in(_stranger(role, account))
    for method, allowed in (("get", line.read), ("post", line.write)):
        answer = getattr(browser, method)(address)
        expected = {404, 405} if role in allowed else {403}  # 405: the page does not take this method from anybody
        assert answer.status_code in expected, f"{method} {address}"


@pytest.mark.parametrize("role", BOUND)
@pytest.mark.parametrize("name", sorted(name for name in {"today", *REACHING} if not _names_something(name)))
def test_list_shows_nothing_of_another_team(name: str, role: str, lin: LinYuan, account: Any, signed_in: Any) -> None:
    if role not in permissions.TABLE[name].read:
        return
    page = signed_in(_stranger(role, account)).get(reverse(name)).content.decode()
    assert [hers(lin) for hers in HERS if hers(lin) in page] == []


def test_own_team_sees_her(lin: LinYuan, collector: Any, signed_in: Any) -> None:
    assert signed_in(collector).get(reverse("people:show", kwargs={"person": lin.person.pk})).status_code == 200


def test_agency_sees_her_from_the_hand_over_to_the_recall(lin: LinYuan, account: Any, signed_in: Any) -> None:
    browser = signed_in(_stranger(permissions.AGENCY, account))
    address = reverse("people:show", kwargs={"person": lin.person.pk})
    handed = HandOff.objects.create(loan=lin.loan, agency_id="A-2", since_at=clock.now())
    assert browser.get(address).status_code == 200
    handed.recalled_at = clock.now()
    handed.save()
    assert browser.get(address).status_code == 404
