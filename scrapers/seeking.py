"""What somebody types into a search box, read as a little query language; and where its words stand in a text.

``ģimene atgriežas`` both words, each in all its forms (`scrapers.forms.paradigm.forms`), the last one also as the
beginning of a word that is still being typed; ``"balva Latgalē"`` these words one after the other, as they stand;
``=Balvi`` that very form, letter for letter; ``remig*`` any word that begins so; ``-sports`` none of its forms. Nothing
that is typed is an error: what cannot be read is looked for as words.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scrapers.fulltext import Part, Sought, folded, words_of

# A query of more parts is a text that somebody pasted; a verb with its participles and prefixes has hundreds of forms.
_MOST_PARTS = 12
_MOST_FORMS = 160
# Shorter words have no forms, or everybody's.
_SHORTEST = 3
_TOKEN = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<exact>=)?(?P<word>[^\s"]+))')
_WORD = re.compile(r"[^\W_]+")
_AROUND = 90


@dataclass(frozen=True)
class Piece:
    """A piece of a text: `kind` is "form" for a deciding word, "sought" for what was asked, "" for all between."""

    words: str
    kind: str = ""


@lru_cache(maxsize=512)
def sought(asked: str) -> Sought:
    """What the typed words look for; nothing where no part of them says what must be there."""
    tokens = [match for match in _TOKEN.finditer(asked) if words_of(match.group())][:_MOST_PARTS]
    parts = [_part(match, is_last=match is tokens[-1] and not asked[match.end() :].strip()) for match in tokens]
    return Sought(tuple(parts))


def _part(match: re.Match[str], *, is_last: bool) -> Part:
    without = match["minus"] is not None
    if match["phrase"] is not None:
        return Part((tuple(words_of(match["phrase"])),), without=without)
    typed = match["word"]
    row = tuple(words_of(typed))
    if match["exact"]:
        return Part((row,), without=without, exact=typed.strip('.,;:!?()«»„“”"'))
    if len(row) > 1:
        # What a hyphen or a dot joins stands side by side.
        return Part((row,), without=without)
    if typed.endswith("*"):
        return Part((), row, without=without)
    rows = tuple(dict.fromkeys((row, *((form,) for form in inflected(row[0], typed)))))
    if is_last and not without:
        # Whoever is still typing sees what the word may become.
        return Part(tuple(one for one in rows if not one[0].startswith(row[0])), row)
    return Part(rows, without=without)


@lru_cache(maxsize=2048)
def inflected(word: str, typed: str = "") -> tuple[str, ...]:
    """All forms of a word, folded, the surest first; none where nothing is known of it. `typed` has its diacritics."""
    if len(word) < _SHORTEST or not word.isalpha():
        return ()
    told = _forms("".join(_WORD.findall(typed.lower())) or word)
    if not told:
        return ()
    plain = dict.fromkeys(form for one in told for form in words_of(one)[:1] if len(words_of(one)) == 1)
    return tuple(plain)[:_MOST_FORMS]


def _forms(word: str) -> list[str]:
    # Only who looks for words waits for the tables of endings.
    from scrapers.forms import paradigm

    return [form.text for form in sorted(paradigm.forms(word), key=lambda form: form.uncertain)]


def marked(text: str, asked: Sought, forms: Iterable[str] = ()) -> tuple[Piece, ...]:
    """`text` cut into pieces: the deciding `forms`, letter for letter, and what was asked. All pieces together are the
    text again; what is both counts as asked.
    """
    spans = _sought_spans(text, asked)
    wanted = sorted({form for form in forms if form}, key=len, reverse=True)
    if wanted:
        taken = list(spans)
        for hit in re.finditer(rf"(?<!\w)(?:{'|'.join(map(re.escape, wanted))})(?!\w)", text):
            if not any(start < hit.end() and hit.start() < end for start, end, _ in taken):
                spans.append((*hit.span(), "form"))
    pieces, at = [], 0
    for start, end, kind in sorted(spans):
        if start > at:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], kind))
        at = end
    if at < len(text) or not pieces:
        pieces.append(Piece(text[at:]))
    return tuple(pieces)


def around(text: str, asked: Sought, most: int = 1) -> tuple[str, ...]:
    """Some pieces of a text that have what was asked in their middle, cut between words, from its beginning on."""
    found: list[str] = []
    past = -1
    for start, end, _ in _sought_spans(text, asked):
        if start < past:
            continue
        left, past = max(0, start - _AROUND), min(len(text), end + _AROUND)
        head = "" if left == 0 else "… "
        tail = "" if past == len(text) else " …"
        piece = text[left:past]
        if head:
            piece = piece.partition(" ")[2] or piece
        if tail:
            piece = piece.rpartition(" ")[0] or piece
        found.append(head + " ".join(piece.split()) + tail)
        if len(found) == most:
            break
    return tuple(found)


def _sought_spans(text: str, asked: Sought) -> list[tuple[int, int, str]]:
    """Where what was asked stands: not overlapping, in order."""
    if not asked:
        return []
    words = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    plain = [_folded(text[start:end]) for start, end in words]
    spans: list[tuple[int, int, str]] = []
    at = 0
    lookup = _lookup(asked)
    while at < len(words):
        length = _length(plain, at, lookup)
        if length:
            spans.append((words[at][0], words[at + length - 1][1], "sought"))
        at += length or 1
    return spans


@dataclass(frozen=True)
class _Lookup:
    rows: dict[str, tuple[tuple[str, ...], ...]]  # by their first word
    beginnings: tuple[str, ...]


@lru_cache(maxsize=64)
def _lookup(asked: Sought) -> _Lookup:
    rows: dict[str, list[tuple[str, ...]]] = {}
    for part in asked.there:
        for row in part.rows:
            rows.setdefault(row[0], []).append(row)
    told = {first: tuple(sorted(some, key=len, reverse=True)) for first, some in rows.items()}
    return _Lookup(told, tuple(beginning for part in asked.there for beginning in part.beginnings))


def _length(plain: Sequence[str], at: int, lookup: _Lookup) -> int:
    """How many words from `at` on are what was asked; 0 for none."""
    for row in lookup.rows.get(plain[at], ()):
        if tuple(plain[at : at + len(row)]) == row:
            return len(row)
    return 1 if plain[at].startswith(lookup.beginnings) else 0


@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    return folded(word)
