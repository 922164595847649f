"""Latvian adjectives and whatever is declined like them: both endings, both genders, three degrees."""

from collections.abc import Iterator

from scrapers.forms.shape import Form, endings, inflected
from scrapers.forms.told import told

INDEFINITE = endings(
    "m.sg.nom:s m.sg.gen:a m.sg.dat:am m.sg.acc:u m.sg.loc:ā "
    "m.pl.nom:i m.pl.gen:u m.pl.dat:iem m.pl.acc:us m.pl.loc:os "
    "f.sg.nom:a f.sg.gen:as f.sg.dat:ai f.sg.acc:u f.sg.loc:ā "
    "f.pl.nom:as f.pl.gen:u f.pl.dat:ām f.pl.acc:as f.pl.loc:ās"
)
DEFINITE = endings(
    "def.m.sg.nom:ais def.m.sg.gen:ā def.m.sg.dat:ajam def.m.sg.acc:o def.m.sg.loc:ajā "
    "def.m.pl.nom:ie def.m.pl.gen:o def.m.pl.dat:ajiem def.m.pl.acc:os def.m.pl.loc:ajos "
    "def.f.sg.nom:ā def.f.sg.gen:ās def.f.sg.dat:ajai def.f.sg.acc:o def.f.sg.loc:ajā "
    "def.f.pl.nom:ās def.f.pl.gen:o def.f.pl.dat:ajām def.f.pl.acc:ās def.f.pl.loc:ajās"
)
# After -ēj- the long ending would stumble over its own j: "pēdējam", not "pēdējajam".
_SHORT = {"ajam": "am", "ajiem": "iem", "ajai": "ai", "ajām": "ām", "ajā": "ā", "ajos": "os", "ajās": "ās"}
DEFINITE_AFTER_J = tuple(ending._replace(text=_SHORT.get(ending.text, ending.text)) for ending in DEFINITE)


def stem_of(lemma: str) -> str | None:
    """The stem of an adjective named by its masculine or feminine nominative, definite or not."""
    for ending in ("ais", "s", "š"):
        if lemma.endswith(ending) and len(lemma) > len(ending) + 1:
            return lemma[: -len(ending)]
    return None


def is_adjective(lemma: str) -> bool:
    """Whether the lemma is one beyond doubt: by its suffix, its definite ending, or because everybody knows it."""
    if lemma.endswith("ais") and len(lemma) > 5:
        return True
    return lemma in told("lv", "adjective") or lemma.endswith(("isks", "īgs", "āls", "ains", "īvs", "ošs", "āms"))


def declined(stem: str, tag: str, group: str = "base", nominative: str = "s") -> Iterator[Form]:
    """Indefinite and definite endings in both genders; `nominative` is "s" or "š"."""
    for form in inflected(stem, stem, INDEFINITE, tag, group):
        yield Form(stem + nominative, form.tag, False, group) if form.tag.endswith("m.sg.nom") else form
    yield from definite(stem, tag, group)


def definite(stem: str, tag: str, group: str = "base") -> Iterator[Form]:
    """The definite endings alone."""
    yield from inflected(stem, stem, DEFINITE_AFTER_J if stem.endswith("ēj") else DEFINITE, tag, group)


def adjective_forms(stem: str, nominative: str = "s", *, degrees: bool = True) -> Iterator[Form]:
    """The positive, the adverb, the comparative and the superlative."""
    if stem.endswith("ēj"):  # "pēdējais" has neither the short endings nor degrees
        yield from definite(stem, "adjective")
        return
    yield from declined(stem, "adjective", nominative=nominative)
    yield Form(stem + "i", "adjective.adverb")
    if degrees:
        relating = stem.endswith(("āl", "ār"))  # "reģionāls" is hardly more or less so
        for form in (
            *declined(stem + "āk", "adjective.comparative", "degree"),
            *definite("vis" + stem + "āk", "adjective.superlative", "degree"),
        ):
            yield Form(form.text, form.tag, relating, form.group)
        yield Form(stem + "āk", "adjective.comparative.adverb", relating, "degree")
        yield Form("vis" + stem + "āk", "adjective.superlative.adverb", relating, "degree")
