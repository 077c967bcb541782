"""Texts that exist in French and in English, as two plain columns."""

from typing import Protocol

from django.utils.translation import get_language


class _Translatable(Protocol):
    def __getattribute__(self, name: str, /) -> object: ...


class Translated:
    """Reads `<name>_fr` or `<name>_en` by the active language; French where English is empty.

    Two columns and this descriptor, rather than a translation library: the columns are typed,
    seen by the history triggers, and imported and exported like any other (docs/adr/0004).
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> str:
        if instance is None:
            raise AttributeError(self.name)
        language = "en" if (get_language() or "fr").startswith("en") else "fr"
        text = getattr(instance, f"{self.name}_{language}")
        return str(text or getattr(instance, f"{self.name}_fr"))
