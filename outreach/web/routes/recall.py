"""How much of what is published we find, and how soon: known publications, and what a person found before us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.charts.chart import Chart, Row
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import drawn, notices
from outreach.web.fields import Filled, draw, read, told
from outreach.web.visit import here, me, now, number_in, words
from scrapers import misses, pasting, recall
from scrapers.collect import judge_of
from scrapers.misses import Cause, Sought
from scrapers.pasting import Pasted
from scrapers.recall import Week

pages = Blueprint("recall", __name__)

Answer = str | tuple[str, int] | Response
_WEEKS = 12
_PAGE = 30
_REPORT, _CANARY, _TABLE = "recall.report", "recall.canary", "recall.table"
# Sources at such a host have a tier of their own, so that what is brought in needs no further question.
_OURS = frozenset(misses.CAUSES) - {"no_source", "deleted"}


@dataclass(frozen=True, kw_only=True)
class Slip:
    """Something that was missed."""

    url: str = field(metadata=told(max=2_000, autocomplete="off"))
    title: str | None = field(default=None, metadata=told(max=500, autocomplete="off"))


@dataclass(frozen=True, kw_only=True)
class Publication:
    """One publication that there was for sure."""

    url: str = field(metadata=told(max=2_000, autocomplete="off"))
    title: str | None = field(default=None, metadata=told(max=500, autocomplete="off"))
    published: datetime


@dataclass(frozen=True, kw_only=True)
class Table:
    """Many of them, a line each."""

    lines: str = field(metadata=told("textarea", max=200_000))


@dataclass(frozen=True)
class Told:
    """A cause in the reader's words: in short, in a sentence, and the trouble behind it, if one is known."""

    name: str
    short: str
    text: str
    reason: str
    mention_id: int | None
    source_id: int | None


@pages.get("/settings/recall")
def show() -> Answer:
    """The measure week by week, what was not found, and what people reported."""
    return _whole(draw(Slip, words(), _REPORT))


@pages.post("/settings/recall/misses")
def report() -> Answer:
    """Somebody found what we did not: works out why, or shows that it is there."""
    t = words()
    filled = read(Slip, request.form, t, _REPORT)
    slip = filled.value
    if slip is None:
        return _whole(filled.fields), 422
    try:
        with here().store.transaction() as session:
            made = misses.report(session, now(), me().actor, slip.url, slip.title or "")
            if made.miss_id is not None:
                audit.write(session, now(), me().actor, "report", "miss", made.miss_id)
    except OutreachError as error:
        return _whole(filled.with_error("url", t.error(error)).fields), 422
    if made.miss_id is None:
        notices.tell("recall.told.there")
        return redirect(url_for("mentions.one", mention_id=made.mention_id), 303)
    return redirect(url_for(".miss", miss_id=made.miss_id), 303)


@pages.get("/settings/recall/misses/<int:miss_id>")
def miss(miss_id: int) -> str:
    """One thing that was missed: why, and what can be done."""
    seen = _missed(miss_id)
    why, one_click = _told(seen.cause), seen.cause.name in _OURS
    return render_template("pages/recall/miss.html", seen=seen, why=why, one_click=one_click)


@pages.post("/settings/recall/misses/<int:miss_id>/bring")
def bring(miss_id: int) -> Answer:
    """Brings the missed item into the archive and counts it."""
    app, seen = here(), _missed(miss_id)
    if seen.cause.name not in _OURS:
        return redirect(url_for("pasting.new", url=seen.url), 303)
    t = words()
    try:
        with app.store.transaction() as session:
            # What an outlet of ours published becomes its article; the tier is only for what is nobody's.
            brought = pasting.paste(
                session, now(), me().actor, Pasted(seen.url, seen.title, "", "", "local"), judge_of(app),
                t("mentions.paste.source.local"),
            )  # fmt: skip
            misses.tie(session, miss_id, brought.article_id)
            audit.write(session, now(), me().actor, "paste", "mention", brought.mention_id, known=int(brought.known))
    except OutreachError as error:
        notices.tell("recall.told.refused", tone="person", reason=t.error(error))
        return redirect(url_for(".miss", miss_id=miss_id), 303)
    notices.tell("recall.told.pending" if brought.pending else "recall.told.counted")
    return redirect(url_for("mentions.one", mention_id=brought.mention_id), 303)


@pages.get("/settings/recall/canaries")
def canaries() -> Answer:
    """The known publications, and the forms that add to them."""
    return _known()


@pages.post("/settings/recall/canaries")
def add() -> Answer:
    """Adds one known publication."""
    app, t = here(), words()
    filled = read(Publication, request.form, t, _CANARY, zone=app.settings.zone)
    given = filled.value
    if given is None:
        return _known(filled), 422
    try:
        known = recall.known_of(given.url, given.title or "", given.published, now())
    except OutreachError as error:
        place = "url" if error.key == "recall.error.address" else "published"
        return _known(filled.with_error(place, t.error(error))), 422
    return _add([known])


@pages.post("/settings/recall/canaries/table")
def table() -> Answer:
    """Adds the publications of a pasted table: all of them, or none where a line cannot be read."""
    app, t = here(), words()
    filled = read(Table, request.form, t, _TABLE)
    if filled.value is None:
        return _known(filled), 422
    known, wrong = recall.read_table(filled.value.lines, app.settings.zone, now())
    if wrong:
        told_ = "; ".join(t("recall.error.line", line=str(line), error=t.error(error)) for line, error in wrong[:5])
        return _known(filled.with_error("lines", told_)), 422
    return _add(known)


