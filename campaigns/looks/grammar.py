"""What each kind of channel reads as a link, a hashtag or a mention: tables and patterns.

Sources: Mastodon's `Tag` and `Account` models; our own facets for Bluesky (`campaigns.channels.bluesky`); twitter-text
for X; core.telegram.org, "Message entities"; help pages of Facebook, Instagram and LinkedIn. A number alone is no
hashtag anywhere, and Latvian letters are letters.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from campaigns import weights
from campaigns.weights import AFTER_ADDRESS

_ADDRESS = re.compile(r"(?<!\w)https?://[^\s<>\"]+")
# Letters may carry their accents apart.
_MARKS = "\u0300-\u036f"
_WORD = rf"[\w{_MARKS}]"
_NAMED = rf"(?={_WORD}*[^\W\d_])"  # a letter is among what follows
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"


@dataclass(frozen=True)
class Grammar:
    """How a channel reads a text; None for what it does not know.

    `links`: one can follow an address. `bare`: an address without "https://" is one too.
    """

    tag: re.Pattern[str] | None = None
    mention: re.Pattern[str] | None = None
    links: bool = True
    bare: bool = False


PLAIN = Grammar(links=False)
_MASTODON = Grammar(
    tag=re.compile(rf"(?<![\w=/)&])#{_NAMED}[\w·{_MARKS}]+"),
    mention=re.compile(
        r"(?<![\w=/])@[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?"
        rf"(?:@(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?)?(?![\w@])"
    ),
)
_BLUESKY = Grammar(
    tag=re.compile(r"(?<![\w&/])[#＃](?=\w*[^\W\d_])\w{1,64}(?!\w|://)"),
    mention=re.compile(
        rf"(?<![\w.@/&+-])@(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?(?![A-Za-z0-9-]*://)"
    ),
)
_X = Grammar(
    tag=re.compile(rf"(?<![\w&])[#＃]{_NAMED}{_WORD}+(?!{_WORD}|[#＃]|://)"),
    mention=re.compile(r"(?<![\w!#$%&*@＠/])[@＠][A-Za-z0-9_]{1,15}(?![\w@＠]|://)"),
    bare=True,
)
_TELEGRAM = Grammar(
    tag=re.compile(rf"(?<![\w/&])#{_NAMED}{_WORD}+"),
    mention=re.compile(r"(?<![\w/.])@[A-Za-z][A-Za-z0-9_]{4,31}(?![\w@])"),
    bare=True,
)
_INSTAGRAM = Grammar(
    tag=re.compile(rf"(?<![\w&/])#{_NAMED}{_WORD}+"),
    mention=re.compile(r"(?<![\w.@/])@[A-Za-z0-9_](?:[A-Za-z0-9._]{0,28}[A-Za-z0-9_])?(?![\w@])"),
    links=False,
)
_FACEBOOK = Grammar(tag=re.compile(rf"(?<![\w&/])#{_NAMED}{_WORD}+"), bare=True)
_LINKEDIN = Grammar(tag=re.compile(rf"(?<!\S)#(?=[^\W_]){_NAMED}{_WORD}+"), bare=True)
_WORDPRESS = Grammar()

GRAMMARS: Mapping[str, Grammar] = MappingProxyType(
    {
        "mastodon": _MASTODON,
        "bluesky": _BLUESKY,
        "x": _X,
        "telegram": _TELEGRAM,
        "instagram": _INSTAGRAM,
        "facebook": _FACEBOOK,
        "linkedin": _LINKEDIN,
        "wordpress": _WORDPRESS,
    }
)
# Wherever it is going: what a person means by a hashtag, and by somebody's name.
MEANT = Grammar(
    tag=re.compile(rf"(?<![\w&/])#{_NAMED}{_WORD}+"),
    mention=re.compile(r"(?<![\w.@/&+-])@[A-Za-z0-9_](?:[A-Za-z0-9._@-]{0,120}[A-Za-z0-9_])?(?!\w)"),
)


def grammar_of(kind: str) -> Grammar:
    """How a kind of channel reads; one that is not known, or only carries a text on, reads nothing."""
    return GRAMMARS.get(kind, PLAIN)


def links(text: str, grammar: Grammar) -> Iterator[tuple[int, int]]:
    """Where addresses stand in a text: where each begins and ends; without what ends the sentence around it."""
    if grammar.bare:
        yield from weights.addresses(text)
        return
    for found in _ADDRESS.finditer(text):
        yield found.start(), found.start() + len(found.group().rstrip(AFTER_ADDRESS))
