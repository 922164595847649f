"""Which language a text is in: Latvian, Latgalian, Russian, English, German, Lithuanian, Estonian, Norwegian.

Small texts decide on little: function words weigh most, letters that only some alphabets have come next, endings and
letter pairs last. Latgalian is told from Latvian by y, ō, uo and its own function words, so that it is never taken for
badly spelt Latvian.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from scrapers.watch.words import words

LANGUAGES = ("lv", "ltg", "ru", "en", "de", "lt", "et", "no")

_FUNCTION = {
    "lv": "un ir kas par no uz ar pie pēc pec ka lai bet vai arī ari kā tas tā tie tās viņš viņa viņi šo šis gada gadu "
    "gados gadiem kur savu nav jau tikai vēl vel līdz lidz tiek būs bus bija var šogad kuri kurš kura kuras pērn "
    "tagad es mēs mes jūs to tiem viss visi kad ja tad pret starp caur kopš jūs mūs gads gadā atkal vairs vairāk šī šajā",
    "ltg": "i nu iz kai itys itei itū itūs itymā itymūs tys jis jei jī jom jai byus beja bejs navā deļ vys vysi vysys "
    "piec ir ari sovu sova sovys sovā sovim muns muna myusu jiusu cylvāki cylvāku cylvāks godu gods godā godā "
    "dzeive dzeivi dzeivoj volūda volūdys volūdā latgalīšu latgaliskai latgalīts latgalīši nikas kuri kurs tok voi "
    "gona lobs lels jau cik vacais jauna tān tamā tymā tū tod taids taipat aba pošu pi pyrma storp saime nūvods "
    "nūvoda nūvodā itūgod itūvokor natikai koč partū sātā sātys školys školā školys ols dzymtuo niu tim tūs",
    "en": "the of and to in is are was were for with from that this by at it has have had be been they their she he his "
    "her who which as after its will would not but or an more than over into about back we our you what how when said on why my no new how can may are do does did wants want all some first last i me them "
    "his him her there here while because before during under up off out just only also home coming",
    "de": "der die das und ist sind war in im von mit zu zum zur den dem des ein eine einer einen einem nach aus für auf "
    "nicht sich auch bei wird werden wurde hat haben als an um wie über sie er es ihre ihren wieder seit gegen was "
    "immer mehr jahre jahren nur noch unter vor will soll kann lettland letten familie zurück lettische",
    "lt": "ir yra kad su iš į tai kaip po už apie bet nuo iki buvo jis ji jie kuris kurie ar metų metais taip pat prie "
    "dėl savo šiuo lietuvos lietuvių",
    "et": "ja on ei see et kui ta oli mis ning aga ka oma pärast välja tagasi eesti lätist läti aasta aastat seda kes "
    "siis veel ole koju",
    "no": "og er det som en et til på av for med har ikke den de om fra var seg kan vil etter ved norge norsk norske vi "
    "jeg hjem tilbake men",
}
_WEIGHTS: dict[str, tuple[tuple[str, float], ...]] = {}
for _code, _line in _FUNCTION.items():
    for _word in set(_line.split()):
        _WEIGHTS[_word] = (*_WEIGHTS.get(_word, ()), (_code, 1.0))

_LETTERS = {
    "lv": (re.compile("[āēūģķļņī]"), 0.45),
    "lt": (re.compile("[ėęįųą]"), 1.1),
    "et": (re.compile("[õäöü]"), 0.45),
    "de": (re.compile("[äöüß]"), 0.5),
    "no": (re.compile("[åøæ]"), 1.0),
}
_BALTIC_ONLY = re.compile("[āģķļņīēōŗ]")
_LATGALIAN = re.compile(
    r"(?:nū\w{2,}|atsa\w{3,}|\w+uo\w*|uo\w+|\w*ō\w*|\w+[bcčdgjklļmnņprsštvzž]ys|\w*[bcdgklļmnņprstvzžšč]y[bcčdgjklļmnņprsštvzž]\w*|\w+ejis|\w+ejā|\w+eju|\w+šona|"
    r"\w+šonu|\w+iž|\w+nīks|\w*tīt[si]\w*|\w+zuse|\w+guse|\w+ūs|\w*dzeiv\w*)"
)
_ENDINGS = (
    ("lv", re.compile(r"\w{3,}(?:šana|šanas|šanu|šanai|tājs|tāji|tāja|iem|ām|ijā|ijas|iju|ījums|ums|umu|umi|ais|oja|ēja|"
                      r"usi|uši|ušies|usies|ās|jas|nieki|nieku|niece|as|am|us|ties|ot|ēs|īs|ējs|jums|iņš|iņa|ības|ība|ību)$"), 0.35),
    ("de", re.compile(r"\w{2,}(?:ung|ungen|keit|heit|schaft|isch|ische|ischen|lich|liche|tion|tionen|kehr|sch|ern|aus)$"),
     0.4),
    ("en", re.compile(r"\w{2,}(?:ing|ation|ations|ity|ness|ed|ers|ies|ship|ght|wn|ay|th|ly|ck|ow|oo\w|ous|ive)$"), 0.35),
    ("lt", re.compile(r"\w{2,}(?:imas|imo|imai|iai|ojo|ių|čių|oje|uose|omis|ius)$"), 0.3),
    ("et", re.compile(r"\w{2,}(?:mine|mise|sse|line|lise|tud|vad|dest|le|st|ud|sti|koju)$"), 0.25),
    ("no", re.compile(r"\w{2,}(?:sjon|sjonen|ene|et|lig|else|het|dde)$"), 0.2),
    ("en", re.compile(r"\w*[wqx]\w*$"), 0.25),
)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[a-z\u00df-\u024f]")
_OWN = 1.1
_SAMPLE = 120  # words: more do not change the answer


@lru_cache(maxsize=100_000)
def _clues(word: str) -> tuple[tuple[str, float], ...]:
    """What one word says: languages and weights, negative where it speaks against."""
    clues = list(_WEIGHTS.get(word, ()))
    if not word.isascii():
        clues.extend(
            (code, weight * len(found)) for code, (letter, weight) in _LETTERS.items() if (found := letter.findall(word))
        )
        baltic = len(_BALTIC_ONLY.findall(word))
        if baltic:
            clues.extend((("lv", 0.2 * baltic), ("lt", -0.6 * baltic), ("ltg", 0.3 * baltic)))
    clues.extend((code, weight) for code, ending, weight in _ENDINGS if ending.match(word))
    if not any(code == "lv" for code, _ in _WEIGHTS.get(word, ())) and _LATGALIAN.fullmatch(word):
        clues.extend((("ltg", _OWN), ("lv", -_OWN / 2)))
    return tuple(clues)


def language(text: str, hint: str | None = None) -> tuple[str, float]:
    """The language of `text` (a code of `LANGUAGES`) and how sure that is, 0..1.

    `hint` is what the outlet usually writes; it decides only where the text does not. Without any letters the answer
    is the hint, or Latvian, with confidence 0.
    """
    return told(words(text[: _SAMPLE * 12]).lower, hint)


def told(lower: Sequence[str], hint: str | None = None) -> tuple[str, float]:
    """As `language`, for words already taken apart (lower case)."""
    sample = [word for word in lower[:_SAMPLE] if not word.isdigit()]
    joined = " ".join(sample)
    cyrillic = len(_CYRILLIC.findall(joined)) if not joined.isascii() else 0
    letters = cyrillic + (len(_LATIN.findall(joined)) if cyrillic else len(joined))
    known = hint if hint in LANGUAGES else None
    if not letters:
        return known or "lv", 0.0
    if cyrillic * 2 > letters:
        return "ru", min(1.0, cyrillic / letters)
    scores = dict.fromkeys(LANGUAGES, 0.0)
    latgalian = 0
    for word in sample:
        for code, weight in _clues(word):
            scores[code] += weight
            latgalian += code == "ltg" and weight == _OWN
    if latgalian and max(scores[code] for code in ("lt", "en", "de", "no", "et")) > 2 * max(
        scores["lv"], scores["ltg"] - _OWN * latgalian
    ):
        # Lithuanian and English have -ys and uo too.
        scores["ltg"] -= _OWN * latgalian
        scores["lv"] += _OWN / 2 * latgalian
    if known is not None:
        scores[known] += 0.4
    best = max(scores, key=lambda code: (scores[code], code == known, -LANGUAGES.index(code)))
    rest = max((score for code, score in scores.items() if code != best), default=0.0)
    if scores[best] <= 0.0:
        return known or "lv", 0.1
    sure = (scores[best] - max(rest, 0.0)) / (scores[best] + 0.5)
    return best, round(min(1.0, max(0.1, sure)), 3)
