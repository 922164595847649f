"""The room of mentions: the list by what its address asks, one mention, what people say of them, the file of all."""

from collections import Counter
from datetime import date

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach import strip, work
from outreach.charts import picture, telling
from outreach.charts.chart import Chart, Row
from outreach.core.clock import day_bounds, local_day
from outreach.people import audit
from outreach.web import mention_filter, notices
from outreach.web.mention_filter import Asked
from outreach.web.visit import here, inside, me, now, number_in, only_place, words
from outreach.works.export_mentions import ExportMentions
from scrapers import clipping, deleting, evidence, history, listing, verdicts
from scrapers.listing import Span
from scrapers.models import VERDICTS

pages = Blueprint("mentions", __name__)

# A page's rows, and a few more where somebody has looked at the next page meanwhile.
_MOST_AT_ONCE = 200
_STRIP = {"step": 10, "height": 36}


@pages.get("/mentions")
def index() -> str:
    """The list, and beside it, where there is room, what is being read."""
    app, place = here(), only_place()
    before = number_in("before")
    with app.store.reading() as session:
        asked = _asked(listing.outlets(session))
        span = listing.span_of(session, asked.wanted.since, asked.wanted.until)
        page = listing.page(session, asked.wanted, span=span, before=before)
        by_day = _by_day(session, asked, span) if before is None else None
    return render_template(
        "pages/mentions/index.html",
        asked=asked,
        page=page,
        before=before,
        place=place,
        by_day=by_day,
        strip=strip.by_day(by_day.elements(), asked.days[-1], len(asked.days), **_STRIP) if by_day else None,
        back=request.full_path.rstrip("?"),
    )


@pages.get("/mentions/days")
def days() -> str:
    """The same mentions, counted by day: a picture and its numbers."""
    with here().store.reading() as session:
        asked = _asked(listing.outlets(session))
        by_day = _by_day(session, asked)
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
    """One mention: a page of its own, or the reading pane's content."""
    with here().store.reading() as session:
        read = clipping.clipping(session, mention_id, only_place())
    if read is None:
        abort(404)
    in_pane = request.headers.get("HX-Target") == "reading"
    return render_template(
        "pages/mentions/reading.html" if in_pane else "pages/mentions/one.html",
        read=read,
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


@pages.post("/mentions/verdict")
def judge() -> Response | str:
    """A verdict on one mention (the button beside it) or on all that are ticked."""
    ids, verdict = _said()
    if verdict == "":
        notices.tell("mentions.told.which", tone="person")
        return _answered(())
    if not ids:
        notices.tell("mentions.told.none_picked", tone="person")
        return _answered(())
    with here().store.transaction() as session:
        batch = verdicts.judge(session, now(), me().actor, ids, verdict)
        if batch.ids:
            audit.write(
                session, now(), me().actor, "judge", "mention", batch.ids[0] if len(batch.ids) == 1 else None,
                verdict=verdict, count=len(batch.ids),
            )  # fmt: skip
    if batch.ids:
        undo = url_for("mentions.undo", batch=batch.name, back=_back())
        notices.tell(f"mentions.told.{verdict or 'none'}", undo=undo, count=len(batch.ids))
    else:
        notices.tell("mentions.told.same")
    return _answered(batch.ids)


@pages.post("/mentions/undo/<batch>")
def undo(batch: str) -> Response | str:
    """Takes one's own verdicts back, as far as nobody has judged since."""
    with here().store.transaction() as session:
        undone = verdicts.undo(session, now(), me().actor, batch)
        if undone.ids:
            audit.write(session, now(), me().actor, "undo", "mention", count=len(undone.ids))
    if undone.ids:
        notices.tell("mentions.told.undone", count=len(undone.ids))
    if undone.overtaken:
        notices.tell("mentions.told.overtaken", tone="person", count=len(undone.overtaken))
    if not undone.ids and not undone.overtaken:
        notices.tell("mentions.told.nothing_to_undo", tone="person")
    return _answered(undone.ids)


@pages.post("/mentions/export")
def export() -> Response:
    """The mentions of the filter as a table: long work that may be left."""
    with here().store.reading() as session:
        asked = _asked(listing.outlets(session))
    with here().store.transaction() as session:
        job = ExportMentions.of(asked.wanted, local_day(now(), here().settings.zone))
        work_id = work.ask(session, now(), me().user_id, me().actor, words().language, job)
        audit.write(session, now(), me().actor, "export", "mention")
    return redirect(url_for("work.one", work_id=work_id), 303)


def _asked(outlets: list[listing.Outlet]) -> Asked:
    app = here()
    args = request.form if request.method == "POST" else request.args
    return mention_filter.read(args, words(), app.settings.zone, now(), outlets, app.office.places, only_place())


def _by_day(session: Session, asked: Asked, span: Span | None = None) -> Counter[date] | None:
    if not asked.days:
        return None
    bounds = [day_bounds(day, here().settings.zone) for day in asked.days]
    counts = listing.by_day(session, asked.wanted, [*(start for start, _ in bounds), bounds[-1][1]], span)
    return None if counts is None else Counter(dict(zip(asked.days, counts, strict=True)))


def _said() -> tuple[list[int], str | None]:
    """Ids and verdict of the form; a button beside a mention speaks for that one alone, whatever is ticked.

    The verdict is None where it is to be taken away, and empty where none was chosen.
    """
    single = request.form.get("one", "")
    told, verdict = ([single.partition(":")[0]], single.partition(":")[2]) if single else (
        request.form.getlist("id"), request.form.get("action", "")
    )  # fmt: skip
    if verdict not in {*VERDICTS, "none", ""} or len(told) > _MOST_AT_ONCE:
        abort(400)
    if not all(number.isascii() and number.isdigit() and len(number) < 10 for number in told):
        abort(400)
    return [int(number) for number in told], None if verdict == "none" else verdict


def _answered(ids: tuple[int, ...]) -> Response | str:
    """The changed pieces of the page that is open, or the way back to it."""
    if not request.headers.get("HX-Request"):
        return redirect(_back(), 303)
    with here().store.reading() as session:
        states = verdicts.states(session, ids)
    shown = frozenset(request.form.get("shown", "").split())
    return render_template("pages/mentions/judged.html", states=states, shown=shown)


def _back() -> str:
    asked = request.form.get("back") or request.args.get("back")
    return inside(asked) or url_for("mentions.index")
