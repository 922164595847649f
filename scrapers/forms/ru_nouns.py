"""Russian nouns: three declensions, fleeting vowels, plurals that everybody has to learn, words in -ия and -ие."""

from collections.abc import Iterator
from functools import lru_cache

from scrapers.forms.shape import Form
from scrapers.forms.told import told

CASES = ("nom.sg", "gen.sg", "dat.sg", "acc.sg", "ins.sg", "loc.sg", "nom.pl", "gen.pl", "dat.pl", "ins.pl", "loc.pl")
HUSHERS = "жчшщ"
_NO_Y = "гкх" + HUSHERS
VOWELS = "аеёиоуыэюя"

# Endings of men's words among those in -ь; the rest are women's, but for a list.
_SOFT_MEN = ("тель", "арь", "бль", "фель", "биль", "валь", "раль", "рель", "кль", "иль", "день", "июнь", "июль")


def _and(stem: str) -> str:
    """и after those letters that bear no ы."""
    return "и" if stem[-1:] in _NO_Y else "ы"


def _insert(stem: str) -> str:
    """The bare genitive plural of a stem: "ремигрантк" -> "ремигранток", "девочк" -> "девочек", "стран" stays."""
    if stem.endswith("к") and len(stem) > 2 and stem[-2] not in VOWELS:
        if stem[-2] in "йь":
            return stem[:-2] + "ек"
        return stem[:-1] + ("ек" if stem[-2] in HUSHERS + "ц" else "ок")
    return stem


def lemmas_pattern(lemma: str) -> str | None:
    """The name of the lemma's pattern; None where the word is no noun that we can decline."""
    if len(lemma) < 3:
        return None
    if lemma.endswith("ия"):
        return "f7"
    if lemma.endswith(("ие", "ье")):
        return "n7"
    if lemma.endswith("мя") and len(lemma) < 7:
        return "n9"
    if lemma.endswith("а"):
        return "f1"
    if lemma.endswith("я"):
        return "f2"
    if lemma.endswith(("анин", "янин")):
        return "m6"
    if lemma.endswith("ий"):
        return "m7"
    if lemma.endswith("й"):
        return "m3"
    if lemma.endswith("ь"):
        return "m2" if lemma.endswith(_SOFT_MEN) or lemma in told("ru", "soft men") else "f3"
    if lemma.endswith("о"):
        return "n1"
    if lemma.endswith("е"):
        return "n2"
    if lemma[-1] not in VOWELS + "ъ":
        return "m1"
    return None


def _stem_masculine(lemma: str, bare: str) -> str:
    if lemma in told("ru", "fleeting"):
        return told("ru", "fleeting")[lemma]
    if lemma.endswith("ец") and len(lemma) > 3:
        if lemma[-3] in VOWELS:
            return lemma[:-2] + "йц"
        if lemma[-4] not in VOWELS and lemma[-3] not in "р" and lemma[-4:-2] not in ("ст", "ль"):
            return lemma[:-2] + "ц" if lemma[-3] in "нвл" else lemma
        return lemma[:-2] + ("ьц" if lemma[-3] == "л" else "ц")
    if lemma.endswith("ок") and len(lemma) > 3 and lemma not in told("ru", "stays"):
        return lemma[:-2] + "к"
    if lemma.endswith("ёк"):
        return lemma[:-2] + "ьк"
    return bare


def _masculine(lemma: str, pattern: str) -> dict[str, tuple[str, ...]]:
    soft = pattern in ("m2", "m3", "m7")
    bare = lemma[:-1] if soft else lemma
    stem = _stem_masculine(lemma, bare)
    stressed = lemma in told("ru", "stressed")
    a, u = ("я", "ю") if soft else ("а", "у")
    if soft:
        om = "ем"
    elif stem[-1] in HUSHERS + "ц":
        om = "ом" if stressed else "ем"
    else:
        om = "ом"
    plural = "и" if soft else _and(stem)
    genitive = (
        "ев"
        if pattern in ("m3", "m7")
        else "ей"
        if soft or stem[-1] in HUSHERS
        else ("ов" if stressed else "ев")
        if stem[-1] == "ц"
        else "ов"
    )
    last = "и" if pattern == "m7" else "е"
    found = {
        "nom.sg": (lemma,),
        "gen.sg": (stem + a,),
        "dat.sg": (stem + u,),
        "acc.sg": (lemma, stem + a),
        "ins.sg": (stem + om,),
        "loc.sg": (stem + last,),
        "nom.pl": (stem + plural,),
        "gen.pl": (told("ru", "genitive").get(lemma, stem + genitive),),
        "dat.pl": (stem + a + "м",),
        "ins.pl": (stem + a + "ми",),
        "loc.pl": (stem + a + "х",),
    }
    if lemma in told("ru", "plural in a"):
        found["nom.pl"] = (stem + a,)
    return found


