"""How a text speaks of the office's work: critical, neutral or favourable, with the sentence that decided. Pure.

A judging word counts where the office, its programme or the support for those who return is what it is said of: near
it in the same sentence, or in the sentence before or after. Roads, cakes, a life abroad and police reports take the
judging words that stand nearer to them. A suggestion, never more: a person says what it is.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from outreach.core.errors import OutreachError
from scrapers.watch.lexicon import Entry, Hit, Lexicon, rows
from scrapers.watch.sentence import boundaries
from scrapers.watch.verdict import Verdict
from scrapers.watch.words import Words

COLUMNS = ("kind", "language", "weight", "forms", "note")
# object: the office or its programme; officer: a coordinator, ours where those who return are spoken of; topic: the
# word alone; person with support near: the support for them; again: a word that means the object where that stands
# close by. bad and good judge; aside draws judgement to itself, but not that of help and refuse: those are said of who
# helps, whatever it is with. authority is heard further, audit is bad news by itself; what stands after if and in a
# question (asks) is only supposed.
KINDS = frozenset({
    "object", "officer", "topic", "person", "support", "again", "bad", "good", "help", "refuse", "negation", "contrast",
    "only", "authority", "audit", "aside", "asks", "if",
})  # fmt: skip
_PAIRED, _MEANT = frozenset({"person", "support"}), frozenset({"person", "topic"})
_PRAISE, _FIRM = frozenset({"good", "help"}), frozenset({"help", "refuse"})
_JUDGING = _PRAISE | {"bad", "refuse", "audit"}
_WEIGHED = _JUDGING | {"authority", "contrast", "only", "negation"}
# Never hidden by a longer form.
_ALONE = frozenset({"object", "officer", "topic", "person", "support", "again", "authority", "audit"})
_EXCUSED = frozenset({"aside", "asks", "if"})
_NEVER = frozenset({"expulsion", "russia"})
_READ = frozenset({"return", "ambiguous"})
_NEEDED = 0.8  # what a sentence must come to
_OUTWEIGHED = 1.8  # so much stronger the best sentence must be than the worst, or the worst is told
_PAIR = 8  # words between those who return and the support for them
_NEAR, _WITHIN = 12, 25  # words between a judging word and its object
_FAR_AWAY = 0.5
_SURE = 0.9  # strength of an object that is more than the word alone
_NEGATED = 3  # words that a negation reaches
_BACK, _AHEAD = 4, 2  # sentences over which "the programme" still means ours
_BEFORE, _AFTER = 0.8, 0.6  # the object stands in the sentence before, after
_TURNED = 0.5  # what a "but" leaves of what was said before it
_ASKED = 0.5  # a question that may be answered with no, and what is only supposed
_SUPPOSED = 4  # words that an "if" reaches
_VOUCHED = 1.3  # auditors and deputies are heard further
_DENIAL, _ONLY, _BUT_NOT = 0.4, 0.4, 0.45  # each thing that is not, is only, is but not
_SOFTENED = 0.4  # how much praise in its own sentence takes from blame
_DENIED_BAD, _DENIED_GOOD = -0.3, -0.9
# Words in "ne" that deny nothing.
_NO_DENIAL = (
    "nedēļ", "nekustam", "nevis", "nesen", "neliel", "neatkarīg", "nepieciešam", "nevalst", "nedaudz", "neatliekam",
    "neformāl", "nepilngad", "nemitīg", "negadījum", "neto", "neils", "nebūt", "needs", "new", "next", "near", "never",
    "need", "network", "news", "nepārtraukt", "nevien", "nemainī",
)  # fmt: skip
_NO = ("ne", "nav", "ни", "не", "no", "never")
_BREAKS = ",;:()–—"


@dataclass(frozen=True)
class ToneLexicon:
    """The judging words of an office and what they may be said of."""

    lexicon: Lexicon


@dataclass(frozen=True)
class _Sentence:
    """The hits of one sentence, in the words of its field; `objects` are spans of words with their strength (0..1)."""

    words: Words
    start: int
    end: int
    hits: list[Hit]
    objects: list[tuple[int, int, float]]

    @property
    def text(self) -> str:
        return " ".join(self.words.source[self.start : self.end].split())


def load_tone(path: Path) -> ToneLexicon:
    """Reads a file of tone: a row gives forms (``|`` between, ``*`` for any ending) of one kind and weight.

    An office that wants its officer known by name writes a row of kind ``object``. Raises OutreachError
    ``watch.vocabulary`` with file, line and reason on bad data.
    """
    patterns: list[tuple[str, Entry]] = []
    for line, row in rows(path, COLUMNS):
        forms = [form.strip() for form in row["forms"].split("|") if form.strip()]
        try:
            weight = float(row["weight"] or 1)
        except ValueError:
            weight = -1.0
        if row["kind"] not in KINDS or not forms or weight <= 0:
            raise OutreachError("watch.vocabulary", file=str(path), line=line, reason="kind= weight= forms=")
        patterns.extend((form, Entry(form, row["language"], "tone", row["kind"], "", (), weight)) for form in forms)
    return ToneLexicon(Lexicon(patterns))


def tone_of(title: Words, text: Words, verdict: Verdict, lexicon: ToneLexicon) -> tuple[str | None, str]:
    """``critical``, ``neutral`` or ``favourable`` with the sentence that decided; None and "" where the office's work
    is not spoken of. Of praise and blame together blame is told unless praise is far stronger.
    """
    if verdict.sense in _NEVER or (verdict.sense not in _READ and not verdict.core):
        return None, ""
    found = [(field, lexicon.lexicon.find(field)) for field in (title, text)]
    kinds = {hit.entry.kind for _, hits in found for hit in hits}
    ours = not kinds.isdisjoint(_MEANT)
    told_of = "object" in kinds or kinds >= _PAIRED or (ours and "officer" in kinds)
    if not told_of and ("topic" not in kinds or kinds.isdisjoint(_WEIGHED)):
        return None, ""
    sentences = [one for field, hits in found for one in _sentences(field, hits)]
    spoken_of = _with_objects(sentences, ours=ours)
    if not kinds.isdisjoint(_WEIGHED):
        scored = [(*_scores(sentences, at), one) for at, one in enumerate(sentences)]
        blame, _, blaming = max(scored, key=lambda told: told[0])
        _, praise, praising = max(scored, key=lambda told: told[1])
        if blame >= _NEEDED and praise < blame * _OUTWEIGHED:
            return "critical", blaming.text
        if praise >= _NEEDED:
            return "favourable", praising.text
    return ("neutral", spoken_of.text) if spoken_of is not None else (None, "")


def _sentences(field: Words, hits: Iterable[Hit]) -> list[_Sentence]:
    """All sentences of a field, those without a hit too: they keep their neighbours apart."""
    source = field.source
    if not source.strip():
        return []
    edges = [0, *boundaries(source), len(source)]
    parts = [_Sentence(field, left, right, [], []) for left, right in pairwise(edges)]
    for hit in _longest(hits):
        parts[bisect_right(edges, field.starts[hit.first], 0, len(parts)) - 1].hits.append(hit)
    return parts


def _longest(hits: Iterable[Hit]) -> list[Hit]:
    """Of judging words that overlap the longest: "nav pārmetumu" is no reproach."""
    kept: list[Hit] = []
    taken: set[int] = set()
    for hit in sorted(hits, key=lambda one: (one.first - one.last, one.first, -one.entry.weight)):
        if hit.entry.kind not in _ALONE:
            span = range(hit.first, hit.last + 1)
            if not taken.isdisjoint(span):
                continue
            taken.update(span)
        kept.append(hit)
    return sorted(kept, key=lambda one: one.first)


def _with_objects(sentences: Sequence[_Sentence], *, ours: bool) -> _Sentence | None:
    """Fills `objects` of all sentences; the first that speaks of the office's work, None where none does.

    `ours`: those who return are spoken of, so that a coordinator is theirs.
    """
    sure: list[int] = []
    for at, one in enumerate(sentences):
        people = [hit for hit in one.hits if hit.entry.kind == "person"]
        for hit in one.hits:
            kind = hit.entry.kind
            if kind == "object" or (kind == "support" and any(_gap(hit, other) <= _PAIR for other in people)):
                one.objects.append((hit.first, hit.last, 1.0))
                sure.append(at)
            elif ours and kind == "officer":
                one.objects.append((hit.first, hit.last, 0.9))
                sure.append(at)
            elif kind == "topic":
                one.objects.append((hit.first, hit.last, 0.8))
    for at, one in enumerate(sentences):
        if any(at - _BACK <= other <= at + _AHEAD for other in sure):
            one.objects.extend((hit.first, hit.last, 0.9) for hit in one.hits if hit.entry.kind == "again")
    return sentences[sure[0]] if sure else None


def _scores(sentences: Sequence[_Sentence], at: int) -> tuple[float, float]:
    """How much blame and how much praise one sentence holds; each is less where the other stands beside it."""
    one = sentences[at]
    kinds = {hit.entry.kind for hit in one.hits}
    if kinds.isdisjoint(_WEIGHED):
        return 0.0, 0.0
    judging = [hit for hit in one.hits if hit.entry.kind in _JUDGING]
    worths = _worths(one, judging, _reach(sentences, at)) if judging else []
    blame, praise = -sum(worth for worth in worths if worth < 0), sum(worth for worth in worths if worth > 0)
    if not praise and kinds.isdisjoint(_EXCUSED) and any(strength >= _SURE for _, _, strength in one.objects):
        blame += _lacking(one)
    if "authority" in kinds:
        blame *= _VOUCHED
    return blame - praise * _SOFTENED, praise - blame


def _lacking(one: _Sentence) -> float:
    """What is said not to be, or only to be, beside the object: alone it is no blame, together it may be."""
    words = one.words
    denials = {hit.first for hit in one.hits if hit.entry.kind == "negation"}
    begin, end = bisect_left(words.starts, one.start), bisect_left(words.starts, one.end)
    inside = enumerate(words.lower[begin:end], begin)
    denials.update(at for at, word in inside if word.startswith("ne") and not word.startswith(_NO_DENIAL))
    turned = any(hit.entry.kind == "contrast" and any(at > hit.last for at in denials) for hit in one.hits)
    only = sum(1 for hit in one.hits if hit.entry.kind == "only")
    return _DENIAL * len(denials) + _ONLY * only + (_BUT_NOT if turned else 0.0)


def _reach(sentences: Sequence[_Sentence], at: int) -> float:
    """How much of a judgement without an object of its own falls on one in a neighbouring sentence."""
    if at and sentences[at - 1].objects:
        return _BEFORE * max(strength for _, _, strength in sentences[at - 1].objects)
    if at + 1 < len(sentences) and sentences[at + 1].objects:
        return _AFTER * max(strength for _, _, strength in sentences[at + 1].objects)
    return 0.0


def _worths(one: _Sentence, judging: Sequence[Hit], reach: float) -> list[float]:
    """What each judging word is worth, below 0 for blame; 0 where it is said of something else."""
    asides = [hit for hit in one.hits if hit.entry.kind == "aside"]
    supposed = [hit for hit in one.hits if hit.entry.kind == "if"]
    turns = [hit.first for hit in one.hits if hit.entry.kind == "contrast"]
    asked = one.text.endswith("?") and any(hit.entry.kind == "asks" for hit in one.hits)
    worths = []
    for hit in judging:
        kind = hit.entry.kind
        worth = hit.entry.weight if kind in _PRAISE else -hit.entry.weight
        worth *= _held(hit, one, () if kind in _FIRM else asides, reach)
        if worth and _denied(hit, one):
            worth *= _DENIED_GOOD if worth > 0 else _DENIED_BAD
        if worth < 0 and any(0 < hit.first - other.last <= _SUPPOSED for other in supposed):
            worth *= _ASKED
        if any(hit.last < turn for turn in turns):
            worth *= _TURNED
        worths.append(worth * _ASKED if asked else worth)
    return worths


def _held(hit: Hit, one: _Sentence, asides: Sequence[Hit], reach: float) -> float:
    """How much of a judging word is said of the office's work, 0..1."""
    if not one.objects:
        return 0.0 if asides else reach
    held = 0.0
    for first, last, strength in one.objects:
        gap = max(hit.first - last, first - hit.last, 0)
        if any(_gap(hit, aside) < gap for aside in asides):
            continue
        held = max(held, strength * (1.0 if gap <= _NEAR else 0.8 if gap <= _WITHIN else _FAR_AWAY))
    return held


def _denied(hit: Hit, one: _Sentence) -> bool:
    """Whether a negation stands just before the word, in its own clause; two in Latvian and Russian are one."""
    words = one.words
    if hit.entry.kind not in _PRAISE and words.lower[hit.first].startswith(_NO):
        return False
    return any(
        0 < hit.first - other.last <= _NEGATED
        and not any(mark in words.source[words.ends[other.last] : words.starts[hit.first]] for mark in _BREAKS)
        for other in one.hits
        if other.entry.kind == "negation"
    )


def _gap(one: Hit, other: Hit) -> int:
    return max(one.first - other.last, other.first - one.last, 0)
