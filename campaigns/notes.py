"""A campaign's note between the person who types it and the page that shows it."""

import re
from html import escape, unescape

from outreach.core.markup import cleaned

_TAG = re.compile(r"</?(?:p|br|strong|em|ul|ol|li|a|blockquote|h3|h4)\b[^>]*>", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n\s*\n")


def kept(typed: str) -> str:
    """What is kept of what was typed: plain lines become paragraphs, HTML is cleaned; both may be shown as they are."""
    typed = typed.replace("\r\n", "\n").strip()
    if not typed:
        return ""
    if _TAG.search(typed):
        return cleaned(typed)
    paragraphs = (escape(part.strip(), quote=False).replace("\n", "<br>") for part in _PARAGRAPH.split(typed))
    return cleaned("".join(f"<p>{part}</p>" for part in paragraphs if part))


def typed(note: str) -> str:
    """What a person is given to correct: plain lines where the note is nothing but lines, else its HTML."""
    plain = re.sub(r"<br ?/?>", "\n", note.removeprefix("<p>").removesuffix("</p>").replace("</p><p>", "\n\n"))
    return note if _TAG.search(plain) else unescape(plain)
