"""alerts: what could not wait for the morning, who is told of it, and the hooks of other programs."""

import getpass
from collections.abc import Callable
from typing import Any, ParamSpec

import click

from outreach.commands.frame import NUMBER, Group, as_json, print_json, shell, table
from outreach.core.errors import OutreachError
from outreach.core.text import LANGUAGES

P = ParamSpec("P")


@click.group(cls=Group)
def alerts() -> None:
    pass


def _wishes(command: Callable[P, Any]) -> Callable[P, Any]:
    """The options that say what is told, and when not."""
    for option in reversed(
        (
            click.option("--about", multiple=True),
            click.option("--quiet-from", "quiet_from"),
            click.option("--quiet-until", "quiet_until"),
            click.option("--working-days", "working_days", is_flag=True, default=None),
        )
    ):
        command = option(command)
    return command


@alerts.command("list")
@click.option("--limit", default=20, type=click.IntRange(1, 1000))
@as_json
def list_alerts(limit: int, json_: bool) -> None:
    from outreach.alerts import queries, wording

    told = shell()
    with told.app() as app, app.store.reading() as session:
        rows = queries.listed(session, limit=limit)
        zone = app.settings.zone
    if json_:
        print_json([vars(row) for row in rows])
        return
    words = told.words
    table(
        [
            [
                str(row.id),
                words.moment(row.at, zone),
                wording.sentence(row.kind, row.facts, words, zone),
                words("cli.alerts.told", count=row.told),
            ]
            for row in rows
        ],
        [words(f"cli.column.{name}") for name in ("id", "when", "title", "state")],
    )
    if not rows:
        told.note("cli.alerts.none")


@alerts.command("rules")
@as_json
def list_rules(json_: bool) -> None:
    from outreach.alerts import queries

    told = shell()
    with told.app() as app, app.store.reading() as session:
        rows = queries.rules_seen(session)
    if json_:
        print_json([_flat(row) for row in rows])
        return
    words = told.words
    table(
        [
            [
                row.mail or row.name,
                ", ".join(row.kinds),
                f"{row.wanted.quiet_from}–{row.wanted.quiet_until}",
                words("cli.alerts.working" if row.wanted.working_days else "cli.alerts.any_day"),
                words("cli.alerts.on.state" if row.tells else "cli.alerts.off.state"),
            ]
            for row in rows
        ],
        [words(f"cli.column.{name}") for name in ("mail", "about", "quiet", "day", "state")],
    )
    if not rows:
        told.note("cli.alerts.no_rules")


@alerts.command("set")
@click.argument("mail")
@_wishes
def set_rule(mail: str, **wishes: Any) -> None:
    from outreach.alerts import rules
    from outreach.people import users

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        user_id = users.by_mail(session, mail)
        before = rules.of_user(session, user_id)
        account = users.one(session, user_id)
        may = rules.allowed(account.role if account is not None else "")
        rules.put(session, app.clock.now(), user_id, _wanted(before, may, **wishes), getpass.getuser())
    told.say("cli.alerts.set_for", mail=mail.strip().lower())


@alerts.command("off")
@click.argument("mail")
def switch_off(mail: str) -> None:
    _switch(mail, False)


@alerts.command("on")
@click.argument("mail")
def switch_on(mail: str) -> None:
    _switch(mail, True)


@alerts.command("letters")
@as_json
def list_letters(json_: bool) -> None:
    from outreach.alerts import queries

    told = shell()
    with told.app() as app, app.store.reading() as session:
        rows = queries.needs_person(session)
        zone = app.settings.zone
    if json_:
        print_json([vars(row) for row in rows])
        return
    words = told.words
    table(
        [
            [
                str(row.id),
                words.moment(row.made_at, zone),
                row.name,
                str(row.alerts),
                words.fact(row.error_key, row.error_facts) if row.error_key else row.status,
            ]
            for row in rows
        ],
        [words(f"cli.column.{name}") for name in ("id", "when", "name", "count", "reason")],
    )
    if not rows:
        told.note("cli.alerts.no_letters")


