"""Where the source is asked, for which of its collections, with which options and key."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import yaml
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.connectors.base import About, Option
from indicators.forms.steps import StepForm, text

OPTION = "option_"
LONGEST_OPTION = 2000


class AddressForm(StepForm):
    """`told`: the protocol. `is_new`: the source is, and its address is asked for. `offered`: the
    collections that the address listed. Options stand under their own names."""

    base_url = forms.CharField(label=_("Address"), max_length=500)
    secret = forms.CharField(
        label=_("Key or password"), required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    listed = forms.ChoiceField(label=_("Collection"), required=False)
    collection = forms.CharField(label=_("Collection"), max_length=200, required=False)

    def __init__(
        self, data: Any = None, *, told: About, is_new: bool, offered: list[list[str]],
        has_key: bool = False, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **options)
        self.told = told
        self.lists_only = False
        self._address(is_new=is_new, has_key=has_key)
        self._collections(offered)
        for name, option in told.options.items():
            self.fields[OPTION + name] = _field_of(name, option)

    def _address(self, *, is_new: bool, has_key: bool) -> None:
        self.fields["base_url"].help_text = gettext(self.told.address)
        self.fields["base_url"].widget.attrs |= {"inputmode": "url", "autocomplete": "off"}
        told = gettext(self.told.secret) if self.told.secret else ""
        kept = gettext("A key is kept with this draft: leave it empty to go on with it.")
        self.fields["secret"].help_text = f"{told} {kept}" if has_key else told
        if not is_new:
            del self.fields["base_url"]
        if not is_new or not told:
            del self.fields["secret"]

    def _collections(self, offered: list[list[str]]) -> None:
        said = gettext(self.told.collection)
        if not offered:
            del self.fields["listed"]
            self.fields["collection"].help_text = said
            return
        field = self.fields["listed"]
        assert isinstance(field, forms.ChoiceField)
        named = [
            (code, f"{title} ({code})" if title not in ("", code) else code)
            for code, title in offered
        ]
        field.choices = [("", _("Choose")), *named]
        self.fields["collection"].label = _("Another one, not in the list")
        self.fields["collection"].help_text = said

    def groups(self) -> list[tuple[Any, Any, Any]]:
        named = [name for name in self.fields if name.startswith(OPTION)]
        needed = [name for name in named if self.fields[name].required]
        more = [name for name in named if not self.fields[name].required]
        told = _("What this protocol can be told besides. Empty is mostly right.")
        return [(_("What it needs besides"), "", needed), (_("Other settings"), told, more)]

    def clean_base_url(self) -> str:
        address = str(self.cleaned_data["base_url"]).strip()
        parts = urlsplit(address)
        if parts.scheme not in self.told.schemes or not parts.netloc:
            begins = f" {gettext('or')} ".join(f"{one}://" for one in self.told.schemes)
            message = gettext("An address of %(name)s begins with %(begins)s.")
            raise ValidationError(message % {"name": self.told.name, "begins": begins})
        if set("@?#") & set(address) or any(sign.isspace() for sign in address):
            message = gettext(
                "Write the address without user, key, parameters (?) or blanks: a key has its own field."
            )
            raise ValidationError(message)
        return address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.lists_only and not self._named(cleaned):
            name = "listed" if "listed" in self.fields else "collection"
            self.add_error(name, ValidationError(gettext("Say which collection is wanted.")))
        return cleaned

    def full_clean(self) -> None:
        """To list the collections, neither one of them nor its options are needed."""
        if self.lists_only:
            for name in self.fields:
                self.fields[name].required = name == "base_url"
        super().full_clean()

    def _named(self, cleaned: Mapping[str, Any]) -> str:
        return text(cleaned, "collection") or text(cleaned, "listed")

    def part(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        options = {
            name: cleaned[OPTION + name]
            for name in self.told.options
            if cleaned.get(OPTION + name) not in (None, "")
        }
        found = {"collection": self._named(cleaned), "options": options}
        return found | ({"base_url": cleaned["base_url"]} if "base_url" in cleaned else {})


class OptionField(forms.CharField):
    """An option as a file of sources writes it: a text, or a list, a number, true, names with their
    values, where the examples of its protocol are such."""

    def __init__(self, *, kinds: set[type], **options: Any) -> None:
        super().__init__(max_length=LONGEST_OPTION, **options)
        # Where whole numbers are examples, others are numbers too: the protocol says which.
        self._kinds = kinds | ({int, float} if kinds & {int, float} else set())

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else written(value)

    def clean(self, value: Any) -> Any:
        said = super().clean(value)
        if not said or (str in self._kinds and not said.startswith(("[", "{"))):
            return said
        if str in self._kinds and not self._kinds & {list, dict}:
            return said
        if list in self._kinds and not said.startswith(("[", "{")):
            return [part.strip() for part in said.split(",") if part.strip()]
        return self._read(said)

    def _read(self, said: str) -> Any:
        try:
            found = yaml.safe_load(said)
        except yaml.YAMLError:
            found = None
        if type(found) not in self._kinds:
            raise ValidationError(gettext("It is not written like its example."))
        return found


def written(value: Any) -> str:
    """On one line, as in a file of sources."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000)
    return str(text).removesuffix("...\n").strip()


def _field_of(name: str, option: Option) -> forms.Field:
    example = written(option.examples[0]) if option.examples else ""
    told = gettext(option.help)
    shown = gettext("Example: %(example)s") % {"example": example} if example else ""
    return OptionField(
        kinds={type(one) for one in option.examples} or {str},
        label=name,
        required=option.is_required,
        help_text=f"{told}. {shown}" if shown else told,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
