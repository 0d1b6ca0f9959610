"""Pages of people: finding somebody, one person, one value in clear, documents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arrears.desk import clock, permissions
from arrears.desk.people import panels, reach, search
from arrears.desk.people.documents.kind import ALLOWED, NotTaken
from arrears.desk.people.documents.services import UPLOAD_MAX, add_document, open_document
from arrears.desk.people.forms import DocumentForm, RevealForm
from arrears.desk.people.models import Address, Document, Party, Person, User
from arrears.desk.people.services import TooMany, confirm_address, reveal, revealed_today
from arrears.desk.people.services.reveals import A_DAY, FIELDS, holder

PAGE = 50
AGENCY_FIELDS = frozenset({"person.name", "address.value", "loan.number"})
"""What an agency's people may see in clear: whom they speak to, where, about which contract."""
_WRITERS = permissions.roles(permissions.COLLECTOR, permissions.TEAM_LEAD, permissions.COMPLIANCE, permissions.OPERATIONS)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _person(request: HttpRequest, person: UUID) -> Person:
    """A person whom the account may see, or "no such page"."""
    return get_object_or_404(reach.persons_of(_user(request)), pk=person)


@require_safe
@never_cache
def list_(request: HttpRequest) -> HttpResponse:
    """Find a person; without a question, everybody one may see."""
    text = request.GET.get("q", "")[:200]
    persons = search.found(reach.persons_of(_user(request)), text).order_by("pseudonym").prefetch_related("addresses")
    page = Paginator(persons, PAGE).get_page(request.GET.get("page"))
    loans: dict[Any, list[str]] = {}
    for loan, debtor in reach.loans_of(_user(request)).filter(debtor__in=list(page)).order_by("pk").values_list("pk", "debtor"):
        loans.setdefault(debtor, []).append(loan)
    rows = [{"person": each, "loans": loans.get(each.pk, []), "phones": _phones(each)} for each in page]
    return render(request, "people/list.html", {"q": text, "page": page, "rows": rows})


def _phones(person: Person) -> list[Address]:
    return [each for each in person.addresses.all() if each.kind == "phone" and each.ended_at is None]


@require_safe
@never_cache
def show(request: HttpRequest, person: UUID) -> HttpResponse:
    """One person: who, masked; loans, addresses, who stands beside them, consents, documents, what was looked at."""
    return _page(request, _person(request, person), DocumentForm())


def _page(request: HttpRequest, person: Person, form: DocumentForm, status: int = 200) -> HttpResponse:
    user = _user(request)
    whole = reach.may_see_parties(user)
    loans = reach.loans_of(user).filter(debtor=person).select_related("team").order_by("pk")
    addresses = person.addresses.order_by("kind", "made_at")
    handed = {each.pk: each.handoffs.filter(recalled_at=None).select_related("agency").first() for each in loans}
    context = {
        "person": person,
        "whole": whole,
        "loans": [{"loan": each, "handed": handed[each.pk]} for each in loans],
        "addresses": [each for each in addresses if each.ended_at is None],
        "ended": [each for each in addresses if each.ended_at is not None] if whole else [],
        "parties": person.parties.filter(until_at=None).select_related("person", "loan").order_by("role", "since_at") if whole else [],
        "stands_by": Party.objects.filter(person=person, until_at=None, debtor__in=reach.persons_of(user)).select_related("debtor")
        if whole
        else [],
        "representatives": person.represented_by.filter(until_at=None).select_related("representative"),
        "insolvencies": person.insolvencies.filter(ended_on=None),
        "signs": person.signs.filter(cleared_at=None) if whole else [],
        "consents": person.consents.order_by("-given_at") if whole else [],
        "refusals": person.refusals.order_by("-said_at"),
        "documents": _documents(person, user) if whole else [],
        "reveals": person.reveals.select_related("account").order_by("-at")[:20] if whole else [],
        "may_write": bool(_WRITERS & user.held),
        "may_add": permissions.may(user.held, "people:add_document", writing=True),
        "form": form,
        "upload_mb": UPLOAD_MAX >> 20,
        "allowed": ALLOWED,
        "panels": panels.shown("main", request, person),
        "side": panels.shown("right", request, person),
    }
    return render(request, "people/show.html", context, status=status)


