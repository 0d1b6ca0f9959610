"""Pages of contacts: today's decisions, the outbox, wordings, holds; and the door for providers that call back."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arrears.desk import clock
from arrears.desk.contacts import approve, doubts, inbound, receipts, send, shown, texts
from arrears.desk.contacts.delivery import reports, signing
from arrears.desk.contacts.forms import HOLDS, DecisionForm, HoldForm, OutcomeForm, ReasonForm
from arrears.desk.contacts.holds import end_hold, end_task, open_hold
from arrears.desk.contacts.models import Attempt, Hold, Intent, Task
from arrears.desk.contacts.ways import ways
from arrears.desk.people.models import Loan, User
from arrears.desk.people.reach import persons_of

_LOG = logging.getLogger("arrears.desk.contacts")
_LARGEST = 4 << 20


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """What was permitted and refused on a day, each with its reason, and what came of it."""
    day = _day(request.GET.get("day", ""))
    only = request.GET.get("only", "")
    user = _user(request)
    rows = shown.decisions(user, day, only, None)
    choices = [("", _("All")), ("yes", _("Permitted")), ("no", _("Refused")), ("person", _("A person decides"))]
    context = {
        "day": day,
        "only": only,
        "rows": rows,
        "counts": shown.counts(user, day),
        "choices": choices,
        "is_today": day == clock.today(),
    }
    return render(request, "contacts/decisions.html", context)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text) if text else clock.today()
    except ValueError:
        raise Http404 from None


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """What is on its way, what waits, and what a person must look at."""
    return render(request, "contacts/outbox.html", shown.outbox(_user(request), clock.now()))


def _mine(request: HttpRequest, person: Any) -> None:
    if person is not None and not persons_of(_user(request)).filter(pk=person).exists():
        raise Http404


@require_POST
def send_again(request: HttpRequest, intent: UUID) -> HttpResponse:
    """Try again what failed; its permit is asked anew."""
    row = get_object_or_404(Intent, pk=intent)
    _mine(request, row.person)
    if send.send_again(row, clock.now(), request.user):
        messages.success(request, _("It waits for its sending again; the gate is asked anew."))
    else:
        messages.warning(request, _("Nothing was changed: it is under way already."))
    return redirect("contacts:outbox")


@require_POST
def close_attempt(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Write down what became of a message nobody was sure of."""
    row = get_object_or_404(Attempt.objects.select_related("contact"), pk=attempt)
    _mine(request, row.contact.person)
    form = OutcomeForm(request.POST)
    if not form.is_valid() or not doubts.close_attempt(row, form.cleaned_data["outcome"], clock.now(), request.user):
        messages.warning(request, _("Nothing was changed: it is settled already."))
    else:
        Task.objects.filter(key=f"uncertain:{row.pk}", done_at=None).update(done_at=clock.now(), done_by=_user(request).pk)
        messages.success(request, _("Recorded. Nothing is sent for it."))
    return redirect("contacts:outbox")


@require_POST
def done(request: HttpRequest, task: UUID) -> HttpResponse:
    """Somebody has looked at what waited."""
    row = get_object_or_404(Task, pk=task)
    _mine(request, row.person)
    end_task(row, clock.now(), request.user, request.POST.get("note", "")[:300])
    return redirect("contacts:outbox")


@require_safe
def wordings(request: HttpRequest) -> HttpResponse:
    """Every wording with its state."""
    today = clock.today()
    rows = [
        {
            "wording": each,
            "kind": shown.purpose_name(each.kind),
            "approval": approve.state_of(each),
            "channels": map(shown.channel_name, each.channels),
            "in_use": approve.in_use(each.kind, each.locale, today) == each,
        }
        for each in texts.shelf()
    ]
    return render(request, "contacts/wordings.html", {"rows": rows})


def _wording(name: str) -> texts.Wording:
    try:
        return texts.find(name)
    except texts.WordingProblem:
        raise Http404 from None


