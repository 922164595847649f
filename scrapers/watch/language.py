"""Which language a text is in: Latvian, Latgalian, Russian, English, German, Lithuanian, Estonian, Norwegian.

Small texts decide on little: function words weigh most, letters that only some alphabets have come next, endings and
letter pairs last. Latgalian is told from Latvian by y, ō, uo and its own function words, so that it is never taken for
badly spelt Latvian.
"""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

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
# A word without any of these is not worth the longer look.
_PERHAPS_LATGALIAN = re.compile("[yōū]|uo|atsa|ej|šon|iž|nīks|tīt|use|dzeiv")
_LATGALIAN = re.compile(
    r"(?:nū\w{2,}|atsa\w{3,}|\w+uo\w*|uo\w+|\w*ō\w*|\w+[bcčdgjklļmnņprsštvzž]ys|\w*[bcdgklļmnņprstvzžšč]y[bcčdgjklļmnņprsštvzž]\w*|\w+ejis|\w+ejā|\w+eju|\w+šona|"
    r"\w+šonu|\w+iž|\w+nīks|\w*tīt[si]\w*|\w+zuse|\w+guse|\w+ūs|\w*dzeiv\w*)"
)
# Language, how many letters stand before the ending at the least, the endings, what they weigh.
_ENDINGS = tuple(
    (code, before, tuple(endings.split()), weight)
    for code, before, endings, weight in (
        ("lv", 3, "šana šanas šanu šanai tājs tāji tāja iem ām ijā ijas iju ījums ums umu umi ais oja ēja usi uši ušies "
         "usies ās jas nieki nieku niece as am us ties ot ēs īs ējs jums iņš iņa ības ība ību", 0.35),
        ("de", 2, "ung ungen keit heit schaft isch ische ischen lich liche tion tionen kehr sch ern aus", 0.4),
        ("en", 2, "ing ation ations ity ness ed ers ies ship ght wn ay th ly ck ow ous ive", 0.35),
        ("lt", 2, "imas imo imai iai ojo ių čių oje uose omis ius", 0.3),
        ("et", 2, "mine mise sse line lise tud vad dest le st ud sti koju", 0.25),
        ("no", 2, "sjon sjonen ene et lig else het dde", 0.2),
    )
)  # fmt: skip
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[a-z\u00df-\u024f]")
_OTHER_CYRILLIC = re.compile("[іїєґўјљњћђџ]|[ъ](?![еёюя])")  # letters and spellings Russian does not have
_OWN = 1.1
_OWN_UNITS = 22
_HINTED = 8  # twentieths
_PLENTY = 2.0  # what the words of one plain sentence speak for their language
_DENSE = 0.25  # what a word speaks for its own language at the least, in the mean
SAMPLE = 120  # words: more do not change the answer

# A word's clues are kept as one integer, so that those of a text are added up in one go: a field of 18 bits for the
# score in each language (in twentieths, below zero too) and for each count.
_FIELD = 18
_UNIT = 20
_HALF = 1 << (_FIELD - 1)
_MASK = (1 << _FIELD) - 1
_COUNTS = ("latgalian", "words", "cyrillic", "latin", "foreign")
_FIELDS = (*LANGUAGES, *_COUNTS)
_ONE = {name: 1 << (_FIELD * at) for at, name in enumerate(_FIELDS)}
_BIAS = sum(_HALF * one for one in _ONE.values())
_SHIFTS = tuple(_FIELD * at for at in range(len(_FIELDS)))
_CACHED = 100_000
_LONGEST = 60  # letters of a word that are read


class Told(NamedTuple):
    """`lang` is a code of `LANGUAGES`; `sure` (0..1) how much the words themselves speak for it; `margin` (0..1) how
    far it leads, the outlet's hint and the least evidence included.
    """

    lang: str
    margin: float
    sure: float


class _Clues(dict[str, int]):
    """For each word met so far what it says, packed; words that say the same share one integer."""

    def __init__(self) -> None:
        super().__init__()
        self._shared: dict[int, int] = {}

    def __missing__(self, word: str) -> int:
        if len(word) > _LONGEST:
            return self[word[:_LONGEST]]
        if len(self) > _CACHED:
            self.clear()
            self._shared.clear()
        packed = 0
        if not word.isdigit():
            packed = _ONE["words"]
            for code, weight in _clues(word):
                packed += round(weight * _UNIT) * _ONE[code]
                if code == "ltg" and weight == _OWN:
                    packed += _ONE["latgalian"]
            cyrillic = 0 if word.isascii() else len(_CYRILLIC.findall(word))
            latin = len(word) if word.isascii() and word.isalpha() else len(_LATIN.findall(word))
            packed += cyrillic * _ONE["cyrillic"] + latin * _ONE["latin"]
            if cyrillic and _OTHER_CYRILLIC.search(word):
                packed += _ONE["foreign"]
        self[word] = packed = self._shared.setdefault(packed, packed)
        return packed


