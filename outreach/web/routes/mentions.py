"""The room of mentions: the list by what its address asks, one mention beside it or by itself, the file of all."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach import strip, work
from outreach.charts import picture, telling
from outreach.charts.chart import Chart, Row
from outreach.core.clock import day_bounds, local_day
from outreach.people import audit
from outreach.sheets import FORMATS
from outreach.web import access, mention_choices, mention_filter, notices
from outreach.web.mention_choices import Offered
from outreach.web.mention_deeds import reader
from outreach.web.mention_filter import VIEWS, Asked
from outreach.web.sought import spans
from outreach.web.visit import here, me, now, number_in, only_place, role, words
from outreach.works.export_mentions import ExportMentions
from scrapers import clipping, counting, deleting, desk, evidence, history, listing, seeking, wanting

pages = Blueprint("mentions", __name__)

_STRIP = {"step": 10, "height": 36}


@pages.get("/mentions")
def index() -> str:
    """The list, and beside it, where there is room, what is being read."""
    place, told, before = only_place(), reader(), number_in("before")
    with here().store.reading() as session:
        offered = mention_choices.offered(session, told.id)
        asked = _asked(offered)
        span, numbers = wanting.frame(session, asked.wanted.since, asked.wanted.until, [] if before else _edges(asked))
        page = listing.page(session, asked.wanted, span=span, before=before, folded=asked.form.fold)
        tally = None
        if before is None:
            tally = counting.tally(session, asked.wanted, span, numbers, of_senses=bool(told.id), first=page)
    by_day = Counter(dict(zip(asked.days, tally.days, strict=True))) if tally and tally.days else None
    return render_template(
        "pages/mentions/index.html",
        asked=asked,
        offered=offered,
        views=VIEWS if told.id else (),
        by_sense=tally.senses if tally else {},
        most_of_a_sense=counting.MOST_OF_A_SENSE,
        page=page,
        before=before,
        place=place,
        people=dict(offered.people),
        tally=tally,
        formats=FORMATS,
        sought=partial(spans, asked=seeking.sought(asked.wanted.words)),
        strip=strip.by_day(by_day.elements(), asked.days[-1], len(asked.days), **_STRIP) if by_day else None,
        back=request.full_path.rstrip("?"),
    )


@pages.get("/mentions/days")
def days() -> str:
    """The same mentions, counted by day: a picture and its numbers."""
    with here().store.reading() as session:
        asked = _asked(mention_choices.offered(session, reader().id))
        counts = counting.by_day(session, asked.wanted, _edges(asked)) if asked.days else None
    by_day: Counter[date] | None = Counter(dict(zip(asked.days, counts, strict=True))) if counts is not None else None
    t = words()
    if by_day is None:
        return render_template("pages/mentions/days.html", asked=asked, svg=None)
    rows = tuple(Row(day, by_day[day]) for day in asked.days)
    chart = Chart("days", "mentions.days.title", "mentions.days.day", "mentions.days.count", rows, unit="mentions")
    told = telling.table(chart, t)
    return render_template(
        "pages/mentions/days.html",
        asked=asked,
        svg=picture.svg(chart, t, titled=False),
        described=telling.described(chart, t),
        table=(told.head, told.rows),
        caption=t("mentions.days.caption", first=t.day(asked.days[0]), last=t.day(asked.days[-1])),
    )


@pages.get("/mentions/<int:mention_id>")
def one(mention_id: int) -> str:
    """One mention: a page of its own, or the reading pane's content. Who opens it has read it; a pane that fills by
    itself only glances.
    """
    told = reader()
    in_pane = request.headers.get("HX-Target") == "reading"
    asked = seeking.sought(request.args.get("q", "")[:200])
    with here().store.reading() as session:
        read = clipping.clipping(session, mention_id, told.only_place)
        if read is None:
            abort(404)
        beside = desk.beside(session, told.id, told.since, mention_id) if told.id else None
        offered = mention_choices.offered(session, told.id, outlets=False, mention=mention_id) if told.id else Offered()
        finds = clipping.finds(session, mention_id, asked) if asked else ()
    is_opened = bool(told.id) and "glance" not in request.args
    if is_opened and beside is not None and not beside.state.read:
        _note_read(told.id, mention_id)
        beside = replace(beside, state=replace(beside.state, read=True))
    return render_template(
        "pages/mentions/reading.html" if in_pane else "pages/mentions/one.html",
        read=read,
        held=beside,
        offered=offered,
        people=dict(offered.people),
        campaigns=dict(offered.campaigns),
        finds=finds,
        prints=offered.prints if access.may(role(), "press_prints.one") else None,
        sought=partial(spans, asked=asked),
        in_pane=in_pane,
        back=url_for("mentions.one", mention_id=mention_id),
    )


@pages.get("/mentions/<int:mention_id>/changes")
def changes(mention_id: int) -> str:
    """What was added to its article and removed from it, each time it was changed."""
    before = number_in("before")
    with here().store.reading() as session:
        told = history.history(session, mention_id, only_place(), before=before)
    if told is None:
        abort(404)
    return render_template("pages/mentions/changes.html", told=told, before=before)


@pages.get("/mentions/<int:mention_id>/delete")
def confirm(mention_id: int) -> str:
    """Asks once more: what goes, what stays, and that there is no way back."""
    with here().store.reading() as session:
        read = clipping.clipping(session, mention_id)
    if read is None:
        abort(404)
    return render_template("pages/mentions/delete.html", read=read)


@pages.post("/mentions/<int:mention_id>/delete")
def delete(mention_id: int) -> Response:
    """Takes a mention away for good, with what was kept of it."""
    app = here()
    with app.store.transaction() as session:
        gone = deleting.delete(session, mention_id, me().actor, now())
        if gone is None:
            abort(404)
        audit.write(session, now(), me().actor, "delete", "mention", mention_id, article=gone.article_id)
    # Another article may have been read at the same address on the same day.
    with app.store.reading() as session:
        files = evidence.unneeded(session, gone.files)
    evidence.remove(app.settings.folder, files)
    current_app.extensions["outreach.attention"].forget()
    notices.tell("mentions.told.deleted")
    return redirect(url_for("mentions.index"), 303)


@pages.post("/mentions/export")
def export() -> Response:
    """The mentions of the filter as a table: long work that may be left."""
    file_format = request.form.get("format", FORMATS[0])
    if file_format not in FORMATS:
        abort(400)
    with here().store.reading() as session:
        asked = _asked(mention_choices.offered(session, reader().id))
    said = "; ".join(chip.label for chip in asked.chips)
    with here().store.transaction() as session:
        job = ExportMentions.of(
            asked.wanted, local_day(now(), here().settings.zone), file_format=file_format,
            said=said, by=me().name, asked_at=now(),
        )  # fmt: skip
        work_id = work.ask(session, now(), me().user_id, me().actor, words().language, job)
        audit.write(session, now(), me().actor, "export", "mention")
    return redirect(url_for("work.one", work_id=work_id), 303)


def _asked(offered: Offered) -> Asked:
    app = here()
    args = request.form if request.method == "POST" else request.args
    return mention_filter.read(args, words(), app.settings.zone, now(), offered, app.office.places, reader())


def _edges(asked: Asked) -> list[datetime]:
    bounds = [day_bounds(day, here().settings.zone) for day in asked.days]
    return [*(start for start, _ in bounds), bounds[-1][1]] if bounds else []


def _note_read(account: int, mention_id: int) -> None:
    with here().store.transaction() as session:
        desk.read(session, now(), account, mention_id)
