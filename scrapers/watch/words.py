"""A document and its words: lower-case tokens with the way back to the characters they came from."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from operator import sub

from scrapers.watch import scan
from scrapers.watch.sentence import boundaries

_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"([\W_]+)")
# Characters that make a copy of a word look different from the word: soft hyphen, zero-width characters, joiners,
# directional marks, combining marks, ligatures and full-width letters, the one capital that grows when lowered.
_ODD = re.compile("[\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufb00-\ufb06\uff01-\uff5e\u0130]")
_HYPHENS = re.compile("[-\u2010\u2011][ \t]*\r?\n")
_BROKEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u2011][ \t]*\r?\n[ \t]*(?=[^\W\d_])")
_CYRILLIC = r"\u0400-\u04ff"
_LATIN = "A-Za-z\u00c0-\u024f"
_MIXED = re.compile(f"[{_LATIN}][{_CYRILLIC}]|[{_CYRILLIC}][{_LATIN}]")
# The same, quick where Cyrillic letters are rare, and quick where Latin letters are.
_MIXED_IN_LATIN = re.compile(f"[{_CYRILLIC}](?:(?=[{_LATIN}])|(?<=[{_LATIN}].))", re.DOTALL)
_MIXED_IN_CYRILLIC = re.compile(f"[{_LATIN}](?:(?=[{_CYRILLIC}])|(?<=[{_CYRILLIC}].))", re.DOTALL)
_SOON = 40
_CYRILLIC_LETTER = re.compile(f"[{_CYRILLIC}]")
# Without any of these the words are what the lower-cased text shows: true of most Latvian, English and German.
_CURIOUS = re.compile(f"[{_ODD.pattern[1:-1]}{_CYRILLIC}]")
_HASHTAG = re.compile(r"#([^\W_]+)")
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-ZĀČĒĢĪĶĻŅŠŪŽА-ЯЁ])")

_LOOKS = dict(zip("аеорсухіјѕкмтвнһ", "aeopcyxijskmtbhh", strict=True))
_TO_LATIN = str.maketrans(_LOOKS)
_TO_CYRILLIC = str.maketrans({latin: cyrillic for cyrillic, latin in _LOOKS.items() if cyrillic not in "іјѕһ"})
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff") | {
    chr(code) for code in range(0x202A, 0x202F)
}


@dataclass(frozen=True)
class Document:
    """One item of an outlet. `lang` is what the outlet usually writes; what the item itself says decides. `source` is
    the outlet's name, `tier` its tier: topics may ask for them.

    `whole_page`: the text is all that an article's page shows, menus and teasers included, so that only a watched word
    itself says anything: its verdict is "other" where one stands, else "none", and nothing more is read.
    """

    title: str
    text: str
    url: str | None = None
    lang: str | None = None
    whole_page: bool = False
    source: str = ""
    tier: str = ""


@dataclass(frozen=True)
class Words:
    """The words of one field: `lower[i]` stands at ``source[starts[i]:ends[i]]``. Three lists of one length.

    Most texts are judged by their words alone, so the offsets are worked out when they are first asked for. `spans`
    holds them from the start where the words are not simply those of the lower-cased source.
    """

    source: str
    lower: list[str]
    spans: tuple[list[int], list[int]] | None = None

    @cached_property
    def starts(self) -> list[int]:
        return self._offsets[0]

    @cached_property
    def ends(self) -> list[int]:
        return self._offsets[1]

    @cached_property
    def _offsets(self) -> tuple[list[int], list[int]]:
        if self.spans is not None:
            return self.spans
        small = self.source.lower()
        if len(small) == len(self.source):
            find, end = small.replace("ё", "е").find, 0
            # Between two words is nothing that a word could begin with: what is found first is the word itself.
            ends = [end := find(word, end) + len(word) for word in self.lower]
            return list(map(sub, ends, map(len, self.lower))), ends
        # Words and what is between them by turns; a source that begins or ends with a word has "" outside it.
        pieces = _BETWEEN.split(self.source)
        after = list(accumulate(map(len, pieces)))
        starts, ends = [0, *after[1::2]], after[::2]
        skip = 0 if pieces[0] else 1
        stop = len(starts) if pieces[-1] else len(starts) - 1
        return starts[skip:stop], ends[skip:stop]

    @cached_property
    def edges(self) -> list[int]:
        """Where a new sentence begins, as from `sentence.boundaries`."""
        return boundaries(self.source)

    def form(self, first: int, last: int) -> str:
        """The characters from word `first` to word `last` (inclusive) as they stand in the source."""
        return self.source[self.starts[first] : self.ends[last]]

    def capital(self, index: int) -> bool:
        """Whether word `index` begins with a capital letter in the source."""
        return self.source[self.starts[index]].isupper()


def lowered(word: str) -> str:
    """One word as the vocabulary keeps it: composed, lower case, Russian ё as е."""
    return unicodedata.normalize("NFC", word).lower().replace("ё", "е")


def plain(word: str) -> str:
    """A lower-case Latin word without its diacritics; a Cyrillic word as it is (й and и are different letters)."""
    if word.isascii() or _CYRILLIC_LETTER.search(word):
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not "\u0300" <= c <= "\u036f")


def words(source: str) -> Words:
    """Splits `source` into words; offsets always point into `source` itself.

    Soft hyphens and zero-width characters do not split a word, a hyphen at the end of a line does not either,
    decomposed letters are composed, Cyrillic letters inside a Latin word are read as Latin (and the reverse), and a
    hashtag in camel case gives its parts.
    """
    quick = scan.cut(source)
    if quick is not None:
        return Words(source, quick)
    curious = not source.isascii() and _CURIOUS.search(source) is not None
    broken = "\n" in source and _HYPHENS.search(source) is not None and _BROKEN.search(source) is not None
    if not (curious or broken or "#" in source):
        return Words(source, scan.cut_small(source.lower()))
    text = source
    offsets: list[int] | None = None
    if broken or (curious and _ODD.search(source)):
        text, offsets = _repaired(source)
    small = text.lower().replace("ё", "е")
    lower = scan.cut_small(small)
    mixed = curious and _is_mixed(text)
    if offsets is None and not mixed and "#" not in text:
        return Words(source, lower)
    spans = [match.span() for match in _WORD.finditer(small)]
    starts = [start for start, _ in spans]
    ends = [end for _, end in spans]
    if mixed:
        lower = [_one_script(word) for word in lower]
    if "#" in text:
        lower, starts, ends = _hashtags(text, lower, starts, ends)
    if offsets is not None:
        last = len(offsets) - 1
        # A word ends after the last of its own characters, not before the first of the next word.
        ends = [offsets[min(end, last) - 1] + 1 for end in ends]
        starts = [offsets[start] for start in starts]
        ends = [_past_marks(source, end) for end in ends]
    return Words(source, lower, (starts, ends))


def _past_marks(source: str, end: int) -> int:
    while end < len(source) and "\u0300" <= source[end] <= "\u036f":
        end += 1
    return end


def _repaired(source: str) -> tuple[str, list[int]]:
    """The text without what hides its words, and for each of its characters the offset in `source`."""
    gone = {
        at
        for match in _BROKEN.finditer(source)
        if source[match.end()].islower()
        for at in range(match.start(), match.end())
    }
    out: list[str] = []
    offsets: list[int] = []
    for at, char in enumerate(source):
        if at in gone or char in _INVISIBLE:
            continue
        if "\u0300" <= char <= "\u036f":
            joined = unicodedata.normalize("NFC", out[-1] + char) if out else char
            if len(joined) == 1 and out:
                out[-1] = joined
            continue
        simple = unicodedata.normalize("NFKC", char) if "\ufb00" <= char <= "\uff5e" else char
        for letter in "I" if char == "\u0130" else simple:
            out.append(letter)
            offsets.append(at)
    offsets.append(len(source))
    return "".join(out), offsets


def _is_mixed(text: str) -> bool:
    """Whether a word of `text` has Latin and Cyrillic letters side by side."""
    cyrillic = _CYRILLIC_LETTER.search(text)
    if cyrillic is None:
        return False
    return (_MIXED_IN_CYRILLIC if cyrillic.start() < _SOON else _MIXED_IN_LATIN).search(text) is not None


def _one_script(word: str) -> str:
    if not _MIXED.search(word):
        return word
    cyrillic = len(_CYRILLIC_LETTER.findall(word))
    read = word.translate(_TO_LATIN if cyrillic * 2 <= len(word) else _TO_CYRILLIC)
    if _MIXED.search(read):
        read = word.translate(_TO_CYRILLIC if cyrillic * 2 <= len(word) else _TO_LATIN)
    return word if _MIXED.search(read) else read


def _hashtags(
    text: str, lower: list[str], starts: list[int], ends: list[int]
) -> tuple[list[str], list[int], list[int]]:
    """Splits #RemigrācijaLatgalē into its two words; other words stay as they are."""
    humps = {
        match.start(1): [match.start(1) + cut.start() for cut in _HUMP.finditer(match.group(1))]
        for match in _HASHTAG.finditer(text)
    }
    out: list[tuple[str, int, int]] = []
    for word, start, end in zip(lower, starts, ends, strict=True):
        cuts = [start, *humps.get(start, ()), end]
        for left, right in pairwise(cuts):
            out.append((word[left - start : right - start], left, right))
    return [w for w, _, _ in out], [s for _, s, _ in out], [e for _, _, e in out]
