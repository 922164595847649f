"""Russian adjectives, ordinals and participles: hard and soft stems, with and without -ся."""

from collections.abc import Iterator

from scrapers.forms.shape import Form, endings, inflected
from scrapers.forms.told import told

HARD = endings(
    "m.nom.sg:ый gen.sg:ого dat.sg:ому ins.sg:ым loc.sg:ом "
    "f.nom.sg:ая f.gen.sg:ой f.acc.sg:ую n.nom.sg:ое nom.pl:ые gen.pl:ых dat.pl:ым ins.pl:ыми loc.pl:ых"
)
SOFT = endings(
    "m.nom.sg:ий gen.sg:его dat.sg:ему ins.sg:им loc.sg:ем "
    "f.nom.sg:яя f.gen.sg:ей f.acc.sg:юю n.nom.sg:ее nom.pl:ие gen.pl:их dat.pl:им ins.pl:ими loc.pl:их"
)
HUSHED = endings(
    "m.nom.sg:ий gen.sg:его dat.sg:ему ins.sg:им loc.sg:ем "
    "f.nom.sg:ая f.gen.sg:ей f.acc.sg:ую n.nom.sg:ее nom.pl:ие gen.pl:их dat.pl:им ins.pl:ими loc.pl:их"
)
VELAR = endings(
    "m.nom.sg:ий gen.sg:ого dat.sg:ому ins.sg:им loc.sg:ом "
    "f.nom.sg:ая f.gen.sg:ой f.acc.sg:ую n.nom.sg:ое nom.pl:ие gen.pl:их dat.pl:им ins.pl:ими loc.pl:их"
)


def declined(lemma: str, tag: str = "adjective", group: str = "base", after: str = "") -> Iterator[Form]:
    """Every case of an adjective named by its masculine nominative; `after` is "ся" for reflexive participles."""
    stem, last = lemma[:-2], lemma[-3:-2]
    if lemma.endswith("ой"):
        table = VELAR if last in "гкхжчшщ" else HARD
    elif lemma.endswith("ый"):
        table = HARD
    else:
        table = VELAR if last in "гкх" else HUSHED if last in "жчшщ" else SOFT
    for form in inflected(stem, stem, table, tag, group):
        text = lemma if form.tag.endswith("m.nom.sg") else form.text
        yield Form(text + after, form.tag, False, group)


# With the stress on the ending, which writing shows in the nominative alone.
_STRESSED = ("молод", "больш", "друг", "чуж", "родн", "жив", "дорог", "городск", "мужск", "морск", "прост", "пуст")


def lemma_of(word: str) -> str | None:
    """The masculine nominative of an adjective that is named in another gender or in the plural; None if it is none."""
    if word.endswith(("ый", "ой", "ий")) and len(word) > 4 and (is_adjective(word) or word.endswith(("ый", "ий"))):
        return word
    for ending in ("ая", "ое", "ые", "ого", "ому", "ыми", "ым", "ых", "ую", "ом", "ой"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            stem = word[: -len(ending)]
            if stem in _STRESSED:
                return stem + "ой"
            if ending in ("ая", "ую", "ого", "ому", "ое", "ом", "ой") and stem[-1] in "гкхжчшщ":
                return stem + "ий"
            return stem + "ый"
    for ending in ("яя", "ее", "ие", "его", "ему", "ими", "им", "их", "юю", "ем", "ей"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)] + "ий"
    return None


_SUFFIXES = (
    "ский",
    "цкий",
    "ской",
    "цкой",
    "ный",
    "ний",
    "ной",
    "вый",
    "вой",
    "овый",
    "ший",
    "щий",
    "тый",
    "лый",
    "шой",
    "жий",
    "мый",
    "кий",
    "рый",
    "дый",
    "той",
)


def is_adjective(lemma: str) -> bool:
    """Whether the word ends as adjectives do, "герой" and "край" not."""
    return lemma in told("ru", "adjective") or (lemma.endswith(_SUFFIXES) and len(lemma) > 5)


def adjective_forms(lemma: str) -> Iterator[Form]:
    """The long forms, and for hard stems in -ный the short ones with the adverb."""
    yield from declined(lemma)
    if lemma.endswith("ный") and len(lemma) > 5 and not lemma.endswith("анный"):
        stem = lemma[:-2]
        for ending, place in (("а", "f"), ("о", "n"), ("ы", "pl")):
            yield Form(stem + ending, f"adjective.short.{place}", True, "short")
