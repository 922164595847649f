"""Is everything well? One finding a line, found without changing anything."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from sqlalchemy import func, select

from campaigns.models import ChannelRow, Delivery
from outreach import daemon, wiring
from outreach.core import db, keyring, office, seal, settings
from outreach.core.clock import SystemClock
from outreach.core.errors import OutreachError, WireError
from outreach.core.mail import SmtpMailer
from outreach.core.registry import build
from outreach.core.reseal import UNNAMED, counted
from outreach.migrations import run
from outreach.people import addresses
from outreach.postbox import boxes, envelope
from outreach.subscribers import subscriptions
from scrapers import queries as heard
from scrapers.watch.match import load


@dataclass(frozen=True)
class Finding:
    """One line of the check-up: what was looked at, `ok`, `warn` or `broken`, and the sentence's key and facts."""

    what: str
    state: str
    key: str
    facts: dict[str, object] = field(default_factory=dict)


def look(told: settings.Settings) -> list[Finding]:
    """Every finding; a part that cannot be looked at is itself a finding, and the others are still looked at."""
    found: list[Finding] = [Finding("settings", "ok", "check.settings", {"folder": told.folder})]
    for what, part in (
        ("clock", _clock),
        ("office", _office),
        ("store", _store),
        ("key", _key),
        ("mail", _mail),
        ("mailboxes", _mailboxes),
        ("readers", _readers),
        ("channels", _channels),
        ("sources", _sources),
        ("web", _web),
    ):
        found.extend(_looked(what, part, told))
    return found


def _looked(
    what: str, part: Callable[[settings.Settings], Iterator[Finding]], told: settings.Settings
) -> list[Finding]:
    try:
        return list(part(told))
    except OutreachError as error:
        return [Finding(what, "broken", error.key, dict(error.facts))]
    except OSError as error:
        return [Finding(what, "broken", "core.file", {"file": str(error.filename), "reason": error.strerror or ""})]


def _clock(told: settings.Settings) -> Iterator[Finding]:
    now = SystemClock().now()
    if now < datetime(2026, 1, 1, tzinfo=UTC):
        yield Finding("clock", "broken", "check.clock.past", {"now": now.date().isoformat()})
        return
    local = now.astimezone(told.zone)
    yield Finding(
        "clock",
        "ok",
        "check.clock",
        {"now": f"{local:%Y-%m-%d %H:%M}", "zone": told.office.zone, "offset": f"{local:%z}"},
    )


def _office(told: settings.Settings) -> Iterator[Finding]:
    here = office.read_office(told.office.profile, told.base)
    load(here.vocabulary, here.places)
    yield Finding("office", "ok", "check.office", {"name": here.name[told.office.language]})


def _store(told: settings.Settings) -> Iterator[Finding]:
    with _Opened(told) as store:
        db.is_answering(store)
        run.ensure_current(store)
        yield Finding("store", "ok", "check.store", {"where": str(store.path or store.engine.url.host)})
    yield Finding("daemon", "ok", "check.daemon.on" if daemon.is_running(told.folder) else "check.daemon.off")


def _key(told: settings.Settings) -> Iterator[Finding]:
    held = _held_key(told)
    if held is None:
        yield Finding("key", "warn", "check.key.none")
    elif settings.secret("OUTREACH_DATA_KEY") is not None:
        yield Finding("key", "ok", "check.key.environment")
    else:
        yield Finding("key", "warn", "check.key.file", {"file": str(wiring.key_file(told))})
    if held is not None:
        yield from _key_age(told, held.now().current)
        yield from _key_use(told, held.now())


def _key_age(told: settings.Settings, key: keyring.Key) -> Iterator[Finding]:
    made, file, now = key.made, wiring.key_file(told), SystemClock().now()
    if made is None and settings.secret("OUTREACH_DATA_KEY") is None:
        made = datetime.fromtimestamp(file.stat().st_mtime, UTC)  # a key from before rings tells nothing of itself
    if made is not None and _months(made, now) >= told.privacy.rotate_months:
        facts: dict[str, object] = {"id": key.id, "months": str(told.privacy.rotate_months)}
        yield Finding("key", "warn", "check.key.age", facts)


def _months(since: datetime, until: datetime) -> int:
    """Whole months between two moments."""
    return (until.year - since.year) * 12 + until.month - since.month - (until.day < since.day)


def _key_use(told: settings.Settings, ring: keyring.Ring) -> Iterator[Finding]:
    if len(ring.keys) > 1:
        yield Finding("key", "warn", "check.key.old", {"keys": ", ".join(one.id for one in ring.keys[1:])})
    try:
        with _Opened(told) as store:
            seals = counted(store, told.folder, wiring.sealed())
    except OutreachError:
        return  # its own finding says so
    known, gone = {one.id for one in ring.keys}, {one.id for one in ring.gone}
    named = {key_id for counts in seals.values() for key_id in counts} - {"", UNNAMED}
    for key, state, which in (
        ("check.key.unknown", "broken", named - known - gone),
        ("check.key.destroyed", "warn", (named & gone) - known),
    ):
        counts = {place: sum(of[one] for one in which) for place, of in seals.items()}
        if any(counts.values()):
            told_of = ", ".join(f"{place} ({count})" for place, count in counts.items() if count)
            yield Finding("key", state, key, {"places": told_of})