@alerts.command("settle")
@click.argument("letter_id", type=NUMBER)
@click.option("--arrived", "letter_arrived", is_flag=True)
@click.option("--again", "letter_again", is_flag=True)
@click.option("--aside", "letter_aside", is_flag=True)
def settle(letter_id: int, letter_arrived: bool, letter_again: bool, letter_aside: bool) -> None:
    from outreach.alerts import queries

    told = shell()
    if letter_arrived + letter_again + letter_aside != 1:
        raise OutreachError("cli.alerts.settle_how")
    with told.app() as app, app.store.transaction() as session:
        now, by = app.clock.now(), getpass.getuser()
        if letter_aside:
            done = queries.let_go(session, now, letter_id, by)
        else:
            done = queries.settle(session, now, letter_id, letter_arrived, by)
    if not done:
        raise OutreachError("cli.alerts.no_letter", id=letter_id)
    told.say("cli.alerts.settled")


@alerts.command("hooks")
@as_json
def list_hooks(json_: bool) -> None:
    from outreach.alerts import queries
    from outreach.core.settings import secret

    told = shell()
    with told.app() as app, app.store.reading() as session:
        rows = queries.hooks_seen(session, secret)
    if json_:
        print_json([vars(row) | {"rule": _flat(row.rule) if row.rule else None} for row in rows])
        return
    words = told.words
    table(
        [
            [
                row.name,
                row.kind,
                row.secret_name + ("" if row.is_set else f" ({words('cli.alerts.not_set')})"),
                ", ".join(row.rule.kinds) if row.rule else "",
                words("cli.alerts.on.state" if row.rule is not None and row.rule.tells else "cli.alerts.off.state"),
            ]
            for row in rows
        ],
        [words(f"cli.column.{name}") for name in ("name", "kind", "variable", "about", "state")],
    )
    if not rows:
        told.note("cli.alerts.no_hooks")


@alerts.command("add-hook")
@click.argument("name")
@click.argument("kind")
@click.argument("variable")
@click.option("--lang", "hook_language", type=click.Choice(LANGUAGES))
@_wishes
def add_hook(name: str, kind: str, variable: str, hook_language: str | None, **wishes: Any) -> None:
    from outreach.alerts import hookbook, rules

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        asked = hookbook.HookAsked(name, kind, variable, hook_language or app.settings.office.language)
        wanted = _wanted(None, rules.KINDS_OF_HOOKS, **wishes)
        hookbook.add(session, app.clock.now(), asked, wanted, getpass.getuser())
    told.say("cli.alerts.hook_added", name=name, variables=", ".join(hookbook.needs(kind, variable)))


@alerts.command("remove-hook")
@click.argument("name")
def remove_hook(name: str) -> None:
    from outreach.alerts import hookbook

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        hookbook.remove(session, app.clock.now(), hookbook.by_name(session, name), getpass.getuser())
    told.say("cli.alerts.hook_removed", name=name)


@alerts.command("test-hook")
@click.argument("name")
def test_hook(name: str) -> None:
    from outreach.alerts import hookbook, sending

    told = shell()
    with told.app() as app:
        with app.store.reading() as session:
            hook_id = hookbook.by_name(session, name)
        sending.test_hook(app, app.clock.now(), hook_id, getpass.getuser())
    told.say("cli.alerts.hook_works", name=name)


def _wanted(
    before: Any, may: tuple[str, ...], about: tuple[str, ...], quiet_from: str | None, quiet_until: str | None,
    working_days: bool | None,
) -> Any:  # fmt: skip
    """The wish as typed; what is not said stays as it was, or is all that may be told."""
    from outreach.alerts.rules import Wanted

    held = before.wanted if before is not None and before.kinds else Wanted(may)
    return Wanted(
        about or held.kinds,
        quiet_from or held.quiet_from,
        quiet_until or held.quiet_until,
        held.working_days if working_days is None else working_days,
    )


def _switch(mail: str, on: bool) -> None:
    from outreach.alerts import rules
    from outreach.people import users

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        rule = rules.of_user(session, users.by_mail(session, mail))
        if rule is None:
            raise OutreachError("alerts.error.no_rule", mail=mail)
        rules.switch(session, app.clock.now(), rule.id, on, getpass.getuser())
    told.say("cli.alerts.switched_on" if on else "cli.alerts.switched_off", mail=mail)


def _flat(rule: Any) -> dict[str, object]:
    told: dict[str, object] = {name: value for name, value in vars(rule).items() if name != "wanted"}
    told.update(vars(rule.wanted))
    return told


commands = (alerts,)
