"""Wire text to plain text: no tags, no control characters, nothing that a page or a mail could run."""

import html
import re
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html

TITLE_LENGTH = 500
SUMMARY_LENGTH = 2_000
TEXT_LENGTH = 200_000
URL_LENGTH = 2_000

# Control characters but tab and line feed, lone surrogates, the two non-characters, bidirectional overrides.
_BAD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069\ufeff]")
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
# What a tag that is never closed leaves behind at the end of a cut text.
_TAIL = re.compile(r"</?[A-Za-z][^<>]*$")
# An address that needs nothing done: no name or password, no port that is none, nothing to be escaped.
_PLAIN_LINK = re.compile(
    r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::(?:[1-5]\d{4}|\d{1,4}))?/[A-Za-z0-9_.~%/-]*(?:\?[A-Za-z0-9_.~%&=/+-]+)?(?:#[A-Za-z0-9_-]+)?"
)
_UNFIT = {ord(letter): f"%{ord(letter):02X}" for letter in "\"<>`{}|\\^'"}
_SPACES = re.compile(r"\s+")
_RUN = re.compile("  +")
_LOUD = re.compile(r"<(script|style|noscript|template|iframe|object)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BLOCKS_WORDS = (
    "address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 "
    "h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul"
)
_BLOCKS = frozenset(_BLOCKS_WORDS.split())
_SILENT_WORDS = "script style noscript template iframe object embed svg math head title button select form"
_SILENT = frozenset(_SILENT_WORDS.split())
# Tags that patterns may take away: well closed, their attributes in quotes that pair, with no angle bracket inside.
_ATTRIBUTES = r"""(?:[\s/][^<>"']*(?:"[^"<>]*"[^<>"']*|'[^'<>]*'[^<>"']*)*)?>"""
_BLOCK_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_BLOCKS, key=len, reverse=True))}){_ATTRIBUTES}")
_INLINE_TAG = re.compile(rf"</?[a-z][a-z0-9]*{_ATTRIBUTES}")
# What only a tree reads right: elements whose text is no text of the page, and what is no plain tag.
_UNEASY = re.compile(rf"<(?:/?(?:{'|'.join(sorted(_SILENT))}|textarea|plaintext|xmp|noframes|frameset)\b|[^a-z/])")
_FILE_END = re.compile(r"\.(?:s?html?|php|aspx?|jsp)$", re.IGNORECASE)
# Three letters where two would do; Latgalian (ltg) has no others.
_LANGUAGES = {"lav": "lv", "rus": "ru", "eng": "en", "lit": "lt", "est": "et", "deu": "de", "ger": "de", "nor": "no"}
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?![A-Za-z])")
_NUMBER_ENDS = re.compile(r"^(?:[a-z]?\d+[\W_]+)+|(?:[\W_]+[a-z]{0,3}\d{3,})+$", re.IGNORECASE)


def clean(text: str) -> str:
    """`text` without control characters and lone surrogates; line ends are line feeds."""
    # What prints has none of these, and no line end.
    if text.isprintable():
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _BAD.sub("", text)


