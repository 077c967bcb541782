"""Links that let somebody set a password: good once, and for `PASSWORD_RESET_TIMEOUT`."""

from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse, reverse_lazy
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from portfolio.models import User


def password_link(user: User) -> str:
    """The whole address, in the language of its reader."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    with translation.override(user.language):
        path = reverse("portfolio:password-set", args=[key, token])
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"


def send_link(user: User, link: str) -> None:
    """The invitation by mail, in the language of its reader."""
    with translation.override(user.language):
        context = {
            "person": user,
            "link": link,
            "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
            "territory": settings.TERRITORY,
        }
        subject = _("Your account – %(name)s") % {"name": settings.TERRITORY.name}
        text = render_to_string("portfolio/mails/invitation.txt", context)
    send_mail(subject, text, None, [user.email])


class ForgottenPassword(auth.PasswordResetView):
    """Says the same whether somebody has that address or not."""

    template_name = "portfolio/sign_in/forgotten.html"
    email_template_name = "portfolio/mails/forgotten.txt"
    subject_template_name = "portfolio/mails/forgotten_subject.txt"
    success_url = reverse_lazy("portfolio:password-sent")
    extra_email_context = {
        "base": settings.WAGTAILADMIN_BASE_URL.rstrip("/"),
        "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        "territory": settings.TERRITORY,
    }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.POST.get("email", "").lower()
        refused = ratelimit.consume_or_429(request, action="reset_password", key=key)
        return refused or super().post(request, *args, **kwargs)


class PasswordSent(auth.PasswordResetDoneView):
    template_name = "portfolio/sign_in/forgotten_sent.html"


class SetPassword(auth.PasswordResetConfirmView):
    """Opens no session: whoever has a second factor is asked for it at the sign-in page."""

    template_name = "portfolio/sign_in/set_password.html"
    success_url = reverse_lazy("portfolio:password-is-set")
    post_reset_login = False


class PasswordIsSet(auth.PasswordResetCompleteView):
    template_name = "portfolio/sign_in/password_is_set.html"
