"""Individual offers: a family's list, preparing, the draft, the letter as it will look, its files, sent and withdrawn.

Only the coordinator sees them; every look at the words is written down. Nothing of a family stands in an address.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.tracker import privacy
from outreach.tracker.models import Household
from outreach.tracker.offers import composing, counting, facts, keeping, paper, reading, templates
from outreach.tracker.offers.composing import KINDS, Asked, Letter, Missing, Ours
from outreach.tracker.offers.models import SENT_BY
from outreach.tracker.offers.reading import OfferSeen, OpenOffer
from outreach.tracker.places import read_places
from outreach.web import notices
from outreach.web.fields import FieldShown, Filled, draw, read
from outreach.web.offerform import (
    NEW,
    PART,
    SENT,
    NewForm,
    Parts,
    SentForm,
    choices,
    file_name,
    headed,
    sheet,
    ways,
)
from outreach.web.visit import HIGHEST, here, me, now, number_in, words

pages = Blueprint("offers", __name__)

Answer = str | tuple[str, int] | AnyResponse
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
}
_NO_NAME = re.compile(r"[,;:+\d(]")  # what follows a name in the register: a telephone, a remark
_GONE = frozenset({"offers.error.missing", "tracker.error.household"})


@dataclass(frozen=True)
class _Family:
    """What a page of an offer knows of its family without opening it."""

    household_id: int
    municipality: str | None
    adults: int
    children: int
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    is_open: bool  # an offer may be made for it
    merged_into: int | None


@pages.get("/families/offers")
def index() -> Answer:
    """A year's offers, and the figures of the reports."""
    today = _today()
    year = number_in("year") or today.year
    with here().store.reading() as session:
        years = reading.years(session, today)
        if year not in years:
            abort(404)
        rows, older = reading.of_year(session, year, number_in("before"))
        counts = counting.of_year(session, year, today)
    return render_template("pages/offers/index.html", rows=rows, older=older, year=year, years=years, counts=counts)


@pages.get("/families/<int:household_id>/offers")
def of_family(household_id: int) -> Answer:
    """What was prepared for a family and what became of it; no word is opened."""
    family = _family(household_id)
    with here().store.reading() as session:
        rows = reading.of_family(session, household_id)
    return render_template(
        "pages/offers/of_family.html", family=family, rows=rows, templates=templates.languages(here().office)
    )


@pages.get("/families/<int:household_id>/offers/new")
def new(household_id: int) -> Answer:
    """What the offer is to be about, begun with what is known of the family; its name is opened for it."""
    app, family = here(), _family(household_id)
    if not family.is_open:
        return redirect(url_for(".of_family", household_id=household_id), 303)
    with app.store.transaction() as session:
        opened = privacy.reveal_family(session, now(), me().actor, app.seal, household_id)
    known = templates.languages(app.office)
    begun = NewForm(
        next((one for one in family.languages if one in known), known[0] if known else ""),
        read_places(app.office.places).municipality(family.municipality or "") or None,
        _NO_NAME.split(opened.name)[0].strip(),
        family.topics,
    )
    return _new_page(family, draw(NewForm, words(), NEW, value=begun, choices=choices()), _missing(begun, family))


@pages.post("/families/<int:household_id>/offers/look")
def look(household_id: int) -> Answer:
    """What an offer of what is typed would lack; keeps nothing."""
    family = _family(household_id)
    given = read(NewForm, request.form, words(), NEW, choices=choices()).value
    gaps = _missing(given, family) if given is not None else ()
    return render_template("pages/offers/missing.html", missing=gaps, place=given.municipality if given else None)


@pages.post("/families/<int:household_id>/offers/new")
def make(household_id: int) -> Answer:
    """Prepares a draft; what it lacks is named before."""
    app, t, family = here(), words(), _family(household_id)
    filled = read(NewForm, request.form, t, NEW, choices=choices())
    given = filled.value
    if given is None:
        return _new_page(family, filled.fields, ()), 422
    gaps = _missing(given, family)
    if not {one.code for one in gaps} <= {*given.known.split()}:
        return _new_page(family, filled.fields, gaps, named=True), 422
    try:
        letter = _composed(given, family)
        with app.store.transaction() as session:
            number = keeping.make(
                session, now(), me().actor, app.seal, household_id, given.language, given.municipality, letter,
                _today().year,
            )  # fmt: skip
    except OutreachError as error:
        filled = filled.with_error("language", t.error(error))
        return _new_page(family, filled.fields, gaps), 422
    notices.tell("offers.told.made")
    return redirect(url_for(".one", household_id=household_id, offer_id=number), 303)


