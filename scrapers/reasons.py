"""Why a mention stands as it does: the words that matched in their sentences, the cues with their weights, the tone's
sentence, the words by which topics hold it. From what was kept when it was judged, and from its text as it is now.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scrapers.judging import body_of
from scrapers.models import Article, Mention, MentionPlace, Source
from scrapers.query.tree import Match
from scrapers.watch.sentence import boundaries, sentence_of
from scrapers.watch.words import Document

_MOST_SENTENCES = 8
_LONGEST = 400


@dataclass(frozen=True)
class Sentence:
    """A sentence with the forms that stand in it; `where` is title, text or page."""

    text: str
    forms: tuple[str, ...]
    where: str


@dataclass(frozen=True)
class Weighed:
    """A cue: the words that were found, how far they moved the sense; `share` (0..1) is its part of the strongest."""

    found: str
    cue: str
    weight: float
    where: str
    share: float


@dataclass(frozen=True)
class Reasons:
    """Everything that is known of a mention's judgement, and the document that was judged."""

    mention_id: int
    document: Document
    outlet: str
    sense: str
    judged_sense: str
    relevant: bool
    judged_relevant: bool
    verdict: str | None
    score: float
    lang: str
    has_word: bool
    outside: bool
    sentences: tuple[Sentence, ...]
    cues: tuple[Weighed, ...]
    places: tuple[str, ...]
    tone: str | None
    tone_sentence: str


def reasons(session: Session, mention_id: int, only_place: str | None = None) -> Reasons | None:
    """Why this mention stands as it does; None if there is none, or it may not be seen."""
    wanted = (
        select(Mention, Article, Source)
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Mention.source_id)
        .where(Mention.id == mention_id)
    )
    if only_place is not None:
        wanted = wanted.join(MentionPlace, MentionPlace.mention_id == Mention.id).where(
            MentionPlace.place == only_place
        )
    row = session.execute(wanted).one_or_none()
    if row is None:
        return None
    mention, article, source = row
    document = Document(
        article.title, body_of(article.summary, article.text), url=article.url, lang=source.language or None,
        source=source.name, tier=source.tier,
    )  # fmt: skip
    return Reasons(
        mention_id=mention.id,
        document=document,
        outlet=source.name,
        sense=mention.sense,
        judged_sense=mention.judged_sense,
        relevant=mention.relevant,
        judged_relevant=mention.judged_relevant,
        verdict=mention.verdict,
        score=mention.score,
        lang=mention.lang,
        has_word=mention.has_word,
        outside=mention.outside,
        sentences=in_sentences(document, mention.matched, mention.sentence),
        cues=weighed(mention.cues),
        places=tuple(mention.places),
        tone=mention.tone,
        tone_sentence=mention.tone_sentence,
    )


def in_sentences(document: Document, matched: Sequence[Mapping[str, Any]], quoted: str = "") -> tuple[Sentence, ...]:
    """The sentences in which the matched forms stand, in the document's order, each once.

    Where the text was changed since it was judged, a form is looked for anew; one that stands nowhere any more is told
    with the `quoted` sentence.
    """
    found: dict[tuple[str, int, int], list[str]] = {}
    lost: list[str] = []
    for one in matched:
        form, where = str(one["form"]), str(one.get("where", "text"))
        field = document.title if where == "title" else document.text
        start = int(one.get("start", -1))
        if where == "page" or field[start : start + len(form)] != form:
            start = field.find(form) if where != "page" else -1
        if start < 0:
            lost.append(form)
            continue
        span = (0, len(field)) if where == "title" else sentence_of(field, start, start + len(form))
        found.setdefault((where, *span), []).append(form)
    order = sorted(found, key=lambda key: (key[0] != "title", key[1]))
    told = [
        Sentence(
            _shortened((document.title if where == "title" else document.text)[start:end], found[where, start, end]),
            tuple(dict.fromkeys(found[where, start, end])),
            where,
        )
        for where, start, end in order[:_MOST_SENTENCES]
    ]
    if lost and quoted:
        told.append(Sentence(quoted, tuple(dict.fromkeys(lost)), "page"))
    return tuple(told)


def _shortened(sentence: str, forms: Sequence[str]) -> str:
    """A sentence that is a paragraph is cut around its first form."""
    told = " ".join(sentence.split())
    if len(told) <= _LONGEST:
        return told
    at = max(0, told.find(forms[0]))
    left, right = max(0, at - _LONGEST // 2), min(len(told), at + _LONGEST // 2)
    return ("… " if left else "") + told[left:right].strip() + (" …" if right < len(told) else "")


def weighed(cues: Iterable[Mapping[str, Any]]) -> tuple[Weighed, ...]:
    """The cues, the strongest first, each with its part of the strongest."""
    rows = sorted(cues, key=lambda one: -abs(float(one["weight"])))
    strongest = max((abs(float(one["weight"])) for one in rows), default=0.0) or 1.0
    return tuple(
        Weighed(
            str(one["found"]),
            str(one["cue"]),
            float(one["weight"]),
            str(one.get("where", "")),
            abs(float(one["weight"])) / strongest,
        )
        for one in rows
    )


def words_of(document: Document, match: Match) -> tuple[str, ...]:
    """The words by which a query holds the document, each once, as they stand."""
    fields = {"title": document.title, "text": document.text}
    return tuple(dict.fromkeys(fields[span.where][span.start : span.end] for span in match.spans))


def marked_text(text: str, forms: Iterable[str], most: int = 20_000) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A text in paragraphs, each with the forms that stand in it; what is beyond `most` characters is left out."""
    wanted = tuple(forms)
    if len(text) > most:
        edges = boundaries(text[:most])
        text = text[: edges[bisect_right(edges, most) - 1] if edges else most].rstrip() + " …"
    return tuple(
        (paragraph.strip(), tuple(form for form in wanted if form in paragraph))
        for paragraph in text.split("\n")
        if paragraph.strip()
    )
