"""paste: what a person saw and no source shows, from the command line."""

import getpass
import sys
from datetime import datetime

import click

from outreach.commands.frame import DAY, Command, shell

_TIERS = ("national", "regional", "local", "diaspora", "social")


@click.command(cls=Command)
@click.option("--link", "address", default="")
@click.option("--text", default="")
@click.option("--title", default="")
@click.option("--where", default="")
@click.option("--tier", type=click.Choice(_TIERS), default="social")
@click.option("--on", "day", type=DAY)
def paste(address: str, text: str, title: str, where: str, tier: str, day: datetime | None) -> None:
    from outreach.people import audit
    from scrapers import pasting
    from scrapers.collect import judge_of
    from scrapers.pseudonym import veil_of

    told = shell()
    if text == "-":
        text = sys.stdin.read(200_000)
    with told.app() as app:
        noon = day.replace(hour=12, tzinfo=app.settings.zone) if day else None
        pasted = pasting.Pasted(address, title, text, where, tier, noon)
        now, actor = app.clock.now(), getpass.getuser()
        with app.store.transaction() as session:
            name = told.words(f"mentions.paste.source.{tier}")
            brought = pasting.paste(session, now, actor, pasted, judge_of(app), name, veil_of(app))
            audit.write(session, now, actor, "paste", "mention", brought.mention_id, known=int(brought.known))
    told.say("cli.paste.known" if brought.known else "cli.paste.added", id=str(brought.mention_id))


commands = (paste,)
