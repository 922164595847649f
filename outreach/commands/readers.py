"""readers: who gets the morning mail, from the command line."""

import getpass
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from outreach.commands.frame import Group, as_json, print_json, shell, table
from outreach.core.errors import OutreachError
from outreach.core.text import LANGUAGES, Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from outreach.core.app import App
    from outreach.subscribers.asked import Asked
    from outreach.subscribers.subscriptions import Seen

P = ParamSpec("P")


@click.group(cls=Group)
def readers() -> None:
    pass


def _wishes(command: Callable[P, Any]) -> Callable[P, Any]:
    """The options that say when the mail comes and what it tells."""
    for option in reversed(
        (
            click.option("--name", "reader_name"),
            click.option("--lang", "mail_language", type=click.Choice(LANGUAGES)),
            click.option("--at", "hour"),
            click.option("--zone"),
            click.option("--rhythm", type=click.Choice(("daily", "working", "weekly"))),
            click.option("--weekday", type=click.IntRange(1, 7)),
            click.option("--topic", "only_topics", multiple=True),
            click.option("--place", "only_places", multiple=True),
            click.option("--tier", "only_tiers", multiple=True),
            click.option("--sense", "only_senses", multiple=True),
        )
    ):
        command = option(command)
    return command


@readers.command("list")
@as_json
def list_readers(json_: bool) -> None:
    from outreach.subscribers import subscriptions

    told = shell()
    with told.app() as app, app.store.reading() as session:
        rows = subscriptions.all_seen(session)
    if json_:
        print_json([{name: value for name, value in vars(row).items() if name != "nonce"} for row in rows])
        return
    words = told.words
    heads = [words(f"cli.column.{name}") for name in ("mail", "person", "when", "language", "state", "last")]
    table([_line(row, words) for row in rows], heads)
    if not rows:
        told.note("cli.readers.none")


@readers.command("add")
@click.argument("mail")
@_wishes
def add_reader(mail: str, **wishes: Any) -> None:
    from outreach.subscribers import subscriptions
    from outreach.subscribers.asked import Asked

    told = shell()
    with told.app() as app:
        own = app.settings
        first = Asked(mail, "", own.digest.language or own.office.language, own.digest.at, own.office.zone)
        with app.store.transaction() as session:
            asked = _asked(app, session, told.words, first, wishes)
            subscriptions.add(session, app.clock.now(), asked, _actor())
    told.say("cli.readers.added", mail=mail.strip().lower())


@readers.command("change")
@click.argument("mail")
@click.option("--to", "new_mail")
@click.option("--everything", is_flag=True)
@_wishes
def change_reader(mail: str, new_mail: str | None, everything: bool, **wishes: Any) -> None:
    from outreach.subscribers import subscriptions

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        seen = _seen(session, mail)
        held = replace(seen.asked, mail=new_mail) if new_mail is not None else seen.asked
        if everything:
            held = replace(held, topics=(), places=(), tiers=(), senses=())
        asked = _asked(app, session, told.words, held, wishes)
        done = subscriptions.change(session, app.clock.now(), seen.id, asked, _actor())
    told.say("cli.readers.changed" if done else "cli.readers.same", mail=mail)


@readers.command("off")
@click.argument("mail")
def switch_off(mail: str) -> None:
    told = shell()
    told.say("cli.readers.off_now" if _switch(mail, on=False) else "cli.readers.was_off", mail=mail)


@readers.command("on")
@click.argument("mail")
def switch_on(mail: str) -> None:
    told = shell()
    told.say("cli.readers.on_now" if _switch(mail, on=True) else "cli.readers.was_on", mail=mail)


@readers.command("remove")
@click.argument("mail")
def remove_reader(mail: str) -> None:
    from outreach.subscribers import subscriptions

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        number = subscriptions.by_mail(session, mail)
        subscriptions.remove(session, app.clock.now(), number, _actor(), app.settings.digest.recipients)
    told.say("cli.readers.removed", mail=mail)


