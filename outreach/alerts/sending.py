"""Alert letters go out, each once: claimed, sent with no transaction open, recorded.

What may be out and cannot be sent again without a double is `unconfirmed` and waits for a person.
"""

import logging
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType

from outreach.alerts import claiming, outcome, posting
from outreach.alerts.claiming import Claimed
from outreach.alerts.hook import hook_of
from outreach.alerts.models import AlertHook
from outreach.alerts.outcome import Outcome
from outreach.alerts.telling import Line as LetterLine
from outreach.alerts.telling import Told, tell
from outreach.core import presence
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.http import Answer
from outreach.core.journal import Journal
from outreach.core.mail import Receipt
from outreach.core.mail_line import Line
from outreach.people import addresses, audit

log = logging.getLogger("outreach.alerts")
FAULT = "alerts.letter.fault"


def send_due(app: App) -> int:
    """Sends the letters that are due, each once; how many went. Any number of processes may do this at once."""
    with app.store.reading() as session:
        if not claiming.any_open(session):
            return 0
    now = app.clock.now()
    with app.store.transaction() as session:
        swept = claiming.sweep(session, app.settings.folder, now)
        waiting = claiming.due(session, now)
    if swept:
        log.warning("alerts.swept", extra={"count": swept})
    if not waiting:
        return 0
    went = 0
    folder = app.settings.folder
    with presence.present(folder) as claimer, Journal.open(folder, claimer) as journal, _Post(app, journal) as post:
        for letter_id in waiting:
            if app.stopping.is_set():
                break
            with app.store.transaction() as session:
                claimed = claiming.claim(session, app.clock.now(), app.settings.zone, letter_id, claimer)
            if claimed is None:
                continue
            result = post.send(claimed)
            with app.store.transaction() as session:
                claiming.record(session, app.clock.now(), claimed, result)
            told = {"letter": letter_id, "status": result.status, "alerts": len(claimed.happened)}
            log.info("alerts.letter", extra=told | {"error": result.error_key})
            went += result.status == "sent"
    return went


def test_hook(app: App, now: datetime, hook_id: int, by: str) -> None:
    """Tells a hook something harmless, now. Raises OutreachError, which says why it was not taken."""
    with app.store.transaction() as session:
        hook = session.get(AlertHook, hook_id)
        if hook is None:
            raise OutreachError("alerts.error.no_hook", name=f"#{hook_id}")
        kind, secret_name, language = hook.kind, hook.secret_name, hook.language
        audit.write(session, now, by, "test", "hook", hook_id)
    words = app.texts.in_language(language)
    page = f"{addresses.base(app.settings)}/alerts"
    text = words("alerts.test.line")
    told = Told(
        id=f"test-{hook_id}-{now:%Y%m%d%H%M%S%f}",
        at=now,
        language=words.language,
        office=app.office.name[words.language],
        subject=text,
        lines=(LetterLine("test", text, now, "", page),),
        more=0,
        more_text="",
        page=page,
        settings_link=page,
    )
    answer = _asked(app, kind, secret_name, told, now)
    result = outcome.of_hook(hook_of(kind), answer, 1, now, now)
    if result.status != "sent":
        raise OutreachError(result.error_key or FAULT, **result.error_facts)


@dataclass
class _Post:
    """One round's way out: the mail line is opened when the first mail goes."""

    app: App
    journal: Journal
    _line: Line | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "_Post":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.__exit__(kind, error, at)

    def send(self, claimed: Claimed) -> Outcome:
        """Sends one letter; whatever goes wrong becomes an outcome."""
        now = self.app.clock.now()
        try:
            told = _told(self.app, claimed)
            if claimed.hook is None:
                return outcome.of_mail(self._mailed(claimed, told, now), claimed.attempt, claimed.made_at, now)
            kind, secret_name = claimed.hook
            answer = _asked(self.app, kind, secret_name, told, now)
            return outcome.of_hook(hook_of(kind), answer, claimed.attempt, claimed.made_at, now)
        except Exception:
            # Nobody knows how far it came.
            log.exception("alerts.broke", extra={"letter": claimed.letter_id})
            return Outcome("unconfirmed", error_key=FAULT)

    def _mailed(self, claimed: Claimed, told: Told, now: datetime) -> Receipt | OutreachError:
        try:
            mail = posting.parcel(self.app, told, claimed.message_id, claimed.letter_id, claimed.rule.mail, now)
            if self._line is None:
                self._line = self._open.enter_context(self.app.mailer.line())
            return self._line.send(mail, self.journal.note(claimed.mark))
        except OutreachError as error:
            return error


def _told(app: App, claimed: Claimed) -> Told:
    words = app.texts.in_language(claimed.rule.language)
    return tell(
        claimed.happened,
        words,
        app.settings.zone,
        addresses.base(app.settings),
        letter=claimed.message_id.strip("<>").partition("@")[0],
        at=claimed.made_at,
        office=app.office.name[words.language],
    )


def _asked(app: App, kind: str, secret_name: str, told: Told, now: datetime) -> Answer | OutreachError:
    try:
        return app.http.send(posting.request(kind, secret_name, told, now))
    except OutreachError as error:
        return error