@pages.get("/families/<int:household_id>/offers/<int:offer_id>")
def one(household_id: int, offer_id: int) -> Answer:
    """The letter as it will look, or looked; opening it is written down."""
    return _one_page(household_id, offer_id)


@pages.get("/families/<int:household_id>/offers/<int:offer_id>/edit")
def edit(household_id: int, offer_id: int) -> Answer:
    """The draft, section by section."""
    return _edit_page(household_id, offer_id)


@pages.post("/families/<int:household_id>/offers/<int:offer_id>/edit")
def save(household_id: int, offer_id: int) -> Answer:
    """Keeps what the draft says."""
    app, t = here(), words()
    _seen(household_id, offer_id)
    filled = read(Parts, request.form, t, PART)
    if filled.value is not None:
        texts = {kind: getattr(filled.value, kind) for kind in KINDS if kind in request.form}
        try:
            with app.store.transaction() as session:
                keeping.write(session, now(), me().actor, app.seal, household_id, offer_id, texts)
        except OutreachError as error:
            return _one_page(household_id, offer_id, trouble=t.error(error)), 422
    if filled.value is None:
        page = _edit_page(household_id, offer_id, filled)
        return (page, 422) if isinstance(page, str) else page
    notices.tell("offers.told.saved")
    return redirect(url_for(".one", household_id=household_id, offer_id=offer_id), 303)


@pages.post("/families/<int:household_id>/offers/<int:offer_id>/send")
def send(household_id: int, offer_id: int) -> Answer:
    """It was sent: from now on nothing of it changes."""
    t, seen = words(), _seen(household_id, offer_id)
    filled = read(SentForm, request.form, t, SENT, choices=ways())
    given, moved = filled.value, False
    if given is not None:
        try:
            with here().store.transaction() as session:
                moved = keeping.send(
                    session, now(), me().actor, household_id, offer_id, given.sent_on, given.sent_by, given.people,
                    _today(),
                )  # fmt: skip
        except OutreachError as error:
            if error.key != "offers.error.future":
                return _one_page(household_id, offer_id, trouble=t.error(error)), 422
            filled = filled.with_error("sent_on", t.error(error))
    if filled.value is None:
        return _one_page(household_id, offer_id, filled), 422
    notices.tell("offers.told.sent_moved" if moved else "offers.told.sent", number=seen.number)
    return redirect(url_for(".one", household_id=household_id, offer_id=offer_id), 303)


@pages.post("/families/<int:household_id>/offers/<int:offer_id>/drop")
def drop(household_id: int, offer_id: int) -> Answer:
    """A draft is dropped, or a sent offer withdrawn from the figures."""
    seen = _seen(household_id, offer_id)
    try:
        with here().store.transaction() as session:
            staged = keeping.drop(session, now(), me().actor, household_id, offer_id)
    except OutreachError as error:
        return _one_page(household_id, offer_id, trouble=words().error(error)), 422
    if seen.sent_on is None:
        notices.tell("offers.told.dropped", number=seen.number)
    else:
        key = "offers.told.withdrawn_staged" if staged else "offers.told.withdrawn"
        notices.tell(key, tone="person" if staged else "done", number=seen.number)
    return redirect(url_for(".of_family", household_id=household_id), 303)


@pages.get("/families/<int:household_id>/offers/<int:offer_id>/file.<shape>")
def file(household_id: int, offer_id: int, shape: str) -> Answer:
    """The letter as a file; giving it out is a look."""
    if shape not in paper.SHAPES:
        abort(404)
    opened = _opened(household_id, offer_id)
    if opened.letter is None:
        abort(404)
    try:
        body = paper.made(shape, sheet(opened.seen, opened.letter, _today()))
    except OutreachError as error:
        return _one_page(household_id, offer_id, trouble=words().error(error)), 422
    answer = Response(body, mimetype=_TYPES[shape])
    name = file_name(opened.seen)
    answer.headers["Content-Disposition"] = f'{"inline" if shape == "pdf" else "attachment"}; filename="{name}.{shape}"'
    return answer


