"""Addresses of contacts."""

from __future__ import annotations

from django.urls import path, re_path

from arrears.desk.contacts import views

app_name = "contacts"
_NAME = r"(?P<name>[a-z_]+/\d{4}-\d{2}-\d{2}\.\w+)"
urlpatterns = [
    path("", views.decisions, name="decisions"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/again/<uuid:intent>/", views.send_again, name="send_again"),
    path("outbox/close/<uuid:attempt>/", views.close_attempt, name="close_attempt"),
    path("outbox/done/<uuid:task>/", views.done, name="done"),
    path("wording/", views.wordings, name="wordings"),
    re_path(rf"^wording/{_NAME}/$", views.wording, name="wording"),
    re_path(rf"^wording/{_NAME}/ask/$", views.ask_wording, name="ask_wording"),
    re_path(rf"^wording/{_NAME}/decide/$", views.decide_wording, name="decide_wording"),
    path("holds/<uuid:person>/", views.holds, name="holds"),
    path("hold/<uuid:hold>/end/", views.end, name="end_hold"),
    re_path(r"^back/(?P<form>sms/generic|calls|mail)$", views.callback, name="callback"),
    re_path(r"^back/(?P<token>[\w-]{16,80})/(?P<form>sms/(?:aliyun|tencent))$", views.callback, name="cloud_callback"),
]
