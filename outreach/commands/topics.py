"""topics: what is looked for, tried out and changed from the command line."""

import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.commands.frame import Group, Shell, as_json, print_json, progress, shell, table
from outreach.core.app import App
from outreach.core.errors import OutreachError

if TYPE_CHECKING:
    from scrapers.topics.reading import TopicSeen
    from scrapers.topics.tryout import Item, Trial


@click.group(cls=Group)
def topics() -> None:
    pass


@topics.command("list")
@click.option("--archived", is_flag=True)
@as_json
def list_topics(archived: bool, json_: bool) -> None:
    from scrapers.topics import reading

    told = shell()
    with told.app() as app, app.store.reading() as session:
        rows = reading.every(session, archived=archived)
    if json_:
        print_json([_facts(row) for row in rows])
        return
    t = told.words
    if not rows:
        told.note("cli.topics.none")
    heads = tuple(t(f"topics.column.{name}") for name in ("name", "version", "counting", "state"))
    lines = [
        (
            row.name, str(row.version.number), t(f"topics.counting_short.{row.version.draft.counting}"),
            t("topics.state.read" if row.is_read else "topics.state.unread"),
        )
        for row in rows
    ]  # fmt: skip
    table([(str(row.id), *line) for row, line in zip(rows, lines, strict=True)], ("", *heads))


@topics.command("show")
@click.argument("topic")
@as_json
def show_topic(topic: str, json_: bool) -> None:
    from scrapers.topics import reading

    told = shell()
    with told.app() as app, app.store.reading() as session:
        row = _named(reading.every(session) + reading.every(session, archived=True), topic)
        versions = reading.versions(session, row.id)
    if json_:
        print_json(_facts(row))
        return
    click.echo(f"{row.name}\n\n{row.version.draft.query}\n")
    t, draft = told.words, row.version.draft
    for name in ("languages", "tiers", "places", "senses", "off"):
        if values := getattr(draft, name):
            click.echo(f"{t(f'topics.field.{name}')}: {', '.join(values)}")
    click.echo(t(f"topics.counting.{draft.counting}"))
    for one in versions:
        cells = (t("topics.version", number=str(one.number)), t.moment(one.at, app.settings.zone), one.by, one.note)
        click.echo("  ".join(cells).rstrip())


@topics.command("try")
@click.argument("query")
@click.option("--topic")
@click.option("--days", type=click.IntRange(1, 3_650), default=30)
@as_json
def try_topic(query: str, topic: str | None, days: int, json_: bool) -> None:
    from scrapers.topics import reading, tryout
    from scrapers.topics.draft import Draft, checked

    told = shell()
    with told.app() as app:
        saved = None
        if topic is not None:
            with app.store.reading() as session:
                saved = _named(reading.every(session), topic).version.draft
        draft = checked(Draft("?", query), app.office)
        with app.store.reading() as session:
            size = tryout.period(session, app.clock.now(), days).size
        with progress(size, told.words("topics.try.going")) as bar:
            trial = tryout.run(
                app.store, app.office, draft, saved, app.clock.now(), days, lambda done, _: bar.update(done - bar.pos)
            )
    if json_:
        click.echo(trial.as_json())
        return
    _print_trial(told, app, trial)


@topics.command("save")
@click.argument("name")
@click.argument("query")
@click.option("--lang", "languages", multiple=True)
@click.option("--tier", "tiers", multiple=True)
@click.option("--place", "places", multiple=True)
@click.option("--sense", "senses", multiple=True)
@click.option("--off", multiple=True)
@click.option("--counting", default=None)
@click.option("--note", default="")
@click.option("--now", "now_", is_flag=True)
def save_topic(
    name: str, query: str, languages: tuple[str, ...], tiers: tuple[str, ...], places: tuple[str, ...],
    senses: tuple[str, ...], off: tuple[str, ...], counting: str | None, note: str, now_: bool,
) -> None:  # fmt: skip
    from outreach.people import audit
    from outreach.works import reread_archive
    from scrapers.topics import book, editing, reading
    from scrapers.topics.draft import Draft

    told = shell()
    with told.app() as app:
        now, actor = app.clock.now(), getpass.getuser()
        draft = Draft(name, query, languages, tiers, places, senses, counting or "sense", off)
        with app.store.transaction() as session:
            held = next((row for row in reading.every(session) if row.name.casefold() == name.strip().casefold()), None)
            if held is None:
                saved = editing.create(session, now, actor, draft, app.office, note=note)
                audit.write(session, now, actor, "create", "topic", saved.topic_id, name=draft.name)
            else:
                saved = editing.save(session, now, actor, held.id, draft, app.office, note=note)
                if saved.new:
                    audit.write(session, now, actor, "save", "topic", held.id, number=saved.number)
            if saved.reread and not now_:
                reread_archive.begin(session, now, None, actor, told.words.language, saved.topic_id)
        book.forget(app)
        told.say("cli.topics.saved" if saved.new else "cli.topics.same", name=draft.name, number=saved.number)
        if saved.reread and now_:
            _read_now(told, app, saved.topic_id)
        elif saved.reread:
            told.note("cli.topics.later")


