"""sources probe, sources kinds: what could be watched at an address, and which kinds of sources there are."""

from dataclasses import fields
from datetime import datetime
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any, get_type_hints

import click

from outreach.commands.frame import Command, as_json, one_line, print_json, shell, table
from outreach.core.errors import OutreachError

if TYPE_CHECKING:
    from outreach.core.http import Http
    from scrapers.probe import Probed

_SHOWN = 10


@click.command("probe", cls=Command)
@click.argument("url")
@click.option("--kind", "source_kind", default="")
@click.option("--base")
@click.option("--save")
@click.option("--tier", type=click.Choice(["national", "regional", "local", "diaspora", "social"]), default="regional")
@click.option("--lang", default="lv")
@as_json
def probe(
    url: str, source_kind: str, base: str | None, save: str | None, tier: str, lang: str, json_: bool
) -> None:
    told = shell()
    if base is not None:
        if save is not None:
            raise click.UsageError(told.words("cli.sources.probe.no_save"))
        probed = _of_file(Path(url), source_kind, base)
    else:
        probed = _of_address(url, source_kind, save, tier, lang)
    if json_:
        print_json(_plain(probed))
        return
    _show(probed)
    if save is not None and probed.state != "erring":
        told.say("cli.sources.added", name=save)
    if probed.state == "erring":
        raise OutreachError(probed.reason_key or "core.error.unnamed", **probed.reason_facts)


def _of_file(file: Path, kind: str, base: str) -> "Probed":
    from outreach.core.clock import SystemClock
    from scrapers.probe import read_file

    try:
        body = file.read_bytes()
    except OSError as error:
        raise OutreachError("scrapers.file", file=str(file), reason=error.strerror or "") from error
    return read_file(kind, base, body, SystemClock().now())


def _of_address(url: str, kind: str, save: str | None, tier: str, lang: str) -> "Probed":
    """Looks at an address; without a store unless something is to be saved."""
    from outreach import wiring
    from outreach.core.clock import SystemClock
    from outreach.core.office import read_office
    from scrapers import catalogue

    told = shell().settings
    if save is None:
        wire = wiring.wire_of(told, read_office(told.office.profile, told.base))
        try:
            return _look(url, wire, SystemClock().now(), kind)
        finally:
            wire.close()
    with shell().app() as app:
        now = app.clock.now()
        probed = _look(url, app.http, now, kind)
        if probed.state != "erring":
            with app.store.transaction() as session:
                catalogue.add(
                    session, now, save, kind=probed.kind, tier=tier, language=lang, settings=probed.settings
                )
    return probed


def _look(url: str, http: "Http", now: datetime, kind: str) -> "Probed":
    from scrapers.probe import probe as look
    from scrapers.robots import RobotsBook

    pause = shell().settings.collect.host_seconds
    return look(url, http, RobotsBook(), now, kind, lambda: sleep(pause))


def _plain(probed: "Probed") -> dict[str, Any]:
    words = shell().words
    return {
        "kind": probed.kind,
        "settings": dict(probed.settings),
        "items": [
            {
                "url": item.url,
                "title": item.title,
                "published": item.published.isoformat() if item.published else None,
                "author": item.author,
                "summary": item.summary,
                "id": item.guid,
            }
            for item in probed.items
        ],
        "state": probed.state,
        "reason": words.fact(probed.reason_key, probed.reason_facts) if probed.reason_key else None,
    }


def _show(probed: "Probed") -> None:
    told = shell()
    told.say("cli.sources.probe.kind", kind=told.words(f"scrapers.kind.{probed.kind}"))
    for name, value in probed.settings.items():
        click.echo(f"  {name} = {one_line(str(value))}")
    if probed.state != "erring":
        told.say("cli.sources.probe.items", count=len(probed.items))
    zone = told.settings.zone
    rows = [
        [told.words.moment(item.published, zone) if item.published else "–", str(one_line(item.title)), item.url]
        for item in probed.items[:_SHOWN]
    ]
    table(rows, [told.words(f"cli.column.{name}") for name in ("date", "title", "url")])
    if probed.reason_key and probed.state != "erring":
        click.echo(told.words.fact(probed.reason_key, probed.reason_facts))
    for kind, url in probed.others:
        told.say("cli.sources.probe.other", kind=told.words(f"scrapers.kind.{kind}"), url=url)


@click.command("kinds", cls=Command)
@as_json
def list_kinds(json_: bool) -> None:
    from outreach.core import registry
    from scrapers import sources as plugins

    told = shell()
    rows = [
        {
            "kind": name,
            "name": told.words(f"scrapers.kind.{name}"),
            "fields": {field.name: get_type_hints(cls)[field.name].__name__ for field in fields(cls)},
            "example": dict(cls.example),
            "needs": told.words(f"scrapers.kind.{name}.needs"),
        }
        for name, cls in registry.kinds(plugins.__name__).items()
    ]
    if json_:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['kind']}: {row['name']}")
        click.echo(f"  {', '.join(row['fields'])}")
        click.echo(f"  {row['needs']}")


commands = (probe, list_kinds)
