"""Alerts between two mornings: what was told, one's own rule, and the hooks of other programs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach.alerts import hookbook, queries, rules, sending, wording
from outreach.alerts.hookbook import HookAsked, HookSeen
from outreach.alerts.rules import Wanted
from outreach.core.errors import OutreachError
from outreach.core.settings import secret
from outreach.core.text import LANGUAGES
from outreach.web import access, fields, notices
from outreach.web.fields import Choices, FieldShown, told
from outreach.web.kinds import emptied
from outreach.web.visit import here, me, now, number_in, role, words

pages = Blueprint("alerts", __name__, url_prefix="/alerts")

Answer = str | tuple[str, int] | Response
_TEXTS = "mails.alert"
_PAGE = 50
# On the pages a hook may name variables of this sort alone: no other secret of the machine is anybody's to give away.
_LENT = re.compile(r"OUTREACH_HOOK_[A-Z0-9_]{1,50}")
# Which field of a form an error belongs to.
_PLACES = {
    "alerts.error.none": "kinds", "alerts.error.kind": "kinds", "alerts.error.wall": "quiet_from",
    "alerts.error.hook_secret": "secret_name", "alerts.error.hook_language": "language",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RuleForm:
    """What somebody wants to hear of, and when not."""

    kinds: tuple[str, ...] = ()
    quiet_from: str = field(default="20:00", metadata=told("time", max=5))
    quiet_until: str = field(default="07:00", metadata=told("time", max=5))
    working_days: bool = False


@dataclass(frozen=True, kw_only=True)
class HookFacts:
    """What another program's hook is."""

    name: str = field(metadata=told(max=80, autocomplete="off"))
    kind: str = field(metadata=told("select"))
    secret_name: str = field(metadata=told(max=76, autocomplete="off"))
    language: str = field(metadata=told("select"))


@dataclass(frozen=True, kw_only=True)
class HookForm(RuleForm, HookFacts):
    """A hook with its rule."""


@pages.get("")
def index() -> str:
    """Past alerts of the kinds this role may see, one's own rule, and letters that wait for a decision."""
    return _index(None)


@pages.post("/rule")
def save() -> Answer:
    """Keeps one's own rule, switched on."""
    t = words()
    filled = fields.read(RuleForm, request.form, t, _TEXTS, choices=_choices(role()))
    if filled.value is None:
        return _index(filled.fields), 422
    try:
        with here().store.transaction() as session:
            rules.put(session, now(), me().user_id, _wanted(filled.value), me().actor)
    except OutreachError as error:
        return _index(filled.with_error(_PLACES.get(error.key, "kinds"), t.error(error)).fields), 422
    notices.tell("mails.told.rule")
    return redirect(url_for(".index"), 303)


@pages.post("/switch")
def switch() -> Response:
    """One's own rule on or off, as the button says."""
    with here().store.transaction() as session:
        rule = rules.of_user(session, me().user_id)
        if rule is not None:
            rules.switch(session, now(), rule.id, _on(), me().actor)
    if rule is None:
        abort(404)
    notices.tell("mails.told.rule_on" if _on() else "mails.told.rule_off")
    return redirect(url_for(".index"), 303)


@pages.post("/letters/<int:letter_id>")
def settle(letter_id: int) -> Response:
    """A letter that failed or may be out: it arrived, it is to go again, or it is put aside."""
    do = request.form.get("do")
    if do not in {"arrived", "again", "aside"}:
        abort(400)
    with here().store.transaction() as session:
        if do == "aside":
            done = queries.let_go(session, now(), letter_id, me().actor)
        else:
            done = queries.settle(session, now(), letter_id, do == "arrived", me().actor)
    notices.tell(f"mails.told.letter.{do}" if done else "today.told.nothing", tone="done" if done else "person")
    current_app.extensions["outreach.attention"].forget()
    return redirect(url_for(".index"), 303)


@pages.get("/hooks")
def hooks() -> str:
    """Other programs that are told."""
    with here().store.reading() as session:
        rows = queries.hooks_seen(session, _secret)
    return render_template("pages/alerts/hooks.html", hooks=rows)


@pages.get("/hooks/new")
def new_hook() -> str:
    """The form of a new hook."""
    return _hook(None, None)


@pages.post("/hooks/new")
def add_hook() -> Answer:
    """Adds a hook with its rule."""
    return _kept(None)


@pages.get("/hooks/<int:hook_id>")
def hook(hook_id: int) -> str:
    """One hook."""
    return _hook(_held(hook_id), None)


@pages.post("/hooks/<int:hook_id>")
def change_hook(hook_id: int) -> Answer:
    """Changes a hook or its rule."""
    return _kept(_held(hook_id))


@pages.post("/hooks/<int:hook_id>/switch")
def switch_hook(hook_id: int) -> Response:
    """A hook's rule on or off, as the button says."""
    held = _held(hook_id)
    if held.rule is None:
        abort(404)
    with here().store.transaction() as session:
        rules.switch(session, now(), held.rule.id, _on(), me().actor)
    notices.tell("mails.told.hook_on" if _on() else "mails.told.hook_off", name=held.name)
    return redirect(url_for(".hook", hook_id=hook_id), 303)


@pages.post("/hooks/<int:hook_id>/test")
def test_hook(hook_id: int) -> Response:
    """Sends a word of greeting to the hook, and says what came back."""
    held = _held(hook_id)
    try:
        sending.test_hook(here(), now(), hook_id, me().actor)
    except OutreachError as error:
        notices.tell("mails.told.hook_failed", tone="trouble", name=held.name, reason=words().error(error))
    else:
        notices.tell("mails.told.hook_works", name=held.name)
    return redirect(url_for(".hook", hook_id=hook_id), 303)


