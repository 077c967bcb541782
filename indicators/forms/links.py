"""The links of a results chain: set, changed, taken off."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.models import CausalLink, Indicator
from indicators.services import chain
from indicators.services.chain import Link
from portfolio.forms.record import RecordForm
from portfolio.forms.seen import Shows
from portfolio.models import Project, User


class LinkForm(RecordForm):
    """A link of the chain, or its change."""

    cause = forms.ModelChoiceField(
        queryset=Indicator.objects.none(), label=_("What moves"), empty_label=_("Choose")
    )
    sign = forms.ChoiceField(
        label=_("Which way"), choices=CausalLink.Sign.choices,
        help_text=_("What happens to the other measure when this one grows."),
    )  # fmt: skip
    effect = forms.ModelChoiceField(
        queryset=Indicator.objects.none(), label=_("What it moves"), empty_label=_("Choose")
    )
    ground = forms.ChoiceField(label=_("On what ground"), choices=CausalLink.Ground.choices)
    why = forms.CharField(
        label=_("Why, and where this is known from"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, data: Any = None, *, project: Project, link: CausalLink | None = None, **options: Any
    ) -> None:
        names = ("cause", "sign", "effect", "ground", "why")
        initial = {name: getattr(link, name) for name in names} if link else {}
        super().__init__(data, project=project, initial=initial, **options)
        self.link = link
        for name in ("cause", "effect"):
            self.fields[name].queryset = Indicator.objects.order_by("name_fr")  # type: ignore[attr-defined]

    def shows(self) -> Sequence[Shows]:
        return [Shows(self.link, ("cause", "sign", "effect", "ground", "why"))] if self.link else []

    def save(self, *, by: User, at: datetime) -> None:
        names = ("cause", "effect", "sign", "ground", "why")
        given = Link(**{name: self.cleaned_data[name] for name in names})
        signed: dict[str, Any] = {"by": by, "reason": self.cleaned_data["reason"], "at": at}
        if self.link is None:
            chain.link(project=self.project, given=given, **signed)
        else:
            chain.change(stored=self.link, given=given, **signed)


class LinkMoveForm(RecordForm):
    """Why a link is taken off."""

    submit_label = _("Take off")

    def __init__(
        self, data: Any = None, *, project: Project, link: CausalLink, **options: Any
    ) -> None:
        super().__init__(data, project=project, **options)
        self.link = link

    def shows(self) -> Sequence[Shows]:
        return []

    def save(self, *, by: User, at: datetime) -> None:
        chain.withdraw(stored=self.link, by=by, reason=self.cleaned_data["reason"], at=at)
