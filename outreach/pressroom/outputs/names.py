"""How a person is called in a greeting: the first name as it is called out in Latvian, or no name at all."""

import re

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*", re.UNICODE)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
# What stands in the place of a name and is none.
_NOBODY = frozenset({
    "avīze", "birojs", "dienests", "info", "kanāls", "laikraksts", "mediji", "nodaļa", "portāls", "prese",
    "radio", "redakcija", "redakcijas", "redaktore", "redaktors", "sia", "studija", "televīzija", "tv",
    "vestis", "vēstis", "ziņas", "ziņu", "žurnāls", "žurnālists", "žurnāliste", "agency", "desk", "editor",
    "editorial", "magazine", "media", "news", "newspaper", "newsroom", "office", "press", "the", "агентство",
    "газета", "журнал", "новости", "пресса", "радио", "редактор", "редакция", "тв",
})  # fmt: skip
_CONSONANTS = "bcčdfgģhjkķlļmnņprŗsštvzž"


def first_name(name: str, outlet: str = "") -> str:
    """A person's first name; empty where what stands there may be no person's: one word, an outlet, a newsroom.

    A greeting with a wrong name is worse than one without.
    """
    parts = name.split()
    if len(parts) < 2 or len(parts) > 4 or name.strip().casefold() == outlet.strip().casefold():
        return ""
    whole = [_WORD.fullmatch(part) is not None and part[0].isupper() and not part.isupper() for part in parts]
    if not all(whole) or any(part.casefold() in _NOBODY for part in parts) or len(parts[0]) < 2:
        return ""
    # "Latgales Laiks", "Rēzeknes Vēstis": whose, and not who.
    if re.search("[ae]s$", parts[0]) and not _CYRILLIC.search(name):
        return ""
    return parts[0]


def is_cyrillic(name: str) -> bool:
    """Whether a name is written in Russian letters."""
    return _CYRILLIC.search(name) is not None


def called(name: str) -> str:
    """A Latvian first name as one calls it: Jānis - Jāni, Oskars - Oskar, Mikus - Miku, Anna - Anna; each part of
    Anna-Marija or Jānis-Kristaps by itself.
    """
    return "-".join(_one(part) for part in name.split("-"))


def _one(name: str) -> str:
    small = name.casefold()
    if len(small) < 3:
        return name
    if small.endswith(("is", "us", "ys")):
        return name[:-1]
    if small[-1] in "sš" and small[-2] in _CONSONANTS:
        return name[:-1]
    return name
