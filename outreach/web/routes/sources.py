"""Sources: how each fares, pausing, polling and trying them, their settings, lists in and out."""

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach import work
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import fields, kinds, longwork, notices, probing, sourcedays, sourcewords
from outreach.web.fields import FieldShown
from outreach.web.probing import ProbeShown
from outreach.web.sourcelist import (
    COLUMNS,
    PACKAGE,
    SHOWN,
    Facts,
    Filters,
    advice,
    asked_kinds,
    filter_choices,
    fits,
    form_choices,
    in_force,
    ordered,
    tally,
)
from outreach.web.visit import here, me, now, words
from outreach.works.bring_sources import BringSources
from outreach.works.poll import Poll
from scrapers import catalogue, outlets, rhythms
from scrapers.queries import TROUBLES, SourceState
from scrapers.rhythms import Cost

pages = Blueprint("sources", __name__, url_prefix="/settings/sources")
sourcewords.add_to(pages)

_TEXTS = "sources.field"
_MOST_IDS = 2_000
# More rows than anybody looks through; their pictures would weigh more than the page.
_MOST_ROWS = 300


@pages.get("")
def index() -> str:
    """All sources at a glance, those in trouble first."""
    moment = now()
    today = local_day(moment, here().settings.zone)
    since = today - timedelta(days=sourcedays.LENGTH - 1)
    with here().store.reading() as session:
        rows = outlets.fares(session, moment)
        days = rhythms.days(session, since)
    t = words()
    filled = fields.read(Filters, request.args, t, "sources.filter", choices=filter_choices(t, rows))
    chosen = filled.value or Filters()
    found = [row for row in rows if fits(row, chosen)]
    sort = request.args.get("sort", "state")
    asked = request.args.getlist("cols")
    totals = {number: sum(day.items for day in told) for number, told in days.items()}
    listed = ordered(found, sort, totals)[:_MOST_ROWS]
    return render_template(
        "pages/sources/index.html",
        rows=listed,
        found=len(found),
        all=len(rows),
        tally=tally(rows),
        troubles=sum(row.state in TROUBLES for row in rows),
        strips={row.id: sourcedays.strip(days.get(row.id, ()), today, t) for row in listed},
        filters=filled.fields,
        set=in_force(filled.fields),
        sort=sort,
        columns=COLUMNS,
        shown=[name for name in COLUMNS if name in asked or name == "name"] if asked else list(SHOWN),
    )


@pages.get("/new")
def new() -> str:
    """Any address to be looked at, what was found there, or an empty form of the kind that is asked for."""
    kind = request.args.get("kind")
    t = words()
    if kind in kinds.names(PACKAGE):
        form = kinds.form_of(PACKAGE, kind, Facts)
        return _new_page(kind, fields.draw(form, t, _TEXTS, choices=form_choices(t)))
    probe = probing.seen(request.args.get("work", ""))
    if probe is None:
        return _new_page("", (), address=request.args.get("address", "")[:2_000])
    return _new_page(*_proposed(probe), probe=probe, part=bool(request.args.get("part")))


@pages.post("/new")
def create() -> AnyResponse | tuple[str, int]:
    """Adds a source, due at once; errors stand beside their fields and nothing is lost."""
    kind = _kind(request.form.get("kind"))
    t = words()
    probe = probing.seen(request.form.get("work", ""))
    filled = fields.read(kinds.form_of(PACKAGE, kind, Facts), request.form, t, _TEXTS, choices=form_choices(t))
    if filled.value is None:
        return _new_page(kind, filled.fields, probe=probe), 422
    value, settings = filled.value, kinds.settings_in(PACKAGE, kind, filled.value)
    wrong = kinds.misplaced(settings)
    if wrong is not None:
        shown = kinds.emptied(filled.fields, wrong, t("sources.error.variable"))
        return _new_page(kind, shown, probe=probe), 422
    try:
        with here().store.transaction() as session:
            number = catalogue.add(
                session, now(), value.name, kind=kind, tier=value.tier, language=value.language, owner=value.owner,
                note=value.note, settings=settings,
            )
            audit.write(session, now(), me().actor, "create", "source", number, name=value.name)
    except OutreachError as error:
        return _new_page(kind, filled.fields, t.error(error), probe=probe), 422
    notices.tell("sources.told.created", name=value.name)
    return redirect(url_for(".one", source_id=number), 303)


@pages.post("/probe")
def probe() -> AnyResponse | tuple[str, int]:
    """Looks at an address, or tries a source as it is set; what it would bring shows on the page it was asked on."""
    asked = request.form.get("id", "")
    if asked:
        row = _row(int(asked) if asked.isdecimal() and len(asked) < 10 else 0)
        return redirect(url_for(".one", source_id=row.id, work=probing.begin(source=row.id)) + "#probe", 303)
    address = request.form.get("address", "").strip()[:2_000]
    if not address:
        return _new_page("", (), words()("sources.probe.missing")), 422
    if "://" not in address:
        address = f"https://{address}"
    only = request.form.get("only", "")
    number = probing.begin(address, only if only in kinds.names(PACKAGE) else "")
    return redirect(url_for(".new", work=number), 303)


