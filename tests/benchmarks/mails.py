"""How many mails a second a whole morning makes, beside two plain ways to send the same bytes.

    python -m tests.benchmarks.archive /tmp/large --mentions 1000000
    python -m tests.benchmarks.mails /tmp/large [--readers 1000] [--rounds 3] [--store postgresql://...]

Ours is the whole look at what is owed: rows made, the wings read, editions composed and kept, mails claimed, sent over one
line with a note of each, and recorded. Beside it, in turns, over the same sink (Postfix's smtp-sink, a process of its own):
an `EmailMessage` built for each reader and sent over one smtplib connection, and one smtplib connection that is handed the
very bytes ours sent. Aims: 3 times the first, 0.6 of the second. The parts of ours are timed once more, by themselves.
"""

import argparse
import shutil
import smtplib
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from statistics import median

from sqlalchemy import delete, func, select

from outreach import wiring
from outreach.core.app import App
from outreach.core.mail import SmtpMailer
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.digest import sending
from outreach.digest.models import DigestEdition
from outreach.people.models import User
from outreach.subscribers import subscriptions
from outreach.subscribers.asked import Asked
from outreach.subscribers.models import DigestRun, Subscription
from scrapers.models import Mention
from tests.benchmarks.archive_plan import NOW
from tests.support.offices import told_in
from tests.support.ports import free_port

_CHOICES: tuple[dict[str, tuple[str, ...] | tuple[int, ...]], ...] = (
    {}, {"tiers": ("regional", "local")}, {"tiers": ("national",)}, {"topics": (1,)},
    {"places": ("Rēzeknes novads", "Ludzas novads")}, {"senses": ("return", "expulsion")},
)  # fmt: skip
# Twelve settings: each of these choices in both languages.
SETTINGS = tuple((language, choice) for choice in _CHOICES for language in ("lv", "en"))
_SINK = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/local/sbin")


@dataclass(frozen=True)
class Ready:
    """What the plain ways send: whose mail, its head's facts and its parts, and ours to the byte."""

    sender: str
    to: str
    content: bytes
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    picture: bytes


@contextmanager
def sink() -> Iterator[int]:
    """A relay that takes everything and keeps nothing; its port."""
    if _SINK is None:
        raise SystemExit("smtp-sink is not installed (Debian: postfix)")
    port = free_port()
    # A process of its own: what it costs is nobody's here.
    with subprocess.Popen([_SINK, "-u", "nobody", f"127.0.0.1:{port}", "1000"], stderr=subprocess.DEVNULL) as running:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
        try:
            yield port
        finally:
            running.terminate()


def forget(app: App) -> None:
    """As if there had never been a mail or a reader."""
    with app.store.transaction() as session:
        for table in (DigestRun, DigestEdition, Subscription):
            session.execute(delete(table))


def subscribe(app: App, count: int) -> None:
    """So many readers with the twelve settings in turns; three of them work in the office."""
    now, zone = app.clock.now(), app.settings.zone
    with app.store.transaction() as session:
        staff = session.scalars(
            select(User.id).where(User.role.in_(("comms", "coordinator", "reader")), User.disabled_at.is_(None)).limit(3)
        ).all()
        for number in range(count):
            language, choice = SETTINGS[number % len(SETTINGS)]
            wishes = Asked(
                f"lasitajs{number}@press.test", "", language, f"{now.astimezone(zone):%H:%M}", zone.key, **choice  # type: ignore[arg-type]
            )
            if number < len(staff):
                wishes = replace(wishes, user_id=staff[number])
            subscriptions.add(session, now - timedelta(hours=1), wishes, "benchmark")


def whole_run(app: App) -> int:
    """What a morning's look does, from the question who is owed a mail to the last record."""
    return len(sending.tick(app))


def one_by_one(port: int, mails: Sequence[Ready]) -> int:
    """A mail built for each reader, one connection."""
    with smtplib.SMTP("127.0.0.1", port) as line:
        for mail in mails:
            message = EmailMessage(policy=SMTP)
            for name, value in mail.headers:
                message[name] = value
            message.set_content(mail.text)
            message.add_alternative(mail.html, subtype="html")
            rich = message.get_payload()[1]  # type: ignore[index]
            if mail.picture:
                rich.add_related(mail.picture, "image", "png", cid="<week@pictures>")  # type: ignore[union-attr]
            line.sendmail(mail.sender, [mail.to], message.as_bytes(policy=SMTP))
    return len(mails)


