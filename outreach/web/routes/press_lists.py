"""Lists of media contacts: those that people are put on, and those by a rule, with whom it takes at the moment."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.pressroom.contacts import lists, reading, stopping
from outreach.pressroom.contacts.lists import ListSeen
from outreach.pressroom.contacts.reading import ContactSeen
from outreach.pressroom.contacts.rules import Rule
from outreach.tracker.places import read_places
from outreach.web import contactform, fields, notices
from outreach.web.contactform import RULE_TEXTS, ListForm, RuleForm
from outreach.web.fields import FieldShown, Filled
from outreach.web.visit import HIGHEST, here, me, now, words

pages = Blueprint("press_lists", __name__, url_prefix="/press/lists")

Answer = str | tuple[str, int] | AnyResponse
_SHOWN = 300
_PREVIEW = 20


@pages.get("")
def index() -> str:
    """Every list with how many are on it now."""
    with here().store.reading() as session:
        rows = lists.all_lists(session)
    return render_template("pages/press_contacts/lists.html", rows=rows, rule_told=contactform.rule_told)


@pages.get("/new")
def new() -> str:
    """The form of a list; `?rule=1` of one by rule."""
    by_rule = request.args.get("rule") == "1"
    shown = fields.draw(_kind(by_rule), words(), RULE_TEXTS, choices=_offered(None) if by_rule else {})
    return _form(shown, None, by_rule, None)


@pages.post("/new")
def create() -> Answer:
    """A new list."""
    by_rule = request.form.get("rule") == "1"
    filled = _read(by_rule, None)
    if filled.value is None:
        return _form(filled.fields, None, by_rule, None), 422
    name, rule = _told(filled.value)
    try:
        with here().store.transaction() as session:
            number = lists.make(session, now(), name, rule, me().actor)
            audit.write(session, now(), me().actor, "create", "contact_list", number)
    except OutreachError as error:
        return _form(_wrong(filled, error), None, by_rule, None), 422
    notices.tell("contacts.told.list_made", name=name)
    return redirect(url_for(".one", list_id=number), 303)


@pages.post("/preview")
def preview() -> Answer:
    """Whom a rule that is typed would take; keeps nothing."""
    held = _seen(request.form.get("list", 0, type=int)) if request.form.get("list") else None
    filled = _read(True, held)
    if filled.value is None:
        named = RuleForm(request.form.get("name", "") or "–", *_lists_in_form())
        rule = contactform.rule_of(named)
    else:
        rule = _told(filled.value)[1] or Rule()
    with here().store.reading() as session:
        taken = lists.preview(session, rule) if rule.kept() else []
    shown = tuple(one for one in filled.fields)
    return _form(shown, held, True, taken)


@pages.get("/<int:list_id>")
def one(list_id: int) -> str:
    """Who is on a list, and who has left it."""
    with here().store.reading() as session:
        found = lists.parted(session, list_id)
    if found is None:
        abort(404)
    seen, rows, left = found
    return render_template(
        "pages/press_contacts/list.html", seen=seen, rows=rows[:_SHOWN], count=len(rows), left=left[:_SHOWN],
        rule_told=contactform.rule_told, why_told=contactform.why_told,
    )  # fmt: skip


@pages.get("/<int:list_id>/edit")
def edit(list_id: int) -> str:
    """A list's form."""
    seen = _seen(list_id)
    value = contactform.ruled(seen.name, seen.rule) if seen.rule is not None else ListForm(seen.name)
    choices = _offered(seen.rule) if seen.rule is not None else {}
    shown = fields.draw(_kind(seen.rule is not None), words(), RULE_TEXTS, value=value, choices=choices)
    return _form(shown, seen, seen.rule is not None, None)


@pages.post("/<int:list_id>/edit")
def change(list_id: int) -> Answer:
    """Another name or rule."""
    seen = _seen(list_id)
    by_rule = seen.rule is not None
    filled = _read(by_rule, seen)
    if filled.value is None:
        return _form(filled.fields, seen, by_rule, None), 422
    name, rule = _told(filled.value)
    try:
        with here().store.transaction() as session:
            lists.change(session, list_id, name, rule)
            audit.write(session, now(), me().actor, "change", "contact_list", list_id)
    except OutreachError as error:
        return _form(_wrong(filled, error), seen, by_rule, None), 422
    notices.tell("contacts.told.list_changed", name=name)
    return redirect(url_for(".one", list_id=list_id), 303)


