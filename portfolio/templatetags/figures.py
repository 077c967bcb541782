"""Money, numbers and dates as people read them, in the active language."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils import formats, timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language

from portfolio.results import Unknown

register = template.Library()

NARROW = "\N{NARROW NO-BREAK SPACE}"


@register.filter
def figure(value: float | Decimal | None, decimals: int = 0) -> str:
    """A number rounded half up, with its thousands separated; nothing for None."""
    if value is None:
        return ""
    # Django would cut the decimals off: 13.0875 with one decimal must not read 13.0.
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0
    text = formats.number_format(rounded, decimal_pos=decimals, force_grouping=True)
    return str(text).replace("\N{NO-BREAK SPACE}", NARROW)


@register.filter
def euros(value: Decimal | None) -> str:
    """The exact amount, cents left out when there are none: 13 087 500 €."""
    if value is None:
        return ""
    return _with_euro(figure(value, 0 if value == value.to_integral_value() else 2))


@register.filter
def file_size(value: int) -> str:
    """The size of a file as people read it: 340 ko, 1,2 Mo; 340 kB, 1.2 MB."""
    letter = "o" if _in_french() else "B"
    if value >= 999_500:
        return f"{figure(value / 1_000_000, 1)}{NARROW}M{letter}"
    return f"{figure(max(value / 1_000, 1))}{NARROW}k{letter}"


@register.filter
def known(value: object) -> object:
    """The value, or nothing where it is Unknown: a template has no other way to ask."""
    return None if isinstance(value, Unknown) else value


@register.filter
def about_euros(value: Decimal | None) -> str:
    """The amount rounded for people: 13,1 M€, 850 k€; under 10 000 euros, the exact amount."""
    if value is None:
        return ""
    if value >= 999_500:
        millions = value / 1_000_000
        return _with_euro(figure(millions, _decimals(millions)), "M")
    if value >= 10_000:
        return _with_euro(figure(value / 1_000), "k")
    return euros(value)


@register.filter
def percent(value: Decimal | None) -> str:
    """A share already in hundredths: 9 % in French, 9% in English."""
    if value is None:
        return ""
    return f"{figure(value)}{NARROW if _in_french() else ''}%"


@register.filter
def share_percent(value: Decimal | None, decimals: int = 3) -> str:
    """A share of one in percent, with the decimals it has, at most so many: 16,404 %, 20 %."""
    if value is None:
        return ""
    told = round(value * 100, decimals).normalize()
    shown = max(0, -int(told.as_tuple().exponent))
    return f"{figure(told, shown)}{NARROW if _in_french() else ''}%"


def _decimals(millions: Decimal) -> int:
    whole = round(millions, 1) == round(millions)
    return 0 if millions >= 100 or whole else 1


def _with_euro(text: str, scale: str = "") -> str:
    """English writes the sign first: €13.1M."""
    if not _in_french():
        return f"€{text}{scale}"
    return f"{text}\N{NO-BREAK SPACE}{scale}€"


def _in_french() -> bool:
    return not (get_language() or "fr").startswith("en")


@register.filter
def month(value: date | None) -> str:
    """Mars 2027."""
    return format_date(value, "F Y") if value else ""


@register.filter
def day(value: date | datetime | None) -> str:
    """1er mars 2027, 1 March 2027; an instant is read in the territory's time zone."""
    if value is None:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    text = format_date(local, "j F Y")
    # Django has no French ordinal, and French says "le premier" of the first day alone.
    return f"1er{text[1:]}" if local.day == 1 and _in_french() else text


@register.filter
def moment(value: datetime | None) -> str:
    """22/11/2026 18:42, 22 Nov 2026, 18:42: read in the territory's time zone."""
    if value is None:
        return ""
    return format_date(timezone.localtime(value), "d/m/Y H:i" if _in_french() else "j M Y, H:i")
