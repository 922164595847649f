"""Latvian nouns: six declensions, nouns in -šanās, diminutives, and the woman's word beside the man's."""

from collections.abc import Iterator
from functools import lru_cache

from scrapers.forms.lv_sounds import VOWELS, front, softened, syllables
from scrapers.forms.shape import Form, endings, inflected
from scrapers.forms.told import told

TABLES = {
    "m1": endings("nom.sg:s gen.sg:a dat.sg:am acc.sg:u loc.sg:ā nom.pl:i gen.pl:u dat.pl:iem acc.pl:us loc.pl:os"),
    "m2": endings(
        "nom.sg:is gen.sg:~a dat.sg:im acc.sg:i loc.sg:ī nom.pl:~i gen.pl:~u dat.pl:~iem acc.pl:~us loc.pl:~os"
    ),
    "m2s": endings(
        "nom.sg:s gen.sg:s dat.sg:im acc.sg:i loc.sg:ī nom.pl:~i gen.pl:~u dat.pl:~iem acc.pl:~us loc.pl:~os"
    ),
    "m3": endings("nom.sg:us gen.sg:us dat.sg:um acc.sg:u loc.sg:ū nom.pl:i gen.pl:u dat.pl:iem acc.pl:us loc.pl:os"),
    "f4": endings("nom.sg:a gen.sg:as dat.sg:ai acc.sg:u loc.sg:ā nom.pl:as gen.pl:u dat.pl:ām acc.pl:as loc.pl:ās"),
    "f5": endings("nom.sg:e gen.sg:es dat.sg:ei acc.sg:i loc.sg:ē nom.pl:es gen.pl:~u dat.pl:ēm acc.pl:es loc.pl:ēs"),
    "f6": endings("nom.sg:s gen.sg:s dat.sg:ij acc.sg:i loc.sg:ī nom.pl:is gen.pl:~u dat.pl:īm acc.pl:is loc.pl:īs"),
    "fr": endings("nom.sg:ās gen.sg:ās acc.sg:os"),
}
LEMMA = {"m1": "s", "m2": "is", "m2s": "s", "m3": "us", "f4": "a", "f5": "e", "f6": "s", "fr": "ās"}

# Endings of lemmas that leave no doubt about the declension.
KNOWN = {
    "m1": (
        "tors",
        "ants",
        "ents",
        "tājs",
        "ējs",
        "nieks",
        "ums",
        "isms",
        "ists",
        "ors",
        "āts",
        "ības",
        "īgs",
        "ekts",
        "ions",
        "āns",
    ),
    "m2": ("ietis", "ītis", "ulis", "ieris", "ālis", "ēlis"),
    "f4": (
        "cija",
        "sija",
        "zija",
        "šana",
        "ība",
        "tāja",
        "ēja",
        "nīca",
        "iņa",
        "ūra",
        "ika",
        "grāfija",
        "loģija",
        "nora",
        "spora",
    ),
    "f5": ("iete", "tore", "niece", "īte", "ante", "ente", "iste", "ere", "mene", "īne", "āte"),
}
# Second declension with the nominative in -s; ending of the stem decides, so that compounds are found too.
_STONES = ("akmen", "asmen", "mēnes", "rūden", "ruden", "suņ", "sun", "ūden", "zibin", "ziben", "sāl")
_SIXTH_PLURAL = {"durvis": "durv", "brokastis": "brokast", "cēsis": "cēs"}
_UNCHANGED_SECOND = ("vies", "tēt", "skat")
_PLAIN = frozenset({"m1", "m2", "f4", "f5"})
# What is abstract, foreign or already small has no diminutive that anybody writes.
_NOT_SMALL = (
    "cij",
    "šan",
    "īb",
    "um",
    "ism",
    "tor",
    "ant",
    "ent",
    "tāj",
    "ēj",
    "niek",
    "iet",
    "ist",
    "niec",
    "nīc",
    "iņ",
    "īt",
    "ij",
    "ik",
    "ekt",
    "ūr",
    "ment",
    "ing",
)
_WOMAN = (
    ("tājs", "tāja"),
    ("ējs", "ēja"),
    ("tors", "tore"),
    ("ants", "ante"),
    ("ents", "ente"),
    ("nieks", "niece"),
    ("ietis", "iete"),
    ("ists", "iste"),
)
# Things that only sound like people; more of them stand in a list.
_NOBODY_ENDS = ("ments", "cents", "nents", "variants")
_PERSON = tuple(ending for ending, _ in _WOMAN)


