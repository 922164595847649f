"""press: releases on their way from the command line: who would get one, begin, how it goes, pause, settle."""

import getpass
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from outreach.commands.frame import MOMENT, NUMBER, Group, as_json, print_json, shell, table
from outreach.core.errors import OutreachError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from outreach.core.app import App
    from outreach.pressroom.sending.planning import Foreseen
    from outreach.pressroom.sending.reading import SendingSeen

    Steer = Callable[[Session, datetime, int, str], object]

_WAITING = ("failed", "unconfirmed")  # statuses that a person looks at
_MOST = 500


@click.group(cls=Group)
def press() -> None:
    pass


@press.command()
@click.argument("release", type=NUMBER)
@click.option("--list", "lists", multiple=True)
@click.option("--contact", "contacts", type=NUMBER, multiple=True)
@click.option("--name", "sender_name")
@click.option("--reply-to")
@click.option("--attach", type=click.Choice(["pdf", "docx"]), multiple=True)
@click.option("--at", "due", type=MOMENT)
@click.option("--dry-run", "only_look", is_flag=True)
def send(
    release: int,
    lists: tuple[str, ...],
    contacts: tuple[int, ...],
    sender_name: str | None,
    reply_to: str | None,
    attach: tuple[str, ...],
    due: datetime | None,
    only_look: bool,
) -> None:
    from outreach.core.clock import local_day
    from outreach.people import audit
    from outreach.pressroom.sending import planning, starting
    from outreach.pressroom.sending.planning import Wanted

    told, by = shell(), getpass.getuser()
    with told.app() as app:
        now, zone = app.clock.now(), app.settings.zone
        with app.store.reading() as session:
            wanted = Wanted(
                _lists(session, lists), contacts, _hello(app, session, release), attach, sender_name or _office(app),
                reply_to or app.office.contact, due.replace(tzinfo=zone).astimezone(UTC) if due else None, 0, 0, False,
            )  # fmt: skip
            foreseen = planning.foresee(session, now, release, wanted, local_day(now, zone), zone)
        total = _would(foreseen)
        if foreseen.trouble is not None:
            raise foreseen.trouble
        if only_look:
            return
        with app.store.transaction() as session:
            number = planning.plan(session, now, release, wanted, by, sender=app.settings.mail.sender).id
            audit.write(session, now, by, "plan", "sending", number)
        starting.start(app, number, by)
        with app.store.transaction() as session:
            audit.write(session, now, by, "send", "sending", number, count=total)
    told.say("cli.press.begun", number=str(number), count=total)


@press.command()
@click.argument("sending", type=NUMBER, required=False)
@as_json
def status(sending: int | None, json_: bool) -> None:
    from outreach.pressroom.sending import reading

    told = shell()
    with told.app() as app, app.store.reading() as session:
        if sending is None:
            rows = reading.listed(session, _MOST)
            mails = []
        else:
            rows = [_one(session, sending)]
            mails = [one for name in _WAITING for one in reading.mails(session, sending, status=name, limit=_MOST)]
        zone = app.settings.zone
    if json_:
        print_json([{**vars(row), "mails": [vars(one) for one in mails]} if sending else vars(row) for row in rows])
        return
    t = told.words
    table(
        [
            [
                str(row.sending_id),
                t(f"pressmail.state.{row.state}"),
                t.moment(row.started_at, zone) if row.started_at else "–",
                ", ".join(t(f"pressmail.count.{name}", count=one) for name, one in row.counts.items() if one) or "–",
                row.headline,
            ]
            for row in rows
        ],
        [t(f"cli.column.{name}") for name in ("id", "state", "when", "count", "title")],
    )
    for row in rows:
        if sending is not None and row.reason_key:
            told.note("pressmail.told.refused", reason=t.fact(row.reason_key, row.reason_facts))
    for one in mails:
        why = t.fact(one.error_key, one.error_facts) if one.error_key else ""
        click.echo(f"{one.mail_id}  {t(f'pressmail.status.{one.status}')}  {one.name} <{one.mail}>  {why}".rstrip())
    if not rows:
        told.note("cli.press.none")


