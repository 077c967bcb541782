"""Stored codes in plain words, for templates."""

from django import template

from indicators import reasons

register = template.Library()
register.filter("run_reason", reasons.run_reason)
register.filter("row_reason", reasons.row_reason)
register.filter("status_reason", reasons.status_reason)
register.filter("absence_reason", reasons.absence_reason)
