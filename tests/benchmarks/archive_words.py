"""Invented words and sentences of an archive: they look Latvian (or Russian, English) and say nothing of anybody."""

from dataclasses import dataclass
from random import Random


def _parts(told: str) -> tuple[str, ...]:
    return tuple(told.split())


_BEGIN = _parts("b br d dr g gr k kr kl l m n p pl pr r s sk sl st str t tr v z ž š č dz j")
_MIDDLE = _parts("a e i o u ā ē ī ū ai au ei ie o")
_INNER = _parts("b d g k l ļ m n ņ p r s š t v z ž rn rt lk nd st zd kst")
_ENDINGS = ("s", "is", "a", "e", "as", "u", "ām", "iem", "ā", "ība", "ības", "šana", "tājs", "nieks", "ēja", "ot", "īs")
_CYRILLIC = dict(
    zip(
        _parts("b c č d dz e f g h i j k l ļ m n ņ o p r s š t u v z ž a ā ē ī ū"),
        _parts("б ц ч д дз е ф г х и й к л ль м н нь о п р с ш т у в з ж а а э ы ю"),
        strict=True,
    )
)
_WATCHED = {
    "lv": ("remigrācija", ("remigrācija", "remigrācijas", "remigrāciju", "reemigrācijas", "remigrantu")),
    "ltg": ("remigrācija", ("remigraceja", "remigracejis")),
    "ru": ("реэмиграция", ("реэмиграция", "реэмиграции", "реэмигрантов")),
    "en": ("remigration", ("remigration", "returnees")),
}
LANGUAGES = ("lv", "ltg", "ru", "en")


@dataclass(frozen=True)
class Lexicon:
    """Everything that is said in an archive, drawn from one seed: `sentences` by language."""

    words: tuple[str, ...]
    sentences: dict[str, tuple[str, ...]]

    def title(self, chance: Random, lang: str) -> str:
        """A headline of five to nine words."""
        told = [chance.choice(self.words) for _ in range(chance.randint(5, 9))]
        return told_in(" ".join(told), lang).capitalize()

    def watched(self, chance: Random, lang: str) -> tuple[str, str, str]:
        """A sentence with a watched word, the term, and how it stands there."""
        term, forms = _WATCHED[lang]
        form = chance.choice(forms)
        before, after = (" ".join(chance.choice(self.words) for _ in range(chance.randint(3, 7))) for _ in range(2))
        return f"{told_in(before, lang).capitalize()} {form} {told_in(after, lang)}.", term, form


def lexicon(seed: int) -> Lexicon:
    """The words of a seed: 3,000, and 1,500 sentences a language."""
    chance = Random(seed)
    words = tuple(dict.fromkeys(_word(chance) for _ in range(3_000)))
    sentences = {
        lang: tuple(told_in(_sentence(chance, words), lang).capitalize() + "." for _ in range(1_500)) for lang in LANGUAGES
    }
    return Lexicon(words, sentences)


def told_in(latvian: str, lang: str) -> str:
    """The same invented words in the letters of another language."""
    if lang == "ru":
        return "".join(_CYRILLIC.get(letter, letter) for letter in latvian)
    if lang == "en":
        return latvian.translate(str.maketrans("āčēģīķļņšūž", "acegiklnsuz"))
    return latvian


def name(chance: Random, words: tuple[str, ...], parts: int = 2) -> str:
    """An invented name: of an outlet, a place of publication, a person."""
    return " ".join(chance.choice(words).capitalize() for _ in range(parts))


def _word(chance: Random) -> str:
    inner = "".join(chance.choice(_INNER) + chance.choice(_MIDDLE) for _ in range(chance.randint(0, 2)))
    return chance.choice(_BEGIN) + chance.choice(_MIDDLE) + inner + chance.choice(_INNER) + chance.choice(_ENDINGS)


def _sentence(chance: Random, words: tuple[str, ...]) -> str:
    return " ".join(chance.choice(words) for _ in range(chance.randint(7, 16)))
