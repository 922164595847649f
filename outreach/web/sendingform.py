"""The form of a sending: to whom, with which greeting, what goes with it, in whose name, when and how fast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from outreach.core.errors import OutreachError
from outreach.core.text import Words
from outreach.pressroom.models import Sending
from outreach.pressroom.outputs import merging, previewing
from outreach.pressroom.sending import planning
from outreach.pressroom.sending.planning import Wanted
from outreach.web import fields
from outreach.web.fields import Choices, FieldShown
from outreach.web.planned import language_name
from outreach.web.releasepage import words_in

TEXTS = "pressmail.form"
_HELLO = 500
_FASTEST = 1_000


@dataclass(frozen=True)
class SendingForm:
    """Everything but the greetings, of which there is one a language."""

    sender_name: str = field(metadata=fields.told(max=120))
    reply_to: str = field(metadata=fields.told("email", max=254))
    lists: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    subscribers: bool = False
    attach: tuple[str, ...] = ()
    due_at: datetime | None = None
    per_minute: int = field(default=0, metadata=fields.told(low=0, high=_FASTEST))
    per_domain: int = field(default=0, metadata=fields.told(low=0, high=_FASTEST))


@dataclass(frozen=True)
class Asked:
    """What a form says: the sending that is wanted, None where a field needs another look; and how it is drawn."""

    wanted: Wanted | None
    fields: tuple[FieldShown, ...]
    hellos: tuple[FieldShown, ...]

    @property
    def all(self) -> tuple[FieldShown, ...]:
        """Every field, for the summary of what is wrong."""
        return (*self.fields, *self.hellos)

    @property
    def by_name(self) -> Mapping[str, FieldShown]:
        """The fields by their names, the greetings not among them."""
        return {one.name: one for one in self.fields}

    @property
    def hello(self) -> dict[str, str]:
        """The greetings by language, as they are typed."""
        return {one.name.removeprefix("hello_"): str(one.value) for one in self.hellos}


def first(name: str, mail: str, languages: Sequence[str]) -> Wanted:
    """What an empty form begins with: nobody to send to, the office's own greeting, at once."""
    hello = {code: words_in(code)("pressout.out.hello") for code in languages}
    return Wanted((), (), hello, (), name, mail, None, 0, 0, False)


def kept(session: Session, sending_id: int) -> tuple[int, Wanted] | None:
    """A draft's release and what it holds; None where there is none, or it is no draft any more."""
    row = session.get(Sending, sending_id)
    if row is None or row.state != "draft":
        return None
    return row.release_id, planning.wanted_of(row)


def draw(wanted: Wanted, t: Words, languages: Sequence[str], choices: Mapping[str, Choices], zone: ZoneInfo) -> Asked:
    """The form filled with a sending."""
    value = SendingForm(
        wanted.sender_name, wanted.reply_to, tuple(map(str, wanted.lists)), tuple(map(str, wanted.contacts)),
        wanted.subscribers, wanted.attach, wanted.due_at, wanted.per_minute, wanted.per_domain,
    )  # fmt: skip
    shown = fields.draw(SendingForm, t, TEXTS, value=value, choices={**choices, "attach": _files(t)}, zone=zone)
    return Asked(wanted, shown, tuple(_hello(t, code, wanted.hello.get(code, "")) for code in languages))


def read(
    sent: MultiDict[str, str], t: Words, languages: Sequence[str], choices: Mapping[str, Choices], zone: ZoneInfo
) -> Asked:
    """What was typed. A greeting with a field that nobody knows is an error beside it."""
    filled = fields.read(SendingForm, sent, t, TEXTS, choices={**choices, "attach": _files(t)}, zone=zone)
    hellos = tuple(_read_hello(sent, t, code) for code in languages)
    form = filled.value
    if form is None or any(one.error for one in hellos):
        return Asked(None, filled.fields, hellos)
    told = Asked(None, filled.fields, hellos)
    wanted = Wanted(
        tuple(map(int, form.lists)), tuple(map(int, form.contacts)), told.hello, form.attach, form.sender_name,
        form.reply_to, form.due_at, form.per_minute, form.per_domain, form.subscribers,
    )  # fmt: skip
    return replace(told, wanted=wanted)


def numbers(sent: MultiDict[str, str], name: str, highest: int, most: int = 500) -> tuple[int, ...]:
    """The rows' numbers that a form names, each once; what is none is left out."""
    found = (int(one) for one in sent.getlist(name)[:most] if one.isascii() and one.isdigit() and len(one) <= 10)
    return tuple(dict.fromkeys(one for one in found if 0 < one <= highest))


def _files(t: Words) -> Choices:
    return [(name, t(f"{TEXTS}.attach.{name}")) for name in planning.FILES]


def _read_hello(sent: MultiDict[str, str], t: Words, code: str) -> FieldShown:
    typed = sent.get(f"hello_{code}", "").replace("\r\n", "\n").strip()
    if len(typed) > _HELLO:
        return replace(_hello(t, code, typed), error=t("web.field.long", max=_HELLO))
    try:
        merging.merge(typed, merging.fields(previewing.Nobody(), words_in(code)))
    except OutreachError as error:
        return replace(_hello(t, code, typed), error=t.error(error))
    return _hello(t, code, typed)


def _hello(t: Words, code: str, typed: str) -> FieldShown:
    return FieldShown(
        f"hello_{code}", t(f"{TEXTS}.hello", language=language_name(t, code)), "", "textarea", typed, "", False, (),
        _HELLO, "",
    )  # fmt: skip