def pattern_of(lemma: str) -> tuple[tuple[str, str], ...]:
    """(pattern, stem) of every declension the word may belong to as a lemma, likeliest first; () if it is no noun."""
    if lemma.endswith("šanās"):
        return (("fr", lemma[:-2]),)
    if lemma in _SIXTH_PLURAL:
        return (("f6", _SIXTH_PLURAL[lemma]),)
    if lemma == "ļaudis":
        return (("f6", "ļaud"),)
    if len(lemma) < 3:
        return ()
    stem = lemma[:-1]
    if lemma.endswith("s") and stem.endswith(_STONES) and stem[-1] in "nsļl" and not lemma.endswith("is"):
        return (("m2s", stem),)
    if lemma.endswith("s") and any(stem == one or (stem.endswith(one) and len(one) > 2) for one in told("lv", "sixth")):
        return (("f6", stem),)
    if lemma.endswith("is"):
        return (("m2", lemma[:-2]),)
    if lemma.endswith("us"):
        return (("m3", lemma[:-2]),)
    if (lemma.endswith("s") and stem[-1] not in VOWELS) or (lemma.endswith("š") and stem[-1] not in VOWELS):
        return (("m1", stem),)
    if lemma.endswith("a"):
        return (("f4", stem),)
    if lemma.endswith("e"):
        return (("f5", stem),)
    return ()


def known(lemma: str, pattern: str) -> bool:
    """Whether the lemma's ending belongs to this declension beyond doubt."""
    return pattern in ("fr", "f6", "m2s") or lemma.endswith(KNOWN.get(pattern, ()))


def _soft(stem: str, pattern: str) -> str:
    if pattern in ("f6", "f5") and (stem in told("lv", "stays") or stem.endswith(("valst", "brokast", "debes"))):
        return stem
    if pattern == "m2" and (stem in _UNCHANGED_SECOND or stem.endswith(("sk", "ck"))):
        return stem
    return softened(stem)


@lru_cache(maxsize=4096)
def declined(lemma: str, pattern: str, stem: str, group: str = "base") -> tuple[Form, ...]:
    """The noun in every case and number; for people the vocative as well."""
    found = []
    for form in inflected(stem, _soft(stem, pattern), TABLES[pattern], "noun", group):
        if form.tag == "noun.nom.sg" and pattern == "m1":
            form = Form(lemma, form.tag, False, group)
        # Nothing that is done to oneself, and few abstract things in -šana, are counted.
        found.append(Form(form.text, form.tag, True, group) if lemma.endswith("šana") and ".pl" in form.tag else form)
    if pattern == "m1" and lemma.endswith("s") and syllables(stem) > 0:
        found.insert(5, Form(stem, "noun.voc.sg", not lemma.endswith(_PERSON), group))
    if pattern == "f5" and stem.endswith(("ant", "ent")):  # both genitives are written
        found.append(Form(stem + "u", "noun.gen.pl", True, group))
    return tuple(found)


def diminutive(pattern: str, stem: str) -> tuple[str, str, str] | None:
    """(lemma, pattern, stem) of the diminutive: dēls -> dēliņš, māte -> mātīte; None where nobody uses one."""
    if pattern not in _PLAIN or syllables(stem) > 2 or len(stem) < 3 or stem.endswith(_NOT_SMALL):
        return None
    base = front(stem)
    if base[-1] in "ļņķģ" and pattern == "m1":
        base = base[:-1] + {"ļ": "l", "ņ": "n", "ķ": "c", "ģ": "dz"}[base[-1]]
    if pattern == "m1":
        return base + "iņš", "m1", base + "iņ"
    if pattern == "m2":
        return base + "ītis", "m2", base + "īt"
    if pattern == "f4":
        return base + "iņa", "f4", base + "iņ"
    return base + "īte", "f5", base + "īt"


def woman(lemma: str) -> str | None:
    """The woman's word beside the man's: koordinators -> koordinatore; None where there is no such pair."""
    if lemma in told("lv", "nobody") or lemma.endswith(_NOBODY_ENDS):
        return None
    for man, her in _WOMAN:
        if lemma.endswith(man) and len(lemma) > len(man) + 1:
            return lemma[: -len(man)] + her
    return None


def noun_forms(lemma: str, pattern: str, stem: str, *, name: bool = False) -> Iterator[Form]:
    """The whole paradigm with its side branches."""
    yield from declined(lemma, pattern, stem)
    if name:
        return
    small = diminutive(pattern, stem)
    if small:
        # Who writes small of whom is taste; no ending tells it.
        for form in declined(*small, "diminutive"):
            yield Form(form.text, form.tag, True, form.group)
    her = woman(lemma)
    if her:
        for other, other_stem in pattern_of(her):
            yield from declined(her, other, other_stem, "woman")
