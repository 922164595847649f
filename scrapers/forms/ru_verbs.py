"""Russian verbs: what the infinitive tells, a list of those it does not, aspect pairs, -ся, participles and gerunds."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from scrapers.forms import ru_participles, told
from scrapers.forms.ru_participles import mutated
from scrapers.forms.shape import Form

VOWELS = "аеёиоуыэюя"
_PREFIXES = (
    "пере",
    "про",
    "при",
    "под",
    "пре",
    "ото",
    "обо",
    "раз",
    "рас",
    "вы",
    "до",
    "за",
    "из",
    "на",
    "об",
    "от",
    "по",
    "со",
    "у",
    "с",
    "в",
    "о",
)
_THEY_YAT = ("ят", "ат")


@dataclass(frozen=True, slots=True)
class Stems:
    """Whole forms from which the rest follows; `aspect` is "i", "p" or "" where the infinitive does not tell."""

    inf: str
    one: str
    they: str
    past: tuple[str, str, str, str]
    imperative: str
    aspect: str
    pair: str


@lru_cache(maxsize=1)
def _listed() -> dict[str, dict[str, str]]:
    return {row["verb"].removesuffix("ся"): row for row in told.rows("forms_ru_verbs.csv")}


@lru_cache(maxsize=1)
def _pairs() -> dict[str, str]:
    """Aspect partners both ways: the list names most of them once."""
    found = {row["pair"]: verb for verb, row in _listed().items() if row["pair"]}
    return found | {verb: row["pair"] for verb, row in _listed().items() if row["pair"]}


def _regular(inf: str) -> tuple[str, str, str, str] | None:
    """(first person, they, imperative, aspect) of an infinitive that tells its own conjugation."""
    if inf.endswith(("овать", "евать")) and len(inf) > 6:
        stem = inf[:-5] + ("у" if inf.endswith("овать") else "ю")
        return stem + "ю", stem + "ют", stem + "й", "" if inf.endswith(("ировать", "зовать")) else "i"
    if inf.endswith(("ать", "ять")):
        return inf[:-2] + "ю", inf[:-2] + "ют", inf[:-2] + "й", "i"
    if inf.endswith("еть"):
        return inf[:-2] + "ю", inf[:-2] + "ют", inf[:-2] + "й", ""
    if inf.endswith("нуть"):
        return inf[:-3] + "у", inf[:-3] + "ут", inf[:-3] + "и", "p"
    if inf.endswith("ить") and len(inf) > 4:
        stem = inf[:-3]
        hushed = stem[-1] in "жчшщ"
        return (
            mutated(stem) + ("у" if mutated(stem)[-1] in "жчшщ" else "ю"),
            stem + ("ат" if hushed else "ят"),
            stem + "и",
            "",
        )
    return None


def _prefixed(infinitive: str) -> dict[str, str] | None:
    """The row of "посмотреть" from that of "смотреть": a prefix makes it perfective and changes nothing else."""
    for prefix in _PREFIXES:
        base = _listed().get(infinitive[len(prefix) :]) if infinitive.startswith(prefix) else None
        if base is not None and base["one"] and not base["verb"].endswith("ся"):
            past = "/".join(prefix + one for one in base["past"].split("/")) if base["past"] else ""
            aspect = "i" if infinitive.endswith(("давать", "ставать", "ходить", "возить", "водить")) else "p"
            imperative = prefix + base["imperative"] if base["imperative"] else ""
            return {
                "verb": infinitive,
                "one": prefix + base["one"],
                "they": prefix + base["they"],
                "past": past,
                "imperative": imperative,
                "aspect": aspect,
                "pair": "",
            }
    return None


@lru_cache(maxsize=2048)
def stems(infinitive: str) -> Stems | None:
    """The stems of an infinitive without -ся; None if it is no verb that we know how to inflect."""
    row = _listed().get(infinitive) or _prefixed(infinitive)
    told = _regular(infinitive)
    if row is None and told is None:
        return None
    base = infinitive[:-2]
    past = (base + "л", base + "ла", base + "ло", base + "ли")
    if row is None:
        one, they, imperative, aspect = told or ("", "", "", "")
        return Stems(infinitive, one, they, past, imperative, aspect, _pairs().get(infinitive, ""))
    own = told or ("", "", "", "")
    if row["past"]:
        m, f, n, pl = row["past"].split("/")
        past = (m, f, n, pl)
    return Stems(
        infinitive,
        row["one"].removesuffix("сь") or own[0],
        row["they"].removesuffix("ся") or own[1],
        past,
        row["imperative"].removesuffix("сь").removesuffix("ся") or (own[2] if not row["one"] else ""),
        row["aspect"],
        _pairs().get(infinitive, ""),
    )


_IRREGULAR = {
    "хотеть": ("хочешь", "хочет", "хотим", "хотите"),
    "дать": ("дашь", "даст", "дадим", "дадите"),
    "бежать": ("бежишь", "бежит", "бежим", "бежите"),
    "создать": ("создашь", "создаст", "создадим", "создадите"),
    "продать": ("продашь", "продаст", "продадим", "продадите"),
    "мочь": ("можешь", "может", "можем", "можете"),
    "помочь": ("поможешь", "поможет", "поможем", "поможете"),
}


def _persons(s: Stems) -> tuple[str, str, str, str]:
    """thou, he, we, you."""
    if s.inf in _IRREGULAR:
        return _IRREGULAR[s.inf]
    stem, last = s.they[:-2], s.they[-2:]
    if last in _THEY_YAT and not s.inf.endswith("хотеть"):
        return stem + "ишь", stem + "ит", stem + "им", stem + "ите"
    stressed = (
        s.inf.endswith(("уть", "йти", "сти", "зти"))
        or s.inf in ("дать", "жить", "петь", "взять", "начать", "вернуть")
        or stem + "у" in ("живу",)
        or s.inf.endswith(("давать", "ставать", "жить", "брать", "звать", "ждать", "идти"))
    )
    e = (
        "ё"
        if stressed
        and not s.inf.endswith(("стать", "кинуть", "винуть"))
        and s.inf not in ("погибнуть", "исчезнуть", "стать")
        else "е"
    )
    return stem + e + "шь", stem + e + "т", stem + e + "м", stem + e + "те"


def _present(s: Stems) -> Iterator[tuple[str, str]]:
    thou, he, we, you = _persons(s)
    for person, text in (("1sg", s.one), ("2sg", thou), ("3sg", he), ("1pl", we), ("2pl", you), ("3pl", s.they)):
        yield ("fut." if s.aspect == "p" else "pres.") + person, text


def _own(s: Stems, reflexive: bool) -> Iterator[Form]:
    """Finite forms, gerund and participles of this very verb."""

    def after(text: str) -> str:
        if not reflexive:
            return text
        return text + ("сь" if text[-1] in VOWELS else "ся")

    group = "reflexive" if reflexive else "base"
    yield Form(after(s.inf), "verb.inf", False, group)
    for tag, text in _present(s):
        if text:
            yield Form(after(text), f"verb.{tag}", False, group)
    for tag, text in zip(("m", "f", "n", "pl"), s.past, strict=True):
        yield Form(after(text), f"verb.past.{tag}", False, group)
    if s.imperative:
        yield Form(after(s.imperative), "verb.imp.2sg", False, group)
        yield Form(after(s.imperative + "те"), "verb.imp.2pl", False, group)
    yield from ru_participles.participles(s.inf, s.they, s.past[0], s.aspect, reflexive)


def verb_forms(infinitive: str, *, pairs: bool = True) -> Iterator[Form]:
    """Every form of the verb, then of its aspect partner (group "aspect"); with -ся where it was asked with -ся."""
    reflexive = infinitive.endswith(("ся", "сь"))
    s = stems(infinitive[:-2] if reflexive else infinitive)
    if s is None:
        return
    # "остаться" lives with -ся alone.
    yield from _own(s, reflexive)
    other = stems(s.pair) if pairs and s.pair else None
    if other:
        for form in _own(other, reflexive):
            yield Form(form.text, form.tag, form.uncertain, "aspect")


_NOUNS = {
    "вернуть": "возвращение",
    "возвращать": "возвращение",
    "переехать": "переезд",
    "уехать": "отъезд",
    "приехать": "приезд",
    "выехать": "выезд",
    "переселить": "переселение",
    "выдворить": "выдворение",
}


def noun_of(infinitive: str) -> str | None:
    """The noun that names the act, where the language has one of the same root."""
    return _NOUNS.get(infinitive.removesuffix("ся"))


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for verb in _listed():
        for infinitive in (verb, verb + "ся"):
            for form in verb_forms(infinitive, pairs=False):
                for text in {form.text, form.text.replace("ё", "е")}:
                    found.setdefault(text, []).append(infinitive)
    return {text: tuple(dict.fromkeys(verbs)) for text, verbs in found.items()}


def infinitives(form: str) -> tuple[str, ...]:
    """Infinitives a form may belong to: from the list, else by the endings that only verbs have."""
    listed = _index().get(form, ())
    if listed:
        return listed
    bare, after = (form[:-2], "ся") if form.endswith(("ся", "сь")) and len(form) > 5 else (form, "")
    for cut in range(1, min(8, len(bare) - 2)):
        stem, ending = bare[:-cut], bare[-cut:]
        candidates = []
        if stem[-1] in "ая" and ending.startswith(_AFTER_A):
            candidates.append(stem + "ть")
        if stem[-1] == "у" and ending.startswith(_PRESENT):
            candidates += [stem[:-1] + "овать"]
        if ending.startswith(("ишь", "ите", "ил", "ивш", "ят")):
            candidates.append(stem + "ить")
        for infinitive in candidates:
            if form in _texts(infinitive + after):
                return (infinitive + after,)
    return ()


_PRESENT = ("ю", "ешь", "ет", "ем", "ете", "й", "я")
_AFTER_A = (*_PRESENT, "л", "вш")


@lru_cache(maxsize=512)
def _texts(infinitive: str) -> frozenset[str]:
    return frozenset(form.text for form in verb_forms(infinitive, pairs=False))
