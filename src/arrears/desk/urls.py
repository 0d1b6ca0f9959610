"""Every address of the Desk. Each URL name needs its row in permissions.py."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from arrears.desk import pages

urlpatterns = [
    path("", pages.today, name="today"),
    path("healthz", pages.healthz, name="healthz"),
    path("language/", set_language, name="set_language"),
    path("theme/", pages.set_theme, name="set_theme"),
    path("people/", include("arrears.desk.people.urls")),
    path("contacts/", include("arrears.desk.contacts.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/factor/", include("allauth.mfa.urls")),
]

handler400 = pages.malformed
handler404 = pages.missing
handler500 = pages.failed
