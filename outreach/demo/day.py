"""The office's day in a minute, offline: every step is the product's own, only the other side is ours.

Newsroom -> collect -> mentions -> digest; a post -> the fediverse; a reader follows its tracked link -> the inquiry
form -> attribution; a release -> the mail folder -> an outlet prints it -> the press room finds the print, and another
reader follows its link; the year's families -> the results sentence.
"""

import os
import re
import secrets
import shutil
import socket
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from html import unescape
from urllib.parse import urlencode

import click

from campaigns import dispatch, editing
from campaigns import queries as planned
from campaigns.jobs import publish
from outreach import daemon, wiring
from outreach import report as reports
from outreach.core import presence
from outreach.core.app import App
from outreach.core.clock import SystemClock, local_day
from outreach.core.errors import OutreachError
from outreach.core.http import Request
from outreach.core.settings import Settings
from outreach.core.text import Words
from outreach.demo import release
from outreach.demo.fediverse import Fediverse
from outreach.demo.newsroom import Newsroom
from outreach.digest import sending
from outreach.digest.facts import ELSEWHERE
from outreach.people import passwords, users
from outreach.people.models import COMMS, COORDINATOR
from outreach.tracker import families
from outreach.tracker import jobs as tracked
from outreach.tracker import queries as inquiries
from outreach.web.app import make
from scrapers import catalogue
from scrapers import queries as heard
from scrapers.collect import collect
from scrapers.topics import seeding

_TOKEN = "OUTREACH_DEMO_TOKEN"  # noqa: S105  (the name of a variable)
_MARK = ".demo"
_ACTOR = "demo"
# One invented year: stage, families, and how many people each of them has.
_YEAR = (
    ("returned_supported", (2, 4, 3, 1, 5, 2, 3, 4, 2, 3, 1)),
    ("returned_alone", (2, 3, 4, 2)),
    ("planning", (3, 2, 4, 4, 1, 2, 3, 5, 2)),
)


class StepFailed(Exception):
    """A step of the day did not hold; the text says which."""


def run(told: Settings, words: Words, *, once: bool) -> bool:
    """Plays the day; True if every step held. Unless `once`, serves the page until Ctrl-C afterwards."""
    folder = told.folder / "demo"
    _clear(folder)
    os.environ[_TOKEN] = secrets.token_hex(12)
    with ExitStack() as stack:
        fediverse = Fediverse(now=SystemClock().now, token=os.environ[_TOKEN])
        fediverse.start()
        stack.callback(fediverse.stop)
        settings = _settings(told)
        app = stack.enter_context(wiring.open_app(settings, create=True))
        newsroom = Newsroom(app.clock.now(), settings.zone)
        newsroom.open()
        stack.callback(newsroom.close)
        end = daemon.asked_to_end()
        server = daemon.PageServer(make(app), settings.web.host, settings.web.port)
        server.start()
        stack.callback(server.stop)
        _say(
            words,
            "demo.open",
            outlets=len(newsroom.outlets),
            articles=sum(len(outlet.articles) for outlet in newsroom.outlets),
        )
        held = _day(app, words, newsroom, fediverse)
        _say(words, "demo.folder", folder=folder)
        if not once and held:
            for mail, password in _people(app, words):
                _say(words, "demo.person", mail=mail, password=password)
            ticker = daemon.Ticker(app, wiring.jobs())
            ticker.start()
            stack.callback(ticker.stop)
            _say(words, "demo.look", page=f"{settings.web.public_url}/")
            daemon.wait(end)
        return held


def _day(app: App, words: Words, newsroom: Newsroom, fediverse: Fediverse) -> bool:
    steps: tuple[Callable[[], None], ...] = (
        lambda: _collect(app, words, newsroom),
        lambda: _mentions(app, words),
        lambda: _digest(app, words),
        lambda: _publish(app, words, fediverse),
        lambda: _ask(app, words, fediverse),
        lambda: _release(app, words, newsroom),
        lambda: _results(app, words),
    )
    for number, step in enumerate(steps, 1):
        click.echo()
        click.secho(f"{number}. {words(f'demo.step.{number}')}", bold=True)
        try:
            step()
        except StepFailed as error:
            click.secho(str(error), fg="red", err=True)
            return False
        except OutreachError as error:
            click.secho(words.error(error), fg="red", err=True)
            return False
    click.echo()
    _say(words, "demo.held")
    return True


