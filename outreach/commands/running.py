"""up, demo, check: starting the program and asking whether it is well."""

import logging
import sys

import click

from outreach.commands.frame import Command, as_json, print_json, shell
from outreach.core.app import App
from outreach.core.errors import OutreachError


@click.command(cls=Command)
@click.option("--no-daemon", is_flag=True)
def up(no_daemon: bool) -> None:
    from outreach import daemon, logs, wiring
    from outreach.web.app import make
    from outreach.works import reread_archive
    from scrapers import catalogue
    from scrapers.topics import seeding

    told = shell()
    logs.to_stderr(logging.INFO, told.settings.logs.form)
    with told.app(create=True) as app:
        with app.store.transaction() as session:
            loaded = catalogue.load_office(session, app.clock.now(), app.office)
            language = app.settings.office.language
            topics = seeding.load_office(session, app.clock.now(), app.office, language)
            reread_archive.go_on(session, app.clock.now(), language)
        told.say("cli.up.store", where=app.store.path or app.store.engine.url.host)
        if loaded.added:
            told.say("cli.up.sources", count=loaded.added)
        if topics.added:
            told.say("cli.up.topics", count=topics.added)
        if not app.settings.mail.host:
            told.say("cli.up.mail_folder", folder=wiring.mail_folder(app.settings))
        daemon.serve(app, make(app), wiring.jobs(), lambda: _ready(app), ticks=not no_daemon)
        told.say("cli.up.stopped")


def _ready(app: App) -> None:
    from outreach.people import letters

    told = shell()
    told.say("cli.up.ready", page=f"http://{app.settings.web.host}:{app.settings.web.port}/")
    link = letters.first_link(app)
    if link is not None:
        told.say("cli.up.first", link=link)
    sys.stdout.flush()


@click.command(cls=Command)
@click.option("--queue", "queues", multiple=True)
@click.option("--no-planner", is_flag=True)
def worker(queues: tuple[str, ...], no_planner: bool) -> None:
    from outreach import daemon, logs, wiring
    from outreach.engine import hands
    from outreach.engine import worker as working

    told = shell()
    logs.to_stderr(logging.INFO, told.settings.logs.form)
    chosen = hands.chosen(queues)
    if told.settings.store_url.startswith("sqlite"):
        raise OutreachError("engine.postgresql")  # before a store is made for nothing
    with told.app(create=True) as app:
        told.say("cli.worker.store", where=app.store.path or app.store.engine.url.host)

        def ready() -> None:
            told.say("cli.worker.ready", queues=", ".join(f"{queue}={count}" for queue, count in chosen.items()))
            sys.stdout.flush()

        working.run(app, wiring.jobs(), chosen, daemon.asked_to_end(), plans=not no_planner, ready=ready)
        told.say("cli.worker.stopped")


@click.command(cls=Command)
@click.option("--once", is_flag=True)
def demo(once: bool) -> None:
    from outreach.demo import day

    told = shell()
    if not day.run(told.settings, told.words, once=once):
        sys.exit(1)


@click.command(cls=Command)
@as_json
def check(json_: bool) -> None:
    from outreach import checkup

    told = shell()
    findings = checkup.look(told.settings)
    if json_:
        print_json(
            [
                {"what": item.what, "state": item.state, "told": told.words.fact(item.key, item.facts)}
                for item in findings
            ]
        )
    else:
        for item in findings:
            state, what = told.words(f"cli.check.{item.state}"), told.words(f"cli.check.what.{item.what}")
            click.echo(f"{state:<9} {what}: {told.words.fact(item.key, item.facts)}")
    if any(item.state == "broken" for item in findings):
        sys.exit(1)


commands = (up, worker, demo, check)
