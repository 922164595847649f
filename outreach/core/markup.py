"""Markup from people and from outside: cleaned at the door, so that what is kept may be shown."""

import nh3

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "h3", "h4"}
_LINKS = {"https", "http", "mailto"}


def cleaned(html: str) -> str:
    """HTML of paragraphs, lists, emphasis and links; everything else is gone, scripts with their text.

    Links lead to the web or a mail address alone and tell nothing of where they were followed from.
    """
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes=_LINKS,
        link_rel="noopener noreferrer nofollow",
        clean_content_tags={"script", "style"},
    )


def web_address(url: str | None) -> str:
    """The address, if a browser may be led to it; empty for every other."""
    return url if url and url.startswith(("https://", "http://")) else ""
