"""The watch's verdict on an article, with the sentence to quote. Pure."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from scrapers.watch.sentence import sentence_of
from scrapers.watch.verdict import Verdict
from scrapers.watch.words import Document

Judge = Callable[[Document], Verdict]

_SENTENCE = 600
_BEFORE = 200  # characters of a sentence without end shown before the match
_HEAD = 4_000
_OUTSIDE = 0.1
# What a line beside the article may be said to mean; it never makes the article one about coming home.
_SENSES = frozenset({"expulsion", "russia", "ambiguous"})


@dataclass(frozen=True)
class Judgement:
    """What a mention's row holds of a verdict; `found` is False where there is nothing to mention.

    `lang_sure` (0..1) is told of every article.
    """

    found: bool
    sense: str
    relevant: bool
    score: float
    lang: str
    matched: list[dict[str, Any]]
    cues: list[dict[str, Any]]
    places: list[str]
    sentence: str
    within: list[str] = field(default_factory=list)
    lang_sure: float = 0.0
    has_word: bool = False
    tone: str | None = None
    tone_sentence: str = ""
    topics: list[tuple[int, float]] = field(default_factory=list)


def judge_article(
    title: str, summary: str, text: str, *, url: str, lang: str | None, judge: Judge, source: str = "", tier: str = ""
) -> Judgement:
    """Judges headline and text (the summary before it where the text does not begin with it)."""
    document = Document(title, body_of(summary, text), url, lang, source=source, tier=tier)
    return _judgement(judge(document), document)


def outside_of(page_text: str, judge: Judge, *, url: str, lang: str | None) -> Judgement | None:
    """The watched word where it stands on an article's page but not in the article, which gave "none".

    `page_text` is all that the page shows, a line for each block. Only a watched word itself counts, not words that
    are watched beside others: those stand in menus and teasers of every page. None if there is none. The judgement
    is found, never relevant, with a low score; its sentence, sense and places are those of the word's own line, and
    `where` of its matches is "page", their offsets those in `page_text`.
    """
    whole = judge(Document("", page_text, url=url, lang=lang, whole_page=True))
    if not whole.core:
        return None
    first = whole.core[0]
    start = page_text.rfind("\n", 0, first.start) + 1
    end = page_text.find("\n", first.end)
    end = end if end >= 0 else len(page_text)
    line = page_text[start:end]
    told = judge(Document("", line, url=url, lang=whole.lang))
    return Judgement(
        found=True,
        sense=told.sense if told.sense in _SENSES else "other",
        relevant=False,
        score=_OUTSIDE,
        lang=told.lang,
        matched=[asdict(replace(one, where="page")) for one in whole.core if start <= one.start and one.end <= end],
        cues=[],
        places=list(told.places),
        sentence=_sentence(line, first.start - start, first.end - start),
        within=list(told.within),
        lang_sure=told.lang_sure,
        has_word=True,
    )


def _judgement(verdict: Verdict, document: Document) -> Judgement:
    return Judgement(
        # What a topic asks for is a mention even where the watch itself says nothing.
        found=verdict.sense != "none" or bool(verdict.topics),
        sense="other" if verdict.sense == "none" and verdict.topics else verdict.sense,
        relevant=verdict.relevant,
        score=verdict.score,
        lang=verdict.lang,
        matched=[asdict(one) for one in verdict.matched],
        cues=[asdict(one) for one in verdict.cues],
        places=list(verdict.places),
        sentence=quoted(document, verdict),
        within=[*verdict.within, *verdict.regions],
        lang_sure=verdict.lang_sure,
        has_word=bool(verdict.core),
        tone=verdict.tone,
        tone_sentence=verdict.tone_sentence[:_SENTENCE],
        topics=list(verdict.topics),
    )


def body_of(summary: str, text: str) -> str:
    """The text to judge: many feeds put the first lines of the text, cut, into the summary."""
    if not text:
        return summary
    start = " ".join(summary.rstrip("….[] ").split())[:80]
    return text if not start or _begins(start, text[:_HEAD]) else f"{summary}\n{text}"


def _begins(start: str, head: str) -> bool:
    """Whether `start` stands in `head`, however that is broken into lines."""
    if start in head:
        return True
    # Most summaries are the editor's own words: their first one is missed before the text is taken apart.
    return start.split(" ", 1)[0] in head and start in " ".join(head.split())


def quoted(document: Document, verdict: Verdict) -> str:
    """The sentence around the first match in the text, else the headline; for a digest, so it is cut at 600."""
    best = next((one for one in verdict.matched if one.where == "text"), None)
    if best is None:
        return document.title[:_SENTENCE]
    return _sentence(document.text, best.start, best.end)


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around ``text[start:end]`` in one line; of a very long one the part that shows the match."""
    left, right = sentence_of(text, start, end)
    opening = ""
    if end - left > _SENTENCE - 1:
        left, opening = text.rfind(" ", 0, start - _BEFORE) + 1, "…"
    sentence = opening + " ".join(text[left:right].split())
    return sentence if len(sentence) <= _SENTENCE else sentence[: _SENTENCE - 1].rstrip() + "…"
