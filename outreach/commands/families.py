"""inquiries and families: the phone note in one line, and what became of it."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.commands.frame import DAY, NUMBER, Group, as_json, print_json, shell, table
from outreach.core.errors import OutreachError
from outreach.core.text import PUBLIC_LANGUAGES, Words

if TYPE_CHECKING:
    from outreach.tracker.queries import InquirySeen


@click.group(cls=Group)
def inquiries() -> None:
    pass


@inquiries.command("add", context_settings={"ignore_unknown_options": True})
@click.argument("line", nargs=-1, required=True)
def add_inquiry(line: tuple[str, ...]) -> None:
    from outreach.tracker import intake
    from outreach.tracker.phone_note import parse_line
    from outreach.tracker.places import read_places

    told = shell()
    with told.app() as app:
        incoming = parse_line(" ".join(line), read_places(app.office.places))
        with app.store.transaction() as session:
            received = intake.receive(session, app.clock.now(), app.seal, incoming)
    told.say("cli.inquiries.added" if received.new else "cli.inquiries.known", id=str(received.inquiry_id))


@inquiries.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50)
@as_json
def list_inquiries(limit: int, json_: bool) -> None:
    from outreach.tracker import queries

    told = shell()
    with told.app() as app, app.store.reading() as session:
        rows = queries.latest(session, limit)
        zone = app.settings.zone
    if json_:
        print_json([vars(row) for row in rows])
        return
    heads = [
        told.words(f"cli.column.{name}")
        for name in ("id", "when", "arrived", "country", "place", "topic", "linked")
    ]
    table(
        [
            [
                str(row.inquiry_id),
                told.words.moment(row.received_at, zone),
                told.words(f"tracker.arrived.{row.arrived_by}"),
                told.words.country(row.country) if row.country else "–",
                row.municipality or "–",
                told.words(f"tracker.topic.{row.topic}") if row.topic else "–",
                _origin(row, told.words),
            ]
            for row in rows
        ],
        heads,
    )
    if not rows:
        told.note("cli.inquiries.none")


def _origin(row: "InquirySeen", words: Words) -> str:
    if row.linked_key:
        return words(row.linked_key)
    return row.linked or words("digest.source_unknown")


@inquiries.command("show")
@click.argument("inquiry_id", type=NUMBER)
def show_inquiry(inquiry_id: int) -> None:
    import getpass

    from outreach.tracker import privacy

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        opened = privacy.reveal(session, app.clock.now(), getpass.getuser(), app.seal, inquiry_id)
    for name in ("name", "contact", "text"):
        value = getattr(opened, name)
        if value:
            click.echo(f"{told.words('cli.inquiries.' + name)}: {value}")
    told.note("cli.inquiries.audited")


@inquiries.command("answered")
@click.argument("inquiry_id", type=NUMBER)
def mark_answered(inquiry_id: int) -> None:
    from outreach.tracker import intake

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        first = intake.answer(session, app.clock.now(), inquiry_id)
    told.say("cli.inquiries.answered_now" if first else "cli.inquiries.answered_before", id=str(inquiry_id))


@inquiries.command("correct")
@click.argument("inquiry_id", type=NUMBER)
@click.option("--said")
@click.option("--unknown", is_flag=True)
def correct_origin(inquiry_id: int, said: str | None, unknown: bool) -> None:
    import getpass

    from outreach.tracker import attribution

    if bool(said) == unknown:
        raise OutreachError("cli.inquiries.one_of")
    told = shell()
    with told.app() as app, app.store.transaction() as session:
        rule = "unknown" if unknown else "said"
        attribution.correct(session, app.clock.now(), getpass.getuser(), inquiry_id, rule, said=said)
    told.say("cli.inquiries.corrected", id=str(inquiry_id))


@inquiries.command("erase")
@click.argument("inquiry_id", type=NUMBER)
def erase_inquiry(inquiry_id: int) -> None:
    import getpass

    from outreach.tracker import privacy

    told = shell()
    with told.app() as app:
        with app.store.transaction() as session:
            privacy.erase(session, app.clock.now(), getpass.getuser(), inquiry_id)
        privacy.clear(app)
    told.say("cli.inquiries.erased", id=str(inquiry_id))


@click.group(cls=Group)
def families() -> None:
    pass


@families.command("add")
@click.option("--adults", type=click.IntRange(0, 20), required=True)
@click.option("--children", type=click.IntRange(0, 20), default=0)
@click.option("--place")
@click.option("--country", "countries", multiple=True)
@click.option("--inquiry", "inquiry_id", type=NUMBER)
def add_family(
    adults: int, children: int, place: str | None, countries: tuple[str, ...], inquiry_id: int | None
) -> None:
    from outreach.tracker import families as tracked

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        number = tracked.add(
            session, app.clock.now(), app.seal, tracked.Family(adults, children, place, countries)
        )
        if inquiry_id is not None:
            tracked.tie(session, inquiry_id, number)
    told.say("cli.families.added", id=str(number))


@families.command("stage")
@click.argument("family_id", type=NUMBER)
@click.argument("stage")
@click.option("--on", "day", type=DAY)
@click.option("--people", type=click.IntRange(0, 40))
def enter_stage(family_id: int, stage: str, day: datetime | None, people: int | None) -> None:
    from outreach.core.clock import local_day
    from outreach.tracker import families as tracked

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        on = day.date() if day else local_day(app.clock.now(), app.settings.zone)
        tracked.enter(session, app.clock.now(), family_id, stage, on, people)
    told.say(
        "cli.families.entered",
        id=str(family_id),
        stage=told.words(f"tracker.stage.{stage}"),
        day=told.words.day(on),
    )


@families.command("list")
@as_json
def list_families(json_: bool) -> None:
    from outreach.core.clock import local_day
    from outreach.tracker import families as tracked

    told = shell()
    with told.app() as app, app.store.reading() as session:
        rows = tracked.current(session, local_day(app.clock.now(), app.settings.zone))
    if json_:
        print_json([vars(row) for row in rows])
        return
    heads = [told.words(f"cli.column.{name}") for name in ("id", "stage", "day", "people")]
    table(
        [
            [
                str(row.household_id),
                told.words(f"tracker.stage.{row.stage}"),
                row.entered_on.isoformat(),
                str(row.people),
            ]
            for row in rows
        ],
        heads,
    )
    if not rows:
        told.note("cli.families.none")


@families.command("export")
@click.argument("family_id", type=NUMBER)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--paper", type=click.Choice(PUBLIC_LANGUAGES), default="lv")
@click.option("--checked", is_flag=True)
def export_family(family_id: int, file: Path, paper: str, checked: bool) -> None:
    import getpass

    from outreach.tracker.dossier import packing
    from outreach.tracker.dossier.scope import Scope

    told = shell()
    if not checked:
        raise OutreachError("privacy.error.unchecked_option")
    with told.app() as app:
        count = packing.answer_into(app, getpass.getuser(), Scope("household", family_id), paper, file)
    told.say("privacy.told.exported", id=str(family_id), file=str(file), count=count)


commands = (inquiries, families)
