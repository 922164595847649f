"""Builds the App and gathers what the rooms bring: models, jobs. The only place where everything meets.

Rooms are loaded when they are asked for: a command that polls needs one wing, and all of them take longer to load
than a round takes.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from outreach.core import db, http, keyfile, mail, office, reseal, seal, settings, text
from outreach.core.app import App
from outreach.core.clock import Clock, SystemClock
from outreach.core.errors import OutreachError
from outreach.core.jobs import Job

log = logging.getLogger("outreach")


def models() -> tuple[ModuleType, ...]:
    """Loads every module that owns tables; alembic reads the metadata they fill."""
    import campaigns.models
    import outreach.alerts.models
    import outreach.core.queuetables
    import outreach.digest.models
    import outreach.people.models
    import outreach.postbox.models
    import outreach.pressroom.models
    import outreach.statements.models
    import outreach.statements.sharing.models
    import outreach.subscribers.models
    import outreach.tracker.bringing.models
    import outreach.tracker.cases.models
    import outreach.tracker.handover.models
    import outreach.tracker.heard.models
    import outreach.tracker.letters.models
    import outreach.tracker.models
    import outreach.tracker.offers.models
    import outreach.tracker.same.models
    import outreach.work
    import scrapers.deskmodels
    import scrapers.models
    import scrapers.topicmodels

    return (
        outreach.people.models,
        scrapers.models,
        scrapers.topicmodels,
        scrapers.deskmodels,
        campaigns.models,
        outreach.tracker.models,
        outreach.tracker.heard.models,
        outreach.tracker.same.models,
        outreach.tracker.letters.models,
        outreach.tracker.bringing.models,
        outreach.tracker.cases.models,
        outreach.tracker.offers.models,
        outreach.tracker.handover.models,
        outreach.statements.models,
        outreach.statements.sharing.models,
        outreach.work,
        outreach.postbox.models,
        outreach.subscribers.models,
        outreach.digest.models,
        outreach.alerts.models,
        outreach.pressroom.models,
    )


def jobs() -> tuple[Job, ...]:
    """Everything that ticks, of every room."""
    import campaigns.jobs
    import outreach.alerts.jobs
    import outreach.digest.jobs
    import outreach.people.jobs
    import outreach.postbox.jobs
    import outreach.pressroom.jobs
    import outreach.pressroom.sending.replies
    import outreach.tracker.jobs
    import outreach.work
    import scrapers.jobs

    models()
    return (
        *scrapers.jobs.jobs(),
        *campaigns.jobs.jobs(),
        *outreach.tracker.jobs.jobs(),
        *outreach.people.jobs.jobs(),
        *outreach.work.jobs(),
        *outreach.postbox.jobs.jobs((outreach.pressroom.sending.replies.FOLLOWER,)),
        *outreach.pressroom.jobs.jobs(),
        *outreach.digest.jobs.jobs(),
        *outreach.alerts.jobs.jobs(),
    )


def texts() -> text.Texts:
    """The product's catalogues."""
    return text.read_catalogues(Path(__file__).resolve().parent / "translations")


@contextmanager
def open_app(
    told: settings.Settings, *, create: bool = False, clock: Clock | None = None, lean: bool = False
) -> Iterator[App]:
    """The App of these settings; wires and store are closed at the end.

    With `create` a missing store is made and an older one brought up to date; without it a missing one is an
    OutreachError `core.store.missing`. `lean`: for work within one wing; the other rooms are not loaded, which takes
    longer than a round of polls.
    """
    if not lean:
        models()
    if create:
        prepare(told)
    here = office.read_office(told.office.profile, told.base)
    wire = wire_of(told, here)
    store = db.open_store(told.store_url, create=create)
    if not lean:
        store = _noting(told, store)
    try:
        app = App(
            settings=told,
            office=here,
            clock=clock or SystemClock(),
            store=store,
            http=wire,
            mailer=mailer(told, wire),
            seal=_held_seal(told) if lean and key_file(told).exists() else data_seal(told, store),
            texts=texts(),
        )
        if create and not lean:
            _keep_erased(app)
        yield app
    finally:
        wire.close()
        store.close()


def _noting(told: settings.Settings, store: db.Store) -> db.Store:
    """The store that writes every erasing into the ledger."""
    from outreach.tracker import erasures

    return replace(store, committed=erasures.writer(told.folder))


def _keep_erased(app: App) -> None:
    """Before anybody looks: a store that was brought back by other means does not know who was erased since."""
    from outreach.tracker import erasures

    erasures.keep(app)


def replay_erased(app: App) -> None:
    """The same for a command, which makes no store and may come before any start."""
    from outreach.tracker import erasures

    erasures.replay(app)