def _feminine(lemma: str, pattern: str) -> dict[str, tuple[str, ...]]:
    stem = lemma[:-1]
    if pattern == "f3":
        root = {"мать": "матер", "дочь": "дочер"}.get(lemma, told("ru", "fleeting").get(lemma, stem))
        a = "а" if root[-1] in HUSHERS else "я"
        return {
            "nom.sg": (lemma,),
            "gen.sg": (root + "и",),
            "dat.sg": (root + "и",),
            "acc.sg": (lemma,),
            "ins.sg": (stem + "ью",),
            "loc.sg": (root + "и",),
            "nom.pl": (root + "и",),
            "gen.pl": (root + "ей",),
            "dat.pl": (root + a + "м",),
            "ins.pl": (root + a + "ми",),
            "loc.pl": (root + a + "х",),
        }
    soft = pattern != "f1"
    a = lemma[-1]
    one = "и" if soft else _and(stem)
    ey = "ей" if soft or stem[-1] in HUSHERS + "ц" else "ой"
    dative = "и" if pattern == "f7" else "е"
    if lemma in told("ru", "genitive"):
        genitive = told("ru", "genitive")[lemma]
    elif pattern == "f7":
        genitive = stem + "й"
    elif soft:
        genitive = stem[:-1] + "ей" if stem.endswith("ь") else stem + ("й" if stem[-1] in VOWELS else "ь")
    else:
        genitive = _insert(stem)
    u = "ю" if soft else "у"
    return {
        "nom.sg": (lemma,),
        "gen.sg": (stem + one,),
        "dat.sg": (stem + dative,),
        "acc.sg": (stem + u,),
        "ins.sg": (stem + ey,),
        "loc.sg": (stem + dative,),
        "nom.pl": (stem + one,),
        "gen.pl": (genitive,),
        "dat.pl": (stem + a + "м",),
        "ins.pl": (stem + a + "ми",),
        "loc.pl": (stem + a + "х",),
    }


def _neuter(lemma: str, pattern: str) -> dict[str, tuple[str, ...]]:
    stem = lemma[:-1]
    if pattern == "n9":
        root = stem + "ен"
        return {
            "nom.sg": (lemma,),
            "gen.sg": (root + "и",),
            "dat.sg": (root + "и",),
            "acc.sg": (lemma,),
            "ins.sg": (root + "ем",),
            "loc.sg": (root + "и",),
            "nom.pl": (root + "а",),
            "gen.pl": (stem + "ён",),
            "dat.pl": (root + "ам",),
            "ins.pl": (root + "ами",),
            "loc.pl": (root + "ах",),
        }
    soft = pattern == "n7" or (pattern == "n2" and stem[-1] not in HUSHERS + "ц")
    a, u = ("я", "ю") if soft else ("а", "у")
    if lemma in told("ru", "genitive"):
        genitive = told("ru", "genitive")[lemma]
    elif pattern == "n7":
        genitive = stem + "й" if stem.endswith("и") else stem[:-1] + "ий"
    elif soft:
        genitive = stem + "ей"
    else:
        genitive = _insert(stem)
    return {
        "nom.sg": (lemma,),
        "gen.sg": (stem + a,),
        "dat.sg": (stem + u,),
        "acc.sg": (lemma,),
        "ins.sg": (lemma + "м",),
        "loc.sg": (stem + ("и" if lemma.endswith("ие") else "е"),),
        "nom.pl": (stem + a,),
        "gen.pl": (genitive,),
        "dat.pl": (stem + a + "м",),
        "ins.pl": (stem + a + "ми",),
        "loc.pl": (stem + a + "х",),
    }


@lru_cache(maxsize=4096)
def declined(lemma: str, pattern: str, group: str = "base") -> tuple[Form, ...]:
    """The noun in six cases and two numbers, with both accusatives where life decides."""
    if pattern == "m6":  # граждане, граждан
        found = _masculine(lemma, "m1")
        stem = lemma[:-2]
        found |= {
            "nom.pl": (stem + "е",),
            "gen.pl": (stem,),
            "dat.pl": (stem + "ам",),
            "ins.pl": (stem + "ами",),
            "loc.pl": (stem + "ах",),
        }
    elif pattern[0] == "m":
        found = _masculine(lemma, pattern)
    elif pattern[0] == "f":
        found = _feminine(lemma, pattern)
    else:
        found = _neuter(lemma, pattern)
    whole = told("ru", "plural").get(lemma)
    if whole:
        found |= {case: tuple(texts.split("/")) for case, texts in zip(CASES[6:], whole.split(), strict=True)}
    return tuple(Form(text, f"noun.{case}", False, group) for case in CASES for text in found[case])


def woman(lemma: str) -> str | None:
    """The woman's word beside the man's: реэмигрант -> реэмигрантка."""
    for man, her in (
        ("ант", "антка"),
        ("ент", "ентка"),
        ("ист", "истка"),
        ("иец", "ийка"),
        ("ец", "ка"),
        ("анин", "анка"),
    ):
        if lemma.endswith(man) and len(lemma) > len(man) + 3 and not lemma.endswith(("мент", "цент", "нец", "вариант")):
            return lemma[: -len(man)] + her
    return None


def noun_forms(lemma: str, pattern: str, *, name: bool = False) -> Iterator[Form]:
    """The paradigm, and the woman's word where the pair is regular."""
    yield from declined(lemma, pattern)
    her = None if name or pattern[0] != "m" else woman(lemma)
    if her:
        yield from declined(her, "f1", "woman")
