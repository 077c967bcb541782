"""What a schema refuses, in plain words of the active language."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from jsonschema import ValidationError as SchemaError

TYPES: Mapping[str, str | Promise] = {
    "string": gettext_lazy("a text"),
    "number": gettext_lazy("a number"),
    "integer": gettext_lazy("a whole number"),
    "boolean": gettext_lazy("yes or no (true or false)"),
    "array": gettext_lazy("a list"),
    "object": gettext_lazy("a block of named values"),
}
FORMATS: Mapping[str, str | Promise] = {
    "date": gettext_lazy("a day (2026-09-01)"),
    "uri": gettext_lazy("a web address"),
    "email": gettext_lazy("a mail address"),
}
SHOWN = 60  # characters of what was written


def in_words(error: SchemaError) -> str:
    """One sentence without its place, which is told beside."""
    words = _WORDS.get(str(error.validator))
    return words(error) if words else _("%(value)s does not fit here") % {"value": _written(error)}


def _written(error: SchemaError) -> str:
    text = str(error.instance)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _listed(values: Any) -> str:
    return ", ".join(map(str, values))


def _type(error: SchemaError) -> str:
    wanted: Any = error.validator_value
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    told = {"value": _written(error), "type": _listed(TYPES.get(one, one) for one in names)}
    return _("%(value)s is not what is expected: %(type)s") % told


def _choice(error: SchemaError) -> str:
    told = {"value": _written(error), "known": _listed(one for one in _choices(error) if one != "")}
    return _("%(value)s is none of these: %(known)s") % told


def _choices(error: SchemaError) -> list[Any]:
    wanted: Any = error.validator_value
    return list(wanted) if isinstance(wanted, list) else [wanted]


def _required(error: SchemaError) -> str:
    """One error a name that is missing; the library says which in its sentence alone."""
    name = error.message.removesuffix(" is a required property").strip("'")
    return _("%(name)s is missing") % {"name": name}


def _unknown(error: SchemaError) -> str:
    instance: Any = error.instance
    known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    others = [one for one in instance if one not in known]
    told = {"names": _listed(others), "known": _listed(known)}
    if not known:
        return _("nothing is expected here") if others else _("it does not fit here")
    return (
        ngettext(
            "%(names)s is not expected here; known are %(known)s",
            "%(names)s are not expected here; known are %(known)s",
            len(others),
        )
        % told
    )


def _format(error: SchemaError) -> str:
    kind = str(error.validator_value)
    told = {"value": _written(error), "type": FORMATS.get(kind, kind)}
    return _("%(value)s is not what is expected: %(type)s") % told


def _bound(text: str | Promise) -> Callable[[SchemaError], str]:
    def words(error: SchemaError) -> str:
        return str(text) % {"value": _written(error), "bound": error.validator_value}

    return words


def _empty(error: SchemaError) -> str:
    return _("it is empty") if not error.instance else _("it is too short")


def _long(error: SchemaError) -> str:
    return _("it is longer than %(bound)s") % {"bound": error.validator_value}


_WORDS: Mapping[str, Callable[[SchemaError], str]] = {
    "type": _type,
    "enum": _choice,
    "const": _choice,
    "required": _required,
    "additionalProperties": _unknown,
    "format": _format,
    "pattern": _bound(gettext_lazy("%(value)s is not written as it is expected here")),
    "minimum": _bound(gettext_lazy("%(value)s is less than %(bound)s")),
    "maximum": _bound(gettext_lazy("%(value)s is more than %(bound)s")),
    "exclusiveMinimum": _bound(gettext_lazy("%(value)s is not above %(bound)s")),
    "exclusiveMaximum": _bound(gettext_lazy("%(value)s is not below %(bound)s")),
    "minLength": _empty,
    "minItems": _empty,
    "minProperties": _empty,
    "maxLength": _long,
    "maxItems": _long,
}