@pages.post("/hooks/<int:hook_id>/remove")
def remove_hook(hook_id: int) -> Response:
    """Takes a hook away."""
    held = _held(hook_id)
    with here().store.transaction() as session:
        hookbook.remove(session, now(), hook_id, me().actor)
    notices.tell("mails.told.hook_removed", name=held.name)
    return redirect(url_for(".hooks"), 303)


def _index(sent: Sequence[FieldShown] | None) -> str:
    app, t, kinds = here(), words(), rules.allowed(role())
    before = number_in("before")
    with app.store.reading() as session:
        seen = queries.listed(session, kinds, before, _PAGE + 1)
        rule = rules.of_user(session, me().user_id)
        doubtful = queries.needs_person(session) if access.may(role(), "alerts.settle", "POST") else []
    value = _form(rule.wanted) if rule is not None else RuleForm(kinds=kinds)
    shown = fields.draw(RuleForm, t, _TEXTS, value=value, choices=_choices(role()))
    more = len(seen) > _PAGE
    zone = app.settings.zone
    return render_template(
        "pages/alerts/index.html",
        rows=[(row, wording.sentence(row.kind, row.facts, t, zone), _way(row.subject)) for row in seen[:_PAGE]],
        rule=rule,
        fields=sent if sent is not None else shown,
        doubtful=doubtful,
        older=url_for(".index", before=seen[_PAGE - 1].id) if more else "",
        newer=url_for(".index") if before is not None else "",
    )


def _kept(held: HookSeen | None) -> Answer:
    t = words()
    filled = fields.read(HookForm, request.form, t, _TEXTS, choices=_choices(None))
    if filled.value is None:
        return _hook(held, filled.fields), 422
    given = filled.value
    if not _LENT.fullmatch(given.secret_name):
        # Somebody who pastes the address itself must not have it shown again.
        return _hook(held, emptied(filled.fields, "secret_name", t("mails.error.variable"))), 422
    asked = HookAsked(given.name, given.kind, given.secret_name, given.language)

    def keep(session: Session) -> int:
        if held is None:
            return hookbook.add(session, now(), asked, _wanted(given), me().actor)
        hookbook.change(session, now(), held.id, asked, _wanted(given), me().actor)
        return held.id

    try:
        with here().store.transaction() as session:
            number = keep(session)
    except OutreachError as error:
        return _hook(held, filled.with_error(_PLACES.get(error.key, "name"), t.error(error)).fields), 422
    notices.tell("mails.told.hook_kept", name=given.name)
    return redirect(url_for(".hook", hook_id=number), 303)


def _hook(held: HookSeen | None, sent: Sequence[FieldShown] | None) -> str:
    value = HookForm(
        name="", kind=hookbook.kinds()[0], secret_name="", language=here().settings.office.language,
        kinds=rules.allowed(None),
    )  # fmt: skip
    if held is not None:
        wanted = vars(_form(held.rule.wanted)) if held.rule is not None else {}
        value = HookForm(
            name=held.name, kind=held.kind, secret_name=held.secret_name, language=held.language, **wanted
        )
    shown = fields.draw(HookForm, words(), _TEXTS, value=value, choices=_choices(None))
    needed = hookbook.needs(held.kind, held.secret_name) if held is not None else ()
    return render_template(
        "pages/alerts/hook.html",
        held=held,
        fields=sent if sent is not None else shown,
        needed=[(name, bool(_secret(name))) for name in needed],
    )


def _held(hook_id: int) -> HookSeen:
    with here().store.reading() as session:
        found = next((one for one in queries.hooks_seen(session, _secret) if one.id == hook_id), None)
    if found is None:
        abort(404)
    return found


def _choices(asking: str | None) -> dict[str, Choices]:
    """What the forms offer: to a person the kinds of its role, to a hook (None) those of hooks."""
    t = words()
    return {
        "kinds": [(kind, t(f"mails.alert.kind.{kind}")) for kind in rules.allowed(asking)],
        "kind": [(kind, t(f"mails.hook.{kind}")) for kind in hookbook.kinds()],
        "language": [(language, t(f"public.language.{language}")) for language in LANGUAGES],
    }


def _wanted(form: RuleForm) -> Wanted:
    return Wanted(form.kinds, form.quiet_from, form.quiet_until, form.working_days)


def _form(wanted: Wanted) -> RuleForm:
    return RuleForm(
        kinds=wanted.kinds, quiet_from=wanted.quiet_from, quiet_until=wanted.quiet_until,
        working_days=wanted.working_days,
    )  # fmt: skip


def _way(subject: str) -> str:
    """The page of what an alert is about, where this role may see it."""
    kind, _, number = subject.partition(":")
    endpoint, name = _PAGES.get(kind, ("", ""))
    if not endpoint or not access.may(role(), endpoint) or not number.isdecimal():
        return ""
    places: dict[str, Any] = {name: int(number)}
    return url_for(endpoint, **places)


_PAGES = {
    "mention": ("mentions.one", "mention_id"),
    "source": ("sources.one", "source_id"),
    "delivery": ("deliveries.one", "delivery_id"),
    "inquiry": ("inquiries.one", "inquiry_id"),
}


def _on() -> bool:
    do = request.form.get("do")
    if do not in {"on", "off"}:
        abort(400)
    return do == "on"


def _secret(name: str) -> str | None:
    try:
        return secret(name)
    except OutreachError:
        return None
