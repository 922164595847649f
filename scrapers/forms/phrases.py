"""Phrases: which word carries the endings, which agree with it, which stay; and the goals of coming home."""

import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from scrapers.forms import english, german, latgalian, latvian, lv_adjectives, ru_adjectives, russian, told
from scrapers.forms.shape import Form, Paradigm, distinct

_MOST = 6000
_SWAPPED = {
    "lv": ("remigr", "reemigr", "re-emigr"),
    "ltg": ("remigr", "reemigr"),
    "ru": ("ремигр", "реэмигр", "ре-эмигр"),
    "en": ("remigra", "re-migra", "reemigra", "re-emigra"),
    "de": (),
}
_BEFORE = {
    "lv": frozenset(("uz", "no", "pie", "par", "ar", "pēc", "pirms", "starp", "bez", "pret")),
    "en": frozenset(("to", "of", "in", "for", "from", "back", "home", "abroad", "at", "on", "by")),
    "de": frozenset(("nach", "in", "von", "zu", "für", "aus", "auf", "im")),
}
_PLACED = ("ā", "ē", "ī", "ū", "ēs", "īs", "ūs", "uos")
_Words = Callable[..., tuple[Paradigm, ...]]
WORDS: dict[str, _Words] = {
    "lv": latvian.paradigms,
    "ru": russian.paradigms,
    "en": english.paradigms,
    "de": german.paradigms,
    "ltg": latgalian.paradigms,
}


@lru_cache(maxsize=1)
def _goals() -> dict[str, tuple[str, ...]]:
    rows = told.rows("forms_goals.csv")
    return {lang: tuple(row["goal"] for row in rows if row["lang"] == lang) for lang in {row["lang"] for row in rows}}


def paradigm(phrase: str, lang: str) -> Paradigm:
    """The phrase in every form; one that we cannot read stays as it is (pattern "0")."""
    tokens = phrase.lower().split()
    inflect = {"lv": _latvian, "ru": _russian, "ltg": _latgalian}.get(lang, _germanic)
    # "pasākums MĀJAS": a name in capitals stands beside its noun and is never inflected.
    beside = [token.lower() for token in phrase.split()[1:] if token.isupper() and len(token) > 2]
    found = list(distinct(inflect([token for token in tokens if token not in beside], lang)))[:_MOST]
    found += [
        Form(" ".join([form.text, *beside]), form.tag, form.uncertain, form.group) for form in tuple(found) if beside
    ]
    pattern = "p" if len(found) > 1 else "0"
    if phrase[:1].isupper() and len(tokens) < 6:
        found += _hashtags(found[0].text)
    found += [
        Form(text, form.tag, form.uncertain, "prefixed") for form in tuple(found) for text in _swapped(form.text, lang)
    ]
    return Paradigm(" ".join(tokens), lang, "phrase", pattern, distinct(found), 0.8 if pattern == "p" else 0.4)


def _hashtags(text: str) -> list[Form]:
    """A name in one word, as tags are written, with and without its marks."""
    joined = text.replace(" ", "")
    bare = "".join(letter for letter in unicodedata.normalize("NFD", joined) if not unicodedata.combining(letter))
    return [Form(one, "phrase.tag", True, "tag") for one in dict.fromkeys((joined, bare))]


def _swapped(text: str, lang: str) -> Iterator[str]:
    """remigrācijas -> reemigrācijas, the same in every word that begins so."""
    begun = _SWAPPED[lang]
    tokens = text.split(" ")
    for place, token in enumerate(tokens):
        for one in begun:
            if token.startswith(one):
                for other in begun:
                    if other != one:
                        yield " ".join([*tokens[:place], other + token[len(one) :], *tokens[place + 1 :]])
                return


def _fixed(tokens: list[str]) -> Iterator[Form]:
    yield Form(" ".join(tokens), "phrase.fixed")


def _with_rest(
    forms: Iterator[Form] | tuple[Form, ...], rest: list[str], lang: str, uncertain: bool = False
) -> Iterator[Form]:
    """Each form with what follows; if that is a goal of coming home, the other goals too (group "goal")."""
    tail = " ".join(rest)
    goals = _goals().get(lang, ())
    kept = tuple(forms)
    for form in kept:
        yield Form(f"{form.text} {tail}", form.tag, form.uncertain or uncertain, form.group)
    if tail in goals and kept and all(_going(form) for form in kept[:1]):
        for goal in goals:
            if goal != tail:
                for form in kept:
                    if form.group not in ("negated", "doer"):
                        yield Form(f"{form.text} {goal}", form.tag, True, "goal")


