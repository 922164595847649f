"""Latvian verbs: three conjugations, reflexives, participles declined in full, and the nouns that every verb has.

First-conjugation stems cannot be guessed: `scrapers/data/forms_lv_verbs.csv` names the present, the second person, the
past and the root before the future's -ī- of those an office's texts need. Prefixes come off by themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from scrapers.forms import lv_adjectives, lv_nouns, told
from scrapers.forms.lv_sounds import front
from scrapers.forms.shape import Form

PREFIXES = ("aiz", "pār", "ap", "at", "ie", "iz", "no", "pa", "pie", "sa", "uz")
NEGATED = "ne"


@dataclass(frozen=True, slots=True)
class Stems:
    """What a verb's forms are built of; all without endings.

    `inf` "griez", `present` "griež" (first person), `third` and `second` (whole forms), `past` "griez",
    `future` "griezī", `wide` whether the present has -ām (lasām) and not -am (braucam).
    """

    inf: str
    present: str
    third: str
    second: str
    past: str
    future: str
    wide: bool
    kind: str
    sure: bool = True


@lru_cache(maxsize=1)
def _listed() -> dict[str, dict[str, str]]:
    return {row["verb"]: row for row in told.rows("forms_lv_verbs.csv")}


def _row(verb: str) -> tuple[str, dict[str, str]] | None:
    listed = _listed()
    if verb in listed:
        return "", listed[verb]
    for prefix in PREFIXES:
        if verb.startswith(prefix) and verb[len(prefix) :] in listed:
            return prefix, listed[verb[len(prefix) :]]
    return None


@lru_cache(maxsize=2048)
def stems(verb: str) -> Stems | None:
    """The stems of an infinitive in -t (a reflexive one without its -ies); None if it is no verb."""
    if not verb.endswith("t") or len(verb) < 3:
        return None
    inf = verb[:-1]
    found = _row(verb) or _row(verb + "ies")
    if found is None:
        if (inf[-1] == "ī" and len(inf) > 3) or inf.endswith("inā"):
            root = inf[:-1]
            return Stems(inf, root, root + "a", root + "i", inf + "j", inf, True, "3")
        if inf[-1] in "āoē":
            return Stems(inf, inf + "j", inf, inf, inf + "j", inf, False, "2")
        if inf[-1] in "aeiuū":
            return None
        return Stems(inf, inf, inf, inf, inf, inf + "ī" if inf[-1] in "sz" else inf, False, "1", sure=False)
    prefix, row = found
    kind, present = row["kind"], prefix + row["present"]
    if kind == "1":
        second, past = prefix + row["second"], prefix + row["past"]
        third = prefix + "iet" if row["verb"] == "iet" else present
        root = prefix + row["root"] if row["root"] else inf
        return Stems(
            inf, present, third, second, past, root + "ī" if row["root"] or inf[-1] in "sz" else inf, False, "1"
        )
    if kind == "2":
        return Stems(inf, inf + "j", inf, inf, inf + "j", inf, False, "2")
    wide = kind == "3a"
    second = prefix + (row["second"] or row["present"]) + "i"
    return Stems(inf, present, present + "a" if wide else present, second, inf + "j", inf, wide, "3")


def _hard(s: Stems) -> str:
    """The past stem before -us-: "brauc" -> "brauk", because the infinitive shows the k."""
    if s.past.endswith("c") and s.inf.endswith("k"):
        return s.past[:-1] + "k"
    if s.past.endswith("dz") and s.inf.endswith("g"):
        return s.past[:-2] + "g"
    return s.past


def _before_d(s: Stems) -> str:
    """The stem before -dams: "ves" -> "vez" where the root ends in d or t."""
    return s.inf[:-1] + "z" if s.kind == "1" and s.inf.endswith("s") and s.future[-2:-1] in "dt" else s.inf


def _before_sh(s: Stems) -> str:
    """The stem before -šana: "griez" -> "grie", "ves" -> "ve"."""
    return s.inf[:-1] if s.kind == "1" and s.inf[-1] in "sz" else s.inf


def _finite(s: Stems) -> Iterator[tuple[str, str]]:
    a, jie = ("ā", "") if s.wide else ("a", "")
    yield "inf", s.inf + "t"
    yield "pres.1sg", s.present + "u"
    yield "pres.2sg", s.second
    yield "pres.3", s.third
    yield "pres.1pl", f"{s.present}{a}m"
    yield "pres.2pl", f"{s.present}{a}t"
    for person, ending in (("1sg", "u"), ("2sg", "i"), ("3", "a"), ("1pl", "ām"), ("2pl", "āt")):
        yield f"past.{person}", s.past + ending
    for person, ending in (("1sg", "šu"), ("2sg", "si"), ("3", "s"), ("1pl", "sim"), ("2pl", "siet"), ("2pl", "sit")):
        yield f"fut.{person}", s.future + ending
    yield "cond", s.inf + "tu"
    yield "imp.2pl", _imperative(s) + jie
    yield "oblique", s.present + "ot"
    yield "oblique.fut", s.future + "šot"


def _imperative(s: Stems) -> str:
    if s.kind == "2":
        return s.inf + "jiet"
    return (s.second[:-1] if s.second.endswith("i") else s.second) + "iet"


def _finite_reflexive(s: Stems) -> Iterator[tuple[str, str]]:
    a, last = ("ā", "ās") if s.wide else ("a", "as")
    second = s.present if s.kind == "2" else s.second[:-1] if s.second.endswith("i") else s.second
    yield "inf", s.inf + "ties"
    yield "pres.1sg", s.present + "os"
    yield "pres.2sg", second + "ies"
    yield "pres.3", s.present + last
    yield "pres.1pl", f"{s.present}{a}mies"
    yield "pres.2pl", f"{s.present}{a}ties"
    for person, ending in (("1sg", "os"), ("2sg", "ies"), ("3", "ās"), ("1pl", "āmies"), ("2pl", "āties")):
        yield f"past.{person}", s.past + ending
    for person, ending in (
        ("1sg", "šos"),
        ("2sg", "sies"),
        ("3", "sies"),
        ("1pl", "simies"),
        ("2pl", "sieties"),
        ("2pl", "sities"),
    ):
        yield f"fut.{person}", s.future + ending
    yield "cond", s.inf + "tos"
    yield "imp.2pl", _imperative(s) + "ies"
    yield "oblique", s.present + "oties"
    yield "oblique.fut", s.future + "šoties"


_NEGATED = ("inf", "pres", "past", "fut", "cond", "imp", "oblique")


def _participles(s: Stems) -> Iterator[Form]:
    hard, a, tag, group = _hard(s), "ā" if s.wide else "a", "verb.part", "participle"
    yield Form(front(s.past) + "is", f"{tag}.past.act.m.sg.nom", False, group)
    yield Form(hard + "usi", f"{tag}.past.act.f.sg.nom", False, group)
    for form in lv_adjectives.declined(hard + "uš", f"{tag}.past.act", group):
        if not form.tag.endswith(("act.m.sg.nom", "act.f.sg.nom")):
            yield form
    yield Form(hard + "usī", f"{tag}.past.act.def.f.sg.nom", False, group)
    yield from lv_adjectives.declined(s.inf + "t", f"{tag}.past.pas", group)
    yield from lv_adjectives.declined(s.present + "oš", f"{tag}.pres.act", group)
    yield from lv_adjectives.declined(f"{s.present}{a}m", f"{tag}.pres.pas", group)
    for ending, place in (("s", "m.sg"), ("a", "f.sg"), ("i", "m.pl"), ("as", "f.pl")):
        yield Form(f"{_before_d(s)}dam{ending}", f"{tag}.half.{place}", False, group)


def _participles_reflexive(s: Stems) -> Iterator[Form]:
    hard, a, tag, group = _hard(s), "ā" if s.wide else "a", "verb.part", "participle"
    yield Form(front(s.past) + "ies", f"{tag}.past.act.m.sg.nom", False, group)
    for ending, place in (("usies", "f.sg.nom"), ("ušies", "m.pl.nom"), ("ušās", "f.pl.nom"), ("ušos", "acc")):
        yield Form(hard + ending, f"{tag}.past.act.{place}", False, group)
    yield Form(hard + "ušamies", f"{tag}.past.act.m.sg.dat", True, group)
    yield Form(f"{s.present}{a}mos", f"{tag}.pres.pas.acc", True, group)
    yield Form(f"{s.present}ošos", f"{tag}.pres.act.acc", True, group)
    yield Form(f"{_before_d(s)}damies", f"{tag}.half.m", False, group)
    yield Form(f"{_before_d(s)}damās", f"{tag}.half.f", False, group)


def verb_forms(infinitive: str) -> Iterator[Form]:
    """Every form of an infinitive in -t or -ties; nothing if it is none."""
    reflexive = infinitive.endswith("ties")
    s = stems(infinitive[:-3] if reflexive else infinitive)
    if s is None:
        return
    third = ""
    finite = tuple(_finite_reflexive(s) if reflexive else _finite(s))
    for tag, text in finite:
        guessed = not s.sure and tag.startswith(("pres", "past", "imp", "oblique"))
        yield Form(text, f"verb.{tag}", guessed, "reflexive" if reflexive else "base")
        if tag == "pres.3":
            third = text
    yield Form("jā" + third, "verb.debitive", not s.sure, "reflexive" if reflexive else "base")
    for form in _participles_reflexive(s) if reflexive else _participles(s):
        yield form if s.sure else Form(form.text, form.tag, True, form.group)
    for tag, text in finite:
        yield Form(NEGATED + text, f"verb.{tag}", not s.sure, "negated")
    if reflexive:
        yield from lv_nouns.declined(_before_sh(s) + "šanās", "fr", _before_sh(s) + "šan", "noun")
        return
    doing = _before_sh(s) + "šan"
    yield from lv_nouns.declined(doing + "a", "f4", doing, "noun")
    doer = front(s.past) + "ēj" if s.kind == "1" else s.inf + "tāj"
    for form in (
        *lv_nouns.declined(doer + "s", "m1", doer, "doer"),
        *lv_nouns.declined(doer + "a", "f4", doer, "doer"),
    ):
        yield Form(form.text, form.tag, True, form.group)


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[str, ...]]:
    """Forms of the listed verbs that no ending tells: "brauc" -> ("braukt",); built when first needed."""
    found: dict[str, list[str]] = {}
    for verb, row in _listed().items():
        plain = verb.removesuffix("ies") if verb.endswith("ties") else verb
        s = stems(plain)
        if s is None or row["kind"] == "2":
            continue
        for infinitive, finite in ((plain, _finite(s)), (plain + "ies", _finite_reflexive(s))):
            for _, text in finite:
                found.setdefault(text, []).append(infinitive)
        hard = _hard(s)
        for ending in (
            "usi",
            "uši",
            "ušas",
            "ušo",
            "ušie",
            "ušajiem",
            "ušos",
            "ušais",
            "usī",
            "ušā",
            "ušajam",
            "ušajai",
            "ušajām",
            "ušās",
        ):
            found.setdefault(hard + ending, []).append(plain)
        found.setdefault(front(s.past) + "is", []).append(plain)
        for ending in ("usies", "ušies", "ušās", "ušos"):
            found.setdefault(hard + ending, []).append(plain + "ies")
        found.setdefault(front(s.past) + "ies", []).append(plain + "ies")
        for ending in ("ošs", "oša", "oši", "ošie", "ošo", "ošajiem", "ošais"):
            found.setdefault(s.present + ending, []).append(plain)
    return {text: tuple(dict.fromkeys(verbs)) for text, verbs in found.items()}


_TELLING = (
    *("šu", "si", "sim", "siet", "sit", "šot", "tu"),
    *("šos", "sies", "simies", "sieties", "sities", "tos", "šoties"),
)


def infinitives(form: str) -> tuple[str, ...]:
    """Infinitives that a form of a verb may belong to, likeliest first."""
    bare = form.removeprefix("jā") if form.startswith("jā") and len(form) > 5 else form
    found: list[str] = []
    index = _index()
    for text in dict.fromkeys((bare, bare.removeprefix(NEGATED) if len(bare) > 5 else bare)):
        found += index.get(text, ())
        for prefix in PREFIXES:
            if text.startswith(prefix):
                found += [prefix + verb for verb in index.get(text[len(prefix) :], ())]
    for place in range(3, len(bare)):
        # Second conjugation, and the past of the third: the vowel of the infinitive stands before a j.
        if bare[place] == "j" and bare[place - 1] in "āēīo":
            for infinitive in (bare[:place] + "t", bare[:place] + "ties"):
                if bare in _texts(infinitive):
                    found.append(infinitive)
    for ending in _TELLING:
        # Futures and conditionals of both: "studēsim", "runātu", "priecāšoties".
        if bare.endswith(ending) and len(bare) - len(ending) > 2 and bare[-len(ending) - 1] in "āēīo":
            stem = bare[: -len(ending)]
            found += [one for one in (stem + "t", stem + "ties") if bare in _texts(one)]
    if bare != form and bare[-1] in "āēo":  # jāstudē
        found.append(bare + "t")
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=512)
def _texts(infinitive: str) -> frozenset[str]:
    return frozenset(form.text for form in verb_forms(infinitive) if form.group in ("base", "reflexive", "participle"))