def wire_of(told: settings.Settings, here: office.Office) -> http.GuardedHttp:
    """The guarded wire, which says who asks; the caller closes it."""
    return http.GuardedHttp(
        user_agent=f"outreach/0.1 ({here.portal}; {here.contact})",
        connect_seconds=told.http.connect_seconds,
        read_seconds=told.http.read_seconds,
        total_seconds=told.http.total_seconds,
        max_bytes=told.http.max_bytes,
        allow_private=told.http.allow_private,
    )


def data_seal(told: settings.Settings, store: db.Store) -> seal.Seal:
    """The seal of this office's personal data.

    A key is made on the first start and never again: with sealed data in the store and the key gone, a new one would
    only hide the loss. OutreachError `core.seal.lost`, or `core.seal.other` for keys that are not theirs.
    """
    return check_key(told, store) or keyfile.file_seal(key_file(told))


def check_key(told: settings.Settings, store: db.Store | None) -> seal.Seal | None:
    """The keys that are there, None if none is yet; raises as `data_seal` does, and never makes one.

    A key that was destroyed may still be named by a store that is older: nothing of it opens, and all else works. A few
    values under a key that nobody knows are for `outreach check` to tell.
    """
    value, file = settings.secret("OUTREACH_DATA_KEY"), key_file(told)
    used = reseal.first_keys(store, sealed()) if store is not None else set()
    where = "OUTREACH_DATA_KEY" if value is not None else str(file)
    if value is None and not file.exists():
        if used:
            raise OutreachError("core.seal.lost", where=where)
        return None
    held = _held_seal(told)
    ring = held.now()
    if used and used.isdisjoint([*(one.id for one in ring.keys), *(one.id for one in ring.gone)]):
        raise OutreachError("core.seal.other", where=where)
    return held


def _held_seal(told: settings.Settings) -> seal.Seal:
    """The seal by the keys that are there, unproven: for work that opens nothing sealed."""
    value = settings.secret("OUTREACH_DATA_KEY")
    return keyfile.file_seal(key_file(told)) if value is None else keyfile.given_seal(value, key_mark(told))


def sealed() -> tuple[reseal.Place, ...]:
    """Every place of every room where something is sealed with the office's key."""
    models()
    import campaigns.sealed
    import outreach.people.sealed
    import outreach.pressroom.sealed
    import outreach.tracker.sealed

    return (
        *outreach.people.sealed.places(),
        *campaigns.sealed.places(),
        *outreach.pressroom.sealed.places(),
        *outreach.tracker.sealed.places(),
    )


def prepare(told: settings.Settings) -> None:
    """Makes the data folder and the store, or brings an older store up to date."""
    from outreach.migrations.run import upgrade  # alembic is slow to import and only needed here

    if not told.folder.exists():
        # Families' records lie in it: nobody else on this machine may look.
        told.folder.mkdir(parents=True, mode=0o700)
    upgrade(told.store_url)


def mailer(told: settings.Settings, wire: http.Http | None = None) -> mail.Mailer:
    """The relay that is set, else a folder of .eml files. Over `wire` access tokens are asked for; without it a wire of
    their own is made when one is needed."""
    if not told.mail.host:
        return mail.FolderMailer(mail_folder(told))
    return mail.SmtpMailer(
        host=told.mail.host,
        port=told.mail.port,
        security=told.mail.security,
        user=told.mail.user or None,
        password=settings.secret("OUTREACH_MAIL_PASSWORD"),
        tokens=_tokens(told, wire) if told.mail.auth == "xoauth2" else None,
        per_minute=told.mail.per_minute,
        per_connection=told.mail.per_connection,
    )


def _tokens(told: settings.Settings, wire: http.Http | None) -> mail.Tokens:
    from outreach.core.mail_token import AccessTokens  # the library takes its time, and few offices need it

    return AccessTokens(
        lambda: wire or wire_of(told, office.read_office(told.office.profile, told.base)),
        url=told.mail.token_url,
        client_id=told.mail.client_id,
        secret=settings.secret("OUTREACH_MAIL_CLIENT_SECRET"),
        refresh=settings.secret("OUTREACH_MAIL_REFRESH_TOKEN"),
        scope=told.mail.token_scope,
    )


def mail_folder(told: settings.Settings) -> Path:
    """Where mail lies that no relay took."""
    return told.folder / "mail"


def key_file(told: settings.Settings) -> Path:
    """The key to personal data where the environment gives none."""
    return told.folder / "keys" / "data.key"


def key_mark(told: settings.Settings) -> Path:
    """Where stands which key seals, when keys come from the environment: its id, nothing of it."""
    return told.folder / "keys" / "current"


def in_folder(told: settings.Settings, folder: Path) -> settings.Settings:
    """The same settings with another data folder."""
    return told.model_copy(update={"store": told.store.model_copy(update={"folder": folder, "url": ""})})


def with_mailer(app: App, other: mail.Mailer) -> App:
    """The same App with another way for its mail."""
    return replace(app, mailer=other)
