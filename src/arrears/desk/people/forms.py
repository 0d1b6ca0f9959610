"""Forms: signing in where it differs from the library, looking at a value, a document."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as LibraryLoginForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arrears.desk.people.models.papers import DOCUMENTS
from arrears.desk.people.services.reveals import REASONS
from arrears.desk.people.tricks import trick


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


class RevealForm(forms.Form):
    """Why somebody looks at a value in clear."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose a reason")), *REASONS.items()])
    note = forms.CharField(label=_("Note"), max_length=200, required=False, help_text=_("Needed for another reason."))

    def clean(self) -> dict[str, Any]:
        """Another reason is written down, in words that are what they look like."""
        told = super().clean() or {}
        note = (told.get("note") or "").strip()
        if told.get("reason") == "other" and len(note) < 5:
            self.add_error("note", _("Write the reason down, in five characters or more."))
        if trick(note, lines=True):
            self.add_error("note", _("The note holds signs that are not allowed: < > or invisible ones."))
        return told


class DocumentForm(forms.Form):
    """One document about a person or one of their loans."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(DOCUMENTS.items()))
    loan = forms.CharField(label=_("Loan"), required=False, max_length=64)
    file = forms.FileField(label=_("File"), allow_empty_file=True)