@pages.post("/<int:source_id>/moved")
def adopt(source_id: int) -> AnyResponse | tuple[str, int]:
    """Saves the address that a source has moved to."""
    row = _row(source_id)
    try:
        with here().store.transaction() as session:
            url = outlets.adopt(session, now(), source_id)
            audit.write(session, now(), me().actor, "change", "source", source_id, name=row.name)
    except OutreachError as error:
        return _one_page(source_id, (), words().error(error)), 422
    _counted_anew()
    notices.tell("sources.told.adopted", name=row.name, url=url)
    return redirect(url_for(".one", source_id=source_id), 303)


@pages.get("/<int:source_id>")
def one(source_id: int) -> str:
    """One source: how it fares, what it published last, its settings."""
    return _one_page(source_id)


@pages.post("/<int:source_id>")
def change(source_id: int) -> AnyResponse | tuple[str, int]:
    """Changes what a source is; with other settings it is asked anew."""
    row = _row(source_id)
    t = words()
    form = kinds.form_of(PACKAGE, row.kind, Facts)
    filled = fields.read(form, request.form, t, _TEXTS, choices=form_choices(t, row.language))
    if filled.value is None:
        return _one_page(source_id, filled.fields), 422
    value = filled.value
    settings = kinds.settings_in(PACKAGE, row.kind, value)
    wrong = kinds.misplaced(settings)
    if wrong is not None:
        return _one_page(source_id, kinds.emptied(filled.fields, wrong, t("sources.error.variable"))), 422
    try:
        with here().store.transaction() as session:
            differs = outlets.change(
                session, now(), source_id, name=value.name, tier=value.tier, language=value.language,
                owner=value.owner, note=value.note, settings=settings,
            )
            if differs:
                audit.write(session, now(), me().actor, "change", "source", source_id, name=value.name)
    except OutreachError as error:
        return _one_page(source_id, filled.fields, t.error(error)), 422
    _counted_anew()
    notices.tell("sources.told.changed" if differs else "sources.told.same", name=value.name)
    return redirect(url_for(".one", source_id=source_id), 303)


@pages.post("/switch")
def switch() -> AnyResponse:
    """Pauses sources, lets them go on, or asks them now: one or many."""
    ids, action = _ids(), request.values.get("action", "")
    if action == "poll":
        return poll()
    if action not in {"pause", "resume"}:
        abort(400)
    if not ids:
        notices.tell("sources.told.none", tone="person")
        return redirect(_back(), 303)
    with here().store.transaction() as session:
        changed = outlets.switch(session, now(), ids, action == "resume")
        if changed:
            audit.write(session, now(), me().actor, action, "source", _only(changed), count=len(changed))
    _counted_anew()
    if action == "pause" and changed:
        undo = f"{url_for('.switch')}?{urlencode([('action', 'resume'), *(('id', one) for one in changed)])}"
        notices.tell("sources.told.paused", count=len(changed), undo=undo if len(undo) < 2000 else "")
    else:
        notices.tell("sources.told.resumed" if action == "resume" else "sources.told.paused", count=len(changed))
    return redirect(_back(), 303)


@pages.post("/poll")
def poll() -> AnyResponse:
    """Asks sources now, the chosen ones or all; progress shows on its own page."""
    ids = _ids()
    if not ids and request.values.get("all") != "yes":
        notices.tell("sources.told.none", tone="person")
        return redirect(_back(), 303)
    return longwork.start(Poll(",".join(map(str, sorted(ids)))))


@pages.get("/list", endpoint="list")
def lists() -> str:
    """Where a list of sources is brought in, and fetched."""
    return render_template("pages/sources/list.html")


@pages.post("/list")
def bring() -> AnyResponse | tuple[str, int]:
    """Looks at a list that was uploaded; or takes in the one that was looked at."""
    looked = request.form.get("work", "")
    if looked.isdecimal() and len(looked) < 10:
        return _take(int(looked))
    file = request.files.get("file")
    data = file.read() if file is not None else b""
    if file is None or not data:
        return render_template("pages/sources/list.html", trouble=words()("sources.list.missing")), 422
    name = Path(file.filename or "").name[:100] or words()("sources.list.unnamed")
    return longwork.start(BringSources(work.keep_upload(here(), data), name))