def one_line(text: str, length: int) -> str:
    """Cleaned, on one line, at most `length` characters."""
    # Of all spaces only the usual one prints.
    if len(text) <= length and text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text
    if len(text) > 2 * length:
        # Of a long text the beginning is enough, unless it is little but spaces.
        line = " ".join(clean(text[: length + 200]).split())
        if len(line) > length:
            return line[: length - 1].rstrip() + "…"
    line = " ".join(clean(text).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def title_of(text: str) -> str:
    """A headline from a feed: entities resolved (twice, for feeds that escape twice), tags removed, one
    line.
    """
    text = text[: TITLE_LENGTH * 8]
    if "&" in text or "<" in text:
        for _ in range(2):
            if "<" in text:
                text = _TAG.sub("", _LOUD.sub("", text))
            text = html.unescape(text)
        if "<" in text:
            text = _TAIL.sub("", _TAG.sub("", _LOUD.sub("", text)))
    return one_line(text, TITLE_LENGTH)


def text_of(markup: str, is_clean: bool = False) -> str:
    """The readable text of an HTML fragment, a paragraph a line; plain text comes through as it is.

    `is_clean` says that `clean` would change nothing, which spares looking at each letter.
    """
    if not markup:
        return ""
    markup = markup[: TEXT_LENGTH * 10]
    # A reference may stand for any character.
    is_clean = is_clean and "&#" not in markup
    if "<" not in markup:
        return _lines(_TAG.sub("", html.unescape(markup)) if "&" in markup else markup, is_clean)
    text = None if _UNEASY.search(markup) else _BLOCK_TAG.sub("\n", markup)
    if text is not None and "<" in text:
        text = _INLINE_TAG.sub("", text)
    if text is None or "<" in text:
        # Comments, scripts, tags that are not closed: nothing for patterns.
        text = _text_of_tree(clean(markup))
    elif "&" in text:
        text = html.unescape(text)
    # Escaped twice, tags become words: harmless where everything is escaped, but no news text needs them.
    return _lines(_TAG.sub("", text) if "<" in text else text, is_clean)


def _text_of_tree(markup: str) -> str:
    try:
        tree = lxml_html.fragment_fromstring(
            markup, create_parent="div", parser=lxml_html.HTMLParser(remove_comments=True)
        )
    except (etree.LxmlError, ValueError, AssertionError):
        return html.unescape(_TAG.sub(" ", markup))
    parts: list[str] = []
    silent = 0
    for event, node in etree.iterwalk(tree, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            silent += tag in _SILENT
            if tag in _BLOCKS:
                parts.append("\n")
            if node.text and not silent and tag:
                parts.append(node.text)
        else:
            silent -= tag in _SILENT
            if tag in _BLOCKS:
                parts.append("\n")
            if node.tail and not silent:
                parts.append(node.tail)
    return "".join(parts)


def _lines(text: str, is_clean: bool) -> str:
    if not is_clean:
        text = clean(text)
    for space in ("\xa0", "\t"):
        if space in text:
            text = text.replace(space, " ")
    if "  " in text:
        text = _RUN.sub(" ", text)
    if "\n" not in text:
        return text.strip()[:TEXT_LENGTH]
    return "\n".join([kept for line in text.split("\n") if (kept := line.strip())])[:TEXT_LENGTH]


def link_of(href: str, base: str) -> str | None:
    """An absolute http(s) address, or None: nothing else (javascript:, data:, file:) is ever kept as a
    link.
    """
    if _PLAIN_LINK.fullmatch(href) and len(href) <= URL_LENGTH:
        return href
    # As browsers do: line ends and tabs inside an address do not count.
    href = re.sub(r"[\t\n]", "", clean(href).strip()).replace(" ", "%20")
    if not href:
        return None
    try:
        url = urljoin(base, href)
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host or parts.username is not None:
        return None
    # What would end an attribute or begin a tag is written as browsers send it.
    url = url.translate(_UNFIT)
    return url if len(url) <= URL_LENGTH else None


def language_of(told: str) -> str | None:
    """The language that a source claims (lv, lv-LV, ltg), None where it claims none that has a code."""
    match = _LANGUAGE.match(told) if told else None
    name = match[1].lower() if match else ""
    return _LANGUAGES.get(name, name) or None


def headline_of(url: str) -> str:
    """A headline for want of a better one: the words of the address, or the address itself."""
    parts = urlsplit(url)
    pieces = [unquote(piece) for piece in parts.path.split("/") if piece]
    for piece in reversed(pieces):
        words = re.sub(r"[\W_]+", " ", _NUMBER_ENDS.sub("", _FILE_END.sub("", piece))).strip()
        if sum(letter.isalpha() for letter in words) >= 5:
            return one_line(words[:1].upper() + words[1:], TITLE_LENGTH)
    return one_line(url, TITLE_LENGTH)
