"""Russian: which lemmas a typed word may be a form of, and their paradigms; ё is written as е as well."""

from collections.abc import Iterator
from functools import lru_cache

from scrapers.forms import ru_adjectives, ru_nouns, ru_verbs
from scrapers.forms.shape import Form, Paradigm, distinct

_REPEATED = ("ремигр", "реэмигр", "ре-эмигр")
_ENDINGS = {
    "m1": ("ами", "ами", "ов", "ам", "ах", "ом", "ем", "а", "у", "е", "ы", "и", "ей", "ев"),
    "m2": ("ями", "ей", "ям", "ях", "ем", "я", "ю", "е", "и"),
    "m3": ("ями", "ев", "ям", "ях", "ем", "я", "ю", "е", "и"),
    "f1": ("ами", "ам", "ах", "ой", "ей", "ы", "и", "е", "у", ""),
    "f2": ("ями", "ям", "ях", "ей", "и", "е", "ю", "ь", "й"),
    "f7": ("ями", "ям", "ях", "ей", "й", "и", "ю"),
    "f3": ("ями", "ям", "ях", "ей", "ью", "и"),
    "n1": ("ами", "ам", "ах", "ом", "а", "у", "е", ""),
    "n7": ("ями", "ям", "ях", "ем", "й", "я", "ю", "и"),
    "m6": ("анами", "анам", "анах", "ане", "ан", "янами", "янам", "янах", "яне", "ян"),
}
_LEMMA = {"m1": "", "m2": "ь", "m3": "й", "f1": "а", "f2": "я", "f7": "я", "f3": "ь", "n1": "о", "n7": "е"}
_KNOWN = {
    "f7": (
        "ция",
        "сия",
        "зия",
        "рия",
        "фия",
        "гия",
        "лия",
        "дия",
        "иния",
        "мия",
        "атия",
        "ртия",
        "стия",
        "нтия",
        "пания",
        "мания",
    ),
    "n7": ("ение", "ание", "яние", "ствие", "ытие", "итие", "ятие", "астие"),
    "f3": ("ость", "есть"),
    "f1": ("антка", "истка", "щина", "ница"),
    "m1": ("ант", "ент", "ист", "тор", "ник", "изм", "щик", "чик", "ец", "анин", "янин"),
    "n1": ("ство",),
    "n2": ("солнце", "сердце", "море", "поле", "ище"),
    "m2": ("тель",),
    "m6": ("анин", "янин"),
}


def paradigms(word: str, *, name: bool = False) -> tuple[Paradigm, ...]:
    """Every reading of one lower-case word, likeliest first."""
    found = []
    seen = set()
    readings = sorted(_readings(word, name), key=lambda one: -one[3])
    for pos, pattern, lemma, sure in readings:
        if (pos, lemma) in seen or sure < readings[0][3] - 0.4:
            continue
        seen.add((pos, lemma))
        forms = _forms(pos, pattern, lemma, name)
        if forms:
            found.append(Paradigm(lemma, "ru", "name" if name and pos == "noun" else pos, pattern, forms, sure))
    if not found:
        found.append(Paradigm(word, "ru", "noun", "0", (Form(word, "noun", False),), 0.3))
    return tuple(found)


@lru_cache(maxsize=2048)
def _forms(pos: str, pattern: str, lemma: str, name: bool) -> tuple[Form, ...]:
    if pos == "verb":
        found = list(ru_verbs.verb_forms(lemma))
        noun = ru_verbs.noun_of(lemma)
        if noun:
            found += ru_nouns.declined(noun, ru_nouns.lemmas_pattern(noun) or "n7", "noun")
    elif pos == "adjective":
        after = "ся" if lemma.endswith("ся") else ""
        found = (
            list(ru_adjectives.declined(lemma[:-2], after=after))
            if after
            else list(ru_adjectives.adjective_forms(lemma))
        )
    else:
        found = list(ru_nouns.noun_forms(lemma, pattern, name=name))
    for begun in _REPEATED:
        if lemma.startswith(begun):
            found += [
                Form(other + form.text[len(begun) :], form.tag, form.uncertain, "prefixed")
                for other in _REPEATED
                if other != begun
                for form in found
                if form.text.startswith(begun) and form.group != "prefixed"
            ]
            break
    found += [
        Form(form.text.replace("ё", "е"), form.tag, form.uncertain, form.group) for form in found if "ё" in form.text
    ]
    return distinct(found)


