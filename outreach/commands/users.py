"""users: accounts from the command line: added, listed, switched off and on, given a new link."""

import getpass
from typing import TYPE_CHECKING

import click

from outreach.commands.frame import Group, as_json, print_json, shell, table
from outreach.core.errors import OutreachError
from outreach.core.text import LANGUAGES

if TYPE_CHECKING:
    from outreach.core.app import App


@click.group(cls=Group)
def users() -> None:
    pass


@users.command("add")
@click.argument("mail")
@click.option("--name", "person_name", required=True)
@click.option("--role", required=True)
@click.option("--place")
@click.option("--lang", type=click.Choice(LANGUAGES))
@click.option("--link", "show_link", is_flag=True)
def add_user(
    mail: str, person_name: str, role: str, place: str | None, lang: str | None, show_link: bool
) -> None:
    from outreach.people import users as accounts

    told = shell()
    with told.app() as app:
        account = accounts.Account(
            mail, person_name, role, _municipality(app, place), lang or app.settings.office.language
        )
        with app.store.transaction() as session:
            user_id = accounts.add(session, app.clock.now(), _actor(), account)
        told.say("cli.users.added", mail=mail.strip().lower())
        _give_link(app, user_id, "welcome", mail, show_link)


@users.command("list")
@as_json
def list_users(json_: bool) -> None:
    from outreach.people import users as accounts

    told = shell()
    with told.app() as app, app.store.reading() as session:
        rows = accounts.every(session)
        zone = app.settings.zone
    if json_:
        print_json([vars(row) | {"state": row.state} for row in rows])
        return
    heads = [told.words(f"cli.column.{name}") for name in ("mail", "name", "role", "state", "seen")]
    table(
        [
            [
                row.mail,
                row.name,
                told.words(f"people.role.{row.role}") + (f", {row.place}" if row.place else ""),
                told.words(f"people.state.{row.state}"),
                told.words.moment(row.last_seen_at, zone) if row.last_seen_at else "–",
            ]
            for row in rows
        ],
        heads,
    )
    if not rows:
        told.note("cli.users.none")


@users.command("disable")
@click.argument("mail")
def disable_user(mail: str) -> None:
    from outreach.people import users as accounts

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        done = accounts.disable(session, app.clock.now(), _actor(), accounts.by_mail(session, mail))
    told.say("cli.users.disabled" if done else "cli.users.was_disabled", mail=mail)


@users.command("enable")
@click.argument("mail")
def enable_user(mail: str) -> None:
    from outreach.people import users as accounts

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        done = accounts.enable(session, app.clock.now(), _actor(), accounts.by_mail(session, mail))
    told.say("cli.users.enabled" if done else "cli.users.was_enabled", mail=mail)


@users.command("reset")
@click.argument("mail")
@click.option("--link", "show_link", is_flag=True)
@click.option("--second", is_flag=True)
def reset_user(mail: str, show_link: bool, second: bool) -> None:
    from outreach.people import audit
    from outreach.people import users as accounts

    told = shell()
    with told.app() as app:
        with app.store.transaction() as session:
            user_id = accounts.by_mail(session, mail)
            kind = accounts.link_kind(session, user_id)
            audit.write(session, app.clock.now(), _actor(), "reset", "user", user_id)
            dropped = second and accounts.drop_second(session, app.clock.now(), _actor(), user_id)
        if dropped:
            told.say("cli.users.second_off", mail=mail)
        _give_link(app, user_id, kind, mail, show_link)


def _give_link(app: "App", user_id: int, kind: str, mail: str, show: bool) -> None:
    """Prints the link, or has it mailed by the program that runs."""
    from outreach.people import addresses, keys

    told = shell()
    with app.store.transaction() as session:
        if not show:
            keys.mail(session, app.clock.now(), kind, user_id)
        token = keys.make(session, app.clock.now(), kind, user_id) if show else None
    if token is None:
        told.say("cli.users.mailed", mail=mail)
    else:
        told.note("cli.users.link")
        click.echo(addresses.link(app.settings, kind, token))


def _municipality(app: "App", place: str | None) -> str | None:
    """The municipality as the office's table writes it."""
    from outreach.tracker.places import read_places

    if place is None:
        return None
    found = read_places(app.office.places).municipality(place)
    if found is None:
        raise OutreachError("people.error.unknown_place", place=place)
    return found


def _actor() -> str:
    return getpass.getuser()


commands = (users,)