def _held_key(told: settings.Settings) -> seal.Seal | None:
    try:
        with _Opened(told) as store:
            return wiring.check_key(told, store)
    except OutreachError as error:
        if not error.key.startswith("core.store"):
            raise
        return wiring.check_key(told, None)  # no store, or none that answers: its own finding says so


def _mail(told: settings.Settings) -> Iterator[Finding]:
    mailer = wiring.mailer(told)
    if not isinstance(mailer, SmtpMailer):
        yield Finding("mail", "warn", "check.mail.folder", {"folder": str(wiring.mail_folder(told))})
    else:
        mailer.check()
        yield Finding("mail", "ok", "check.mail.relay", {"host": told.mail.host, "port": str(told.mail.port)})
    for address in (told.mail.sender, *told.digest.recipients):
        if address.endswith(("@example.org", "@example.com", ".invalid")):
            yield Finding("mail", "warn", "check.mail.example", {"address": address})


def _mailboxes(told: settings.Settings) -> Iterator[Finding]:
    mail, mailer = told.mail, wiring.mailer(told)
    for box in (boxes.copies_box(mail, mailer), boxes.bounces_box(mail, mailer), boxes.inquiries_box(mail, mailer)):
        if box is not None:
            yield _box(told, box)
    if bool(mail.copy_to) != bool(mail.copy_box):
        yield Finding("mailboxes", "warn", "check.copies.unread" if mail.copy_to else "check.copies.unfed")
    if bool(mail.bounce_to) != bool(mail.bounce_box):
        yield Finding("mailboxes", "warn", "check.bounces.unread" if mail.bounce_to else "check.bounces.unfed")
    if mail.bounce_to and not envelope.has_room(mail.bounce_to):
        yield Finding("mailboxes", "warn", "check.bounces.long", {"address": mail.bounce_to})


def _box(told: settings.Settings, box: boxes.Box) -> Finding:
    if not box.has_key:
        return Finding("mailboxes", "broken", "check.box.secret", {"variable": box.variable, "host": box.host})
    wire = boxes.wire_of(told)
    try:
        wire.send(box.request(find=""))
    except WireError as error:
        return Finding("mailboxes", "broken", error.key, dict(error.facts))
    finally:
        wire.close()
    return Finding("mailboxes", "ok", f"check.box.{box.name}", {"host": box.host})


def _readers(told: settings.Settings) -> Iterator[Finding]:
    with _Opened(told) as store, store.reading() as session:
        every = [one for one in subscriptions.all_seen(session) if one.state == "on" and not one.disabled]
    stopped = sum(one.stopped for one in every)
    # Those of the settings become readers when the program starts.
    count = len(every) - stopped if every else len(told.digest.recipients)
    if not count:
        yield Finding("readers", "warn", "check.readers.none")
        return
    yield Finding("readers", "ok", "check.readers", {"count": count})
    if stopped:
        yield Finding("readers", "warn", "check.readers.stopped", {"count": stopped})
    base = addresses.base(told)
    if not _is_outside(urlsplit(base).hostname or ""):
        yield Finding("readers", "warn", "check.readers.address", {"address": base})


def _is_outside(host: str) -> bool:
    """Whether a reader elsewhere could mean the same machine by this name."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal", ".lan"))


def _channels(told: settings.Settings) -> Iterator[Finding]:
    with _Opened(told) as store, store.reading() as session:
        rows = session.scalars(select(ChannelRow).order_by(ChannelRow.name)).all()
        for row in rows:
            build("campaigns.channels", row.kind, row.settings)
            missing = [
                str(value)
                for name, value in row.settings.items()
                if name.endswith("_env") and not settings.secret(str(value))
            ]
            if missing:
                yield Finding(
                    "channels", "broken", "check.channel.secret", {"name": row.name, "variable": missing[0]}
                )
            elif row.paused:
                yield Finding("channels", "warn", "check.channel.paused", {"name": row.name})
            else:
                yield Finding("channels", "ok", "check.channel", {"name": row.name, "kind": row.kind})
        if not rows:
            yield Finding("channels", "warn", "check.channel.none")
        waiting = session.scalar(select(func.count()).where(Delivery.status == "unconfirmed")) or 0
        if waiting:
            yield Finding("channels", "warn", "check.deliveries.unconfirmed", {"count": waiting})


def _sources(told: settings.Settings) -> Iterator[Finding]:
    with _Opened(told) as store, store.reading() as session:
        states = [state for state in heard.source_states(session) if state.enabled]
        failing = heard.troubles(session, SystemClock().now())
    if not states:
        yield Finding("sources", "warn", "check.sources.none")
        return
    yield Finding(
        "sources",
        "ok" if not failing else "warn",
        "check.sources",
        {"count": len(states), "failing": len(failing)},
    )


def _web(told: settings.Settings) -> Iterator[Finding]:
    try:
        inside = ip_address(told.web.host).is_loopback
    except ValueError:
        inside = told.web.host == "localhost"
    if not inside:
        yield Finding("web", "warn", "check.web.open", {"host": told.web.host})
    else:
        yield Finding(
            "web",
            "ok",
            "check.web",
            {"page": f"http://{told.web.host}:{told.web.port}/", "public": told.web.public_url},
        )


class _Opened:
    """The store for one look, closed again."""

    def __init__(self, told: settings.Settings) -> None:
        self._store = db.open_store(told.store_url, create=False)

    def __enter__(self) -> db.Store:
        return self._store

    def __exit__(self, *_error: object) -> None:
        self._store.close()
