"""Statements: giving figures out, what was given out and what the records say since, plans; the same as files."""

import math
from dataclasses import dataclass, field

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.core import smallcells
from outreach.core.errors import OutreachError
from outreach.core.text import PUBLIC_LANGUAGES, Words
from outreach.people import audit
from outreach.report import Period
from outreach.statements import comparing, files, freezing, kinds, linking, naming, planning, reading
from outreach.statements.comparing import Difference
from outreach.statements.frozen import Figures, worded
from outreach.statements.reading import StatementSeen
from outreach.statements.sharing.figures import is_shared
from outreach.tracker.offers import counting
from outreach.tracker.places import read_places
from outreach.web import behind, fields, notices, periods
from outreach.web.visit import HIGHEST, here, me, now, number_in, role, words

pages = Blueprint("statements", __name__, url_prefix="/reports")

Answer = str | tuple[str, int] | AnyResponse
_FORM = "statements.publish"
_LIST = 50
_SHOWN = 30  # records of a difference on the page
_TYPES = {
    "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, kw_only=True)
class FirstForm:
    """Giving a report out for the first time."""

    period: str = field(metadata=fields.told("hidden", max=40))


@dataclass(frozen=True, kw_only=True)
class AgainForm(FirstForm):
    """A correction: what was wrong."""

    why: str = field(metadata=fields.told("textarea", max=1000))


@pages.get("/statements")
def index() -> str:
    """What was given out, the latest first."""
    with here().store.reading() as session:
        rows = reading.listed(session, _LIST + 1, before=number_in("before"))
    return render_template(
        "pages/statements/index.html",
        rows=rows[:_LIST],
        more=rows[_LIST - 1].statement_id if len(rows) > _LIST else None,
        called=lambda row: periods.called(words(), row.span(here().settings.zone)),
        titled=lambda row: naming.titled(words(), row.kind),
    )


@pages.get("/statements/<int:statement_id>")
def one(statement_id: int) -> Answer:
    """One statement as it was given out; with `of` the records behind one of its numbers."""
    app, t, zone = here(), words(), here().settings.zone
    given = _given(statement_id)
    name = request.args.get("of")
    if name is not None:
        return _records(given, name)
    trouble, today = "", Difference((), worded=False)
    with app.store.reading() as session:
        versions = reading.versions(session, given.line.kind, given.line.first, given.line.last)
        if versions[0].line.version == given.line.version:
            try:
                today = comparing.with_today(session, app.texts, given, app.office, zone)
            except OutreachError as error:
                trouble = t.error(error)
    return render_template(
        "pages/statements/one.html",
        given=given,
        titled=naming.titled(t, given.line.kind),
        called=periods.called(t, given.line.span(zone)),
        period=given.line.span(zone).name,
        versions=versions,
        newest=versions[0].line,
        courses=comparing.courses(versions),
        today=today,
        trouble=trouble,
        labels=given.figures.labels(t.language),
        pieces=linking.pieces,
        worded=worded,
        shapes=files.SHAPES,
        languages=[language for language in PUBLIC_LANGUAGES if language in given.figures.texts],
        opens=lambda number: behind.opens(role(), given.figures.kinds.get(number)),
        shown=_SHOWN,
        pages=behind.PAGES,
        shares=is_shared(given.line),
        least=smallcells.LEAST,
    )


@pages.get("/statements/<int:statement_id>.<any(txt,xlsx,pdf,docx):shape>")
def file(statement_id: int, shape: str) -> Answer:
    """The statement as a file, in the language that the address names."""
    app, zone = here(), here().settings.zone
    given = _given(statement_id)
    language = request.args.get("language", words().language)
    t = app.texts.in_language(language if language in given.figures.texts else words().language)
    kinds = frozenset(files.PUBLIC | (files.PRIVATE if behind.opens(role(), "household") else frozenset()))
    with app.store.reading() as session:
        workbook = shape == "xlsx"
        planned = files.beside(session, app.texts, given, app.office, zone) if workbook else ()
        counts = files.people(session, given) if workbook and kinds >= files.PRIVATE else {}
    data = files.made(shape, given, app.office, zone, t, kinds=kinds, counts=counts, planned=planned)
    answer = Response(data, content_type=_TYPES[shape])
    name = naming.file_name(given.line.kind, given.line.span(zone), given.line.version, shape)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.get("/<kind>/publish")
def new(kind: str) -> Answer:
    """What would be given out, and what it would change."""
    kind, period = _kind(kind), _period(request.args.get("period", ""))
    return _asked(kind, period) if period is not None else abort(404)


@pages.post("/<kind>/publish")
def publish(kind: str) -> Answer:
    """Gives the report out: nothing of it changes any more."""
    app, t = here(), words()
    kind, period = _kind(kind), _period(request.form.get("period", ""))
    if period is None:
        abort(404)
    with app.store.reading() as session:
        is_first = reading.latest(session, kind, period.first, period.last) is None
    sent = fields.read(FirstForm if is_first else AgainForm, request.form, t, _FORM)
    if sent.value is None:
        return _asked(kind, period, sent.fields), 422
    why = sent.value.why if isinstance(sent.value, AgainForm) else ""
    try:
        with app.store.transaction() as session:
            made = freezing.publish(session, now(), app.texts, kind, period, app.office, me().actor, why)
            audit.write(
                session, now(), me().actor, "publish", "statement", made.line.statement_id,
                report=kind, period=period.name, version=made.line.version,
            )  # fmt: skip
    except OutreachError as error:
        return _asked(kind, period, sent.fields, t.error(error)), 422
    notices.tell("statements.told.published", version=made.line.version)
    return redirect(url_for(".one", statement_id=made.line.statement_id), 303)


@pages.get("/<kind>/plan")
def plan(kind: str) -> Answer:
    """What was planned of a report's numbers, beside what is and what was a year before."""
    kind, period = _kind(kind), _period(request.args.get("period", ""))
    return _planned(kind, period, {}) if period is not None else abort(404)


@pages.post("/<kind>/plan")
def save(kind: str) -> Answer:
    """Keeps the plan: an empty field takes it away."""
    app = here()
    kind, period = _kind(kind), _period(request.form.get("period", ""))
    if period is None:
        abort(404)
    with app.store.reading() as session:
        names = planning.plannable(freezing.standing(session, app.texts, kind, period, app.office))
    sent = {name: request.form.get(f"plan-{name}", "").strip() for name in names}
    values = {name: _value(text) for name, text in sent.items()}
    wrong = {name: sent[name] for name, value in values.items() if value is not None and math.isnan(value)}
    if wrong:
        return _planned(kind, period, sent, frozenset(wrong)), 422
    with app.store.transaction() as session:
        changed = sum(
            planning.set_plan(session, now(), kind, period, name, value, me().actor) for name, value in values.items()
        )
        if changed:
            audit.write(
                session, now(), me().actor, "plan", "report", None, report=kind, period=period.name, changed=changed
            )
    notices.tell("statements.told.planned")
    report, place = kinds.parts(kind)
    return redirect(url_for(".plan", kind=report, place=place, period=period.name), 303)


def _asked(
    kind: str, period: Period, drawn: tuple[fields.FieldShown, ...] | None = None, trouble: str = ""
) -> str:
    app, t = here(), words()
    figures, change = None, Difference((), worded=False)
    with app.store.reading() as session:
        before = reading.latest(session, kind, period.first, period.last)
        try:
            figures = freezing.standing(session, app.texts, kind, period, app.office)
        except OutreachError as error:
            trouble = trouble or t.error(error)
    if figures is not None and before is not None:
        change = comparing.compare(before.figures, figures)
    value = FirstForm(period=period.name) if before is None else AgainForm(period=period.name, why="")
    shown = drawn or fields.draw(type(value), t, _FORM, value=value)
    return render_template(
        "pages/statements/new.html",
        **_named(kind),
        period=period.name,
        called=periods.called(t, period),
        figures=figures,
        before=before,
        change=change,
        labels=_labels(figures, before, t),
        fields=shown,
        trouble=trouble,
        languages=PUBLIC_LANGUAGES,
        shown=_SHOWN,
        opens=lambda _: False,
    )


def _planned(kind: str, period: Period, sent: dict[str, str], wrong: frozenset[str] = frozenset()) -> str:
    app, t = here(), words()
    with app.store.reading() as session:
        try:
            figures = freezing.standing(session, app.texts, kind, period, app.office)
            earlier = planning.last_year(session, app.texts, kind, period, app.office)
        except OutreachError as error:
            return render_template("pages/statements/plan.html", **_named(kind), period=period.name, rows=(),
                                   trouble=t.error(error), called=periods.called(t, period))  # fmt: skip
        planned = planning.plans(session, kind, period)
    return render_template(
        "pages/statements/plan.html",
        **_named(kind),
        period=period.name,
        called=periods.called(t, period),
        offered=periods.offered(t, now().astimezone(app.settings.zone).date(), app.settings.zone, period.name),
        rows=planning.beside(figures, planned, earlier),
        labels=figures.labels(t.language),
        sent=sent,
        wrong=wrong,
        written=_written,
        trouble="",
        most=planning.HIGHEST,
    )


def _records(given: StatementSeen, name: str) -> Answer:
    """The records behind a number, for those who may open them."""
    figures = given.figures
    kind = figures.kinds.get(name)
    if kind is None or name not in figures.numbers or not behind.opens(role(), kind):
        abort(404)
    numbers = list(figures.records[name])
    if kind == "stage":
        with here().store.reading() as session:
            numbers = counting.households_of(session, numbers)
        kind = "household"
    endpoint, argument = behind.PAGES[kind]
    return render_template(
        "pages/statements/records.html",
        given=given,
        titled=naming.titled(words(), given.line.kind),
        called=periods.called(words(), given.line.span(here().settings.zone)),
        label=figures.labels(words().language)[name],
        count=figures.numbers[name],
        numbers=numbers,
        of=kind,
        endpoint=endpoint,
        argument=argument,
    )


def _given(statement_id: int) -> StatementSeen:
    given = None
    if statement_id <= HIGHEST:
        with here().store.reading() as session:
            given = reading.one(session, statement_id)
    if given is None:
        abort(404)
    return given


def _kind(report: str) -> str:
    """The kind of statement that an address names: the report, and the place of a municipality's sheet."""
    kind = kinds.kind_of(report, request.args.get("place"))
    try:
        kinds.check(kind, read_places(here().office.places).municipalities)
    except OutreachError:
        abort(404)
    return kind


def _period(text: str) -> Period | None:
    """The period that is asked for; this year's where none is. None for what is none."""
    zone = here().settings.zone
    if not text.strip():
        return Period.of_year(now().astimezone(zone).year, zone)
    try:
        return periods.read(text.strip(), zone)
    except OutreachError:
        return None


def _named(kind: str) -> dict[str, str | None]:
    """A kind as pages have it: the report, the place, and both in words."""
    report, place = kinds.parts(kind)
    return {"kind": report, "place": place, "titled": naming.titled(words(), kind)}


def _labels(figures: Figures | None, before: StatementSeen | None, t: Words) -> dict[str, str]:
    told = before.figures.labels(t.language) if before is not None else {}
    return told | (figures.labels(t.language) if figures is not None else {})


def _value(text: str) -> float | None:
    """A planned value as people type it; None for nothing, NaN for what is no number."""
    if not text:
        return None
    try:
        value = float("".join(text.split()).replace(",", "."))
    except ValueError:
        return math.nan
    return value if 0 <= value <= planning.HIGHEST else math.nan


def _written(value: float | None) -> str:
    """A planned value as a field holds it."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else str(value)
