"""What the sign-in library asks of us: nobody signs up, and the secret of a second factor is encrypted like personal data."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from arrears.desk.people import cipher


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False


class MFAAdapter(DefaultMFAAdapter):
    """Secrets lie in the database under the field key."""

    def encrypt(self, text: str) -> str:
        """The secret as it lies in the database."""
        return cipher.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret in clear."""
        return cipher.unseal(encrypted_text)

    def get_totp_label(self, user: Any) -> str:
        """The account, not its mail address: what a telephone shows."""
        return str(user.username)
