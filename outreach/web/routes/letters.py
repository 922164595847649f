"""Letters with families: the talk of an inquiry or a family, the answer, files, and what machines wrote.

Only the coordinator sees it; every look is written down. Nothing of a letter stands in an address.
"""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.tracker import queries
from outreach.tracker.letters import answering, files, mailing, seeing, taking
from outreach.tracker.letters.kinds import KINDS
from outreach.tracker.models import Household
from outreach.web import answerform, forms, notices, sealedfile
from outreach.web.answerform import LONGEST_SUBJECT, TEXTS, Offers, Reply
from outreach.web.fields import Filled, draw, read
from outreach.web.visit import here, me, now, number_in, words

pages = Blueprint("letters", __name__)

Answer = str | tuple[str, int] | Response
_FIELD_OF = {"mail.header": "subject", "offers.error.missing": "offer"}


@pages.get("/inquiries/<int:inquiry_id>/letters")
def of_inquiry(inquiry_id: int) -> Answer:
    """The talk that an inquiry began, and the answer to it; opening it is written down."""
    return _talk_page(inquiry_id)


@pages.post("/inquiries/<int:inquiry_id>/letters")
def answer(inquiry_id: int) -> Answer:
    """Sends the answer, with the offer that was chosen; a second press of the button is the same answer."""
    app, t = here(), words()
    with app.store.reading() as session:
        seen = queries.one(session, inquiry_id)
    if seen is None:
        abort(404)
    held = answerform.offers(seen.household_id)
    filled: Filled[Reply] = read(held.form, request.form, t, TEXTS, choices=held.choices)
    once = forms.message_of(app.seal, _form(inquiry_id), request.form.get("once", ""))
    if filled.value is not None and once is None:
        filled = filled.with_error("text", t("letters.error.old_form"))
    state, offer = None, held.chosen(filled.value) if filled.value is not None else None
    if filled.value is not None and once is not None:
        try:
            beside = answerform.enclosed(offer) if offer is not None else ()
            state = answering.send(app, me().actor, inquiry_id, once, filled.value.subject, filled.value.text, beside)
        except OutreachError as error:
            filled = filled.with_error(_FIELD_OF.get(error.key, "text"), t.error(error))
    if state is None:
        return _talk_page(inquiry_id, filled, held), 422
    _forget()
    notices.tell(f"letters.told.{state}", tone="done" if state == "sent" else "person", number=str(inquiry_id))
    if offer is not None:
        answerform.went(offer, state)
    return redirect(url_for(".of_inquiry", inquiry_id=inquiry_id), 303)


@pages.post("/inquiries/<int:inquiry_id>/letters/done")
def done(inquiry_id: int) -> Response:
    """The letter that came after the answer wants none."""
    with here().store.transaction() as session:
        if queries.one(session, inquiry_id) is None:
            abort(404)
        answering.nothing_to_answer(session, now(), me().actor, inquiry_id)
    _forget()
    notices.tell("letters.told.done", number=str(inquiry_id))
    return redirect(url_for(".of_inquiry", inquiry_id=inquiry_id), 303)


@pages.post("/inquiries/<int:inquiry_id>/letters/<int:family_letter_id>/again")
def again(inquiry_id: int, family_letter_id: int) -> Response:
    """Sends a doubtful answer once more, as the same mail."""
    try:
        state = answering.again(here(), me().actor, family_letter_id)
    except OutreachError as error:
        notices.tell("letters.told.refused", tone="person", reason=words().error(error))
    else:
        notices.tell(f"letters.told.{state}", tone="done" if state == "sent" else "person", number=str(inquiry_id))
    _forget()
    return redirect(url_for(".of_inquiry", inquiry_id=inquiry_id), 303)


