"""Signing in: by password, with a second factor, locked out after failures, and never by a form from elsewhere."""

from __future__ import annotations

import re
from typing import Any

import pyotp
import pytest
from django.test import Client
from django.urls import reverse

from arrears.desk.testing import PASSWORD

pytestmark = pytest.mark.django_db


def _sign_in(client: Client, username: str, password: str) -> Any:
    return client.post(reverse("account_login"), {"login": username, "password": password})


def test_password_lets_in(collector: Any) -> None:
    client = Client()
    assert _sign_in(client, "zhou.ning", PASSWORD).status_code == 302
    assert client.get("/").status_code == 200


def test_wrong_password_does_not(collector: Any) -> None:
    client = Client()
    assert _sign_in(client, "zhou.ning", "not-the-password").status_code == 200
    assert client.get("/").status_code == 302


def test_closed_account_does_not(account: Any) -> None:
    account("collector", "gone", is_active=False)
    client = Client()
    _sign_in(client, "gone", PASSWORD)
    assert client.get("/").status_code == 302


def test_five_failures_lock_the_account_even_for_the_right_password(collector: Any) -> None:
    client = Client()
    for _ in range(5):
        _sign_in(client, "zhou.ning", "not-the-password")
    _sign_in(client, "zhou.ning", PASSWORD)
    assert client.get("/").status_code == 302


def test_nobody_signs_up(db: None) -> None:
    assert Client().get(reverse("account_signup")).status_code == 403


def _set_up(client: Client) -> str:
    """Set a second factor up as a person does; returns its secret."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'id="authenticator_secret" readonly value="([A-Z2-7]+)"', page)[1]
    assert client.post(reverse("mfa_activate_totp"), {"code": pyotp.TOTP(secret).now()}).status_code == 302
    return secret


def test_second_factor_is_asked_for(collector: Any) -> None:
    client = Client()
    _sign_in(client, "zhou.ning", PASSWORD)
    secret = _set_up(client)
    other = Client()
    answer = _sign_in(other, "zhou.ning", PASSWORD)
    assert answer.url == reverse("mfa_authenticate")
    assert other.get("/").status_code == 302
    later = pyotp.TOTP(secret).generate_otp(pyotp.TOTP(secret).timecode(_instant()) + 1)
    assert other.post(reverse("mfa_authenticate"), {"code": "000000" if later != "000000" else "111111"}).status_code == 200


def _instant() -> Any:
    from arrears.desk import clock

    return clock.now()


def test_code_that_set_it_up_is_used_up(collector: Any) -> None:
    client = Client()
    _sign_in(client, "zhou.ning", PASSWORD)
    secret = _set_up(client)
    other = Client()
    _sign_in(other, "zhou.ning", PASSWORD)
    other.post(reverse("mfa_authenticate"), {"code": pyotp.TOTP(secret).now()})
    assert other.get("/").status_code == 302


def test_secret_is_not_in_the_database_in_clear(collector: Any) -> None:
    from allauth.mfa.models import Authenticator

    client = Client()
    _sign_in(client, "zhou.ning", PASSWORD)
    secret = _set_up(client)
    kept = Authenticator.objects.get(user=collector, type="totp").data["secret"]
    assert secret not in kept


def test_staff_without_second_factor_can_only_set_it_up(collector: Any, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    client = Client()
    _sign_in(client, "zhou.ning", PASSWORD)
    assert client.get("/").url == reverse("mfa_activate_totp")


def test_form_from_elsewhere_changes_nothing(collector: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = _sign_in(client, "zhou.ning", PASSWORD)
    assert answer.status_code == 403
    assert "重新打开表单" in answer.content.decode()
