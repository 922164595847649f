"""How people write terms: "koordinators/koordinatore", "sekmēšana / veicināšana", "atpakaļ (uz Latviju)".

`spelt_out` turns one such line into plain words and phrases, in the order in which they stand.
"""

import re
import unicodedata

_NOTES = frozenset(("bare", "lv", "ltg", "ru", "en", "de", "u. c.", "u.c."))
_QUOTES = re.compile(r"[“”„«»\"]")
_SENTENCES = re.compile(r"[;!?]+\s*")
_OUTER = re.compile(r"\s+/\s+")
_MOST = 40


def normal(word: str) -> str:
    """NFC, no soft hyphens or quotes, single blanks; case stays."""
    text = unicodedata.normalize("NFC", word).replace("\u00ad", "").replace("\u00a0", " ")
    return " ".join(_QUOTES.sub(" ", text).split())


def spelt_out(term: str) -> tuple[str, ...]:
    """Every plain word or phrase that the line means; at most 40."""
    found: list[str] = []
    for sentence in _SENTENCES.split(normal(term)):
        for text in _brackets(sentence):
            found += _alternatives(text)
    return tuple(dict.fromkeys(one for one in found if one))[:_MOST]


def _brackets(text: str) -> list[str]:
    """The line with and without what stands in brackets; notes for the reader and glued endings "(s)" go."""
    opened = re.search(r"\s?\(([^()]*)\)", text)
    if opened is None:
        return [text.replace("(", " ").replace(")", " ").strip()]
    inside, glued = opened.group(1).strip(), not opened.group(0)[0].isspace()
    before, after = text[: opened.start()], text[opened.end() :]
    without = _brackets(" ".join(f"{before} {after}".split()) if not glued else before + after)
    if glued or inside in _NOTES or inside.startswith("and ") or not inside:
        return without
    return without + [
        one for part in inside.split(" / ") for one in _brackets(" ".join(f"{before} {part} {after}".split()))
    ]


def _alternatives(text: str) -> list[str]:
    parts = [part for part in _OUTER.split(text) if part]
    found: list[str] = []
    for place in range(len(parts)):
        found += _glued(_completed(parts, place))
    return found


def _completed(parts: list[str], place: int) -> str:
    """An alternative with the words it shares.

    "a b / c" means "a c" as well; "a / b c" means "a c" where a is no name of its own.
    """
    own = parts[place].split()
    first = parts[0].split()
    longest = max((part.split() for part in parts), key=len)
    if place == 0:
        second = parts[1].split() if len(parts) > 1 else own
        alone = own[0][:1].isupper() or "." in own[0]
        return (
            " ".join(own + second[len(own) :])
            if len(own) < len(second) and len(parts) == 2 and not alone and own[0] != second[0]
            else parts[0]
        )
    if len(first) > 1 and len(own) < len(first) and own[0] != first[0]:
        # A preposition brings its noun along: "в Латвию / на родину".
        return " ".join(first[: max(1, len(first) - len(own))] + own)
    if len(first) > 1 and len(own) == len(first) and own[0] != first[0] and len(longest) == 2 and len(own[0]) <= 3:
        return " ".join(first[:1] + own)
    return parts[place]


def _glued(text: str) -> list[str]:
    """ "koordinators/koordinatore" within a phrase: once with each."""
    tokens = text.split()
    for place, token in enumerate(tokens):
        if "/" in token.strip("/") and not token.startswith(("http", "www")):
            return [
                one
                for part in token.split("/")
                if part
                for one in _glued(" ".join([*tokens[:place], part, *tokens[place + 1 :]]))
            ]
    return [text]