def _going(form: Form) -> bool:
    """Verbs, and nouns that name what a verb does; nobody goes with "the award in Latgale"."""
    head = form.text.split(" ")[-1]
    return (
        form.tag.startswith("verb")
        or "šan" in head
        or "šon" in head
        or head.startswith(("возвращени", "переезд", "return"))
    )


def _verb_of(word: str, lang: str) -> Paradigm | None:
    best = WORDS[lang](word)[:1]
    return best[0] if best and best[0].pos == "verb" else None


def _latvian(tokens: list[str], lang: str) -> Iterator[Form]:
    verb = _verb_of(tokens[0], lang)
    if verb is not None and verb.lemma == tokens[0]:
        yield from _with_rest(tuple(form for form in verb.forms if form.group != "doer"), tokens[1:], lang)
        return
    end = next((place for place, token in enumerate(tokens) if token in _BEFORE["lv"] and place), len(tokens))
    head = end - 1
    while head > 0 and tokens[head].endswith(_PLACED):
        head -= 1
    if tokens[head].endswith(_PLACED) or (_verb_of(tokens[head], lang) and not _participle(tokens[head])):
        yield from _fixed(tokens)
        return
    before, rest = tokens[:head], tokens[head + 1 :]
    for form in _nominal(before, tokens[head]):
        if rest:
            yield from _with_rest((form,), rest, lang)
            if rest[0].endswith(_PLACED) and not _going(form):  # an award is quoted without its place
                yield Form(form.text, form.tag, True, "short")
        else:
            yield form


def _participle(word: str) -> str | None:
    """The stem of a participle with a definite ending."""
    for ending in ("ie", "ais", "ās", "ā"):
        stem = word.removesuffix(ending)
        if stem != word and stem.endswith(("oš", "uš", "am", "ām", "āk")):
            return stem
    return None


def _gender(form: Form) -> str:
    return "f" if form.group == "woman" else ""


def _nominal(before: list[str], head: str) -> Iterator[Form]:
    """Modifiers and head: adjectives agree in gender, number and case, genitives stay."""
    stem = _participle(head)
    if stem is not None:
        nouns: list[tuple[Form, str]] = [(form, "") for form in lv_adjectives.declined(stem, "phrase")]
    else:
        noun = next((one for one in latvian.paradigms(head) if one.pos == "noun"), None)
        if noun is None:
            yield from _fixed([*before, head])
            return
        own = noun.pattern[0] if noun.pattern[0] in "mf" else "m"
        nouns = [
            (form, "f" if form.group == "woman" else own) for form in noun.forms if form.group in ("base", "woman")
        ]
    agreeing = {place: adjective for place, token in enumerate(before) if (adjective := _adjective(token)) is not None}
    for form, gender in nouns:
        case = form.tag.removeprefix("noun.")
        words = [
            (_agreed(agreeing[place], gender, case) or token) if place in agreeing else token
            for place, token in enumerate(before)
        ]
        yield Form(" ".join([*words, form.text]), f"phrase.{case}", form.uncertain, form.group)
    # A genitive between the two makes writers lose the agreement: "reģionālā remigrācijas koordinators".
    if len(agreeing) == 1 and len(before) > 1 and 0 in agreeing and stem is None:
        for first in dict.fromkeys(form.text for form in lv_adjectives.definite(agreeing[0][0], "phrase")):
            for form, _ in nouns:
                yield Form(" ".join([first, *before[1:], form.text]), "phrase.loose", True, "loose")


def _adjective(token: str) -> tuple[str, bool] | None:
    """(stem, whether it was typed with a definite ending) of a word that agrees with its noun; None for a genitive."""
    stem = _participle(token)
    if stem is not None:
        return stem, True
    if token.endswith("ais") and len(token) > 5:
        return token[:-3], True
    for ending in ("ā", "ie"):
        if token.endswith(ending) and len(token) > 4:
            return token[: -len(ending)], True
    if lv_adjectives.is_adjective(token):
        return token[:-1], False
    return None


