"""Nothing is taken by force: S109."""

from __future__ import annotations

import pytest

from arrears.gate.tests import kit_acts


@pytest.mark.behaviour("S109", part="the request arrives in desk.recovery")
@pytest.mark.parametrize("house", [True, False])
@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        pytest.param({}, True, id="cn.repo.noforce-neither"),
        pytest.param({"court_act": "", "consent_now": ""}, True, id="cn.repo.noforce-empty"),
        pytest.param({"court_act": "(2026)粤01执1号"}, False, id="cn.repo.noforce-court"),
        pytest.param({"consent_now": "signed 2026-10-20 10:00"}, False, id="cn.repo.noforce-consent_now"),
    ],
)
def test_a_vehicle_is_taken_only_with_a_court_act_or_consent_given_now(changes, refused, house):
    answer = kit_acts.answer(kit_acts.step("take_vehicle", **changes), house=house)
    assert [(each.code, each.rule) for each in answer.findings] == ([("DENY_NO_FORCE", "cn.repo.noforce")] if refused else [])


@pytest.mark.behaviour("S109", part="the request arrives in desk.recovery")
def test_the_refusal_names_the_lawful_ways_and_time_does_not_help():
    answer = kit_acts.answer(kit_acts.step("take_vehicle"))
    assert "a court's procedure" in answer.reason.en
    assert "法院程序" in answer.reason.zh
    assert answer.next_allowed is None


def test_a_clause_or_a_registered_mortgage_is_no_ground():
    assert kit_acts.found(kit_acts.step("take_vehicle"), loan={"registered": True, "acceleration_clause": True}) != []
