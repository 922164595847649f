"""English: plural, possessive, third person, past, -ing; the irregular ones that returning families use."""

from collections.abc import Iterator
from functools import lru_cache

from scrapers.forms.shape import Form, Paradigm, distinct
from scrapers.forms.told import told

_NOUN = (
    "tion",
    "sion",
    "ment",
    "ness",
    "ity",
    "ship",
    "hood",
    "ism",
    "ance",
    "ence",
    "ee",
    "er",
    "or",
    "ist",
    "ant",
    "ent",
    "age",
    "ology",
    "ure",
    "cy",
)
_VERB = ("ate", "ize", "ise", "ify")
_ADJECTIVE = ("al", "ian", "ish", "ic", "ive", "ous", "ful", "less", "able", "ible")
VOWELS = "aeiou"
_REPEATED = ("remigra", "re-migra", "reemigra", "re-emigra")


@lru_cache(maxsize=1)
def _irregular() -> dict[str, tuple[str, str]]:
    """verb -> (past, participle)."""
    return {verb: (texts.split()[0], texts.split()[1]) for verb, texts in told("en", "verb").items() if texts}


@lru_cache(maxsize=1)
def _back() -> dict[str, str]:
    """Irregular past -> verb."""
    return {text: verb for verb, texts in _irregular().items() for text in texts}


def plural(noun: str) -> str:
    """child -> children, family -> families, coach -> coaches, day -> days."""
    if noun in told("en", "plural"):
        return told("en", "plural")[noun]
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in VOWELS:
        return noun[:-1] + "ies"
    return noun + "s"


def _doubles(verb: str) -> bool:
    """plan -> planned, stop -> stopping; only words of one syllable, which always do."""
    return (
        len(verb) > 2
        and verb[-1] not in VOWELS + "wxy"
        and verb[-2] in VOWELS
        and verb[-3] not in VOWELS
        and sum(letter in VOWELS for letter in verb) == 1
    )


def _verb(verb: str) -> Iterator[Form]:
    base = verb + verb[-1] if _doubles(verb) else verb
    past = (
        base[:-1] + "ied"
        if verb.endswith("y") and verb[-2] not in VOWELS
        else base + ("d" if verb.endswith("e") else "ed")
    )
    first, second = _irregular().get(verb, (past, past))
    yield Form(verb, "verb.inf")
    yield Form(plural(verb) if verb not in ("go",) else "goes", "verb.pres.3sg")
    yield Form(first, "verb.past")
    yield Form(second, "verb.part.past")
    yield Form(
        (base[:-1] if verb.endswith("e") and not verb.endswith(("ee", "oe")) else base) + "ing", "verb.part.pres"
    )


def _noun(noun: str) -> Iterator[Form]:
    many = plural(noun)
    yield Form(noun, "noun.sg")
    yield Form(many, "noun.pl")
    yield Form(noun + ("'" if noun.endswith("s") else "'s"), "noun.possessive.sg")
    yield Form(many + ("'" if many.endswith("s") else "'s"), "noun.possessive.pl")


@lru_cache(maxsize=1024)
def _forms(pos: str, lemma: str) -> tuple[Form, ...]:
    found = list(_verb(lemma) if pos == "verb" else _noun(lemma) if pos == "noun" else (Form(lemma, "adjective"),))
    for begun in _REPEATED:
        if lemma.startswith(begun):
            found += [
                Form(other + form.text[len(begun) :], form.tag, False, "prefixed")
                for other in _REPEATED
                if other != begun
                for form in found
                if form.group != "prefixed" and form.text.startswith(begun)
            ]
            break
    return distinct(found)


def paradigms(word: str, *, name: bool = False) -> tuple[Paradigm, ...]:
    """Every reading of one lower-case word, likeliest first; a word may be a noun and a verb ("return")."""
    found: list[Paradigm] = []
    for pos, lemma, sure in sorted(_readings(word.replace("’", "'"), name), key=lambda one: -one[2]):
        if not any(one.lemma == lemma and one.pos == pos for one in found):
            found.append(
                Paradigm(lemma, "en", "name" if name and pos == "noun" else pos, pos[0], _forms(pos, lemma), sure)
            )
    return tuple(found)


def _readings(word: str, name: bool) -> Iterator[tuple[str, str, float]]:
    bare = word.removesuffix("'").removesuffix("'s") if "'" in word else word
    if name:
        yield "noun", bare, 0.6
        return
    if word in _back():
        yield "verb", _back()[word], 0.9
    for lemma in _bases(word):
        if lemma in told("en", "verb") or (lemma.endswith(_VERB) and len(lemma) > 5):
            yield "verb", lemma, 0.9
        elif word.endswith(("ed", "ing")) and len(lemma) > 3:
            yield "verb", lemma, 0.6
    if word.endswith(_ADJECTIVE):
        yield "adjective", word, 0.7
    single = next((one for one, many in told("en", "plural").items() if many == bare), None)
    if single is None and bare.endswith("s") and not bare.endswith(("ss", "us", "is")) and len(bare) > 3:
        single = (
            bare[:-3] + "y"
            if bare.endswith("ies") and len(bare) > 4
            else bare[:-2]
            if bare.endswith(("ches", "shes", "sses", "xes"))
            else bare[:-1]
        )
    lemma = single or bare
    yield "noun", lemma, 0.85 if lemma.endswith(_NOUN) or lemma in told("en", "plural") else 0.6


def _bases(word: str) -> Iterator[str]:
    yield word
    for ending in ("ing", "ed", "es", "s", "d"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            stem = word[: -len(ending)]
            for base in (
                stem,
                stem + "e",
                stem[:-1] + "y" if stem.endswith("i") else stem,
                stem[:-1] if stem[-1:] == stem[-2:-1] else stem,
            ):
                if any(form.text == word for form in _verb(base)):
                    yield base
