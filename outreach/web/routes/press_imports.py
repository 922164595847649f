"""Contacts from a file: every row is looked at before anything is kept, and a person decides what is like another."""

import re
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from campaigns.timing.sheet import MOST_BYTES, MOST_ROWS
from outreach import work
from outreach.core.errors import OutreachError
from outreach.core.text import LANGUAGES
from outreach.people import audit
from outreach.pressroom.contacts import brought, cards, exporting, judging
from outreach.pressroom.contacts.brought import COLUMNS, Brought
from outreach.pressroom.contacts.judging import STATES, Judged
from outreach.web import contactfiles, plantables
from outreach.web.contactfiles import KIND
from outreach.web.visit import here, me, now, words
from outreach.work import WorkSeen

pages = Blueprint("press_imports", __name__, url_prefix="/press/contacts/import")

Answer = str | tuple[str, int] | AnyResponse
_SHOWN = 400


@pages.get("")
def show() -> str:
    """Where a file is brought."""
    return _start()


@pages.post("")
def look() -> Answer:
    """Takes a file to look at it; keeps no contact."""
    file, t = request.files.get("file"), words()
    data = file.stream.read(cards.MOST + 1) if file is not None else b""
    if file is None or not data:
        return _start(t("contacts.file.missing")), 422
    file.close()
    try:
        _read(data, None)
    except OutreachError as error:
        return _start(t.error(error)), 422
    name = Path(file.filename or "").name[:100] or t("contacts.file.unnamed")
    kept = work.keep_upload(here(), data)
    with here().store.transaction() as session:
        number = contactfiles.keep(session, data, name, kept)
        audit.write(session, now(), me().actor, "ask", "contact_file", number)
    return redirect(url_for(".one", work_id=number), 303)


@pages.get("/<int:work_id>")
def one(work_id: int) -> Answer:
    """What a file would come to, row by row, its columns as the address says; or what has become of it."""
    row = _own(work_id)
    if contactfiles.taken_of(row.told_facts) is not None:
        return _taken(row)
    return _dry(row)


@pages.post("/<int:work_id>")
def take(work_id: int) -> Answer:
    """Keeps the rows as they were seen and decided. A second press does nothing."""
    app, row = here(), _own(work_id)
    if contactfiles.taken_of(row.told_facts) is not None:
        return redirect(url_for(".one", work_id=work_id), 303)
    deeds = {
        int(name[4:]): value for name, value in request.form.items() if name.startswith("row-") and name[4:].isdecimal()
    }
    try:
        found = _read(contactfiles.data_of(row, now()), _columns(request.form))
        with app.store.transaction() as session:
            if contactfiles.taken_of(plantables.held(session, work_id).told_facts) is None:
                rows = _judged(session, found)
                if judging.mark(rows) != request.form.get("seen", ""):
                    raise OutreachError("contacts.file.changed")
                done = judging.take(session, now(), rows, deeds, me().actor, app.seal)
                plantables.note(session, work_id, **contactfiles.noted(done))
                audit.write(
                    session, now(), me().actor, "import", "contact_file", work_id,
                    added=len(done.added), filled=len(done.filled),
                )  # fmt: skip
    except OutreachError as error:
        if error.key == "contacts.file.gone":
            return _start(words().error(error)), 422
        return _dry(row, words().error(error))
    plantables.forget(row)
    return redirect(url_for(".one", work_id=work_id), 303)


def _start(trouble: str = "") -> str:
    return render_template(
        "pages/press_contacts/import.html", trouble=trouble, most=MOST_ROWS, megabytes=MOST_BYTES // 1_000_000
    )


def _dry(row: WorkSeen, trouble: str = "") -> Answer:
    app, t = here(), words()
    told = _columns(request.form if request.method == "POST" else request.args)
    try:
        found = _read(contactfiles.data_of(row, now()), told)
    except OutreachError as error:
        return _start(t.error(error)), 410
    with app.store.reading() as session:
        rows = _judged(session, found)
    order = {state: at for at, state in enumerate(STATES)}
    ordered = sorted(rows, key=lambda one: (order[one.state], one.number))
    page = render_template(
        "pages/press_contacts/import_one.html",
        row=row,
        trouble=trouble,
        columns=found.columns,
        offered=[("", t("contacts.file.no_field")), *((name, t(f"contacts.field.{name}")) for name in COLUMNS)],
        rows=ordered[:_SHOWN],
        more=max(len(ordered) - _SHOWN, 0),
        counts=judging.counts(rows),
        seen=judging.mark(rows),
        mapped={} if told is None else told,
        error_told=t.error,
    )
    return (page, 422) if trouble else page


def _taken(row: WorkSeen) -> str:
    done = contactfiles.taken_of(row.told_facts)
    assert done is not None
    return render_template("pages/press_contacts/import_done.html", row=row, done=done)


def _read(data: bytes, told: dict[int, str] | None) -> Brought:
    spoken = [here().texts.in_language(language) for language in LANGUAGES]
    return brought.read(data, exporting.heads(spoken), told)


def _judged(session: Session, found: Brought) -> list[Judged]:
    app = here()
    spoken = [app.texts.in_language(language) for language in LANGUAGES]
    return judging.judge(session, found, app.seal, exporting.vocabulary(spoken))


def _columns(given: MultiDict[str, str]) -> dict[int, str] | None:
    """What a person said of the columns: `c0=name&c1=mail`; None where nothing was said."""
    numbered = re.compile(r"c(\d{1,2})")
    found = ((numbered.fullmatch(name), value) for name, value in given.items())
    told = {int(name[1]): value for name, value in found if name}
    return told or None


def _own(work_id: int) -> WorkSeen:
    with here().store.reading() as session:
        row = work.seen(session, work_id)
    if row is None or row.kind != KIND or row.user_id != me().user_id:
        abort(404)
    return row
