"""Handing a family's case over to another region's office: the office's key and those it knows, and a family's parcel.

Only the coordinator sees it. Nothing of a family stands in an address; what is opened for a parcel is written down.
"""

from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.core import regions
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.tracker.handover import gathering, keys, known, receipts, seeing, sending
from outreach.tracker.handover.keys import OfficeKey
from outreach.tracker.handover.seeing import HandoverSeen
from outreach.tracker.models import Household
from outreach.web import notices
from outreach.web.fields import Choices, Filled, draw, read, told
from outreach.web.handoverpage import own
from outreach.web.visit import HIGHEST, here, me, now, number_in, words

pages = Blueprint("handover", __name__, url_prefix="/families")

Answer = str | tuple[str, int] | AnyResponse
_SHOWN = "handover.form"
_LIST = 50


@dataclass(frozen=True)
class NewOffice:
    """The line that another coordinator gave."""

    line: str = field(metadata=told("textarea", max=400))


@dataclass(frozen=True)
class Packing:
    """To which region."""

    region: str


@dataclass(frozen=True)
class Answering:
    """What the other office said."""

    code: str = field(metadata=told(max=60, autocomplete="off"))


@pages.get("/handover")
def index() -> str:
    """The office's key, the offices it knows, and all hand-overs."""
    return _index()


@pages.post("/handover/offices")
def add_office() -> Answer:
    """Takes up an office's key, once a person says that both read the same figures."""
    app, t = here(), words()
    filled = read(NewOffice, request.form, t, _SHOWN)
    if filled.value is None:
        return _index(filled), 422
    try:
        found = keys.read_line(filled.value.line)
        if request.form.get("compared") != "1":
            return _index(filled, found)
        new = known.add(app.settings.folder, now(), me().actor, found, own())
    except OutreachError as error:
        return _index(filled.with_error("line", t.error(error))), 422
    if new:
        with app.store.transaction() as session:
            audit.write(session, now(), me().actor, "add", "office", None, region=found.region, key=found.name)
    notices.tell("handover.told.office" if new else "handover.told.known", region=found.region)
    return redirect(url_for(".index"), 303)


@pages.get("/<int:household_id>/handover")
def of_family(household_id: int) -> Answer:
    """Where a family's case is, and what would go with it."""
    return _family(household_id)


@pages.post("/<int:household_id>/handover")
def pack(household_id: int) -> Answer:
    """Readies the hand-over; the file itself is made when it is fetched."""
    app, t = here(), words()
    with app.store.reading() as session:
        agreed = sending.regions_of(session, household_id, _today())
    filled = read(Packing, request.form, t, _SHOWN, choices={"region": _regions(agreed) or [("", "")]})
    if filled.value is None:
        return _family(household_id, filled), 422
    try:
        to = known.current(app.settings.folder, filled.value.region)
        with app.store.transaction() as session:
            sending.pack(session, now(), me().actor, household_id, to, _today())
    except OutreachError as error:
        if error.key == "tracker.error.household":
            abort(404)
        return _family(household_id, filled.with_error("region", t.error(error))), 422
    notices.tell("handover.told.packed", region=to.region)
    return redirect(url_for(".of_family", household_id=household_id), 303)


@pages.post("/<int:household_id>/handover/<int:handover_id>/file")
def file(household_id: int, handover_id: int) -> Answer:
    """The parcel: the family is opened for it, and that is written down."""
    app = here()
    seen = _seen(household_id, handover_id)
    try:
        with app.store.transaction() as session:
            name, data = sending.parcel_file(
                session,
                now(),
                me().actor,
                app.seal,
                app.settings.folder,
                own(),
                seen.handover_id,
                _today(),
                with_letters=request.form.get("letters") == "1",
            )
    except OutreachError as error:
        return _family(household_id, trouble=words().error(error)), 422
    answer = Response(data, content_type="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/<int:household_id>/handover/<int:handover_id>/answer")
