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
_UNFIT = {ord(letter): f"%{ord(letter):02X}" for letter in "\"<>`{}|\\^'"}
_SPACES = re.compile(r"\s+")
_LINE_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")
_LOUD = re.compile(r"<(script|style|noscript|template|iframe|object)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BLOCKS_WORDS = (
    "address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 "
    "h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul"
)
_BLOCKS = frozenset(_BLOCKS_WORDS.split())
_SILENT_WORDS = "script style noscript template iframe object embed svg math head title button select form"
_SILENT = frozenset(_SILENT_WORDS.split())
_FILE_END = re.compile(r"\.(?:s?html?|php|aspx?|jsp)$", re.IGNORECASE)
# Three letters where two would do; Latgalian (ltg) has no others.
_LANGUAGES = {"lav": "lv", "rus": "ru", "eng": "en", "lit": "lt", "est": "et", "deu": "de", "ger": "de", "nor": "no"}
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?![A-Za-z])")
_NUMBER_ENDS = re.compile(r"^(?:[a-z]?\d+[\W_]+)+|(?:[\W_]+[a-z]{0,3}\d{3,})+$", re.IGNORECASE)


def clean(text: str) -> str:
    """`text` without control characters and lone surrogates; line ends are line feeds."""
    return _BAD.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, length: int) -> str:
    """Cleaned, on one line, at most `length` characters."""
    line = _SPACES.sub(" ", clean(text.replace("\x00", ""))).strip()
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def title_of(text: str) -> str:
    """A headline from a feed: entities resolved (twice, for feeds that escape twice), tags removed, one
    line.
    """
    text = text[: TITLE_LENGTH * 8]
    for _ in range(2):
        if "<" in text:
            text = _TAG.sub("", _LOUD.sub("", text))
        text = html.unescape(text)
    if "<" in text:
        text = _TAIL.sub("", _TAG.sub("", _LOUD.sub("", text)))
    return one_line(text, TITLE_LENGTH)


def text_of(markup: str) -> str:
    """The readable text of an HTML fragment, a paragraph a line; plain text comes through as it is."""
    markup = clean(markup)[: TEXT_LENGTH * 10]
    if "<" not in markup:
        return _lines(_TAG.sub("", html.unescape(markup)))
    try:
        tree = lxml_html.fragment_fromstring(
            markup, create_parent="div", parser=lxml_html.HTMLParser(remove_comments=True)
        )
    except (etree.LxmlError, ValueError, AssertionError):
        return _lines(html.unescape(_TAG.sub(" ", markup)))
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
    text = "".join(parts)
    # Escaped twice, tags become words: harmless where everything is escaped, but no news text needs them.
    return _lines(_TAG.sub("", text) if "<" in text else text)


def _lines(text: str) -> str:
    lines = (_LINE_SPACES.sub(" ", line).strip() for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)[:TEXT_LENGTH]


def link_of(href: str, base: str) -> str | None:
    """An absolute http(s) address, or None: nothing else (javascript:, data:, file:) is ever kept as a
    link.
    """
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
    match = _LANGUAGE.match(told)
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
