"""handover: this office's key, and the offices whose keys it knows."""

import getpass

import click

from outreach.commands.frame import Group, as_json, print_json, shell, table


@click.group(cls=Group)
def handover() -> None:
    pass


@handover.command("key")
def show_key() -> None:
    from outreach.tracker.handover import keys

    told = shell()
    with told.app() as app:
        own = keys.own(app.seal, app.office.region["lv"])
    click.echo(own.line)
    told.note("cli.handover.figures", figures=" ".join(own.fingerprint))


@handover.command("list")
@as_json
def list_offices(json_: bool) -> None:
    from outreach.core.clock import local_day
    from outreach.tracker.handover import known

    told = shell()
    with told.app() as app:
        rows, zone = known.offices(app.settings.folder), app.settings.zone
    if json_:
        print_json(
            [
                {
                    "region": one.key.region, "key": one.key.name, "fingerprint": " ".join(one.key.fingerprint),
                    "current": one.current, "added_at": one.added_at.isoformat(), "added_by": one.added_by,
                }
                for one in rows
            ]
        )  # fmt: skip
        return
    t = told.words
    table(
        [
            [one.key.region, " ".join(one.key.fingerprint), t.day(local_day(one.added_at, zone)), one.added_by]
            for one in rows
            if one.current
        ],
        [t(f"handover.head.{name}") for name in ("region", "figures", "added", "who")],
    )
    if not rows:
        told.note("cli.handover.none")


@handover.command("add")
@click.argument("line")
@click.option("--compared", is_flag=True)
def add_office(line: str, compared: bool) -> None:
    from outreach.people import audit
    from outreach.tracker.handover import keys, known

    told, by = shell(), getpass.getuser()
    with told.app() as app:
        found = keys.read_line(line)
        if not compared:
            told.say("cli.handover.compare", region=found.region, figures=" ".join(found.fingerprint))
            return
        now, own = app.clock.now(), keys.own(app.seal, app.office.region["lv"])
        new = known.add(app.settings.folder, now, by, found, own)
        if new:
            with app.store.transaction() as session:
                audit.write(session, now, by, "add", "office", None, region=found.region, key=found.name)
    told.say("handover.told.office" if new else "handover.told.known", region=found.region)


commands = (handover,)
