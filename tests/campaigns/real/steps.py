"""One post after the other, each with its sender killed at another step; then the program goes on and finds its way."""

import io
import os
import random
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from PIL import Image

from campaigns import looking, pictures
from campaigns.channel import Image as Sent
from campaigns.models import Picture, PostPicture
from campaigns.press import Press
from campaigns.publish import publish_due
from outreach.core.http import Answer, GuardedHttp, Request
from tests.campaigns.desk import Desk

ROOT = Path(__file__).parents[3]
KILLED, LOST = ("before", "after"), "lost"
_WORKER = """
import os, sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from campaigns.publish import publish_due
from outreach.core.db import open_store
from outreach.core.errors import WireError
from outreach.core.http import GuardedHttp
from outreach.core.testing import FixedClock
from tests.campaigns.desk import Desk

url, folder, now, step, how = sys.argv[1:]
wire = GuardedHttp(user_agent="outreach tests", allow_private=True, read_seconds=60, total_seconds=60)

class Dying:
    asked = 0
    def send(self, request):
        self.asked += 1
        if self.asked == int(step) and how == "before":
            os.kill(os.getpid(), 9)
        answer = wire.send(request)
        if self.asked == int(step) and how == "after":
            os.kill(os.getpid(), 9)
        if self.asked == int(step) and how == "lost":
            raise WireError("http.timeout", ambiguous=True, url="", host="", seconds=15)
        return answer

desk = Desk(open_store(url, create=False), FixedClock(datetime.fromisoformat(now)), Path(folder))
publish_due(replace(desk.press(Dying()), secrets=os.environ.get))
"""


@dataclass(frozen=True)
class Step:
    """What was asked at the step; how it ended for the sender; the delivery's status then and at last, and its tries."""

    asked: str
    how: str
    then: str
    now: str
    tries: int
    marker: str


@dataclass
class Listing:
    """A wire that writes down what is asked."""

    wire: GuardedHttp
    asked: list[str]

    def send(self, request: Request) -> Answer:
        path = request.url.split("://")[-1].partition("/")[2]
        self.asked.append(f"{request.method} /{path.split('&')[0].split('?repo')[0].split('?handle')[0]}")
        return self.wire.send(request)


@dataclass
class Bench:
    """A desk with one channel of a kind, and the secrets it needs."""

    desk: Desk
    wire: GuardedHttp
    channel: int
    secrets: Mapping[str, str]
    count: int = 0

    def press(self, wire: Listing | None = None) -> Press:
        return replace(self.desk.press(wire or self.wire), secrets=self.secrets.get)

    def plan(self, text: str, images: int = 1) -> tuple[int, str]:
        """A due delivery with pictures, and a word that stands in no other."""
        self.count += 1
        marker = f"solis{self.count:03}x"
        post = self.desk.post(f"{text} {marker} {{link}}", title=f"Nāc mājās {marker}")
        for position in range(images):
            illustrate(self.desk, post, position)
        return self.desk.plan(self.channel, post), marker

    def steps(self, text: str) -> list[str]:
        """What one post asks of the server, in order; it is published."""
        delivery, _ = self.plan(text)
        listing = Listing(self.wire, [])
        publish_due(self.press(listing))
        assert self.desk.status(delivery) == "published", self.desk.see(delivery)
        return listing.asked

    def break_off(self, text: str, step: int, how: str) -> tuple[int, str, str]:
        """Lets a process of its own send a post and end at that step; the delivery, its status then, its marker."""
        delivery, marker = self.plan(text)
        url = self.desk.store.engine.url.render_as_string(hide_password=False)
        told = [url, str(self.desk.folder), self.desk.clock.now().isoformat(), str(step), how]
        environment = {**os.environ, **self.secrets, "PYTHONPATH": str(ROOT)}
        child = subprocess.run([sys.executable, "-c", _WORKER, *told], env=environment, cwd=ROOT, timeout=120)
        assert child.returncode == (0 if how == LOST else -signal.SIGKILL)
        return delivery, self.desk.status(delivery), marker

    def recover(self, delivery: int) -> str:
        """The program as it goes on: sweeping, looking, sending; the status in which it comes to rest."""
        for _ in range(12):
            self.desk.sweep()
            publish_due(self.press())
            looking.look_due(self.press())
            if self.desk.status(delivery) in ("published", "failed"):
                break
            self.desk.clock.step(timedelta(minutes=6))
        return self.desk.status(delivery)

    def all_steps(self, text: str) -> list[Step]:
        """A post for each step and each way to break off."""
        done = []
        self.steps(text)  # what is made once for all posts is made now
        for number, asked in enumerate(self.steps(text), 1):
            for how in (*KILLED, LOST):
                delivery, then, marker = self.break_off(text, number, how)
                now = self.recover(delivery)
                done.append(Step(asked, how, then, now, self.desk.row(delivery).attempts, marker))
        return done


def illustrate(desk: Desk, post_id: int, position: int = 0) -> None:
    """Gives a post a picture that no other has."""
    made = io.BytesIO()
    Image.frombytes("RGB", (60, 40), random.SystemRandom().randbytes(60 * 40 * 3)).save(made, "PNG")
    drawn = pictures.draw(made.getvalue())
    (desk.folder / "media").mkdir(exist_ok=True)
    (desk.folder / "media" / drawn.name).write_bytes(drawn.body)
    with desk.store.transaction() as session:
        picture = Picture(
            name=drawn.name, width=drawn.width, height=drawn.height, size=len(drawn.body), alt=f"Mežs {post_id}",
            added_at=desk.clock.now(), added_by="tests",
        )  # fmt: skip
        session.add(picture)
        session.flush()
        session.add(PostPicture(post_id=post_id, picture_id=picture.id, position=position))


def photograph(name: str = "a.jpg", size: tuple[int, int] = (60, 40)) -> Sent:
    """A picture as a channel is given it, full of detail."""
    made = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(made, "JPEG", quality=95)
    return Sent(made.getvalue(), *size, "Mežs", name)


def table(steps: list[Step], found: Mapping[str, int]) -> str:
    """The steps in Markdown, with how many posts of each there are on the server."""
    head = "| asked | sender | delivery then | at last | tries | posts there |\n|---|---|---|---|---|---|"
    rows = [
        f"| `{one.asked}` | {one.how} | {one.then} | {one.now} | {one.tries} | {found[one.marker]} |" for one in steps
    ]
    return "\n".join((head, *rows))