def _people(app: App, words: Words) -> list[tuple[str, str]]:
    """Two accounts to look around with: their mails, and passwords that are told once and nowhere kept."""
    told = []
    with app.store.transaction() as session:
        for name, role in (("officer", COMMS), ("coordinator", COORDINATOR)):
            mail, password = f"{name}@example.org", secrets.token_urlsafe(12)
            account = users.Account(mail, words(f"demo.name.{name}"), role, None, words.language)
            number = users.add(session, app.clock.now(), _ACTOR, account)
            users.set_password(session, app.clock.now(), number, passwords.hashed(password), actor=_ACTOR)
            told.append((mail, password))
    return told


def _collect(app: App, words: Words, newsroom: Newsroom) -> None:
    with app.store.transaction() as session:
        for outlet in newsroom.outlets:
            kind, fields = outlet.settings(newsroom.base)
            catalogue.add(
                session,
                app.clock.now(),
                outlet.name,
                fields.pop("url"),
                kind,
                tier=outlet.tier,
                language=outlet.language,
                settings=fields,
            )
        seeding.load_office(session, app.clock.now(), app.office, words.language)
    with click.progressbar(length=len(newsroom.outlets), label=words("cli.collect.label")) as bar:
        polled = collect(
            app, all_sources=True, ignore_schedule=True, progress=lambda done, *_: bar.update(done - bar.pos)
        )
    _say(
        words,
        "cli.collect.done",
        count=polled.polled,
        unchanged=polled.unchanged,
        new=polled.new,
        failed=polled.failed,
        mentions=polled.mentions,
        seconds=words.number(round(polled.seconds, 1)),
    )
    _must(polled.polled == len(newsroom.outlets) and not polled.failed, words("demo.failed.collect"))
    _must(
        polled.new == sum(len(outlet.articles) for outlet in newsroom.outlets), words("demo.failed.articles")
    )


def _mentions(app: App, words: Words) -> None:
    now = app.clock.now()
    with app.store.reading() as session:
        since, until = now - timedelta(days=1), now + timedelta(minutes=1)
        stories = heard.stories(session, since, until, relevant=True)
        others = heard.mentions(session, since, until, 1000, ELSEWHERE)
    for story in stories:
        outlets = " → ".join(dict.fromkeys(row.outlet for row in story.mentions))
        click.echo(f"  {click.style(story.title, bold=True)}")
        decided = words("demo.words", words=", ".join(story.first.forms) or "–")
        click.echo("    " + " · ".join(part for part in (outlets, ", ".join(story.places), decided) if part))
    _say(words, "digest.elsewhere", count=len(others))
    _must(bool(stories), words("demo.failed.mentions"))
    _must(
        any(len({row.outlet for row in story.mentions}) >= 5 for story in stories), words("demo.failed.story")
    )


def _digest(app: App, words: Words) -> None:
    with presence.present(app.settings.folder) as claimer:
        sending.look_after(app)  # the settings' reader is taken up
        sent = sending.send_day(app, claimer, local_day(app.clock.now(), app.settings.zone))
    _must(len(sent) == len(app.settings.digest.recipients), words("demo.failed.digest"))
    for file in sorted(wiring.mail_folder(app.settings).glob("*.eml")):
        _say(words, "demo.mail", file=file)


def _publish(app: App, words: Words, fediverse: Fediverse) -> None:
    now = app.clock.now()
    with app.store.transaction() as session:
        channel = dispatch.add_channel(
            session, "Mastodon", "mastodon", {"server": fediverse.url, "token_env": _TOKEN}
        )
        campaign = editing.campaign_named(
            session, now, words("demo.campaign"), local_day(now, app.settings.zone)
        )
        post = editing.write(
            session,
            now,
            campaign,
            language=words.language,
            title=words("demo.post.title"),
            text=words("demo.post.text"),
            target_url=f"{app.settings.web.public_url}/jautajums",
        )
        editing.approve(session, now, post.id)
        dispatch.schedule(session, now, post.id, channel.id, now)
    publish(app)
    publish(app)  # a second tick finds nothing to do: the post is out once
    with app.store.reading() as session:
        out = planned.recent(session, now - timedelta(minutes=1))
    _must(len(out) == 1 and len(fediverse.statuses) == 1, words("demo.failed.publish"))
    _say(words, "demo.published", url=out[0].receipt_url)


def _ask(app: App, words: Words, fediverse: Fediverse) -> None:
    page = app.http.send(Request(fediverse.account_url)).text()
    link = re.search(rf'href="({re.escape(app.settings.web.public_url)}/k/[^"]+)"', page)
    if link is None:
        raise StepFailed(words("demo.failed.link"))
    _say(words, "demo.follow", url=link.group(1))
    _question(app, words, unescape(link.group(1)), "gimene@example.org", "IE", "school")
    with app.store.reading() as session:
        rows = inquiries.latest(session, 10)
    _must(len(rows) == 1 and rows[0].rule == "link", words("demo.failed.linked"))
    _say(words, "demo.linked", label=rows[0].linked)