@pages.post("/settings/recall/canaries/<int:canary_id>/drop")
def drop(canary_id: int) -> Answer:
    """Takes away a known publication that was none, or was typed wrongly."""
    with here().store.transaction() as session:
        if not recall.drop(session, canary_id):
            abort(404)
        audit.write(session, now(), me().actor, "delete", "canary", canary_id)
    notices.tell("recall.told.dropped")
    return redirect(url_for(".canaries"), 303)


def _add(known: list[recall.Known]) -> Response:
    with here().store.transaction() as session:
        added = recall.add(session, now(), me().actor, known)
        if added:
            number = added[0] if len(added) == 1 else None
            audit.write(session, now(), me().actor, "add", "canary", number, count=len(added))
            recall.match(session, now())
    if added:
        notices.tell("recall.told.added", count=len(added))
    else:
        notices.tell("recall.told.known", tone="person")
    return redirect(url_for(".canaries"), 303)


def _whole(report_form: Any) -> str:
    app, t, before = here(), words(), number_in("before")
    with app.store.reading() as session:
        weeks = recall.weeks(session, now(), app.settings.zone, _WEEKS) if before is None else []
        unseen = recall.unseen(session, now() - timedelta(weeks=_WEEKS), _PAGE) if before is None else []
        sought = [Sought(one.url, one.article_id, one.published_at) for one in unseen]
        why = misses.facts_of(session, sought, now()) if sought else {}
        missed = misses.missed(session, before=before, limit=_PAGE + 1)
    older = missed[_PAGE - 1].id if len(missed) > _PAGE else None
    return render_template(
        "pages/recall/show.html",
        weeks=weeks,
        recent=[recall.together(weeks[-4:], limit) for limit in range(len(recall.LIMITS))] if weeks else [],
        chart=_chart(weeks),
        lately=timedelta(days=1),
        unseen=_by_cause([(one, _told(misses.cause(why[one.url]))) for one in unseen]),
        missed=[(one, _told(one.cause)) for one in missed[:_PAGE]],
        before=before,
        older=older,
        form=report_form,
        span=lambda lateness: _span(lateness) if lateness is not None else t("recall.unknown"),
    )


def _by_cause(told_: list[tuple[recall.Seen, Told]]) -> list[tuple[Told, list[recall.Seen]]]:
    """What has the same cause stands together, where the first of it stood."""
    groups: dict[Told, list[recall.Seen]] = {}
    for one, why in told_:
        groups.setdefault(why, []).append(one)
    return [*groups.items()]


def _chart(weeks: list[Week]) -> drawn.Drawn | None:
    """The share found within a day, with its interval: what the office has promised itself."""
    if sum(1 for week in weeks if week.known) < 2:
        return None
    rows = []
    first = next(place for place, week in enumerate(weeks) if week.known)
    for week in weeks[first:]:
        share = week.within[1]
        low, high = share.limits or (None, None)
        rows.append(Row(week.monday, _percent(share.value), low=_percent(low), high=_percent(high)))
    names = "recall.chart.title", "recall.column.week", "recall.chart.share"
    return drawn.drawn(Chart("lines", *names, tuple(rows), unit="percent"), words())


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)


def _known(*sent: Filled[Any]) -> str:
    app, t, before = here(), words(), number_in("before")
    with app.store.reading() as session:
        rows = recall.canaries(session, before=before, limit=_PAGE + 1)
    forms = {"one": draw(Publication, t, _CANARY, zone=app.settings.zone), "many": draw(Table, t, _TABLE)}
    for filled in sent:
        forms["many" if filled.fields[0].name == "lines" else "one"] = filled.fields
    return render_template(
        "pages/recall/canaries.html",
        rows=rows[:_PAGE],
        before=before,
        older=rows[_PAGE - 1].id if len(rows) > _PAGE else None,
        forms=forms,
        span=_span,
    )


def _missed(miss_id: int) -> misses.Missed:
    with here().store.reading() as session:
        seen = misses.one(session, miss_id)
    if seen is None:
        abort(404)
    return seen


def _span(lateness: timedelta) -> str:
    """A delay in words: minutes below two hours, hours below two days, then days."""
    t, minutes = words(), round(lateness.total_seconds() / 60)
    if minutes < 120:
        return t("recall.span.minutes", count=minutes)
    if minutes < 48 * 60:
        return t("recall.span.hours", count=round(minutes / 60))
    return t("recall.span.days", count=round(minutes / 1440))


def _told(cause: Cause) -> Told:
    t, facts = words(), cause.facts
    since = _moment(facts.get("since"))
    asked, new = _moment(facts.get("asked")), _moment(facts.get("new"))
    text = t(
        f"recall.cause.{cause.name}.text",
        source=facts.get("source") or "",
        host=facts.get("host") or "",
        actor=facts.get("actor") or t("recall.somebody"),
        since=t("recall.since", moment=since) if since else "",
        at=since or t("recall.unknown"),
        asked=asked or t("recall.unknown"),
        new=new or t("recall.unknown"),
        seen=_moment(facts.get("seen")) or t("recall.unknown"),
    )
    short, mention_id, source_id = t(f"recall.cause.{cause.name}"), facts.get("mention_id"), facts.get("source_id")
    return Told(cause.name, short, text, _reason(facts), mention_id, source_id)


def _reason(facts: Mapping[str, Any]) -> str:
    key, t = facts.get("reason_key"), words()
    return t.fact(str(key), facts.get("reason") or {}) if key and t.knows(str(key)) else ""


def _moment(told_: object) -> str:
    if not isinstance(told_, str):
        return ""
    return words().moment(datetime.fromisoformat(told_), here().settings.zone)
