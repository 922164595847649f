"""The watch's verdict on an article, with the sentence to quote. Pure."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from scrapers.watch.sentence import sentence_of
from scrapers.watch.verdict import Verdict
from scrapers.watch.words import Document

Judge = Callable[[Document], Verdict]

_SENTENCE = 600


@dataclass(frozen=True)
class Judgement:
    """What a mention's row holds of a verdict; `found` is False where there is nothing to mention."""

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


def judge_article(title: str, summary: str, text: str, *, url: str, lang: str | None, judge: Judge) -> Judgement:
    """Judges headline and text (the summary before it where the text does not begin with it)."""
    document = Document(title=title, text=body_of(summary, text), url=url, lang=lang)
    verdict = judge(document)
    return Judgement(
        found=verdict.sense != "none",
        sense=verdict.sense,
        relevant=verdict.relevant,
        score=verdict.score,
        lang=verdict.lang,
        matched=[asdict(one) for one in verdict.matched],
        cues=[asdict(one) for one in verdict.cues],
        places=list(verdict.places),
        sentence=quoted(document, verdict),
        within=list(verdict.within),
    )


def body_of(summary: str, text: str) -> str:
    """The text to judge: many feeds put the first lines of the text, cut, into the summary."""
    if not text:
        return summary
    start = " ".join(summary.rstrip("….[] ").split())[:80]
    return text if not start or start in " ".join(text[:4_000].split()) else f"{summary}\n{text}"


def quoted(document: Document, verdict: Verdict) -> str:
    """The sentence around the first match in the text, else the headline; for a digest, so it is cut at
    600.
    """
    best = next((one for one in verdict.matched if one.where == "text"), None)
    if best is None:
        return document.title[:_SENTENCE]
    start, end = sentence_of(document.text, best.start, best.end)
    sentence = " ".join(document.text[start:end].split())
    return sentence if len(sentence) <= _SENTENCE else sentence[: _SENTENCE - 1].rstrip() + "…"
