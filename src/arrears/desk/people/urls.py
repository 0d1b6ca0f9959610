"""Addresses of people."""

from __future__ import annotations

from django.urls import path

from arrears.desk.people import views

app_name = "people"
urlpatterns = [
    path("", views.list_, name="list"),
    path("<uuid:person>/", views.show, name="show"),
    path("<uuid:person>/documents/", views.add_document_, name="add_document"),
    path("reveal/<str:field>/<uuid:row>/", views.reveal_, name="reveal"),
    path("address/<uuid:address>/confirm/", views.confirm, name="confirm_address"),
    path("document/<uuid:document>/", views.document, name="document"),
]