def _documents(person: Person, user: User) -> Any:
    return (Document.objects.filter(person=person) | Document.objects.filter(loan__in=reach.loans_of(user).filter(debtor=person))).order_by(
        "-added_at"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reveal_(request: HttpRequest, field: str, row: UUID) -> HttpResponse:
    """Ask why, then show one value in clear. The asking and the value are fragments of the person's page, or pages of their own."""
    user = _user(request)
    try:
        found, person = holder(field, row)
    except LookupError:
        raise Http404 from None
    _person(request, person.pk)
    if field.startswith("loan.") and not reach.loans_of(user).filter(pk=found.pk).exists():
        raise Http404
    if user.has_role(permissions.AGENCY) and field not in AGENCY_FIELDS:
        raise Http404
    form = RevealForm(request.POST if request.method == "POST" else None)
    context = {
        "form": form,
        "field": field,
        "row": row,
        "label": FIELDS[field],
        "person": person,
        "value": "",
        "problem": "",
        "a_day": A_DAY,
    }
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            context["value"] = reveal(user, field, row, form.cleaned_data["reason"], clock.now(), form.cleaned_data["note"])
        except TooMany:
            context["problem"], status = (
                _("You have looked at %(number)s values today; that is all one day allows.") % {"number": A_DAY},
                429,
            )
        except LookupError:
            raise Http404 from None
    elif request.method == "POST":
        status = 422
    context["today"] = revealed_today(user, clock.today())
    return render(request, "people/_reveal.html" if request.headers.get("HX-Request") else "people/reveal.html", context, status=status)


@require_POST
def confirm(request: HttpRequest, address: UUID) -> HttpResponse:
    """Somebody made sure whose number it is: this person's."""
    found = get_object_or_404(Address, pk=address, ended_at=None)
    person = _person(request, found.person_id)
    confirm_address(found, clock.now(), _user(request))
    messages.success(request, _("The number is confirmed for this person; elsewhere it is not used any more."))
    return redirect("people:show", person=person.pk)


@require_POST
def add_document_(request: HttpRequest, person: UUID) -> HttpResponse:
    """Take an uploaded document in."""
    found = _person(request, person)
    form = DocumentForm(request.POST, request.FILES)
    if getattr(request, "upload_too_long", False):
        form.errors.pop("file", None)
        form.add_error(
            "file", _("The file is larger than %(number)s MB. Larger ones come in by the command line.") % {"number": UPLOAD_MAX >> 20}
        )
        return _page(request, found, form, 413)
    if form.is_valid():
        file = form.cleaned_data["file"]
        loan = (
            reach.loans_of(_user(request)).filter(debtor=found, pk=form.cleaned_data["loan"]).first() if form.cleaned_data["loan"] else None
        )
        if form.cleaned_data["loan"] and loan is None:
            raise Http404
        try:
            new = add_document(
                file,
                file.name,
                form.cleaned_data["kind"],
                clock.now(),
                _user(request),
                loan,
                None if loan else found,
                file.content_type or "",
            )[1]
        except NotTaken as error:
            form.add_error("file", error.zh if (get_language() or "").startswith("zh") else error.en)
        else:
            messages.success(request, _("The document is stored.") if new else _("This document is here already."))
            return redirect("people:show", person=found.pk)
    return _page(request, found, form, 422)


@require_safe
@never_cache
def document(request: HttpRequest, document: UUID) -> HttpResponseBase:
    """A document, once it is written down who opens it. It is saved, never shown inside the page: it may be anything."""
    found = get_object_or_404(Document.objects.select_related("loan"), pk=document, deleted_at=None)
    user = _user(request)
    person: UUID | None = found.person_id or (found.loan.debtor_id if found.loan else None)
    if person is None:
        raise Http404
    _person(request, person)
    if found.loan_id and not reach.loans_of(user).filter(pk=found.loan_id).exists():
        raise Http404
    try:
        blocks = open_document(found, clock.now(), user)
    except NotTaken:
        raise Http404 from None
    answer = StreamingHttpResponse(blocks, content_type=found.media_type)
    answer["Content-Length"] = str(found.size)
    answer["Content-Disposition"] = f'attachment; filename="{found.kind}-{found.pk.hex[:8]}{_ENDINGS.get(found.media_type, "")}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


_ENDINGS = {
    "application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/tiff": ".tif", "image/webp": ".webp",
    "application/ofd": ".ofd",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}  # fmt: skip
