"""What pages of contacts take."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

HOLDS = {
    "conduct_complaint": _("complaint about conduct"),
    "dispute": _("dispute"),
    "death": _("death"),
    "insolvency": _("insolvency"),
    "representative": _("representative"),
    "hardship": _("hardship review"),
    "illness": _("illness"),
    "bereavement": _("bereavement"),
    "disaster": _("disaster"),
    "distress": _("distress"),
    "vulnerability": _("vulnerability"),
    "safety": _("safety"),
    "legal": _("legal"),
    "plan": _("active plan"),
}


class HoldForm(forms.Form):
    """Open a hold."""

    kind = forms.ChoiceField(label=_("What it is about"), choices=list(HOLDS.items()))
    loan = forms.ChoiceField(label=_("Loan"), required=False)
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, loans: list[str], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["loan"].choices = [("", _("Every loan")), *((each, each) for each in loans)]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """A reason, to be kept."""

    reason = forms.CharField(max_length=300)


class OutcomeForm(forms.Form):
    """What a person found out about a message."""

    outcome = forms.ChoiceField(choices=[("delivered", "delivered"), ("undeliverable", "undeliverable"), ("not_sent", "not_sent")])


class DecisionForm(forms.Form):
    """Yes or no to a wording; a no says why."""

    decision = forms.ChoiceField(choices=[("approve", "approve"), ("refuse", "refuse")])
    note = forms.CharField(max_length=300, required=False)

    def clean(self) -> dict[str, str]:
        """A refusal has a reason."""
        told: dict[str, str] = super().clean() or {}
        if told.get("decision") == "refuse" and not told.get("note", "").strip():
            raise forms.ValidationError(_("Say why it is refused."))
        return told
