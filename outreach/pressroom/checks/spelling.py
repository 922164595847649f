"""Words that no dictionary has, with their places in the text and what may have been meant.

Left alone: addresses, hashtags, numbers, abbreviations, merge fields, words of another alphabet, and what is said in
Latgalian or another language within quotation marks. A capital within a sentence makes an unknown word a name, unless
it is nearly a known one.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from outreach.pressroom.checks.data import short_words
from outreach.pressroom.checks.finding import Finding, Piece
from outreach.pressroom.checks.near import near
from outreach.pressroom.checks.ownwords import OwnWords
from outreach.pressroom.checks.sentences import LETTER, Span, sentences
from outreach.pressroom.checks.speller import Speller
from scrapers.watch.language import language as language_of

Knows = Callable[[str], bool]

MOST = 200  # findings of one text: what has more is in another language
EFFORT = 1_000  # questions to the dictionary after which no further word has every letter tried: a tenth of a second
_WORD = re.compile(rf"{LETTER}(?:{LETTER})*(?:['’\-‑](?:{LETTER})+)*")
_LEFT = re.compile(
    r"https?://\S+|www\.\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|[#@]\w+|\{[^{}\n]{0,60}\}"
    r"|\[[^\[\]\n]{0,80}\]|(?<!\w)\w{0,60}\d\w*(?:[-–]\w+)?|(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:lv|com|org|net|eu|info|gov|int|edu|de|ie|uk|no|se|dk|fi|nl|ru)(?:/\S*)?(?!\w)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[„“«\"]([^„“”«»\"]{3,400})[“”»\"]")
_OPENING = re.compile(r"[\s\"“„«‘(\[–—•-]*$")
_ACRONYM = 5  # capitals; longer ones are words that somebody shouts
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_SOFT = {0xAD: None, 0x200B: None}
_STEM_ENDINGS = ("s", "a", "ais", "o")  # "sociāl-ekonomisks": what stands before a hyphen has no ending


@dataclass(frozen=True, slots=True)
class _Said:
    """A word of the text: where it stands, how a dictionary writes it, whether a sentence begins with it."""

    span: Span
    word: str
    opens: bool


def check(
    text_pieces: Sequence[Piece], language: str, speller: Speller, own: OwnWords, effort: int = EFFORT
) -> Iterator[Finding]:
    """Unknown words of a release's texts (`presscheck.spelling.word`, with `said`), each at its first place in a text
    and with at most five suggestions. Those that the `effort` leaves no time for come with the next look: what the
    dictionary has said is remembered.
    """

    def knows(word: str) -> bool:
        return speller.knows(word) or own.has(word)

    def proper(word: str) -> bool:
        """A name is nearly another name, never a word that could stand in small letters."""
        return word[:1].isupper() and knows(word) and not knows(word[:1].lower() + word[1:])

    suggested: dict[str, tuple[str, ...]] = {}
    spent = found = 0
    for piece in text_pieces:
        seen: set[str] = set()
        for said in _unknown(piece.text, language, knows):
            if said.word in seen:
                continue
            seen.add(said.word)
            is_name = said.word[:1].isupper() and not said.opens
            if said.word not in suggested:
                whole, before = not is_name and spent < effort, speller.asked
                suggested[said.word] = near(said.word, language, proper if is_name else knows, whole=whole)
                spent += speller.asked - before
            if is_name and not suggested[said.word]:
                continue
            yield Finding(
                "look", "presscheck.spelling.word", {"said": said.word}, piece.field, said.span.start, said.span.end,
                suggested[said.word],
            )  # fmt: skip
            found += 1
            if found == MOST:
                return


def _unknown(text: str, language: str, knows: Knows) -> Iterator[_Said]:
    found = [said for said in _words(text, language) if not _is_right(said.word, language, knows)]
    if not found:
        return
    foreign = [*_foreign_quotes(text, language), *_latgalian(text, language, found)]
    for said in found:
        if not any(span.start <= said.span.start and said.span.end <= span.end for span in foreign):
            yield said


def _words(text: str, language: str) -> Iterator[_Said]:
    left = [match.span() for match in _LEFT.finditer(text)]
    starts = [span.start for span in sentences(text)]
    at = sentence = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        while at < len(left) and left[at][1] <= start:
            at += 1
        if at < len(left) and left[at][0] < end:
            continue
        while sentence + 1 < len(starts) and starts[sentence + 1] <= start:
            sentence += 1
        word = _as_written(match[0])
        if _is_left(word, language, text[end : end + 1]):
            continue
        opens = _OPENING.fullmatch(text, starts[sentence], start) is not None if starts else True
        # A word that begins somebody's words has a capital too.
        yield _Said(Span(start, end), word, opens or text[start - 1 : start] in {"„", "“", "«", '"'})


def _as_written(word: str) -> str:
    """One spelling: no soft hyphens, one apostrophe, Russian stresses taken off."""
    plain = unicodedata.normalize("NFC", word.translate(_SOFT)).replace("’", "'").replace("‑", "-")
    if _CYRILLIC.search(plain):
        plain = unicodedata.normalize("NFC", plain.replace("\u0301", "").replace("\u0300", ""))
    return plain


def _is_left(word: str, language: str, after: str) -> bool:
    if len(word) < 2 or (_CYRILLIC.search(word) is not None) != (language == "ru"):
        return True
    capitals = sum(letter.isupper() for letter in word)
    if capitals > 1 and (len(word) <= _ACRONYM or capitals < sum(letter.isalpha() for letter in word)):
        return "-" not in word or not all(part[:1].isupper() and part[1:].islower() for part in word.split("-"))
    return after == "." and word.lower() in short_words(language)


def _is_right(word: str, language: str, knows: Knows) -> bool:
    if knows(word):
        return True
    if word.isupper() and (knows(word.lower()) or knows(word.capitalize())):
        return True
    if word[:1].isupper() and knows(word[:1].lower() + word[1:]):
        return True
    if "-" not in word:
        return False
    *heads, last = [part for part in word.split("-") if part]
    return _part(last, knows) and all(
        _part(part, knows) or (language == "lv" and any(_part(part + ending, knows) for ending in _STEM_ENDINGS))
        for part in heads
    )


def _part(part: str, knows: Knows) -> bool:
    return len(part) < 2 or part.isupper() or knows(part) or knows(part.lower())


def _foreign_quotes(text: str, language: str) -> Iterator[Span]:
    """What stands in quotation marks in another language, a title or somebody's own tongue."""
    for match in _QUOTED.finditer(text):
        told, sure = language_of(match[1])
        if told != language and sure > 0:
            yield Span(match.start(1), match.end(1))


def _latgalian(text: str, language: str, unknown: Sequence[_Said]) -> Iterator[Span]:
    """Latvian texts speak Latgalian a sentence at a time."""
    if language != "lv":
        return
    for span in sentences(text):
        strange = sum(span.start <= said.span.start < span.end for said in unknown)
        if strange > 1 and language_of(text[span.start : span.end])[0] == "ltg":
            yield span