@topics.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_topics(file: Path) -> None:
    from outreach.core.office import read_office
    from scrapers.query.faults import QueryError
    from scrapers.topics import seeding
    from scrapers.topics.draft import checked
    from scrapers.topics.faultplace import fault_place

    told = shell()
    office = read_office(told.settings.office.profile, told.settings.base)
    wrong = 0
    found = seeding.read_topics(file)
    for one in found:
        name = one.named(told.words.language)
        try:
            checked(one.with_name(told.words.language), office)
        except QueryError as error:
            wrong += 1
            place = fault_place(one.draft.query, error.at, error.length)
            line = f"  {place.before}{place.bad}{place.after}\n  {place.marks}"
            click.echo(f"{name}: {told.words.error(error)}\n{line}")
        except OutreachError as error:
            wrong += 1
            click.echo(f"{name}: {told.words.error(error)}")
    if wrong:
        raise OutreachError("cli.topics.wrong", count=wrong)
    told.say("cli.topics.good", count=len(found))


def _read_now(told: Shell, app: App, topic_id: int) -> None:
    from outreach.works import reread_archive

    outcome = reread_archive.read_now(app, topic_id)
    told.say(outcome.key, **outcome.facts)


def _named(rows: Sequence["TopicSeen"], asked: str) -> "TopicSeen":
    """The topic of this number or name."""
    wanted = asked.strip().casefold()
    found = next((row for row in rows if str(row.id) == wanted or row.name.casefold() == wanted), None)
    if found is None:
        raise OutreachError("cli.topics.unknown", name=asked)
    return found


def _facts(row: "TopicSeen") -> dict[str, object]:
    draft = row.version.draft
    return {
        "id": row.id, "key": row.key, "name": row.name, "query": draft.query, "languages": draft.languages,
        "tiers": draft.tiers, "places": draft.places, "senses": draft.senses, "counting": draft.counting,
        "off": draft.off, "owner": row.owner, "version": row.version.number, "by": row.version.by,
        "at": row.version.at.isoformat(), "read": row.is_read,
    }  # fmt: skip


def _print_trial(told: Shell, app: App, trial: "Trial") -> None:
    t = told.words
    told.say("topics.try.looked", count=trial.looked)
    heads = ("", *(t(f"topics.try.{name}") for name in ("articles", "mentions", "stories")))
    rows = [
        (label, *(t.number(value) for value in (one.articles, one.mentions, one.stories)))
        for label, one in ((t("topics.try.saved_any"), trial.saved), (t("topics.try.draft"), trial.draft))
        if one is not None
    ]
    table(rows, heads)
    if trial.saved is None:
        _print_items(told, app, trial.items)
        return
    click.echo("\n" + t("topics.try.gained", count=trial.gained))
    _print_items(told, app, trial.gained_items)
    click.echo("\n" + t("topics.try.lost", count=trial.lost))
    _print_items(told, app, trial.lost_items)


def _print_items(told: Shell, app: App, items: Sequence["Item"]) -> None:
    for item in items:
        said = "".join(f"[{words}]" if marked else words for words, marked in item.pieces)
        click.echo(f"{told.words.moment(item.moment, app.settings.zone)}  {item.outlet}\n  {item.title}\n  {said}")


commands = (topics,)