def answer(household_id: int, handover_id: int) -> Answer:
    """Notes what the other office says of the parcel."""
    app, t = here(), words()
    seen = _seen(household_id, handover_id)
    filled = read(Answering, request.form, t, _SHOWN)
    if filled.value is None:
        return _family(household_id, filled), 422
    try:
        with app.store.transaction() as session:
            said = sending.answered(
                session, now(), me().actor, app.seal, app.settings.folder, seen.handover_id, filled.value.code
            )
    except OutreachError as error:
        return _family(household_id, filled.with_error("code", t.error(error))), 422
    if said == "taken" and seen.state == "called_back":
        notices.tell("handover.told.taken_all_the_same", tone="person", region=seen.region)
    elif said == "taken":
        notices.tell("handover.told.taken", region=seen.region)
    else:
        notices.tell("handover.told.refused", tone="person", region=seen.region)
    return redirect(url_for(".of_family", household_id=household_id), 303)


@pages.post("/<int:household_id>/handover/<int:handover_id>/back")
def back(household_id: int, handover_id: int) -> Answer:
    """Calls a parcel back, as far as that can be done."""
    seen = _seen(household_id, handover_id)
    with here().store.transaction() as session:
        if sending.call_back(session, now(), me().actor, seen.handover_id):
            notices.tell("handover.told.called_back", tone="person", region=seen.region)
    return redirect(url_for(".of_family", household_id=household_id), 303)


def _index(filled: Filled[NewOffice] | None = None, asked: OfficeKey | None = None) -> str:
    app, t = here(), words()
    trouble, offices = "", tuple[known.Known, ...]()
    try:
        offices = known.offices(app.settings.folder)
    except OutreachError as error:
        trouble = t.error(error)
    with app.store.reading() as session:
        rows = seeing.listed(session, _LIST + 1, before=number_in("before"))
    return render_template(
        "pages/handover/index.html",
        own=own(),
        offices=offices,
        trouble=trouble,
        fields=filled.fields if filled is not None else draw(NewOffice, t, _SHOWN),
        asked=asked,
        replaces=asked is not None
        and any(one.current and regions.same(one.key.region, asked.region) and one.key != asked for one in offices),
        rows=rows[:_LIST],
        more=rows[_LIST - 1].handover_id if len(rows) > _LIST else None,
    )


def _family(
    household_id: int, filled: Filled[Packing] | Filled[Answering] | None = None, trouble: str = ""
) -> str:
    app, t = here(), words()
    with app.store.reading() as session:
        row = session.get(Household, household_id) if household_id <= HIGHEST else None
        if row is None:
            abort(404)
        counts = gathering.counts(session, household_id)
        agreed = sending.regions_of(session, household_id, _today())
        seen = seeing.of_family(session, household_id)
    forms = {
        "region": draw(Packing, t, _SHOWN, choices={"region": _regions(agreed)}),
        "code": draw(Answering, t, _SHOWN),
    }
    if filled is not None:
        forms[filled.fields[0].name] = filled.fields
    return render_template(
        "pages/handover/family.html",
        family=row,
        counts=counts,
        agreed=agreed,
        strangers=[name for name in agreed if not _regions((name,))],
        under_way=next((one for one in seen if one.state == "packed"), None),
        # A parcel that was called back or refused may have been taken all the same.
        unsure=next((one for one in seen if one.direction == "out" and one.state in {"called_back", "refused"}), None),
        seen=seen,
        codes={one.handover_id: _receipt(one) for one in seen if one.direction == "in"},
        forms=forms,
        trouble=trouble,
    )


def _receipt(seen: HandoverSeen) -> str:
    """The code that tells the office before that the case is here; empty where its key is not known any more."""
    app = here()
    try:
        by = known.named(app.settings.folder, seen.key_name)
        return receipts.code(app.seal, by, seen.parcel, "taken")
    except OutreachError:
        return ""


def _regions(agreed: tuple[str, ...]) -> Choices:
    """The offices that this one knows, of those the family agreed to."""
    try:
        offices = known.offices(here().settings.folder)
    except OutreachError:
        return []
    names = [one.key.region for one in offices if one.current]
    return [(name, name) for name in names if any(regions.same(name, one) for one in agreed)]


def _seen(household_id: int, handover_id: int) -> HandoverSeen:
    found = None
    if max(household_id, handover_id) <= HIGHEST:
        with here().store.reading() as session:
            found = seeing.one(session, handover_id, household_id)
    if found is None or found.direction != "out":
        abort(404)
    return found


def _today() -> date:
    return local_day(now(), here().settings.zone)
