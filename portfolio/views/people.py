"""People and their roles, for administrators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.forms.people import GrantForm, InviteForm, PeopleFilter, ReasonForm
from portfolio.models import RoleAssignment, User
from portfolio.permissions import require
from portfolio.queries.people import PeopleAsked, account_changes, people_found, people_rows
from portfolio.queries.role_words import role_words
from portfolio.roles import Part
from portfolio.services import people, roles
from portfolio.views.editing import sent
from portfolio.views.password_links import password_link, send_link

PER_PAGE = 50


@login_required
def people_list(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, by the filter of the address."""
    require(request, Part.ACCOUNTS)
    form = PeopleFilter(request.GET)
    today = timezone.localdate()
    found = User.objects.none()
    if form.is_valid():
        found = people_found(PeopleAsked(**form.cleaned_data), today=today)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "rows": people_rows(cast("QuerySet[User]", page.object_list), today=today),
        "address": kept.urlencode(),
    }
    return render(request, "portfolio/people/list.html", context)


@login_required
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    require(request, Part.ACCOUNTS)
    person = get_object_or_404(User.objects.filter(pk=pk))
    (row,) = people_rows(User.objects.filter(pk=pk), today=timezone.localdate())
    context = {"person": person, "row": row, "changes": account_changes(person)}
    return render(request, "portfolio/people/person.html", context)


@login_required
@transaction.atomic
def invite(request: HttpRequest) -> HttpResponse:
    """Open an account; the answer shows the link that its owner sets a password with."""
    require(request, Part.ACCOUNTS)
    form = InviteForm(sent(request))
    made: list[User] = []
    if _done(form, lambda: made.append(form.save(by=_by(request), at=timezone.now()))):
        return _link_made(request, made[0])
    title = _("Invite somebody")
    return _form(request, form, title=title, back=reverse("portfolio:people"))


@login_required
@transaction.atomic
def role_grant(request: HttpRequest, pk: int) -> HttpResponse:
    require(request, Part.ACCOUNTS)
    person = get_object_or_404(User, pk=pk)
    form = GrantForm(sent(request), user=person, initial={"from_on": timezone.localdate()})
    back = reverse("portfolio:person", args=[pk])
    if _done(form, lambda: form.save(by=_by(request), at=timezone.now())):
        messages.success(request, _("The role is given."))
        return redirect(back)
    title = _("Give a role to %(name)s") % {"name": person}
    return _form(request, form, title=title, back=back, roles=role_words())


@login_required
@transaction.atomic
def role_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    require(request, Part.ACCOUNTS)
    held = RoleAssignment.objects.select_related("user").filter(withdrawn_at=None)
    assignment = get_object_or_404(held, pk=pk)
    form = ReasonForm(sent(request))

    def withdraw() -> None:
        reason = form.cleaned_data["reason"]
        roles.withdraw(assignment=assignment, by=_by(request), reason=reason, at=timezone.now())

    back = reverse("portfolio:person", args=[assignment.user_id])
    if _done(form, withdraw):
        messages.success(request, _("The role is taken back."))
        return redirect(back)
    return _form(request, form, title=_("Take back: %(role)s") % {"role": assignment}, back=back)


class Verb(Protocol):
    def __call__(self, *, user: User, by: User, reason: str) -> None: ...


@dataclass(frozen=True)
class Act:
    """Something done to an account; `explanation` says what follows."""

    title: Promise
    explanation: Promise
    verb: Verb
    done: Promise


ACTS = {
    "fermer": Act(
        gettext_lazy("Close the account of %(name)s"),
        gettext_lazy(
            "Nobody signs in by it any more. Nothing is erased, and it can be opened again."
        ),
        people.close,
        gettext_lazy("The account is closed."),
    ),
    "rouvrir": Act(
        gettext_lazy("Open the account of %(name)s again"),
        gettext_lazy("It serves as before, with the roles it still has."),
        people.reopen,
        gettext_lazy("The account is open."),
    ),
    "second-facteur": Act(
        gettext_lazy("Remove the second factor of %(name)s"),
        gettext_lazy(
            "For somebody who lost their telephone and their recovery codes. Make sure who asks."
        ),
        people.forget_second_factor,
        gettext_lazy("The second factor is removed."),
    ),
}


@login_required
@transaction.atomic
def person_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Close, open again, remove the second factor."""
    require(request, Part.ACCOUNTS)
    person = get_object_or_404(User, pk=pk)
    if act not in ACTS:
        raise Http404
    form, chosen = ReasonForm(sent(request)), ACTS[act]
    back = reverse("portfolio:person", args=[pk])
    if _done(form, lambda: chosen.verb(user=person, by=_by(request), **form.cleaned_data)):
        messages.success(request, str(chosen.done))
        return redirect(back)
    title = str(chosen.title) % {"name": person}
    return _form(request, form, title=title, back=back, explanation=chosen.explanation)


@login_required
@transaction.atomic
def new_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Another link to set a password; the links made before stay good until one has served."""
    require(request, Part.ACCOUNTS)
    person = get_object_or_404(User, pk=pk, is_active=True)
    if request.method != "POST":
        return redirect("portfolio:person", pk=pk)
    return _link_made(request, person)


def _link_made(request: HttpRequest, person: User) -> HttpResponse:
    link = password_link(person)
    transaction.on_commit(lambda: send_link(person, link))
    context = {"person": person, "link": link}
    answer = render(request, "portfolio/people/link.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _by(request: HttpRequest) -> User:
    return cast("User", request.user)


def _done(form: forms.Form, save: Callable[[], object]) -> bool:
    """Whether a sent form was right and its verb went through; else the form says why not."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        with transaction.atomic():
            save()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _form(
    request: HttpRequest, form: forms.Form, *, title: str, back: str, **context: Any
) -> HttpResponse:
    context |= {"form": form, "title": title, "back": back}
    status = 422 if form.errors else 200
    return render(request, "portfolio/people/form.html", context, status=status)