@pages.post("/<int:list_id>/remove")
def remove(list_id: int) -> AnyResponse:
    """Takes a list away; its contacts stay."""
    seen = _seen(list_id)
    if request.form.get("confirm") != "1":
        notices.tell("contacts.told.confirm", tone="person")
        return redirect(url_for(".one", list_id=list_id), 303)
    with here().store.transaction() as session:
        lists.remove(session, list_id)
        audit.write(session, now(), me().actor, "remove", "contact_list", list_id)
    notices.tell("contacts.told.list_removed", name=seen.name)
    return redirect(url_for(".index"), 303)


@pages.post("/<int:list_id>/leave")
def leave(list_id: int) -> AnyResponse:
    """Takes a contact off a list."""
    seen, number = _seen(list_id), _contact()
    with here().store.transaction() as session:
        if stopping.leave(session, now(), number, list_id):
            audit.write(session, now(), me().actor, "leave", "contact_list", list_id, contact=number)
    notices.tell("contacts.told.left", name=seen.name)
    return _back(list_id, number)


@pages.post("/<int:list_id>/join")
def join(list_id: int) -> AnyResponse:
    """Puts a contact on a list, or back on it."""
    seen, number = _seen(list_id), _contact()
    with here().store.transaction() as session:
        count = lists.join(session, now(), list_id, [number])
        if count:
            audit.write(session, now(), me().actor, "join", "contact_list", list_id, count=count)
    notices.tell("contacts.told.joined", count=count, name=seen.name)
    return _back(list_id, number)


def _back(list_id: int, number: int) -> AnyResponse:
    if request.form.get("from") == "contact":
        return redirect(url_for("press_contacts.one", contact_id=number), 303)
    return redirect(url_for(".one", list_id=list_id), 303)


def _contact() -> int:
    number = request.form.get("contact", 0, type=int)
    if not 0 < number <= HIGHEST:
        abort(400)
    with here().store.reading() as session:
        if reading.one(session, number) is None:
            abort(404)
    return number


def _seen(list_id: int) -> ListSeen:
    with here().store.reading() as session:
        seen = lists.one_list(session, list_id) if 0 < list_id <= HIGHEST else None
    if seen is None:
        abort(404)
    return seen


def _kind(by_rule: bool) -> type[RuleForm] | type[ListForm]:
    return RuleForm if by_rule else ListForm


def _read(by_rule: bool, held: ListSeen | None) -> Filled[RuleForm] | Filled[ListForm]:
    t = words()
    if by_rule:
        offered = _offered(held.rule if held is not None else None)
        return fields.read(RuleForm, request.form, t, RULE_TEXTS, choices=offered)
    return fields.read(ListForm, request.form, t, RULE_TEXTS)


def _told(value: RuleForm | ListForm) -> tuple[str, Rule | None]:
    return value.name, contactform.rule_of(value) if isinstance(value, RuleForm) else None


def _lists_in_form() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...], str]:
    form = request.form
    tiers, languages, beats, places = (
        tuple(form.getlist(name)[:60]) for name in ("tiers", "languages", "beats", "places")
    )
    return tiers, languages, beats, places, form.get("outlets", "")[:4_000]


def _wrong(filled: Filled[RuleForm] | Filled[ListForm], error: OutreachError) -> tuple[FieldShown, ...]:
    return filled.with_error(contactform.place_of(error), words().error(error)).fields


def _offered(held: Rule | None) -> dict[str, fields.Choices]:
    app = here()
    with app.store.reading() as session:
        known = reading.choices(reading.every(session))
    return contactform.rule_choices(words(), known, read_places(app.office.places).municipalities, held)


def _form(
    shown: Sequence[FieldShown], held: ListSeen | None, by_rule: bool, taken: Sequence[ContactSeen] | None
) -> str:
    return render_template(
        "pages/press_contacts/list_form.html", fields=shown, held=held, by_rule=by_rule, taken=taken, preview=_PREVIEW
    )
