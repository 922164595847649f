"""The vocabulary file as an automaton over words.

Every form is a sequence of words; a word ending in ``*`` stands for any ending, a lone ``*`` for any one word. All
forms of all rows share one tree, so the cost of a document is one look-up a word, whatever the number of terms.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from pathlib import Path
from typing import NamedTuple

from outreach.core.errors import OutreachError
from scrapers.watch.words import Words, lowered, plain

COLUMNS = ("term", "language", "role", "kind", "forms", "sense", "context_words", "case", "confidence", "note")
ROLES = frozenset({"core", "combined", "cue", "context"})
SENSES = frozenset({"return", "expulsion", "russia", "ambiguous", "other", ""})
_PIECE = re.compile(r"[^\W_]+\*?|(?<!\S)\*(?!\S)")
_EVIDENCE = re.compile(r"(\+{1,3}|-{1,2}):(.+)")
_STOP = re.compile(r"[.!?…]\W*\s|\n\s*\n")  # a phrase does not go on over the end of a sentence
_CACHED = 200_000
_LONGEST = 60  # letters of a word that is remembered
_TYPO_LENGTH = 8


@dataclass(frozen=True)
class Entry:
    """A row of the vocabulary, or one pattern of a row's context words (role ``evidence``).

    `weight` is only used by evidence: 3, 2, 1, -1, -2 as the vocabulary's ``+++``, ``++``, ``+``, ``-`` and ``--``;
    `kind` is then the role of the row it belongs to.
    """

    term: str
    language: str
    role: str
    kind: str
    sense: str
    capitals: tuple[int, ...] = ()
    weight: float = 0.0


class Hit(NamedTuple):
    """`entry` stands on words `first` to `last` (inclusive); `quality` is 1 or less where the spelling was off."""

    entry: Entry
    first: int
    last: int
    quality: float = 1.0


@dataclass(slots=True)
class _Node:
    exact: "dict[str, _Node]" = field(default_factory=dict)
    begun: "dict[str, _Node]" = field(default_factory=dict)
    any: "_Node | None" = None
    entries: list[Entry] = field(default_factory=list)
    telling: list[Entry] = field(default_factory=list)  # those of `entries` that tell
    leads: bool = False  # an entry that tells stands here or further on
    plain: bool = False  # nothing follows and capitals do not matter
    # Of `exact` and `begun` those that lead to an entry that tells; `open`: one stands here, or any word may follow.
    next: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    open: bool = False
    stands: bool = False  # an entry stands here, or any word may follow
    begins: tuple[str, ...] = ()  # the keys of `begun`

    def settle(self) -> None:
        """To be called once the tree is grown."""
        self.plain = not (
            self.exact or self.begun or self.any is not None or any(entry.capitals for entry in self.entries)
        )
        self.next = frozenset(word for word, node in self.exact.items() if node.leads)
        self.stems = tuple(stem for stem, node in self.begun.items() if node.leads)
        self.open = bool(self.telling) or (self.any is not None and self.any.leads)
        self.stands = bool(self.entries) or self.any is not None
        self.begins = tuple(self.begun)

    def grow(self, pieces: Sequence[str], telling: bool) -> "_Node":
        node = self
        for piece in pieces:
            if piece == "*":
                node.any = node.any or _Node()
                node = node.any
            elif piece.endswith("*"):
                node = node.begun.setdefault(piece[:-1], _Node())
            else:
                node = node.exact.setdefault(piece, _Node())
            node.leads = node.leads or telling
        return node

    def after(self, word: str) -> "list[_Node]":
        """Where `word` leads from here."""
        exact = self.exact.get(word)
        nodes = [] if exact is None else [exact]
        if self.begun:
            nodes.extend(node for stem, node in self.begun.items() if word.startswith(stem))
        if self.any is not None:
            nodes.append(self.any)
        return nodes


_Led = tuple[tuple[_Node, float], ...]


class _Starts(dict[str, _Led]):
    """For each word met so far the nodes it leads to from the root; most words of the language lead nowhere.

    `telling`: only the nodes that an entry that tells stands on or behind.
    """

    def __init__(self, root: _Node, typos: "dict[str, _Node]", bare: dict[str, _Node], *, telling: bool) -> None:
        super().__init__()
        self._telling = telling
        self._typos, self._bare = typos, bare
        self._exact = {word: node for word, node in root.exact.items() if node.leads or not telling}
        self._begun = {stem: node for stem, node in root.begun.items() if node.leads or not telling}
        self._lengths = sorted({len(stem) for stem in self._begun})
        self._heads = {form[:2] for form in bare}

    def __missing__(self, word: str) -> _Led:
        if len(self) > _CACHED:
            self.clear()
        nodes: list[tuple[_Node, float]] = []
        exact = self._exact.get(word)
        if exact is not None:
            nodes.append((exact, 1.0))
        begun = self._begun
        size = len(word)
        for length in self._lengths:
            if length > size:
                break
            node = begun.get(word[:length])
            if node is not None:
                nodes.append((node, 1.0))
        if size >= _TYPO_LENGTH and not any(_is_core(node) for node, _ in nodes):
            nodes.extend(self._misspelt(word))
        led = tuple(nodes)
        if size <= _LONGEST:
            self[word] = led
        return led

    def _misspelt(self, word: str) -> list[tuple[_Node, float]]:
        bare = plain(word)
        if bare[:2] not in self._heads:
            return []
        node = self._bare.get(bare)
        if node is not None:
            return [(node, 0.9)]
        for shorter in (bare, *_deletions(bare)):
            node = self._typos.get(shorter)
            if node is not None:
                return [(node, 0.75)]
        return []


def _is_core(node: _Node) -> bool:
    return any(entry.role == "core" for entry in node.entries)


def _deletions(word: str) -> Iterator[str]:
    # The first two letters are taken as right: "emigrācija" is not a misspelt "remigrācija".
    for at in range(2, len(word)):
        yield word[:at] + word[at + 1 :]


class Lexicon:
    """All patterns of one vocabulary. `find` is pure; what it remembers between calls only saves time.

    `tells` chooses the entries that `glance` looks for.
    """

    def __init__(
        self,
        patterns: Iterable[tuple[str, Entry]],
        *,
        bare: bool = False,
        tells: Callable[[Entry], bool] = lambda entry: entry.role == "core",
    ) -> None:
        root = _Node()
        spelt: dict[str, _Node] = {}
        typos: dict[str, _Node] = {}
        for form, entry in patterns:
            pieces = pieces_of(form)
            if bare:
                pieces = tuple(plain(piece) for piece in pieces)
            if not pieces:
                continue
            telling = tells(entry)
            node = root.grow(pieces, telling)
            if entry not in node.entries:
                node.entries.append(entry)
                if telling:
                    node.telling.append(entry)
            if entry.role == "core" and len(pieces) == 1 and len(pieces[0]) >= _TYPO_LENGTH:
                simple = plain(pieces[0])
                spelt.setdefault(simple, node)
                for shorter in (simple, *_deletions(simple)):
                    typos.setdefault(shorter, node)
        for node in (*root.exact.values(), *root.begun.values()):
            node.settle()
        self._starts = _Starts(root, typos, spelt, telling=False)
        self._glances = _Starts(root, typos, spelt, telling=True)

    def find(self, words: Words) -> list[Hit]:
        """Every pattern that stands in `words`, longest first where several begin at one word."""
        hits: list[Hit] = []
        lower = words.lower
        led = list(map(self._starts.__getitem__, lower))
        end = len(lower)
        for first, nodes in compress(enumerate(led), led):
            following = lower[first + 1] if first + 1 < end else ""
            for node, quality in nodes:
                if node.plain:
                    hits.extend([Hit(entry, first, first, quality) for entry in node.entries])
                elif node.stands or following in node.exact or (node.begins and following.startswith(node.begins)):
                    self._follow(words, first, first, node, quality, hits, False)
        return hits

    def glance(self, words: Words) -> list[Hit]:
        """As `find`, but only entries that tell, also over the end of a sentence: a fraction of the work."""
        hits: list[Hit] = []
        lower = words.lower
        led = list(map(self._glances.__getitem__, lower))
        end = len(lower)
        for first, nodes in compress(enumerate(led), led):
            following = lower[first + 1] if first + 1 < end else ""
            for node, quality in nodes:
                if node.plain:
                    hits.extend([Hit(entry, first, first, quality) for entry in node.telling])
                elif node.open or following in node.next or (node.stems and following.startswith(node.stems)):
                    self._follow(words, first, first, node, quality, hits, True)
        return hits

    def _follow(
        self, words: Words, first: int, last: int, node: _Node, quality: float, hits: list[Hit], telling: bool
    ) -> None:
        for entry in node.telling if telling else node.entries:
            if not entry.capitals or all(words.form(first + at, first + at).isupper() for at in entry.capitals):
                hits.append(Hit(entry, first, last, quality))
        if last + 1 == len(words.lower):
            return
        following = node.after(words.lower[last + 1])
        if not following or (not telling and _stops(words, last)):
            return
        for after in following:
            if after.leads or not telling:
                self._follow(words, first, last + 1, after, quality, hits, telling)


def _stops(words: Words, last: int) -> bool:
    """Whether a sentence ends between word `last` and the next."""
    gap = words.source[words.ends[last] : words.starts[last + 1]]
    return len(gap) > 1 and _STOP.search(gap) is not None


def pieces_of(form: str) -> tuple[str, ...]:
    """The words of a form as the vocabulary keeps them; a last ``*`` stands for any ending."""
    return tuple(_PIECE.findall(lowered(form)))


def read(path: Path) -> list[tuple[str, Entry]]:
    """The patterns of a vocabulary file, each with its entry.

    Raises OutreachError ``watch.vocabulary`` (file, line, reason) for a missing column, an unknown role or sense, a
    row without forms, and context words that do not begin with a sign.
    """
    patterns: list[tuple[str, Entry]] = []
    for line, row in rows(path, COLUMNS):
        role, sense = row["role"], row["sense"]
        if role not in ROLES:
            raise OutreachError("watch.vocabulary", file=str(path), line=line, reason=f"role={role}")
        if sense not in SENSES:
            raise OutreachError("watch.vocabulary", file=str(path), line=line, reason=f"sense={sense}")
        forms = [form.strip() for form in row["forms"].split("|") if form.strip()]
        if not forms or not row["term"]:
            raise OutreachError("watch.vocabulary", file=str(path), line=line, reason="term= forms=")
        for form in forms:
            pieces = _PIECE.findall(form) if row["case"] == "capitals" else ()
            capitals = tuple(at for at, piece in enumerate(pieces) if piece.isupper())
            entry = Entry(row["term"], row["language"], role, row["kind"], sense, capitals)
            patterns.append((form, entry))
        for told in filter(None, (piece.strip() for piece in row["context_words"].split("|"))):
            matched = _EVIDENCE.fullmatch(told)
            if matched is None:
                raise OutreachError("watch.vocabulary", file=str(path), line=line, reason=f"context_words={told}")
            sign, pattern = matched.groups()
            weight = len(sign) * (1.0 if sign[0] == "+" else -1.0)
            patterns.append((pattern, Entry(pattern, row["language"], "evidence", role, "", (), weight)))
    return patterns


def rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with their line numbers; OutreachError ``watch.vocabulary`` if it cannot be read so."""
    try:
        with path.open(encoding="utf-8", newline="") as opened:
            reader = csv.DictReader(opened)
            missing = set(columns) - set(reader.fieldnames or ())
            if missing:
                raise OutreachError(
                    "watch.vocabulary", file=str(path), line=1, reason=", ".join(sorted(missing))
                )
            for row in reader:
                if None in row or None in row.values():
                    raise OutreachError(
                        "watch.vocabulary", file=str(path), line=reader.line_num, reason=",".join(columns)
                    )
                yield reader.line_num, row
    except OSError as error:
        raise OutreachError("watch.vocabulary", file=str(path), line=0, reason=str(error.strerror)) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise OutreachError("watch.vocabulary", file=str(path), line=0, reason=str(error)) from error