@require_safe
def wording(request: HttpRequest, name: str) -> HttpResponse:
    """One wording as a person would read it, what the linters say, and its approval."""
    found = _wording(name)
    chinese = (request.LANGUAGE_CODE or "").startswith("zh")  # type: ignore[attr-defined]
    judged = [
        {"judged": each, "channel": shown.channel_name(each.channel), "says": [zh if chinese else en for zh, en in each.says]}
        for each in approve.judged(found, clock.today())
    ]
    context = {
        "wording": found,
        "kind": shown.purpose_name(found.kind),
        "judged": judged,
        "approval": approve.state_of(found),
        "places": texts.PLACES,
    }
    return render(request, "contacts/wording.html", context)


@require_POST
def ask_wording(request: HttpRequest, name: str) -> HttpResponse:
    """Ask for its approval."""
    _wording(name)
    try:
        approve.ask_approval(name, clock.now(), request.user)
        messages.success(request, _("A second person is asked to approve it."))
    except approve.NotApprovable as problem:
        messages.warning(request, str(problem))
    return redirect("contacts:wording", name=name)


@require_POST
def decide_wording(request: HttpRequest, name: str) -> HttpResponse:
    """Approve or refuse it; not one's own."""
    approval = approve.state_of(_wording(name))
    form = DecisionForm(request.POST)
    if approval is None or not form.is_valid():
        messages.warning(request, _("Nothing was decided: a refusal says why."))
        return redirect("contacts:wording", name=name)
    try:
        approve.decide(approval, clock.now(), request.user, form.cleaned_data["decision"] == "approve", form.cleaned_data["note"])
        messages.success(request, _("Decided."))
    except approve.NotApprovable as problem:
        messages.warning(request, str(problem))
    return redirect("contacts:wording", name=name)


@require_http_methods(["GET", "HEAD", "POST"])
def holds(request: HttpRequest, person: UUID) -> HttpResponse:
    """The holds of a person; opening one works at once, on every channel."""
    whom = get_object_or_404(persons_of(_user(request)), pk=person)
    loans = list(Loan.objects.filter(debtor=whom).values_list("pk", flat=True))
    form = HoldForm(loans, request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        open_hold(whom.pk, told["kind"], clock.now(), by=request.user, loan=told["loan"], reason=told["reason"])
        messages.success(request, _("The hold stands. From this moment nothing passes that it stops."))
        return redirect("contacts:holds", person=whom.pk)
    rows = [{"hold": each, "kind": HOLDS[each.kind]} for each in Hold.objects.filter(person=whom.pk).order_by("-opened_at")]
    status = 400 if request.method == "POST" else 200
    return render(request, "contacts/holds.html", {"person": whom, "rows": rows, "form": form, "today": clock.today()}, status=status)


@require_POST
def end(request: HttpRequest, hold: UUID) -> HttpResponse:
    """End a hold, for a reason."""
    row = get_object_or_404(Hold, pk=hold)
    _mine(request, row.person)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Say why the hold ends."))
    elif row.ended_at is not None:
        messages.warning(request, _("It has ended already."))
    else:
        end_hold(row, clock.now(), by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The hold ends today; contact is possible again from tomorrow."))
    return redirect("contacts:holds", person=row.person)


_FORMS: dict[str, reports.Form] = {
    "sms/generic": "generic",
    "sms/aliyun": "aliyun",
    "sms/tencent": "tencent",
    "calls": "telephone",
    "mail": "smtp",
}


@csrf_exempt
@require_POST
def callback(request: HttpRequest, form: str, token: str = "") -> HttpResponse:
    """A provider tells what became of a message, or what a person wrote: taken in once, whoever repeats it."""
    kind = _FORMS.get(form)
    if kind is None:
        raise Http404
    here, now, body = ways(), clock.now(), request.body
    headers = {name.lower(): value for name, value in request.headers.items()}
    if kind in ("aliyun", "tencent"):
        is_theirs = reports.is_token(token, here.callback_token)
    else:
        is_theirs = signing.is_signed(headers, body, here.callback_secrets, now)
    if not is_theirs:
        return HttpResponse(status=401)
    if len(body) > _LARGEST:
        return HttpResponse(status=413)
    try:
        told = reports.read(kind, body, here.domain)
    except reports.Unreadable as problem:
        return HttpResponse(str(problem), status=400, content_type="text/plain; charset=utf-8")
    with transaction.atomic():
        for each in told:
            if isinstance(each, reports.Report):
                receipts.take(each, now)
            else:
                inbound.take(each, now)
    return HttpResponse(reports.ACKNOWLEDGED[kind], content_type="application/json")