@pages.get("/table")
def table() -> Response:
    """All sources as a table (CSV) or, of feeds, as OPML."""
    wanted = "opml" if request.args.get("format") == "opml" else "csv"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"sources.{wanted}"
        with here().store.reading() as session:
            catalogue.write_out(session, file)
        data = file.read_bytes()
    kind = "text/x-opml; charset=utf-8" if wanted == "opml" else "text/csv; charset=utf-8"
    answer = Response(data, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{words()("sources.list.file")}.{wanted}"'
    return answer


def _take(work_id: int) -> AnyResponse:
    """The second step of an import: only what this person has looked at."""
    with here().store.reading() as session:
        row = work.seen(session, work_id)
    if row is None or row.user_id != me().user_id or row.kind != BringSources.kind or row.state != "done":
        abort(404)
    return longwork.start(BringSources(str(row.asked["file"]), str(row.asked["name"]), take=True))


def _proposed(probe: ProbeShown) -> tuple[str, Sequence[FieldShown]]:
    """The kind and the filled form for what a probe has found; empty where it found nothing to watch."""
    found = probe.found
    if found is None or found.kind not in kinds.names(PACKAGE) or found.state == "erring":
        return "", ()
    t = words()
    facts = found.facts
    value = kinds.filled(PACKAGE, found.kind, facts, found.settings)
    form = kinds.form_of(PACKAGE, found.kind, Facts)
    return found.kind, fields.draw(form, t, _TEXTS, value=value, choices=form_choices(t, facts["language"]))


def _new_page(
    kind: str,
    shown: Sequence[FieldShown],
    trouble: str = "",
    *,
    probe: ProbeShown | None = None,
    address: str = "",
    part: bool = False,
) -> str:
    if probe is not None:
        address = str(probe.row.asked["address"])
    return render_template(
        "pages/sources/found.html" if part else "pages/sources/new.html",
        chosen=kind, kinds=asked_kinds(), fields=shown, trouble=trouble, probe=probe, address=address,
    )  # fmt: skip


def _one_page(source_id: int, shown: Sequence[FieldShown] = (), trouble: str = "") -> str:
    row, t = _row(source_id), words()
    probe = probing.seen(request.args.get("work", ""), source_id)
    if probe is not None and request.args.get("part"):
        return render_template("pages/sources/tried.html", row=row, probe=probe)
    facts = {name: getattr(row, name) for name in Facts.__dataclass_fields__}
    if not shown and row.kind in kinds.names(PACKAGE):
        form = kinds.form_of(PACKAGE, row.kind, Facts)
        value = kinds.filled(PACKAGE, row.kind, facts, row.settings)
        shown = fields.draw(form, t, _TEXTS, value=value, choices=form_choices(t, row.language))
    moment = now()
    today = local_day(moment, here().settings.zone)
    only = request.args.get("answers") == "trouble"
    with here().store.reading() as session:
        items = outlets.last_items(session, source_id)
        answers = rhythms.answers(session, source_id, troubles=only)
        days = rhythms.days(session, today - timedelta(days=sourcedays.LENGTH - 1), (source_id,)).get(source_id, [])
        cost = rhythms.cost(session, row, moment)
    return render_template(
        "pages/sources/one.html",
        row=row, fields=shown, items=items, answers=answers, only=only, cost=_money(cost), trouble=trouble, probe=probe,
        advice=advice(t, row), is_trouble=row.state in TROUBLES, is_asked=row.kind in asked_kinds(),
        strip=sourcedays.strip(days, today, t, step=8, height=72),
        weeks=[(t.day(week), items_, told) for week, items_, told in sourcedays.weeks(days, today)],
    )  # fmt: skip


def _money(cost: Cost | None) -> tuple[str, str, bool] | None:
    """What was spent, the ceiling, and whether it is reached."""
    if cost is None:
        return None
    t = words()
    spent, ceiling = (t.number(round(amount / 1_000, 2)) for amount in (cost.spent, cost.ceiling))
    return spent, ceiling, cost.spent >= cost.ceiling


def _row(source_id: int) -> SourceState:
    with here().store.reading() as session:
        row = outlets.one(session, now(), source_id)
    if row is None:
        abort(404)
    return row


def _kind(asked: str | None) -> str:
    known = kinds.names(PACKAGE)
    return asked if asked in known else "feed"


def _ids() -> set[int]:
    asked = request.values.getlist("id")[:_MOST_IDS]
    return {int(one) for one in asked if one.isdecimal() and len(one) < 10}


def _only(ids: Sequence[int]) -> int | None:
    return ids[0] if len(ids) == 1 else None


def _back() -> str:
    """The source's own page if the deed was done there, else the list."""
    came = request.values.get("page", "")
    return url_for(".one", source_id=int(came)) if came.isdecimal() and len(came) < 10 else url_for(".index")


def _counted_anew() -> None:
    current_app.extensions["outreach.attention"].forget()