def bytes_ready(port: int, mails: Sequence[Ready]) -> int:
    """One connection, nothing to build."""
    with smtplib.SMTP("127.0.0.1", port) as line:
        for mail in mails:
            line.sendmail(mail.sender, [mail.to], mail.content)
    return len(mails)


def captured(app: App) -> list[Ready]:
    """What ours would send, as the plain ways need it."""
    from tests.support.relay import parsed

    mailer = MemoryMailer()
    sending.tick(replace(app, mailer=mailer))
    found: dict[str, tuple[str, str, bytes]] = {}
    mails = []
    for parcel in mailer.parcels:
        _, _, body = parcel.content.partition(b"Content-Type: multipart")
        mail = parsed(parcel.content)
        key = str(len(body)) + parcel.subject
        if key not in found:
            text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
            assert text is not None and html is not None
            pictures = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "image"]
            found[key] = (text.get_content(), html.get_content(), pictures[0] if pictures else b"")
        headers = tuple(
            (name, str(value)) for name, value in mail.items() if not name.lower().startswith(("content-", "mime-", "date"))
        )
        headers = (*headers, ("Date", format_datetime(parcel.date)))
        mails.append(Ready(parcel.sender, parcel.to[0], parcel.content, headers, *found[key]))
    return mails


def timed(act: Callable[[], int], expected: int) -> tuple[float, float]:
    """Seconds of wall and of our own processor."""
    began, spent = time.perf_counter(), time.process_time()
    done = act()
    took = time.perf_counter() - began, time.process_time() - spent
    if done != expected:
        raise SystemExit(f"{done} of {expected} mails went")
    return took


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--store", default="")
    wanted.add_argument("--readers", type=int, default=1_000)
    wanted.add_argument("--rounds", type=int, default=3)
    wanted.add_argument("--until", type=datetime.fromisoformat, default=NOW, help="the newest mention's moment, with its zone")
    wanted.add_argument("--profile", action="store_true", help="one run of ours alone, and where its time went")
    asked = wanted.parse_args()
    told = told_in(asked.folder, store={"folder": asked.folder / "data", "url": asked.store}, digest={"recipients": ()})
    with sink() as port, wiring.open_app(told, create=True, clock=FixedClock(asked.until)) as opened:
        way = SmtpMailer(host="127.0.0.1", port=port, security="none", user=None, password=None, per_connection=100)
        app = replace(opened, mailer=way)
        with app.store.reading() as session:
            mentions = session.scalar(select(func.count()).select_from(Mention))
        forget(app)
        subscribe(app, asked.readers)
        mails = captured(app)
        if asked.profile:
            forget(app)
            subscribe(app, asked.readers)
            _profile(app)
            return
        with app.store.reading() as session:
            editions = session.scalar(select(func.count()).select_from(DigestEdition))
        size = sum(len(mail.content) for mail in mails) / len(mails)
        print(f"{mentions:,} mentions, {len(mails):,} readers, {editions} editions, {size / 1000:.0f} kB a mail")
        sides: dict[str, Callable[[], int]] = {
            "the whole morning": lambda: whole_run(app),
            "a mail built for each": lambda: one_by_one(port, mails),
            "bytes ready": lambda: bytes_ready(port, mails),
        }
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
        for _ in range(asked.rounds):
            for name, act in sides.items():
                forget(app)
                subscribe(app, asked.readers)
                took[name].append(timed(act, len(mails)))
        _told(took, len(mails))
        forget(app)


def _told(took: dict[str, list[tuple[float, float]]], count: int) -> None:
    ours = median(wall for wall, _ in took["the whole morning"])
    print(f"{'way':24} {'mails/s':>8} {'CPU s':>6} {'ours / it':>10}")
    for name, times in took.items():
        wall = median(wall for wall, _ in times)
        print(f"{name:24} {count / wall:8.0f} {median(cpu for _, cpu in times):6.2f} {wall / ours:10.2f}")


def _profile(app: App) -> None:
    import cProfile
    import pstats

    profile = cProfile.Profile(time.process_time)
    profile.enable()
    whole_run(app)
    profile.disable()
    pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
    forget(app)


if __name__ == "__main__":
    main()