def _readings(word: str, name: bool) -> Iterator[tuple[str, str, str, float]]:
    if not name and word.endswith(("ть", "ти", "чь", "ться", "тись")):
        plain = word[:-2] if word.endswith(("ся", "сь")) else word
        if ru_verbs.stems(plain):
            yield "verb", "v", word, 0.55 if word.endswith(("сть", "еть")) and plain not in ru_verbs._listed() else 0.95
    plain, after = (word[:-2], "ся") if word.endswith("ся") else (word, "")
    adjective = ru_adjectives.lemma_of(plain)
    if not name and adjective and ru_adjectives.is_adjective(adjective):
        if not after and not adjective.endswith("ений"):
            yield (
                "adjective",
                "a",
                adjective,
                0.9 if adjective == word or word.endswith(("ые", "ая", "ого", "ых")) else 0.6,
            )
        elif after and adjective.endswith(("вший", "щий")):
            yield "adjective", "a", adjective + after, 0.8
    if not name:
        for place, infinitive in enumerate(ru_verbs.infinitives(word)):
            yield "verb", "v", infinitive, 0.85 - 0.01 * place
    pattern = ru_nouns.lemmas_pattern(word)
    best = 0.0
    for sure, other, lemma in _nouns_of(word):
        best = max(best, sure)
        yield "noun", other, lemma, sure
    if pattern:
        certain = word.endswith(_KNOWN.get(pattern, ()))
        doubtful = (
            best >= 0.85
            or bool(adjective and ru_adjectives.is_adjective(adjective))
            or (word.endswith(("ться", "ть")) and not word.endswith("сть"))
        )
        yield "noun", pattern, word, 0.95 if certain else 0.45 if doubtful else 0.75


def _fits(stem: str, pattern: str) -> bool:
    """Whether a lemma of this pattern can have the stem at all."""
    last = stem[-1]
    if pattern == "m3":
        return last in "аеоуэ"
    if pattern in ("f7", "n7"):
        return last == "и"
    if pattern == "f2":
        return last not in "аиоуыэюяйъ"
    return last not in ru_nouns.VOWELS + "йьъ"


def _nouns_of(word: str) -> Iterator[tuple[float, str, str]]:
    """(how sure, pattern, lemma) of nouns that this may be a case of: built, inflected, compared."""
    for pattern, texts in _ENDINGS.items():
        for text in texts:
            if not word.endswith(text) or len(word) - len(text) < 3:
                continue
            stem = word[: len(word) - len(text)]
            if not _fits(stem, pattern):
                continue
            lemma = (
                stem + "анин"
                if pattern == "m6" and text.startswith("а")
                else stem + "янин"
                if pattern == "m6"
                else stem + _LEMMA[pattern]
            )
            lemmas = [lemma]
            if pattern == "m1" and stem.endswith("ц"):
                lemmas = [stem[:-1] + "ец"] if not stem.endswith(("йц", "ьц")) else [stem[:-2] + "ец"]
            if pattern == "f1" and text == "" and stem.endswith(("ок", "ек")):
                lemmas = [stem[:-2] + "ка"]
            for one in lemmas:
                if (
                    one != word
                    and ru_nouns.lemmas_pattern(one) == pattern
                    and any(
                        word in (form.text, form.text.replace("ё", "е")) for form in ru_nouns.declined(one, pattern)
                    )
                ):
                    certain = one.endswith(_KNOWN.get(pattern, ())) and len(one) > 4
                    yield (0.9 if certain else min(0.7, 0.4 + 0.1 * len(text))), pattern, one
