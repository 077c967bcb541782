"""Words of the field, each with its explanation at hand."""

from itertools import count

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portfolio import glossary

register = template.Library()

# A part of a page comes alone and must not name its explanations as those already there.
_numbers = count(1)


@register.simple_tag
def term(key: str, text: str = "") -> SafeString:
    """A button that opens the explanation of a term: by a click, a touch or a key, closed by
    Escape. `text`: how the sentence says it, the term's own key unless told otherwise. Within a
    label: `{% term "AP" as label %}`."""
    found = glossary.term(key)
    context = {"term": found, "text": text or found.key, "id": f"term-{next(_numbers)}"}
    return render_to_string("portfolio/components/term.html", context)
