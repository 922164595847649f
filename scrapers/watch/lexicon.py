"""The vocabulary file as an automaton over words.

Every form is a sequence of words; a word ending in ``*`` stands for any ending, a lone ``*`` for any one word. All
forms of all rows share one tree, so the cost of a document is one look-up a word, whatever the number of terms.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
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
    plain: bool = False  # nothing follows and capitals do not matter

    def settle(self) -> None:
        """To be called once the tree is grown."""
        self.plain = not (
            self.exact or self.begun or self.any is not None or any(entry.capitals for entry in self.entries)
        )

    def grow(self, pieces: list[str]) -> "_Node":
        node = self
        for piece in pieces:
            if piece == "*":
                node.any = node.any or _Node()
                node = node.any
            elif piece.endswith("*"):
                node = node.begun.setdefault(piece[:-1], _Node())
            else:
                node = node.exact.setdefault(piece, _Node())
        return node


class _Starts(dict[str, list[tuple[_Node, float]]]):
    """For each word met so far the nodes it leads to from the root; most words of the language lead nowhere."""

    def __init__(self, root: _Node, typos: "dict[str, _Node]", bare: dict[str, _Node]) -> None:
        super().__init__()
        self._root, self._typos, self._bare = root, typos, bare
        self._lengths = sorted({len(stem) for stem in root.begun})
        self._heads = {form[:2] for form in bare}

    def __missing__(self, word: str) -> list[tuple[_Node, float]]:
        if len(self) > _CACHED:
            self.clear()
        nodes: list[tuple[_Node, float]] = []
        exact = self._root.exact.get(word)
        if exact is not None:
            nodes.append((exact, 1.0))
        begun = self._root.begun
        for length in self._lengths:
            if length > len(word):
                break
            node = begun.get(word[:length])
            if node is not None:
                nodes.append((node, 1.0))
        if not any(quality for node, quality in nodes if _is_core(node)) and len(word) >= _TYPO_LENGTH:
            nodes.extend(self._misspelt(word))
        self[word] = nodes
        return nodes

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
    """All patterns of one vocabulary. `find` is pure; what it remembers between calls only saves time."""

    def __init__(self, patterns: Iterable[tuple[str, Entry]], *, bare: bool = False) -> None:
        root = _Node()
        spelt: dict[str, _Node] = {}
        typos: dict[str, _Node] = {}
        for form, entry in patterns:
            pieces = _PIECE.findall(lowered(form))
            if bare:
                pieces = [plain(piece) for piece in pieces]
            if not pieces:
                continue
            node = root.grow(pieces)
            if entry not in node.entries:
                node.entries.append(entry)
            if entry.role == "core" and len(pieces) == 1 and len(pieces[0]) >= _TYPO_LENGTH:
                simple = plain(pieces[0])
                spelt.setdefault(simple, node)
                for shorter in (simple, *_deletions(simple)):
                    typos.setdefault(shorter, node)
        for node in (*root.exact.values(), *root.begun.values()):
            node.settle()
        self._starts = _Starts(root, typos, spelt)

    def find(self, words: Words) -> list[Hit]:
        """Every pattern that stands in `words`, longest first where several begin at one word."""
        hits: list[Hit] = []
        begun = [(first, nodes) for first, nodes in enumerate(map(self._starts.__getitem__, words.lower)) if nodes]
        for first, nodes in begun:
            for node, quality in nodes:
                if node.plain:
                    hits.extend([Hit(entry, first, first, quality) for entry in node.entries])
                else:
                    self._follow(words, first, first, node, quality, hits)
        return hits

    def _follow(self, words: Words, first: int, last: int, node: _Node, quality: float, hits: list[Hit]) -> None:
        for entry in node.entries:
            if not entry.capitals or all(words.form(first + at, first + at).isupper() for at in entry.capitals):
                hits.append(Hit(entry, first, last, quality))
        if (node.exact or node.begun or node.any is not None) and last + 1 < len(words.lower):
            word = words.lower[last + 1]
            exact = node.exact.get(word)
            if exact is None and not node.begun and node.any is None:
                return
            gap = words.source[words.ends[last] : words.starts[last + 1]]
            if len(gap) > 1 and _STOP.search(gap):
                return
            if exact is not None:
                self._follow(words, first, last + 1, exact, quality, hits)
            for stem, following in node.begun.items():
                if word.startswith(stem):
                    self._follow(words, first, last + 1, following, quality, hits)
            if node.any is not None:
                self._follow(words, first, last + 1, node.any, quality, hits)


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