@press.command()
@click.argument("sending", type=NUMBER)
def pause(sending: int) -> None:
    from outreach.pressroom.sending import steering

    _steer(sending, steering.pause, "pause", "cli.press.paused")


@press.command("go-on")
@click.argument("sending", type=NUMBER)
def go_on(sending: int) -> None:
    from outreach.pressroom.sending import steering

    _steer(sending, steering.go_on, "resume", "cli.press.goes_on")


@press.command()
@click.argument("sending", type=NUMBER)
def cancel(sending: int) -> None:
    from outreach.pressroom.sending import steering

    _steer(sending, steering.cancel, "cancel", "cli.press.cancelled")


@press.command()
@click.argument("release_mail", metavar="MAIL", type=NUMBER)
@click.option("--sent/--not-sent", "was_sent", required=True)
def settle(release_mail: int, was_sent: bool) -> None:
    from outreach.people import audit
    from outreach.pressroom.models import ReleaseMail
    from outreach.pressroom.sending import steering

    told, by = shell(), getpass.getuser()
    with told.app() as app, app.store.transaction() as session:
        row = session.get(ReleaseMail, release_mail)
        if row is None:
            raise OutreachError("cli.press.no_mail", number=str(release_mail))
        steering.settle(session, app.clock.now(), release_mail, was_sent, by)
        audit.write(session, app.clock.now(), by, "settle", "sending", row.sending_id, mail=release_mail)
    told.say("cli.press.settled" if was_sent else "cli.press.again", number=str(release_mail))


def _steer(sending: int, deed: "Steer", action: str, said: str) -> None:
    from outreach.people import audit

    told, by = shell(), getpass.getuser()
    with told.app() as app, app.store.transaction() as session:
        _one(session, sending)
        deed(session, app.clock.now(), sending, by)
        audit.write(session, app.clock.now(), by, action, "sending", sending)
    told.say(said, number=str(sending))


def _one(session: "Session", sending: int) -> "SendingSeen":
    from outreach.pressroom.sending import reading

    found = reading.one(session, sending)
    if found is None:
        raise OutreachError("cli.press.no_sending", number=str(sending))
    return found


def _lists(session: "Session", named: Sequence[str]) -> tuple[int, ...]:
    """The lists by their names, or by their numbers."""
    from sqlalchemy import select

    from outreach.pressroom.models import ContactList

    if not named:
        return ()
    rows = session.execute(select(ContactList.id, ContactList.name).order_by(ContactList.name).limit(_MOST)).all()
    known = {str(number): number for number, _ in rows} | {name.casefold(): number for number, name in rows}
    found = []
    for one in named:
        number = known.get(" ".join(one.split()).casefold())
        if number is None:
            names = ", ".join(name for _, name in rows[:20])
            raise OutreachError("cli.press.no_list", list=one, known=names or "–")
        found.append(number)
    return tuple(found)


def _hello(app: "App", session: "Session", release: int) -> dict[str, str]:
    """The office's own greeting, in each of the release's languages."""
    from outreach.core.text import LANGUAGES
    from outreach.pressroom import texts

    return {
        code: app.texts.in_language(code if code in LANGUAGES else "en")("pressout.out.hello")
        for code in texts.languages(session, release)
    }


def _office(app: "App") -> str:
    return app.office.name[app.settings.office.language]


def _would(foreseen: "Foreseen") -> int:
    """Says how many mails would go out and who gets none; how many would."""
    told = shell()
    total = sum(foreseen.going.values())
    languages = ", ".join(f"{code} {count}" for code, count in sorted(foreseen.going.items()))
    told.say("cli.press.would", count=total, languages=languages or "–")
    for one in foreseen.skipped:
        told.say("cli.press.not_to", who=one.name or one.mail, reason=told.words(one.reason))
    return total


commands = (press,)
