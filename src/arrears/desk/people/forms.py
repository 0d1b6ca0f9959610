"""Forms of signing in that differ from the library's."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as LibraryLoginForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class LoginForm(LibraryLoginForm):
    """Without the offer to mail a new password: an administrator sets one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        self.fields["login"].label = _("Account")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SetUpFactorForm(ActivateTOTPForm):
    """The code that sets a second factor up is used up by it: the library would let it sign in once more."""

    def clean_code(self) -> str:
        """The code, marked as used."""
        code = super().clean_code()
        if not TOTP(Authenticator(user=self.user))._mark_code_used(code):
            raise ValidationError(_("This code was used already. Wait for the next one."))
        return str(code)
