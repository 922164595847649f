"""Latgalian: nouns and verbs of the written language. Every form is marked uncertain: editors write in several ways."""

from collections.abc import Iterator
from functools import lru_cache

from scrapers.forms.lv_sounds import softened
from scrapers.forms.shape import Form, Paradigm, distinct, endings, inflected

TABLES = {
    "m1": endings("nom.sg:s gen.sg:a dat.sg:am acc.sg:u loc.sg:ā nom.pl:i gen.pl:u dat.pl:im acc.pl:us loc.pl:ūs"),
    "m2": endings(
        "nom.sg:s gen.sg:~a dat.sg:am/~am acc.sg:i/~u loc.sg:ī/~ā nom.pl:~i gen.pl:~u dat.pl:~im acc.pl:~us loc.pl:~ūs"
    ),
    "f4": endings(
        "nom.sg:a gen.sg:ys dat.sg:ai acc.sg:u loc.sg:ā nom.pl:ys gen.pl:u dat.pl:om acc.pl:ys loc.pl:uos/ōs"
    ),
    "f4j": endings(
        "nom.sg:a gen.sg:is dat.sg:ai acc.sg:u loc.sg:ā nom.pl:is gen.pl:u dat.pl:om acc.pl:is loc.pl:uos/ōs"
    ),
    "f5": endings("nom.sg:e gen.sg:is dat.sg:ei acc.sg:i loc.sg:ē nom.pl:is gen.pl:~u/u dat.pl:em acc.pl:is loc.pl:ēs"),
    "f5p": endings("nom.pl:is gen.pl:u/~u dat.pl:em loc.pl:ēs"),
}
_VERBS = {  # (present stem, past stem) of those whose infinitive does not tell
    "grīzt": ("grīž", "grīz"),
    "braukt": ("brauc", "brauc"),
    "īt": ("it", "guoj"),
    "nuokt": ("nuok", "nuoc"),
    "celt": ("ceļ", "cēl"),
    "palikt": ("palīk", "palyk"),
    "vest": ("vad", "ved"),
}
_PREFIXES = ("atsa", "at", "aizsa", "aiz", "puorsa", "puor", "pī", "īsa", "ī", "iz", "nū", "sa", "uz", "ap", "pa")
_REPEATED = ("remigr", "reemigr")


def _noun(stem: str, pattern: str, lemma: str) -> Iterator[Form]:
    for form in inflected(stem, softened(stem), TABLES[pattern], "noun", "base", True):
        yield Form(lemma, form.tag, True) if form.tag.endswith("nom.sg") else form


def _verb(infinitive: str) -> Iterator[Form]:
    inf = infinitive[:-1]
    present, past = inf + "j", inf + "j"
    for prefix in ("", *_PREFIXES):
        if infinitive.startswith(prefix) and infinitive[len(prefix) :] in _VERBS:
            own = _VERBS[infinitive[len(prefix) :]]
            present, past = prefix + own[0], prefix + own[1]
            break
    listed = present != inf + "j"
    third = present if listed else inf
    future = inf + "š"
    cells = (
        ("inf", infinitive),
        ("pres.1sg", present + "u"),
        ("pres.3", third),
        ("pres.1pl", present + "am"),
        ("pres.1pl", present + "om"),
        ("pres.2pl", present + "at"),
        ("past.1sg", past + "u"),
        ("past.3", past + ("e" if listed else "a")),
        ("past.1pl", past + ("em" if listed else "om")),
        ("past.3", past + "a"),
        ("past.3.refl", past + "ās"),
        ("pres.3.refl", present + "ās"),
        ("fut.1sg", future + "u"),
        ("fut.3", inf + "s"),
        ("imp.2pl", past + "it" if listed else inf + "jit"),
        ("cond", inf + "tu"),
        ("oblique", present + "ūt"),
        ("part.past.act.m.sg", past + "s"),
        ("part.past.act.f.sg", past + "use"),
        ("part.past.act.m.pl", past + "uši"),
        ("part.past.act.f.pl", past + "ušys"),
        ("part.past.act.def.m.pl", past + "ušī"),
        ("part.past.act.def.acc", past + "ušū"),
        ("part.past.act.def.loc.pl", past + "ušuos"),
        ("part.past.act.gen.pl", past + "ušu"),
        ("part.past.act.dat.pl", past + "ušim"),
    )
    for tag, text in cells:
        yield Form(text, f"verb.{tag}", True, "participle" if "part" in tag else "base")
    for stem in dict.fromkeys((inf + "šon", (inf[:-1] if inf[-1] in "sz" else inf) + "šon")):
        for form in _noun(stem, "f4", stem + "a"):
            yield Form(form.text, form.tag, True, "noun")


@lru_cache(maxsize=1024)
def _forms(pos: str, pattern: str, lemma: str, stem: str) -> tuple[Form, ...]:
    found = list(
        _verb(lemma)
        if pos == "verb"
        else _noun(stem, pattern, lemma)
        if pattern in TABLES
        else [Form(lemma, "noun", True)]
    )
    for begun in _REPEATED:
        if lemma.startswith(begun):
            found += [
                Form(other + form.text[len(begun) :], form.tag, True, "prefixed")
                for other in _REPEATED
                if other != begun
                for form in tuple(found)
            ]
            break
    return distinct(found)


def _patterns(word: str) -> Iterator[tuple[str, str, str, str, float]]:
    if word.endswith("t") and len(word) > 4:
        yield "verb", "v", word, word, 0.6
    if word.endswith("īts"):
        yield "noun", "m2", word, word[:-1], 0.6
    elif word.endswith("ys") or (word.endswith("is") and word[:-2].endswith("cej")):
        stem = word[:-2]
        yield "noun", "f4j" if stem.endswith("j") else "f4", stem + "a", stem, 0.55
    elif word.endswith("īši"):
        yield "noun", "m2", word[:-2] + "ts", word[:-2] + "t", 0.6
    elif word.endswith("is"):
        yield "noun", "f5p", word, word[:-2], 0.5
    elif word.endswith("s"):
        yield "noun", "m1", word, word[:-1], 0.55
    elif word.endswith("a"):
        yield "noun", "f4j" if word.endswith("ja") else "f4", word, word[:-1], 0.55
    elif word.endswith("e"):
        yield "noun", "f5", word, word[:-1], 0.5
    else:
        for ending, pattern in (
            ("im", "m1"),
            ("ūs", "m1"),
            ("om", "f4"),
            ("uos", "f4"),
            ("ai", "f4"),
            ("u", "f4"),
            ("ā", "f4"),
        ):
            if word.endswith(ending) and len(word) - len(ending) > 2:
                stem = word[: -len(ending)]
                yield (
                    "noun",
                    "f4j" if pattern == "f4" and stem.endswith("j") else pattern,
                    stem + ("s" if pattern == "m1" else "a"),
                    stem,
                    0.45,
                )


def paradigms(word: str, *, name: bool = False) -> tuple[Paradigm, ...]:
    """Readings of one lower-case word, none of them sure."""
    found = [
        Paradigm(
            lemma, "ltg", "name" if name and pos == "noun" else pos, pattern, _forms(pos, pattern, lemma, stem), sure
        )
        for pos, pattern, lemma, stem, sure in _patterns(word)
        if not (name and pos == "verb")
    ]
    return tuple(found) or (Paradigm(word, "ltg", "noun", "0", (Form(word, "noun", True),), 0.2),)
