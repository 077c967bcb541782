"""My account: what I may do here, how I sign in, in which language."""

from typing import cast

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portfolio.forms.people import LanguageForm
from portfolio.models import User
from portfolio.queries.role_words import roles_in_words
from portfolio.services import people
from portfolio.sign_in.middleware import needs_factor
from portfolio.views.editing import sent


@login_required
def my_account(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    form = LanguageForm(sent(request), initial={"language": get_language()})
    if form.is_bound and form.is_valid():
        language = form.cleaned_data["language"]
        people.choose_language(user=user, language=language)
        with translation.override(language):
            messages.success(request, _("Changes saved."))
            return redirect(reverse("portfolio:account"))
    factors = {item.type: item.wrap() for item in Authenticator.objects.filter(user=user)}
    codes = factors.get("recovery_codes")
    context = {
        "form": form,
        "held": roles_in_words(user, today=timezone.localdate()),
        "has_factor": "totp" in factors,
        "codes_left": len(codes.get_unused_codes()) if codes else 0,
        "must_have_factor": needs_factor(user),
        "provider": settings.OIDC_LABEL if user.provider_subject else "",
    }
    return render(request, "portfolio/people/account.html", context)


class ChangePassword(auth.PasswordChangeView):
    template_name = "portfolio/sign_in/change_password.html"
    success_url = reverse_lazy("portfolio:account")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(self.request, _("Your password is changed."))
        return super().form_valid(form)
