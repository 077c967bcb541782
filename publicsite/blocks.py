"""What editors may put in a page."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock


class StoryBlock(blocks.StreamBlock):
    """Headings, paragraphs and pictures; a picture cannot be saved without its alt text."""

    heading = blocks.CharBlock(label=_("heading"), icon="title", max_length=120)
    paragraph = blocks.RichTextBlock(
        label=_("paragraph"), features=["bold", "italic", "link", "ul", "ol", "document-link"]
    )
    picture = ImageBlock(label=_("picture"))
    quote = blocks.BlockQuoteBlock(label=_("quotation"))
