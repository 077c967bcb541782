"""Tables that become cards on a narrow screen.

There `display` is changed, and browsers then no longer tell screen readers that these are tables:
their roles are said in so many words. Loaded everywhere (`builtins` in the settings)."""

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

TAG = re.compile(r"<(thead|tbody|tfoot|tr|th|td)\b([^>]*)>")
ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tfoot": "rowgroup", "tr": "row", "td": "cell"}


@register.simple_block_tag
def table(content: str, class_name: str = "") -> SafeString:
    """`{% table %}<caption>…</caption><thead>…{% endtable %}`: a table whose parts keep their
    roles, inside a `<div class="table">`."""
    told = mark_safe(TAG.sub(_with_role, content))  # noqa: S308 - rendered, thus escaped, already
    named = format_html(' class="{}"', class_name) if class_name else ""
    return format_html('<table role="table"{}>{}</table>', named, told)


def _with_role(found: re.Match[str]) -> str:
    name, attributes = found.groups()
    if name == "th":
        role = "rowheader" if 'scope="row"' in attributes else "columnheader"
    else:
        role = ROLES[name]
    return f'<{name} role="{role}"{attributes}>'
