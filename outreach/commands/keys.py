"""keys: which there are and what they seal, a new one, the end of an old one."""

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.commands.frame import Group, Shell, as_json, print_json, shell
from outreach.core.errors import OutreachError

if TYPE_CHECKING:
    from outreach.core.reseal import Done


@click.group(cls=Group, invoke_without_command=True)
@as_json
@click.pass_context
def keys(context: click.Context, json_: bool) -> None:
    from outreach import turning

    if context.invoked_subcommand is not None:
        return
    told = shell()
    with told.app() as app:
        found = turning.held(app)
    if json_:
        print_json(
            [
                {"id": one.key_id, "state": one.state, "made": one.made and one.made.isoformat(), "seals": one.seals}
                for one in found
            ]
        )
        return
    zone = told.settings.zone
    for one in found:
        state = told.words(f"keys.state.{one.state}")
        made = f"{one.made.astimezone(zone):%Y-%m-%d %H:%M}" if one.made else told.words("keys.made.unknown")
        told.say("keys.line", id=one.key_id, state=state, made=made, values=told.words.number(sum(one.seals.values())))
        for place, count in one.seals.items():
            told.say("keys.place", place=place, values=told.words.number(count))


@keys.command("rotate")
def rotate() -> None:
    from outreach import turning, wiring

    told = shell()
    with told.app() as app:
        turned = turning.rotate(app, getpass.getuser(), lambda done: _tell(told, done))
    if turned.given is not None:
        told.note("keys.rotate.set", id=turned.key_id)
        click.echo(turned.given)
        return
    told.say("keys.rotate.made" if turned.made else "keys.rotate.went_on", id=turned.key_id)
    told.say("keys.rotate.done", count=turned.anew)
    told.say("keys.rotate.keep", where=_where(wiring.key_file(told.settings)))
    if turned.broken:
        places = ", ".join(f"{place} ({count})" for place, count in turned.broken.items())
        raise OutreachError("keys.error.broken", places=places)


@keys.command("destroy")
@click.argument("key_id")
def destroy(key_id: str) -> None:
    from outreach import turning, wiring

    told = shell()
    with told.app() as app:
        end = turning.ending(app, key_id)
        if end.copies_before is not None:
            before = f"{end.copies_before.astimezone(app.settings.zone):%Y-%m-%d %H:%M}"
            told.note("keys.destroy.copies", id=key_id, before=before)
        told.note("keys.destroy.ask", id=key_id)
        if sys.stdin.readline().strip() != key_id:
            raise OutreachError("keys.error.typed", id=key_id)
        given = turning.destroy(app, getpass.getuser(), key_id)
    if given is not None:
        told.note("keys.destroy.set", id=key_id)
        click.echo(given)
        return
    told.say("keys.destroy.done", id=key_id)
    told.say("keys.destroy.keep", where=_where(wiring.key_file(told.settings)))


def _tell(told: Shell, done: "Done") -> None:
    if done.anew or done.broken:
        told.note("keys.rotate.place", place=done.name, values=told.words.number(done.anew))


def _where(file: Path) -> str:
    from outreach.core.settings import secret

    return "OUTREACH_DATA_KEY" if secret("OUTREACH_DATA_KEY") is not None else str(file)


commands = (keys,)