def _agreed(adjective: tuple[str, bool], gender: str, case: str) -> str | None:
    stem, definite = adjective
    wanted, _, number = case.partition(".")
    if wanted == "voc":
        wanted = "nom"
    tag = f"{gender}.{number}.{wanted}"
    for form in lv_adjectives.definite(stem, "x") if definite else lv_adjectives.declined(stem, "x"):
        if form.tag == (f"x.def.{tag}" if definite else f"x.{tag}"):
            return form.text
    return None


def _russian(tokens: list[str], lang: str) -> Iterator[Form]:
    first = WORDS[lang](tokens[0])[:1]
    if first and first[0].pos == "verb" and (first[0].lemma == tokens[0]):
        yield from _with_rest(first[0].forms, tokens[1:], lang)
        return
    head = 0
    while head < len(tokens) - 1 and _agrees(tokens[head]):
        head += 1
    noun = next((one for one in russian.paradigms(tokens[head]) if one.pos in ("noun", "adjective")), None)
    if noun is None or noun.sure < 0.5:
        yield from _fixed(tokens)
        return
    rest = tokens[head + 1 :]
    for form in noun.forms:
        if form.group not in ("base", "woman"):
            continue
        words = [_agreed_russian(token, form, noun) for token in tokens[:head]]
        made = Form(" ".join([*words, form.text]), f"phrase.{form.tag}", form.uncertain, form.group)
        if rest:
            yield from _with_rest((made,), rest, lang)
        else:
            yield made


def _agrees(token: str) -> bool:
    """An adjective, or a participle before its noun."""
    lemma = ru_adjectives.lemma_of(token)
    return russian.paradigms(token)[0].pos == "adjective" or bool(
        lemma and lemma.endswith(("вший", "ющий", "ящий", "нный")) and token != lemma
    )


def _agreed_russian(token: str, form: Form, noun: Paradigm) -> str:
    lemma = ru_adjectives.lemma_of(token)
    if lemma is None or not form.tag.startswith("noun."):
        return token
    case, _, number = form.tag.removeprefix("noun.").partition(".")
    gender = (
        "f" if form.group == "woman" or noun.pattern.startswith("f") else "n" if noun.pattern.startswith("n") else "m"
    )
    if case == "acc" and number == "pl":
        case = "gen"
    table = {one.tag.removeprefix("x."): one.text for one in ru_adjectives.declined(lemma, "x")}
    if number == "pl":
        return table.get(f"{case}.pl", token)
    if gender == "f":
        return table.get(f"f.{case}.sg", table.get("f.gen.sg", token))
    if case == "acc":
        return table["n.nom.sg"] if gender == "n" else table["gen.sg"] if form.text != noun.lemma else table["m.nom.sg"]
    return table.get(f"{gender}.{case}.sg", table.get(f"{case}.sg", token))


def _latgalian(tokens: list[str], lang: str) -> Iterator[Form]:
    verb = _verb_of(tokens[0], lang)
    if verb is not None and len(tokens) > 1:
        yield from _with_rest(verb.forms, tokens[1:], lang, True)
        return
    yield from _last(tokens, lang)


def _last(tokens: list[str], lang: str) -> Iterator[Form]:
    for form in WORDS[lang](tokens[-1])[0].forms:
        yield Form(" ".join([*tokens[:-1], form.text]), form.tag, form.uncertain, form.group)


def _germanic(tokens: list[str], lang: str) -> Iterator[Form]:
    """English and German: before a preposition stands what is inflected, else the last word is."""
    cut = next((place for place, token in enumerate(tokens) if place and token in _BEFORE[lang]), 0)
    if cut:
        for one in WORDS[lang](tokens[cut - 1]):
            forms = tuple(
                Form(" ".join([*tokens[: cut - 1], form.text]), form.tag, form.uncertain, form.group)
                for form in one.forms
            )
            yield from _with_rest(forms, tokens[cut:], lang)
        return
    if lang == "de" and len(tokens) == 2 and tokens[0].endswith(("e", "er", "es", "en")):
        stem = tokens[0][:-1] if tokens[0].endswith("e") else tokens[0][:-2]
        for ending in ("e", "en", "er"):
            yield from _last([stem + ending, tokens[1]], lang)
        return
    yield from _last(tokens, lang)
