"""What the sign-in library asks of us: nobody signs up, secrets are encrypted, an activation code is used up."""

from __future__ import annotations

import base64
import os
from importlib import import_module
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest

_BOUND = b"mfa_authenticator.data"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted by the module that MFA_CIPHER names."""

    def encrypt(self, text: str) -> str:
        """The secret as it lies in the database."""
        return str(import_module(settings.MFA_CIPHER).seal(text))

    def decrypt(self, encrypted_text: str) -> str:
        """The secret in clear."""
        return str(import_module(settings.MFA_CIPHER).unseal(encrypted_text))

    def get_totp_label(self, user: Any) -> str:
        """The account, not its mail address: what a telephone shows."""
        return str(user.username)


def _key() -> bytes:
    return HKDF(SHA256(), 32, None, b"arrears second factor").derive(settings.SECRET_KEY.encode())


def seal(text: str) -> str:
    """Encrypt under a key derived from the session key; a field key may take its place (MFA_CIPHER)."""
    nonce = os.urandom(12)
    return base64.b64encode(nonce + AESGCM(_key()).encrypt(nonce, text.encode(), _BOUND)).decode()


def unseal(sealed: str) -> str:
    """The clear text; cryptography's InvalidTag where the key is another one or the text was changed."""
    data = base64.b64decode(sealed)
    return AESGCM(_key()).decrypt(data[:12], data[12:], _BOUND).decode()