def _new_page(
    family: _Family, shown: tuple[FieldShown, ...], missing: tuple[Missing, ...], *, named: bool = False
) -> str:
    place = next((one.value for one in shown if one.name == "municipality"), None)
    known = " ".join(one.code for one in missing)
    fields = tuple(replace(one, value=known) if one.name == "known" else one for one in shown)
    return render_template(
        "pages/offers/new.html", family=family, fields=fields, missing=missing, place=place or None, named=named
    )


def _one_page(household_id: int, offer_id: int, sent: Filled[SentForm] | None = None, trouble: str = "") -> str:
    family, opened = _family(household_id), _opened(household_id, offer_id)
    letter = opened.letter
    with here().store.reading() as session:
        talk = reading.talk(session, household_id) if opened.seen.state in {"draft", "sent"} else None
    value = SentForm(_today(), SENT_BY[0], max(1, family.adults + family.children))
    return render_template(
        "pages/offers/one.html",
        family=family,
        offer=opened,
        sheet=sheet(opened.seen, letter, _today()) if letter is not None else None,
        plain=paper.plain(letter.filled) if letter is not None else "",
        gaps=[one for one in letter.sections if not one.text] if letter is not None else [],
        fields=sent.fields if sent is not None else draw(SentForm, words(), SENT, value=value, choices=ways()),
        talk=talk,
        trouble=trouble,
        shapes=paper.SHAPES,
    )


def _edit_page(household_id: int, offer_id: int, sent: Filled[Parts] | None = None) -> Answer:
    opened = _opened(household_id, offer_id)
    if not opened.seen.is_draft or opened.letter is None:
        return redirect(url_for(".one", household_id=household_id, offer_id=offer_id), 303)
    held = {one.kind: one for one in opened.letter.sections}
    value = Parts(**{kind: one.text for kind, one in held.items()})
    fields = sent.fields if sent is not None else draw(Parts, words(), PART, value=value)
    return render_template(
        "pages/offers/edit.html",
        household_id=household_id,
        offer=opened,
        fields=[headed(one, held[one.name]) for one in fields if one.name in held],
    )


def _composed(given: NewForm, family: _Family) -> Letter:
    office = here().office
    name = office.name.get(given.language) or next(iter(office.name.values()))
    ours = Ours(name, office.contact, office.phone, office.portal, me().name)
    profile = facts.profiles(office).get(given.municipality or "", facts.Profile())
    template = templates.read(office, given.language)
    return composing.compose(template, _asked(given, family), _known(given), profile, ours, _today()).letter


def _missing(given: NewForm, family: _Family) -> tuple[Missing, ...]:
    return composing.missing(given.language, _asked(given, family), _known(given), _today())


def _known(given: NewForm) -> dict[str, facts.Fact]:
    return dict(facts.read(here().settings.folder).get(given.municipality or "", {}))


def _asked(given: NewForm, family: _Family) -> Asked:
    topics = tuple(one for one in facts.TOPICS if one in given.topics)
    return Asked(topics, given.municipality, family.adults, family.children, given.addressee)


def _family(household_id: int) -> _Family:
    if household_id > HIGHEST:
        abort(404)
    with here().store.reading() as session:
        row = session.get(Household, household_id)
        if row is None:
            abort(404)
        asked = reading.topics(session, household_id, facts.TOPICS)
    return _Family(
        row.id,
        row.municipality,
        row.adults,
        row.children,
        tuple(row.languages),
        tuple(one for one in facts.TOPICS if one in row.topics or one in asked),
        row.erased_at is None and row.anonymous_at is None and row.merged_into is None,
        row.merged_into,
    )


def _opened(household_id: int, offer_id: int) -> OpenOffer:
    app, found = here(), None
    if household_id <= HIGHEST and offer_id <= HIGHEST:
        with app.store.transaction() as session:
            found = reading.opened(session, now(), me().actor, app.seal, household_id, offer_id)
    if found is None:
        abort(404)
    return found


def _seen(household_id: int, offer_id: int) -> OfferSeen:
    try:
        if max(household_id, offer_id) > HIGHEST:
            abort(404)
        with here().store.reading() as session:
            return reading.one(session, household_id, offer_id)
    except OutreachError as error:
        if error.key in _GONE:
            abort(404)
        raise


def _today() -> date:
    return local_day(now(), here().settings.zone)
