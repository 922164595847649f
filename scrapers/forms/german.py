"""German, as far as an office in Latvia meets it: plain nouns, weak verbs and a few strong ones, adjective endings."""

from collections.abc import Iterator
from functools import lru_cache

from scrapers.forms.shape import Form, Paradigm, distinct

_STRONG = {  # infinitive without its prefix: (he, past, participle)
    "schieben": ("schiebt", "schob", "geschoben"),
    "kommen": ("kommt", "kam", "gekommen"),
    "gehen": ("geht", "ging", "gegangen"),
    "ziehen": ("zieht", "zog", "gezogen"),
    "weisen": ("weist", "wies", "gewiesen"),
    "nehmen": ("nimmt", "nahm", "genommen"),
    "finden": ("findet", "fand", "gefunden"),
    "bleiben": ("bleibt", "blieb", "geblieben"),
    "fahren": ("fährt", "fuhr", "gefahren"),
    "geben": ("gibt", "gab", "gegeben"),
    "fliegen": ("fliegt", "flog", "geflogen"),
    "lassen": ("lässt", "ließ", "gelassen"),
}
_APART = ("zurück", "heim", "aus", "ein", "ab", "um", "an", "auf", "weg", "wieder", "nach", "fort")
_FIXED = ("be", "ver", "er", "ent", "zer", "über")


def _split(verb: str) -> tuple[str, str]:
    for prefix in _APART:
        if verb.startswith(prefix) and len(verb) - len(prefix) > 4:
            return prefix, verb[len(prefix) :]
    return "", verb


def _verb(verb: str) -> Iterator[Form]:
    apart, bare = _split(verb)
    stem = bare[:-2] if bare.endswith("en") else bare[:-1]
    link = "e" if stem.endswith(("t", "d")) else ""
    he, past, part = _STRONG.get(
        bare,
        (
            stem + link + "t",
            stem + link + "te",
            ("" if bare.endswith("ieren") or bare.startswith(_FIXED) else "ge") + stem + link + "t",
        ),
    )
    strong = bare in _STRONG
    finite = (
        ("inf", bare),
        ("pres.1sg", stem + "e"),
        ("pres.3sg", he),
        ("past.sg", past),
        ("past.pl", past + ("en" if strong else "n")),
    )
    for tag, text in finite:
        yield Form(apart + text, f"verb.{tag}")
        if apart and tag != "inf":  # "kehrt … zurück" side by side
            yield Form(f"{text} {apart}", f"verb.{tag}", False, "apart")
    if apart:
        yield Form(f"{bare} {apart}", "verb.pres.pl", False, "apart")
        yield Form(f"{apart}zu{bare}", "verb.inf.zu")
    whole = apart + part
    yield Form(whole, "verb.part.past", False, "participle")
    for ending in ("e", "en", "er", "es", "em"):
        yield Form(whole + ending, "verb.part.past.attributive", False, "participle")
        yield Form(verb + "d" + ending, "verb.part.pres.attributive", False, "participle")


def _noun(noun: str) -> Iterator[Form]:
    yield Form(noun, "noun.nom.sg")
    if noun.endswith(("ung", "ion", "heit", "keit", "schaft", "tät")):
        yield Form(noun + "en", "noun.pl")
        yield Form(noun + "s", "noun.gen.sg", True)
    elif noun.endswith("er"):
        yield Form(noun + "s", "noun.gen.sg")
        yield Form(noun + "n", "noun.dat.pl")
        for text, place in ((noun + "in", "sg"), (noun + "innen", "pl")):
            yield Form(text, f"noun.{place}", False, "woman")
    elif noun.endswith("in"):
        yield Form(noun + "nen", "noun.pl")
    elif noun.endswith("e"):
        yield Form(noun + "n", "noun.pl")
    elif noun.endswith(("ent", "ant", "ist")):
        yield Form(noun + "en", "noun.pl")
    else:
        for ending, place in (("s", "gen.sg"), ("es", "gen.sg"), ("e", "pl"), ("en", "dat.pl"), ("er", "pl")):
            yield Form(noun + ending, f"noun.{place}", True)


def _adjective(word: str) -> Iterator[Form]:
    yield Form(word, "adjective")
    for ending in ("e", "en", "er", "es", "em"):
        yield Form(word + ending, f"adjective.{ending}")


_NOUNS = ("ung", "ion", "heit", "keit", "schaft", "tät", "er", "in", "ent", "ant", "ist", "kehr", "diaspora")
_ADJECTIVES = ("ig", "isch", "lich", "bar", "sam", "los", "är")


@lru_cache(maxsize=1024)
def _forms(pos: str, lemma: str) -> tuple[Form, ...]:
    return distinct({"verb": _verb, "noun": _noun, "adjective": _adjective}[pos](lemma))


def paradigms(word: str, *, name: bool = False) -> tuple[Paradigm, ...]:
    """Readings of one lower-case word; a capital (`name`) means that it is a noun, as German writes them."""
    readings: list[tuple[str, str, float]] = []
    if not name and word.endswith(("en", "rn", "ln")) and len(word) > 5:
        readings.append(("verb", word, 0.7))
    bare = next(
        (
            word[: -len(one)]
            for one in ("en", "er", "es", "em", "e")
            if word.endswith(one) and word[: -len(one)].endswith(_ADJECTIVES)
        ),
        word,
    )
    if bare.endswith(_ADJECTIVES):
        readings.append(("adjective", bare, 0.75))
    if bare == word:
        lemma = next(
            (
                word[: -len(cut)]
                for cut in ("innen", "en", "ern", "s", "n")
                if word.endswith(cut) and word[: -len(cut)].endswith(_NOUNS) and not word.endswith(_NOUNS)
            ),
            word,
        )
        readings.append(("noun", lemma, 0.7 if lemma.endswith(_NOUNS) or name else 0.5))
    return tuple(
        Paradigm(lemma, "de", pos, pos[0], _forms(pos, lemma), sure)
        for pos, lemma, sure in sorted(readings, key=lambda one: -one[2])
    )