def _release(app: App, words: Words, newsroom: Newsroom) -> None:
    with app.store.transaction() as session:
        campaign = editing.campaign_named(
            session, app.clock.now(), words("demo.campaign"), local_day(app.clock.now(), app.settings.zone)
        )
    sent = release.send(app, newsroom, campaign, words, _ACTOR)
    _must(sent.mails > 0, words("demo.failed.release"))
    _say(words, "demo.release_sent", count=sent.mails)
    outlet = release.printed(app, newsroom)
    _must(collect(app, all_sources=True, ignore_schedule=True).new == 1, words("demo.failed.articles"))
    _say(words, "demo.follow", url=sent.link)
    _question(app, words, sent.link, "cita.gimene@example.org", "GB", "housing")
    told = release.came_of_it(app, sent.release_id)
    _must([one.outlet for one in told.prints] == [outlet], words("demo.failed.printed"))
    _must(told.linked == 1, words("demo.failed.linked"))
    _say(words, "demo.printed", outlet=outlet, title=told.prints[0].title)
    _say(words, "demo.loop", page=f"{app.settings.web.public_url}/reports/worked")


def _question(app: App, words: Words, link: str, contact: str, country: str, topic: str) -> None:
    """Somebody follows a link and asks; pressed twice, as people do."""
    form = app.http.send(Request(link))
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.text()))
    _must(form.status == 200 and bool(hidden.get("code")), words("demo.failed.form"))
    fields = {
        **{name: unescape(value) for name, value in hidden.items()},
        "contact": contact,
        "country": country,
        "topic": topic,
        "text": words("demo.question"),
    }
    body = urlencode(fields).encode()
    for _ in range(2):
        app.http.send(
            Request(
                f"{app.settings.web.public_url}/jautajums",
                "POST",
                {"Content-Type": "application/x-www-form-urlencoded"},
                body,
                follow=False,
            )
        )
    tracked.link_new(app)


def _results(app: App, words: Words) -> None:
    now = app.clock.now()
    today = local_day(now, app.settings.zone)
    with app.store.transaction() as session:
        for stage, sizes in _YEAR:
            for number, size in enumerate(sizes):
                adults = min(size, 2)
                family = families.add(
                    session,
                    now,
                    app.seal,
                    families.Family(adults, size - adults, None, ("GB", "IE", "DE")[number % 3 :][:1]),
                )
                families.enter(session, now, family, "contacted", date(today.year, 1, 1))
                families.enter(
                    session, now, family, stage, max(date(today.year, 1, 1), today - timedelta(days=number))
                )
    with app.store.reading() as session:
        for language in ("lv", "en", "ru"):
            written = reports.write(
                "results",
                session,
                app.office,
                reports.Period.of_year(today.year, app.settings.zone),
                language,
            )
            _must(bool(written.sentences), words("demo.failed.results"))
            for sentence in written.sentences:
                click.echo(f"  {language}: {sentence}")


def _settings(told: Settings) -> Settings:
    """The office's settings with a folder of its own, its own network allowed, and mail into a folder."""
    port = _free_port(told.web.port)
    return wiring.in_folder(told, told.folder / "demo").model_copy(
        update={
            "web": told.web.model_copy(
                update={"host": "127.0.0.1", "port": port, "public_url": f"http://127.0.0.1:{port}"}
            ),
            "http": told.http.model_copy(update={"allow_private": True}),
            "mail": told.mail.model_copy(update={"host": ""}),
            "collect": told.collect.model_copy(update={"host_seconds": 0.0, "pages_per_poll": 200}),
            "digest": told.digest.model_copy(update={"recipients": ("komunikacija@example.org",)}),
        }
    )


def _free_port(wanted: int) -> int:
    """The office's own port if it is free, else one that is."""
    try:
        daemon.check_port("127.0.0.1", wanted)
    except OutreachError:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])
    return wanted


def _clear(folder: os.PathLike[str]) -> None:
    """Makes room for a new day; only a folder that an earlier demo made is ever removed."""
    from pathlib import Path

    path = Path(folder)
    if path.exists() and any(path.iterdir()):
        if not (path / _MARK).exists():
            raise OutreachError("demo.folder_taken", folder=str(path))
        if daemon.is_running(path):
            raise OutreachError("demo.running", folder=str(path))
        shutil.rmtree(path)
    path.mkdir(parents=True, exist_ok=True)
    (path / _MARK).touch()


def _must(held: bool, sentence: str) -> None:
    if not held:
        raise StepFailed(sentence)


def _say(words: Words, key: str, **facts: object) -> None:
    click.echo(f"  {words(key, **facts)}")
