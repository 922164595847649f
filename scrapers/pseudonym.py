"""Private people's posts, with whoever wrote them and whomever they name covered.

The same person has the same pseudonym in every post of this office, and another one elsewhere: it is made with the
office's own key. What stays: the post's address, for that is where the post is found and answered, and with it
whatever name the platform writes into addresses; and names written out in the text that are not the author's, for no
list of people is kept here to know them by.
"""

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.registry import kinds
from scrapers import sources
from scrapers.source import Found, source_of

PURPOSE = "pseudonyms"
MASKED = "[…]"
_MAIL = re.compile(r"(?<![\w.+@-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# "@name" or "@name@server"; not the middle of a mail address.
_HANDLE = re.compile(r"(?<![\w@.])@(\w[\w.-]{0,62}\w|\w)(@[\w-]{1,63}(?:\.[\w-]{1,63})+)?")
_ABROAD = r"(?:\+|00)[1-9]\d{0,2}[ \-]?(?:\(\d{1,4}\)|\d{1,4})(?:[ \-]?\d{2,4}){2,4}"
_HERE = r"[26]\d{3}[ \-]?\d{4}|[26]\d[ \-]\d{3}[ \-]\d{3}|[26]\d[ \-]\d{2}[ \-]\d{2}[ \-]\d{2}"
_PHONE = re.compile(rf"(?<![\w/.,+=-])(?:{_ABROAD}|{_HERE})(?![\d]|[.,]\d)")
_SHORTEST_NAME = 3
_PAGES_OF_ACCOUNTS = re.compile(
    r"(?:t\.me/(?:s/)?|(?:facebook|instagram|x|twitter|threads)\.com/|bsky\.app/profile/|/)@?([\w.-]{2,64})(?=[/?\"',;\s|]|$)"
)


def is_private(kind: str, settings: Mapping[str, object]) -> bool:
    """Whether a source's posts are by private people; where that cannot be told, they are taken to be."""
    told = getattr(kinds(sources.__name__).get(kind), "private", False)
    if not isinstance(told, property):
        return bool(told)
    try:
        return bool(getattr(source_of(kind, settings), "private", False))
    except OutreachError:
        return True


def veil_of(app: App) -> Callable[[Found], Found]:
    """What covers the people in a post, with this office's key; the office and the outlets of its catalogue are no
    private people.
    """
    key = app.seal.sign_key(PURPOSE)
    keep = _public(app.office.folder) | _named(app.office.contact)

    def veil(found: Found) -> Found:
        return pseudonymised(found, key, keep)

    return veil


@lru_cache(maxsize=8)
def _public(folder: Path) -> frozenset[str]:
    """The handles and mail addresses that stand in the office's own tables."""
    told = frozenset[str]()
    for name in ("vocabulary.csv", "outlets.csv"):
        try:
            text = (folder / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        told |= _named(text)
        told |= {match[1].casefold() for match in _PAGES_OF_ACCOUNTS.finditer(text)}
    return told


def _named(text: str) -> frozenset[str]:
    mails = {match[0].casefold() for match in _MAIL.finditer(text)}
    return frozenset(mails | {match[0].lstrip("@").casefold() for match in _HANDLE.finditer(text)})


def pseudonymised(found: Found, key: bytes, keep: frozenset[str] = frozenset()) -> Found:
    """The post with its author, handles, mail addresses and phone numbers covered.

    `keep` are handles (without @) and mail addresses that are no private person's, in small letters.
    """
    author = found.author if found.author and found.author.lstrip("@").casefold() not in keep else None
    name = _name_in_text(author)

    def covered(text: str) -> str:
        text = _MAIL.sub(lambda match: match[0] if match[0].casefold() in keep else MASKED, text)
        text = _HANDLE.sub(lambda match: match[0] if _is_kept(match, keep) else pseudonym(match[0], key), text)
        if name is not None and author is not None:
            text = name.sub(pseudonym(author, key), text)
        return _PHONE.sub(_masked, text)

    return replace(
        found,
        title=covered(found.title),
        summary=covered(found.summary),
        text=None if found.text is None else covered(found.text),
        author=pseudonym(author, key) if author is not None else found.author,
    )


def pseudonym(name: str, key: bytes) -> str:
    """The same for the same name in any case, with or without its @; nothing leads back without the key."""
    told = " ".join(name.strip().lstrip("@").casefold().split())
    return f"person-{hmac.new(key, told.encode('utf-8', 'replace'), 'sha256').hexdigest()[:6]}"


def _name_in_text(author: str | None) -> re.Pattern[str] | None:
    name = (author or "").strip().lstrip("@")
    if len(name) < _SHORTEST_NAME:
        return None
    words = r"\s+".join(re.escape(word) for word in name.split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def _is_kept(match: re.Match[str], keep: frozenset[str]) -> bool:
    return match[1].casefold() in keep or match[0].lstrip("@").casefold() in keep


def _masked(match: re.Match[str]) -> str:
    # "25 000 000" is an amount.
    return match[0] if match[0].endswith("000") else MASKED