@pages.post("/inquiries/<int:inquiry_id>/letters/<int:family_letter_id>/settle")
def settle(inquiry_id: int, family_letter_id: int) -> Response:
    """A doubtful answer did go out."""
    try:
        with here().store.transaction() as session:
            answering.settle(session, now(), me().actor, family_letter_id)
        notices.tell("letters.told.sent", number=str(inquiry_id))
    except OutreachError as error:
        notices.tell("letters.told.refused", tone="person", reason=words().error(error))
    _forget()
    return redirect(url_for(".of_inquiry", inquiry_id=inquiry_id), 303)


@pages.get("/inquiries/letters/<int:family_letter_id>/files/<int:file_id>")
def file(family_letter_id: int, file_id: int) -> Response:
    """A file of a letter, to be saved and never shown here; the look is written down."""
    app = here()
    try:
        with app.store.transaction() as session:
            token, kind, name = seeing.file_of(session, now(), me().actor, app.seal, family_letter_id, file_id)
        held = files.open_file(app.seal, app.settings.folder, token)
    except OutreachError as error:
        if error.key != "letters.error.file_gone":
            raise
        abort(404)
    return sealedfile.sent(held, KINDS[kind], name)


@pages.get("/families/<int:household_id>/letters")
def of_family(household_id: int) -> str:
    """All letters with a family; opening them is written down."""
    app = here()
    with app.store.transaction() as session:
        if session.get(Household, household_id) is None:
            abort(404)
        found = seeing.of_family(session, now(), me().actor, app.seal, household_id)
    return render_template("pages/letters/of_family.html", household_id=household_id, letters=found, most=seeing.MOST)


@pages.get("/inquiries/letters")
def aside() -> str:
    """What machines wrote and what belongs to no inquiry; the look is written down."""
    app = here()
    with app.store.transaction() as session:
        found = seeing.aside(session, now(), me().actor, app.seal)
    return render_template("pages/letters/aside.html", letters=found, most=seeing.ASIDE)


@pages.post("/inquiries/letters/<int:family_letter_id>/inquiry")
def ask(family_letter_id: int) -> Response:
    """Makes an inquiry of a letter that was put aside."""
    app = here()
    with app.store.transaction() as session:
        number = taking.make_inquiry(session, now(), app.seal, family_letter_id)
        if number is not None:
            audit.write(session, now(), me().actor, "add", "inquiry", number, via="letters")
    _forget()
    if number is None:
        notices.tell("letters.told.settled", tone="person")
        return redirect(url_for(".aside"), 303)
    notices.tell("letters.told.asked", number=str(number))
    return redirect(url_for(".of_inquiry", inquiry_id=number), 303)


def _talk_page(inquiry_id: int, sent: Filled[Reply] | None = None, held: Offers | None = None) -> str:
    app, t = here(), words()
    with app.store.transaction() as session:
        seen = queries.one(session, inquiry_id)
        if seen is None:
            abort(404)
        found = seeing.of_inquiry(session, now(), me().actor, app.seal, inquiry_id)
        to = answering.addressed(session, app, inquiry_id)
        waits = seeing.waits(session, inquiry_id)
    held = held or answerform.offers(seen.household_id if to else None)
    subject = answering.answer_subject(to.subject if to else "", t("letters.subject", office=_office()))
    begun = held.begun(subject[:LONGEST_SUBJECT], number_in("offer"))
    fields = sent.fields if sent is not None else draw(held.form, t, TEXTS, value=begun, choices=held.choices)
    return render_template(
        "pages/letters/of_inquiry.html",
        seen=seen,
        letters=found,
        most=seeing.MOST,
        to=to,
        waits=waits,
        offering=any(str(one.offer_id) == request.args.get("offer") for one in held.seen),
        sender=mailing.sender(app),
        fields=fields,
        # A form that did not fit is still the same answer, unless its day is over.
        once=request.form.get("once", "")
        if sent is not None and forms.message_of(app.seal, _form(inquiry_id), request.form.get("once", ""))
        else forms.token(app.seal, _form(inquiry_id)),
    )


def _office() -> str:
    return here().office.name[words().language]


def _form(inquiry_id: int) -> str:
    return f"letter:{inquiry_id}"


def _forget() -> None:
    current_app.extensions["outreach.attention"].forget()