@readers.command("links")
@click.argument("mail")
@click.option("--renew", is_flag=True)
def show_links(mail: str, renew: bool) -> None:
    from outreach.people import addresses
    from outreach.subscribers import subscriptions
    from outreach.subscribers.links import links_of

    told = shell()
    with told.app() as app:
        with app.store.reading() as session:
            seen = _seen(session, mail)
        nonce = seen.nonce
        if renew:
            with app.store.transaction() as session:
                nonce = subscriptions.fresh_links(session, app.clock.now(), seen.id, _actor())
            told.note("cli.readers.renewed")
        token = links_of(app.seal).reader_token(seen.id, nonce)
        told.note("cli.readers.link")
        click.echo(f"{addresses.base(app.settings)}/subscription/{token}")


def _line(row: "Seen", words: Words) -> list[str]:
    days = words(f"readers.weekday.{row.weekday}") if row.rhythm == "weekly" else words(f"readers.rhythm.{row.rhythm}")
    state = "account_off" if row.disabled else "stopped" if row.state == "on" and row.stopped else row.state
    last = f"{words.day(row.last_day)}, {words(f'digest.status.{row.last_status}')}" if row.last_day else "–"
    return [
        row.mail, row.name or "–", f"{days} {row.at}, {row.zone}", row.language, words(f"readers.state.{state}"), last,
    ]  # fmt: skip


def _switch(mail: str, on: bool) -> bool:
    from outreach.subscribers import subscriptions

    with shell().app() as app, app.store.transaction() as session:
        number = subscriptions.by_mail(session, mail)
        return subscriptions.switch(session, app.clock.now(), number, on, _actor())


def _seen(session: "Session", mail: str) -> "Seen":
    from outreach.subscribers import subscriptions

    seen = subscriptions.one(session, subscriptions.by_mail(session, mail))
    if seen is None:
        raise OutreachError("readers.error.nobody", mail=mail)
    return seen


def _asked(app: "App", session: "Session", words: Words, held: "Asked", wishes: dict[str, Any]) -> "Asked":
    """What was held, with what the options say on top."""
    from scrapers.topics import reading as topics

    plain = {"name": "reader_name", "language": "mail_language", "at": "hour", "zone": "zone", "rhythm": "rhythm"}
    given = {field: wishes[option] for field, option in plain.items() if wishes[option] is not None}
    if wishes["weekday"] is not None:
        given |= {"weekday": wishes["weekday"] - 1, "rhythm": wishes["rhythm"] or "weekly"}
    if wishes["only_topics"]:
        known = topics.names(session, words.language, app.office)
        given["topics"] = tuple(_topic(known, one) for one in wishes["only_topics"])
    if wishes["only_places"]:
        given["places"] = tuple(_place(app, one) for one in wishes["only_places"])
    given |= {name: wishes[f"only_{name}"] for name in ("tiers", "senses") if wishes[f"only_{name}"]}
    return replace(held, **given)


def _place(app: "App", text: str) -> str:
    """A place as the watch names it, by that name or by whatever the office's table takes for it."""
    from outreach.tracker.places import read_places
    from scrapers.watching import watch_of

    known = {one.name for one in watch_of(app.office).gazetteer.places if one.level == 1 and not one.parent}
    wanted = " ".join(text.split())
    found = next((name for name in known if name.casefold() == wanted.casefold()), None)
    found = found or read_places(app.office.places).municipality(wanted)
    if found not in known:
        raise OutreachError("readers.error.place", name=text)
    return found


def _topic(known: Mapping[int, str], text: str) -> int:
    """A topic by its name or its number."""
    wanted = text.strip().casefold()
    for number, name in known.items():
        if wanted in {name.casefold(), str(number)}:
            return number
    raise OutreachError("readers.error.topic", name=text)


def _actor() -> str:
    return getpass.getuser()


commands = (readers,)
