"""What the watch says of one document."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Matched:
    """A watched term where it stands.

    `where` is ``"title"`` or ``"text"``; `start` and `end` are character offsets in that field as it was given, so
    ``field[start:end] == form`` always holds, soft hyphens and look-alike letters included.
    """

    term: str
    form: str
    where: str
    start: int
    end: int


@dataclass(frozen=True)
class Cue:
    """A piece of evidence: the pattern of the vocabulary, the words that met it, and how far it moved the sense.

    A positive `weight` speaks for people coming home, a negative one against.
    """

    cue: str
    found: str
    weight: float
    where: str


@dataclass(frozen=True)
class Verdict:
    """`sense` is one of return, expulsion, russia, ambiguous, other, none; `relevant` only for return.

    `score` (0..1) is the confidence that the document is a mention of people coming home. `lang` is a code of
    `language.LANGUAGES`, `lang_sure` (0..1) how much the text itself speaks for it.
    `places` holds names in Latvian, municipality level and below, most specific first; `within` the municipalities
    they are or lie in, `regions` the planning regions of the country that are named. `core` holds those of `matched`
    that are a watched word itself, not watched beside others. `tone` (critical, neutral, favourable) is how the text
    speaks of the office's work, with the sentence that decided; None where that is not its object. `topics` are the
    topics that match, by number, with their scores (0..1).
    """

    relevant: bool
    sense: str
    score: float
    lang: str
    matched: tuple[Matched, ...]
    cues: tuple[Cue, ...]
    places: tuple[str, ...]
    within: tuple[str, ...] = ()
    lang_sure: float = 0.0
    core: tuple[Matched, ...] = ()
    regions: tuple[str, ...] = ()
    tone: str | None = None
    tone_sentence: str = ""
    topics: tuple[tuple[int, float], ...] = ()
