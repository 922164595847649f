"""channels, campaigns, posts, deliveries, publish: what we say, where and when."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from outreach.commands.frame import MOMENT, NUMBER, Command, Group, as_json, print_json, shell, table
from outreach.core.errors import OutreachError

if TYPE_CHECKING:
    from campaigns.caring import State


@click.group(cls=Group)
def channels() -> None:
    pass


@channels.command("list")
@as_json
def list_channels(json_: bool) -> None:
    from campaigns import queries

    told = shell()
    with told.app() as app, app.store.reading() as session:
        rows = queries.channels(session)
    if json_:
        print_json([vars(row) for row in rows])
        return
    heads = [told.words(f"cli.column.{name}") for name in ("id", "name", "kind", "state")]
    table(
        [
            [
                str(row.channel_id),
                row.name,
                told.words(f"campaigns.kind.{row.kind}"),
                told.words("cli.channel.paused" if row.paused else "cli.channel.open"),
            ]
            for row in rows
        ],
        heads,
    )


@channels.command("add")
@click.argument("name")
@click.argument("kind")
@click.argument("fields", nargs=-1)
def add_channel(name: str, kind: str, fields: tuple[str, ...]) -> None:
    from campaigns import dispatch

    told = shell()
    values: dict[str, object] = {}
    for given in fields:
        field, sign, value = given.partition("=")
        if not sign:
            raise OutreachError("cli.wrong.field", field=given)
        values[field] = value
    with told.app() as app, app.store.transaction() as session:
        channel = dispatch.add_channel(session, name, kind, values)
        told.say("cli.channel.added", id=str(channel.id), name=channel.name)


@channels.command("pause")
@click.argument("channel_id", type=NUMBER)
def pause_channel(channel_id: int) -> None:
    from campaigns import dispatch

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        told.say("cli.channel.now_paused", name=dispatch.pause(session, channel_id).name)


@channels.command("resume")
@click.argument("channel_id", type=NUMBER)
def resume_channel(channel_id: int) -> None:
    from campaigns import dispatch

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        told.say("cli.channel.now_open", name=dispatch.resume(session, channel_id).name)


@channels.command("pause-all")
@click.option("--reason", required=True)
def pause_all(reason: str) -> None:
    from campaigns import pausing

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        seen = pausing.pause_all(session, app.clock.now(), reason, getpass.getuser())
    told.say("cli.channels.all_paused", moment=told.words.moment(seen.since, told.settings.zone), reason=seen.reason)


@channels.command("resume-all")
def resume_all() -> None:
    from campaigns import pausing

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        was_held = pausing.resume_all(session, app.clock.now())
    told.say("cli.channels.all_open" if was_held else "cli.channels.none_held")


@channels.command("check")
@click.argument("channel_id", type=NUMBER, required=False)
@as_json
def check_channels(channel_id: int | None, json_: bool) -> None:
    from campaigns import caring, queries
    from campaigns.jobs import press

    told = shell()
    with told.app() as app:
        with app.store.reading() as session:
            rows = [row for row in queries.channels(session) if channel_id in (None, row.channel_id)]
        if channel_id is not None and not rows:
            raise OutreachError("campaigns.channel.missing", id=channel_id)
        for row in rows:
            caring.check(press(app), row.channel_id, asked=True)
        with app.store.reading() as session:
            found = [caring.state(session, row.channel_id) for row in rows]
        zone = app.settings.zone
    if json_:
        print_json([vars(one) for one in found])
    else:
        heads = [told.words(f"cli.column.{name}") for name in ("id", "name", "state", "until")]
        table([[str(one.channel_id), one.name, _health(one), _until(one.ends_at, zone)] for one in found], heads)
    if any(one.check_key for one in found):
        raise OutreachError("cli.channels.look")


def _health(one: "State") -> str:
    told = shell()
    if one.check_key:
        return told.words.fact(one.check_key, one.check_facts)
    if not one.can_be_asked:
        return told.words("cli.channel.mute")
    return told.words("cli.channel.well", account=one.account or one.name)


def _until(ends_at: datetime | None, zone: ZoneInfo) -> str:
    return shell().words.moment(ends_at, zone) if ends_at else ""


@click.group(cls=Group)
def campaigns() -> None:
    pass


@campaigns.command("list")
@as_json
def list_campaigns(json_: bool) -> None:
    from campaigns import pausing, queries

    told = shell()
    with told.app() as app, app.store.reading() as session:
        rows = queries.campaigns(session)
        held = pausing.held_campaigns(session)
    if json_:
        print_json([vars(row) | {"paused": row.campaign_id in held} for row in rows])
        return
    heads = [told.words(f"cli.column.{name}") for name in ("id", "name", "state", "day")]
    states = ["cli.channel.paused" if row.campaign_id in held else "cli.channel.open" for row in rows]
    table(
        [
            [str(row.campaign_id), row.name, told.words(state), row.starts_on.isoformat()]
            for row, state in zip(rows, states, strict=True)
        ],
        heads,
    )


@campaigns.command("show")
@click.argument("campaign_id", type=NUMBER)
@as_json
def show_campaign(campaign_id: int, json_: bool) -> None:
    from campaigns import overview
    from campaigns.planning import reading

    told = shell()
    with told.app() as app, app.store.reading() as session:
        one = overview.campaign(session, campaign_id)
        if one is None:
            raise OutreachError("campaigns.missing", id=campaign_id)
        steps, spent = reading.steps(session, campaign_id), reading.spent(session, campaign_id)
    if json_:
        sums = {"cents": spent.cents, "minutes": spent.minutes}
        print_json([vars(one) | {"steps": [vars(step) for step in steps]} | sums])
        return
    ends = one.ends_on.isoformat() if one.ends_on else ""
    told.say("cli.campaign.head", name=one.name, first=one.starts_on.isoformat(), last=ends)
    heads = [told.words(f"cli.column.{name}") for name in ("day", "kind", "title", "state")]
    rows = [
        [
            step.due_on.isoformat(),
            told.words(f"plan.kind.{step.kind}"),
            step.title,
            told.words("cli.campaign.done" if step.done_at else "cli.campaign.open"),
        ]
        for step in steps
    ]
    table(rows, heads)


@campaigns.command("moments")
@as_json
def list_moments(json_: bool) -> None:
    from datetime import timedelta

    from campaigns.moments import expand, read_moments
    from outreach.core.clock import local_day

    told = shell()
    with told.app() as app:
        today = local_day(app.clock.now(), app.settings.zone)
        found = expand(read_moments(app.office.calendar), today, today + timedelta(days=365))
    if json_:
        print_json([vars(one) for one in found])
        return
    heads = [told.words(f"cli.column.{name}") for name in ("day", "key", "name")]
    language = told.words.language
    table([[one.starts_on.isoformat(), one.key, one.names.get(language) or one.names["lv"]] for one in found], heads)


@campaigns.command("pause")
@click.argument("campaign_id", type=NUMBER)
def pause_campaign(campaign_id: int) -> None:
    from campaigns import pausing

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        told.say("cli.campaign.now_paused", name=pausing.pause_campaign(session, campaign_id).name)


@campaigns.command("resume")
@click.argument("campaign_id", type=NUMBER)
def resume_campaign(campaign_id: int) -> None:
    from campaigns import pausing

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        told.say("cli.campaign.now_open", name=pausing.resume_campaign(session, campaign_id).name)


@click.group(cls=Group)
def posts() -> None:
    pass


@posts.command("add")
@click.option("--campaign", required=True)
@click.option("--title", required=True)
@click.option("--text", required=True)
@click.option("--target")
@click.option("--lang", default="lv")
@click.option("--channel", "channel_ids", type=NUMBER, multiple=True)
@click.option("--at", type=MOMENT)
@click.option("--approve", "approved", is_flag=True)
def add_post(
    campaign: str,
    title: str,
    text: str,
    target: str | None,
    lang: str,
    channel_ids: tuple[int, ...],
    at: datetime | None,
    approved: bool,
) -> None:
    from campaigns import dispatch, editing
    from outreach.core.clock import local_day

    told = shell()
    with told.app() as app:
        now, zone = app.clock.now(), app.settings.zone
        due = _in_office(at, zone) if at else now
        with app.store.transaction() as session:
            number = editing.campaign_named(session, now, campaign, local_day(now, zone))
            post = editing.write(
                session,
                now,
                number,
                language=lang,
                title=title,
                text=text,
                target_url=target or f"{app.settings.web.public_url}/jautajums",
            )
            if approved:
                editing.approve(session, now, post.id)
            for channel_id in channel_ids:
                dispatch.schedule(session, now, post.id, channel_id, due, zone=zone)
        told.say("cli.posts.added", id=str(post.id), title=post.title)
        if channel_ids:
            told.say("cli.posts.scheduled", count=len(channel_ids), moment=told.words.moment(due, zone))
        if not approved:
            told.note("cli.posts.unapproved", id=str(post.id))


def _in_office(at: datetime, zone: ZoneInfo) -> datetime:
    """What the office's clock shows as a moment; of an hour that comes twice the first.

    OutreachError `cli.posts.no_such_hour` for one that the spring change leaves out.
    """
    moment = at.replace(tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at:
        raise OutreachError("cli.posts.no_such_hour", moment=f"{at:%Y-%m-%d %H:%M}")
    return moment


@posts.command("approve")
@click.argument("post_id", type=NUMBER)
def approve_post(post_id: int) -> None:
    from campaigns import editing

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        told.say("cli.posts.approved", title=editing.approve(session, app.clock.now(), post_id).title)


@posts.command("plan")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", "only_look", is_flag=True)
def plan_posts(file: Path, only_look: bool) -> None:
    from campaigns.timing import tabling
    from campaigns.timing.sheet import MOST_BYTES
    from outreach import plansheet

    told = shell()
    with file.open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    with told.app() as app:
        now, link = app.clock.now(), f"{app.settings.web.public_url}/jautajums"
        rows = plansheet.read(app, data)
        with app.store.transaction() as session:
            judged = plansheet.judged(app, session, now, rows, link)
            is_wrong = any(one.state == "wrong" for one in judged)
            if not only_look and not is_wrong:
                made = tabling.plan(session, now, judged, actor=getpass.getuser(), zone=app.settings.zone)
        lines = [
            [
                str(one.row.number),
                told.words(f"plantable.column.{problem.column}") if problem.column else "",
                plansheet.said(told.words, problem),
            ]
            for one in judged
            for problem in one.problems
        ]
    if lines:
        table(lines, [told.words(f"plantable.column.{name}") for name in ("number", "where", "what")])
    wrong = sum(one.state == "wrong" for one in judged)
    told.say("cli.posts.looked", count=sum(one.plans for one in judged), rows=len(judged))
    if is_wrong:
        raise OutreachError("cli.posts.wrong", count=wrong)
    if not only_look:
        told.say("cli.posts.planned", count=len(made.posts), deliveries=len(made.deliveries))
        if made.posts:
            told.note("cli.posts.unapproved_all")


@click.group(cls=Group)
def deliveries() -> None:
    pass


@deliveries.command("list")
@click.option(
    "--status", type=click.Choice(["scheduled", "sending", "published", "failed", "unconfirmed", "cancelled"])
)
@as_json
def list_deliveries(status: str | None, json_: bool) -> None:
    from campaigns import queries

    told = shell()
    with told.app() as app, app.store.reading() as session:
        rows = queries.deliveries(session, status)
        zone = app.settings.zone
    if json_:
        print_json([vars(row) for row in rows])
        return
    heads = [
        told.words(f"cli.column.{name}") for name in ("id", "when", "channel", "state", "clicks", "title")
    ]
    table(
        [
            [
                str(row.delivery_id),
                told.words.moment(row.due_at, zone),
                row.channel,
                told.words(f"campaigns.status.{row.status}"),
                str(row.clicks),
                row.title,
            ]
            for row in rows
        ],
        heads,
    )
    if not rows:
        told.note("cli.deliveries.none")


@deliveries.command("settle")
@click.argument("delivery_id", type=NUMBER)
@click.option("--live/--not-live", "live", required=True)
@click.option("--url")
def settle_delivery(delivery_id: int, live: bool, url: str | None) -> None:
    from campaigns import dispatch

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        dispatch.settle(session, app.clock.now(), delivery_id, live, url)
    told.say("cli.deliveries.live" if live else "cli.deliveries.again", id=str(delivery_id))


@deliveries.command("cancel")
@click.argument("delivery_id", type=NUMBER)
def cancel_delivery(delivery_id: int) -> None:
    from campaigns import dispatch

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        dispatch.cancel(session, app.clock.now(), delivery_id)
    told.say("cli.deliveries.cancelled", id=str(delivery_id))


@deliveries.command("move")
@click.argument("delivery_id", type=NUMBER)
@click.option("--at", type=MOMENT, required=True)
def move_delivery(delivery_id: int, at: datetime) -> None:
    from campaigns import dispatch

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        due = _in_office(at, app.settings.zone)
        dispatch.reschedule(session, app.clock.now(), delivery_id, due, zone=app.settings.zone)
    told.say("cli.deliveries.moved", id=str(delivery_id), moment=told.words.moment(due, app.settings.zone))


@click.command(cls=Command)
@click.option("--now", "at_once", is_flag=True)
@as_json
def publish(at_once: bool, json_: bool) -> None:
    from campaigns import dispatch
    from campaigns.jobs import publish as publish_due

    told = shell()
    with told.app() as app:
        if at_once:
            with app.store.transaction() as session:
                dispatch.hurry(session, app.clock.now())
        went = publish_due(app)
    if json_:
        print_json(dict(went))
    elif not sum(went.values()):
        told.say("cli.publish.nothing")
    else:
        for status, count in sorted(went.items()):
            if count:
                told.say(f"cli.publish.{status}", count=count)
    if went.get("failed") or went.get("unconfirmed"):
        raise OutreachError("cli.publish.look")


commands = (channels, campaigns, posts, deliveries, publish)
