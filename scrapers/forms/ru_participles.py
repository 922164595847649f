"""Russian participles and gerunds, from the forms of a verb that everybody knows."""

from collections.abc import Iterator

from scrapers.forms import ru_adjectives
from scrapers.forms.shape import Form

VOWELS = "аеёиоуыэюя"
_MUTATED = {"ст": "щ", "т": "ч", "д": "ж", "с": "ш", "з": "ж", "б": "бл", "п": "пл", "в": "вл", "м": "мл", "ф": "фл"}


def mutated(stem: str) -> str:
    """The stem of the first person: "купи-" -> "купл", "води-" -> "вож"."""
    for hard, soft in _MUTATED.items():
        if stem.endswith(hard):
            return stem[: -len(hard)] + soft
    return stem


def participles(inf: str, they: str, masculine: str, aspect: str, reflexive: bool) -> Iterator[Form]:
    """Participles declined in full, and gerunds; `they` and `masculine` are the whole forms without -ся."""
    after, group = "ся" if reflexive else "", "participle"
    if inf.endswith(("йти", "идти")):
        act = {"идти": "шедший"}.get(inf, inf[: -len("йти")] + "шедший")
    else:
        act = (
            masculine[:-1] + "вший"
            if masculine.endswith("л") and masculine[-2] in VOWELS and not inf.endswith("сти")
            else inf[:-3] + "дший"
            if inf.endswith("вести")
            else masculine + "ший"
        )
    yield from ru_adjectives.declined(act, "verb.part.past.act", group, after)
    if act.endswith("вший") and aspect != "i":
        yield Form(masculine[:-1] + ("вшись" if reflexive else "в"), "verb.gerund.past", False, group)
    if aspect != "p" and they:
        yield from ru_adjectives.declined(they[:-1] + "щий", "verb.part.pres.act", group, after)
        if they.endswith(("ют", "ят")):
            yield Form(_gerund(inf, they) + ("сь" if reflexive else ""), "verb.gerund.pres", False, group)
    if reflexive or aspect == "i":
        return
    passive = _passive(inf)
    if passive:
        for form in ru_adjectives.declined(passive, "verb.part.past.pas", group):
            yield Form(form.text, form.tag, aspect != "p", group)
        short = passive[:-3] if passive.endswith("нный") else passive[:-2]
        for ending in ("", "а", "о", "ы"):
            yield Form(short + ending, "verb.part.past.pas.short", aspect != "p", group)


def _gerund(inf: str, they: str) -> str:
    return inf[:-2] + "я" if inf.endswith("авать") else they[:-2] + "я"


def _passive(inf: str) -> str | None:
    if "мигрир" in inf:  # nobody is emigrated by another
        return None
    if inf.endswith(("ать", "ять")) and not inf.endswith(("нять", "чать", "ехать", "взять", "стать")):
        return inf[:-2] + "нный"
    if inf.endswith(("нять", "начать", "взять")):
        return inf[:-2] + "тый"
    if inf.endswith(("крыть", "ернуть")):
        return inf[:-2] + "тый" if inf.endswith("крыть") else None
    if inf.endswith("ить") and len(inf) > 5 and not inf.endswith("жить"):
        stem = mutated(inf[:-3])
        if inf.endswith(("вратить", "кратить")):
            stem = stem[:-1] + "щ"
        return stem + ("ё" if inf.endswith(("вратить", "селить", "решить", "кратить")) else "е") + "нный"
    return None
