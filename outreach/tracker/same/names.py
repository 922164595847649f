"""One spelling for people's names, whichever alphabet and whoever's rules they were written by; pure.

Jānis, Janis and Янис are one word here, Bērziņš and Bērziņa one surname, Kovaļevskis and Kovalevskaya too. What comes
out is for comparing alone: nobody would read it as a name.
"""

import re
import unicodedata
from dataclasses import dataclass

MASCULINE, FEMININE, EITHER = "m", "f", ""
_SEPARATE = re.compile(r"[^\w'’`´]+|_|\d")
_MOST_WORDS = 8
_LONGEST = 40

_CYRILLIC = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "e", "ж": "z",
        "з": "z", "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
        "р": "r", "с": "s", "т": "t", "у": "u", "ў": "v", "ф": "f", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "sc",
        "ъ": None, "ы": "i", "ь": None, "э": "e", "ю": "iu", "я": "ia",
    }
)  # fmt: skip
# Before the marks above and below letters go: where Latvian writes a soft or a hissing "o", Russian has ё or е.
_SOFT = (
    (re.compile("ļo"), "le"),
    (re.compile("ņo"), "ne"),
    (re.compile("(č|š|ž|ch|sh|zh|ч|ш|ж)[oоё](?=[vв])"), r"\1e"),
)
# Plurals of a household's name: Eglīši are the family of Eglītis, Baloži of Balodis.
_PLURAL = ((re.compile("īš[iu]$"), "īt"), (re.compile("ož[iu]$"), "od"))
_LETTERS = (
    ("ß", "ss"), ("ł", "l"), ("đ", "d"), ("ø", "o"), ("æ", "e"), ("shch", "sc"), ("tch", "c"), ("sch", "s"),
    ("chr", "kr"), ("ct", "kt"), ("sh", "s"), ("zh", "z"), ("kh", "h"), ("ch", "c"), ("ck", "k"), ("cz", "c"),
    ("sz", "s"), ("ph", "f"), ("th", "t"), ("w", "v"), ("x", "ks"), ("q", "k"), ("j", "i"), ("y", "i"),
)  # fmt: skip
_SOUNDS = (
    (re.compile(r"t[sz](?!$)"), "c"),  # Kuznetsov; but Roberts ends in its own s
    (re.compile(r"(?<=e)ie"), "e"),  # Aleksejevs, Алексеев
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"^ie"), "e"),  # Jeļena, Elena
    (re.compile(r"(?<=[ln])iu"), "u"),  # Ļudmila, Lyudmila
    (re.compile(r"(?<=[^aeiou])io"), "e"),  # Fjodors, Fyodor, Фёдор
    (re.compile(r"(?<=[^aeiou])ie"), "e"),  # Solovjevs, Soloviev
    (re.compile(r"(?<=[^aeiou])er(?=s?$)"), "r"),  # Alexander, Aleksandrs
)
_OF_ALL = re.compile(r"(?<=[oe]v)ih$|(?<=in)ih$|(?<=sk)ih$")  # семья Ивановых
_SKY = re.compile(r"(?<=[sc])k(?:aia|aias|iis|ii|is|i|ai|a|u)$")  # -skis, -ska, -ский, -ская, -sky
_ENDING = re.compile(r"(?<=..)(?:is|us|s|a|e|i|u)$")
_SOFT_END = re.compile(r"(?<=.[nl])i$")  # Берзиня beside Bērziņa, Наталья beside Nataļa
_FILLER = frozenset(
    (
        *("un", "ar", "kundze", "kungs", "gimene", "gimenes", "gimeni", "berni", "berniem"),
        *("and", "with", "mr", "mrs", "ms", "miss", "family", "und", "et", "herr", "frau", "familie"),
        *("и", "да", "семья", "семьи", "семьей"),
    )
)


@dataclass(frozen=True)
class Name:
    """One word of a name as it is compared: `key` without ending and alphabet, `gender` as its ending tells it."""

    key: str
    gender: str = EITHER

    @property
    def initial(self) -> bool:
        return len(self.key) == 1


def words(text: str) -> tuple[Name, ...]:
    """The words of a name in their order, each once; words like "family" and "and" go. At most eight."""
    told: dict[str, Name] = {}
    for raw in _SEPARATE.split(unicodedata.normalize("NFC", text).casefold()):
        word = raw.strip("'’`´")
        if not word or word in _FILLER or _plain(word) in _FILLER or len(word) > _LONGEST:
            continue
        one = Name(key(word), gender(word))
        if one.key:
            told.setdefault(one.key, one)
    return tuple(told.values())[:_MOST_WORDS]


def key(word: str) -> str:
    """One word without alphabet, marks, case and ending: `key("Bērziņa") == key("Берзиньш") == "berzin"`."""
    told = unicodedata.normalize("NFC", word.casefold())
    for shape, to in (*_SOFT, *_PLURAL):
        told = shape.sub(to, told)
    told = _plain(told.translate(_CYRILLIC))
    for letters, to in _LETTERS:
        told = told.replace(letters, to)
    told = "".join(letter for letter in told if "a" <= letter <= "z")
    for shape, to in _SOUNDS:
        told = shape.sub(to, told)
    told = _OF_ALL.sub("", told)
    if _SKY.search(told):
        return _SKY.sub("k", told)
    return _SOFT_END.sub("", _ENDING.sub("", told))


def gender(word: str) -> str:
    """What the ending tells: a consonant is a man's, -a and -e a woman's, anything else may be either's."""
    last = _plain(word.casefold())[-1:]
    if last in "aeая":
        return FEMININE
    return EITHER if not last or last in "iouyоуиыіеэю" else MASCULINE


def _plain(word: str) -> str:
    """Without the marks above and below letters; й and ё are letters of their own and gone before this."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))