_PACKED = _Clues()


def _clues(word: str) -> list[tuple[str, float]]:
    """What one word says: languages and weights, negative where it speaks against."""
    function = _WEIGHTS.get(word, ())
    clues = list(function)
    if not word.isascii():
        clues.extend(
            (code, weight * len(found)) for code, (letter, weight) in _LETTERS.items() if (found := letter.findall(word))
        )
        baltic = len(_BALTIC_ONLY.findall(word))
        if baltic:
            clues.extend((("lv", 0.2 * baltic), ("lt", -0.6 * baltic), ("ltg", 0.3 * baltic)))
    for code, before, endings, weight in _ENDINGS:
        # "book" and "food" end as English words do too.
        if word[before:].endswith(endings) or (code == "en" and len(word) > 4 and word[-3:-1] == "oo"):
            clues.append((code, weight))
    if "w" in word or "q" in word or "x" in word:
        clues.append(("en", 0.25))
    if (
        _PERHAPS_LATGALIAN.search(word)
        and not any(code == "lv" for code, _ in function)
        and _LATGALIAN.fullmatch(word)
    ):
        clues.extend((("ltg", _OWN), ("lv", -_OWN / 2)))
    return clues


def language(text: str, hint: str | None = None) -> tuple[str, float]:
    """The language of `text` (a code of `LANGUAGES`) and how sure that is, 0..1.

    `hint` is what the outlet usually writes; it decides only where the text does not, and makes nothing surer. Without
    any letters the answer is the hint, or Latvian, with confidence 0.
    """
    heard = told(words(text[: SAMPLE * 12]).lower, hint)
    return heard.lang, heard.sure


def told(lower: Sequence[str], hint: str | None = None) -> Told:
    """As `language`, for words already taken apart (lower case); the first `SAMPLE` count."""
    total = sum(map(_PACKED.__getitem__, lower[:SAMPLE])) + _BIAS
    fields = [((total >> shift) & _MASK) - _HALF for shift in _SHIFTS]
    scores = dict(zip(LANGUAGES, fields, strict=False))
    latgalian, count, cyrillic, latin, foreign = fields[len(LANGUAGES) :]
    usual = hint if hint in LANGUAGES else None
    if not count:
        return Told(usual or "lv", 0.0, 0.0)
    letters = cyrillic + latin
    if cyrillic * 2 > letters:
        share = cyrillic / letters
        strange = min(1.0, 3 * foreign / count)
        return Told("ru", share, _rounded((2 * share - 1) * (1 - strange) * _enough(count / 2)))
    own = _OWN_UNITS * latgalian
    if latgalian and max(scores[code] for code in ("lt", "en", "de", "no", "et")) > 2 * max(
        scores["lv"], scores["ltg"] - own
    ):
        # Lithuanian and English have -ys and uo too.
        scores["ltg"] -= own
        scores["lv"] += own // 2
    if usual is not None:
        scores[usual] += _HINTED
    lead = max(scores.values())
    # Of two languages alike the usual one, then the one that stands first.
    best = usual if usual is not None and scores[usual] == lead else max(scores, key=scores.__getitem__)
    if lead <= 0:
        return Told(usual or "lv", 0.1, 0.0)
    rest = max(0, sorted(scores.values())[-2])
    margin = round(min(1.0, max(0.1, (lead - rest) / (lead + _UNIT / 2))), 3)
    heard = lead - (_HINTED if best == usual else 0)
    return Told(best, margin, _sure(heard / _UNIT, rest / _UNIT, count, cyrillic / letters if cyrillic else 0.0))


def _sure(heard: float, rest: float, count: int, cyrillic: float) -> float:
    """How sure the best language is: how far it leads, whether there are words enough, and whether they are its own."""
    if heard <= rest:
        return 0.0
    lead = (heard - rest) / heard
    return _rounded(lead * _enough(heard) * min(1.0, heard / (_DENSE * count)) * (1 - 2 * cyrillic))


def _enough(heard: float) -> float:
    return 1 - math.exp(-heard / _PLENTY)


def _rounded(sure: float) -> float:
    return round(min(1.0, max(0.0, sure)), 3)
