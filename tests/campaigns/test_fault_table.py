"""Every way in which publishing can fail, for every kind of channel, through the engine: what comes of it.

out        published at once
failed     never out; a person reads why, and nothing more is sent
again      surely not out: the next try publishes it
found      in doubt; the channel is asked, and there it is
absent     in doubt; the channel is asked twice, it surely is not there, and is sent again
asked      in doubt, and nobody can look: a person is asked, and nothing more is sent until they say
paused     the account is not let in: the channel waits for a person, then it goes out
-          cannot happen there; `NEVER` says why

In the end the platform holds one post wherever it is published, and never two.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from campaigns import dispatch, looking, pictures, recording, tokens
from campaigns.channels import folder
from campaigns.models import Delivery, Picture, PostPicture
from campaigns.press import Press
from campaigns.publish import publish_due
from outreach import wiring
from outreach.core.errors import OutreachError
from outreach.core.http import Answer, Request
from outreach.core.registry import build, kinds
from tests.campaigns.desk import NOW, Desk
from tests.campaigns.platforms import answer
from tests.campaigns.simulated import KINDS, Killed, Platform, example, graph_error, platform

# refused   it will never take this post               lost      a time-out after everything was sent
# unsent    a time-out before anything was sent         busy      429 with Retry-After
# error     500, but the post is live                   twin      400 "I have the same", and the post is live
# denied    401                                         garbled   a good status, words nobody understands; it is live
# begun     killed between the claim and the request    killed    while the request is under way
# answered  killed after the answer, before it is written down
# A folder has no wire: there `unsent` is a folder that cannot be written to.
# Of lost and killed: `there` the post is live, `absent` it is not.
TABLE = """
           refused  unsent  lost,there  lost,absent  busy   error  twin   denied  garbled  begun  killed,there  killed,absent  answered
bluesky    failed   again   found       absent       again  found  out    paused  found    again  found         absent         out
facebook   failed   again   found       absent       again  found  found  paused  found    again  found         absent         out
folder     -        again   -           -            -      -      -      -       -        again  found         absent         out
instagram  failed   again   found       absent       again  found  again  paused  found    again  found         absent         out
linkedin   failed   again   found       absent       again  found  found  paused  found    again  found         absent         out
manual     -        -       -           -            -      -      -      -       -        asked  -             -              asked
mastodon   failed   again   found       absent       again  found  out    paused  found    again  found         absent         out
telegram   failed   again   asked       asked        again  asked  -      paused  asked    again  asked         asked          out
webhook    failed   again   asked       asked        again  asked  out    paused  out      again  asked         asked          out
wordpress  failed   again   found       absent       again  found  -      paused  found    again  found         absent         out
x          failed   again   found       absent       again  found  found  paused  found    again  found         absent         out
"""
NEVER = {
    "folder": "it asks nobody",
    "manual": "a person posts it",
    "telegram": "it takes the same twice, and no request is repeated",
    "wordpress": "it takes the same twice, so it is looked for before each try",
}
# What a person reads of each fault; `{}` stands for what the kind's texts begin with.
SAID = {
    "refused": "{}.refused",
    "unsent": "http.refused",
    "lost, there": "http.timeout",
    "lost, absent": "http.timeout",
    "busy": "{}.busy",
    "error": "{}.unclear",
    "twin": "{}.twin",
    "denied": "{}.denied",
    "garbled": "{}.unclear",
    "killed, there": "campaigns.delivery.interrupted",
    "killed, absent": "campaigns.delivery.interrupted",
}
OTHERWISE = {("folder", "unsent"): "campaigns.folder.unwritable", ("instagram", "twin"): "instagram.later"}
MINUTE = timedelta(minutes=1)

texts = cache(wiring.texts)


def cells() -> Iterator[tuple[str, str, str]]:
    """Kind, fault and what comes of it."""
    head, *rows = TABLE.strip().splitlines()
    for row in rows:
        kind, *ends = row.split()
        for fault, end in zip(head.split(), ends, strict=True):
            yield kind, fault.replace(",", ", "), end


def cases(kinds_: Callable[[str], bool]) -> pytest.MarkDecorator:
    """The cells of some kinds, but for those that cannot happen there."""
    held = [pytest.param(*cell, id="-".join(cell)) for cell in cells() if cell[2] != "-" and kinds_(cell[0])]
    return pytest.mark.parametrize(("kind", "fault", "end"), held)


ON_A_FILE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@dataclass
class Bench:
    """One delivery on one channel of one kind, and what is really there."""

    desk: Desk
    kind: str
    wire: Platform | None
    press: Press
    channel_id: int
    delivery_id: int

    def live(self) -> int:
        """How many posts there are."""
        files = [*(self.desk.folder / "posts").glob("*.txt")]
        return len(files) if self.wire is None else len(self.wire.posts)

    def publish(self) -> str:
        """One round of publishing, and what is swept after a kill; the status then, with never two posts there."""
        try:
            publish_due(self.press)
        except Killed:
            assert self.desk.sweep() == 1
        assert self.live() <= 1
        return self.desk.status(self.delivery_id)

    def look(self, after: timedelta) -> str:
        self.desk.clock.step(after)
        looking.look_due(self.press)
        return self.desk.status(self.delivery_id)

    def row(self) -> Delivery:
        return self.desk.row(self.delivery_id)

    def is_quiet(self) -> bool:
        """Whether nothing more goes out of itself, nor changes, for hours."""
        before, tried = self.desk.status(self.delivery_id), self.wire.tried if self.wire else 0
        for _ in range(2):
            self.desk.clock.step(timedelta(hours=2))
            self.publish()
            looking.look_due(self.press)
        after = self.desk.status(self.delivery_id)
        return (after, self.wire.tried if self.wire else 0) == (before, tried)


def bench(desk: Desk, kind: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> Bench:
    told = example(kind)
    wire = platform(kind, desk.clock, fault) if kind in KINDS else None
    settings = {name: value for name, value in told["settings"].items() if kind != "folder"}
    channel_id = desk.channel(kind, **settings)
    held = {name: value.replace("09:30", "23:30") for name, value in told["secrets"].items()}
    press = replace(desk.press(wire), secrets=held.get, images_url="https://office.example/p")
    made = Bench(desk, kind, wire, press, channel_id, desk.plan(channel_id, _post(desk, kind)))
    if kind == "folder" and fault not in ("begun", "answered"):
        _spoil_folder(fault, monkeypatch)
    if fault == "begun":
        _kill_once(tokens, "vault", monkeypatch)
    if fault == "answered":
        _kill_once(recording, "record", monkeypatch)
    return made


def _post(desk: Desk, kind: str) -> int:
    post = desk.post()
    if not build("campaigns.channels", kind, {**example(kind)["settings"]}).terms.needs_picture:
        return post
    given = io.BytesIO()
    Image.new("RGB", (90, 60)).save(given, "PNG")
    (desk.folder / "media").mkdir(exist_ok=True)
    with desk.store.transaction() as session:
        drawn = pictures.draw(given.getvalue())
        row: Picture = pictures.keep(session, NOW, drawn, alt="Mežs", actor="test", folder=desk.folder / "media")
        row.of_people = False
        session.add(PostPicture(post_id=post, picture_id=row.id, alt=""))
    return post


def _kill_once(module: object, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: Callable[..., object] = getattr(module, name)
    left = [1]

    def deed(*args: object, **more: object) -> object:
        if left:
            left.pop()
            raise Killed
        return kept(*args, **more)

    monkeypatch.setattr(module, name, deed)


def _spoil_folder(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder has no wire: what writes its file fails instead."""
    write, left = folder._write, [fault]

    def spoiled(*args: object) -> None:
        now = left.pop() if left else ""
        if now == "unsent":
            raise PermissionError(13, "Permission denied")
        if now == "killed, absent":
            raise Killed
        write(*args)  # type: ignore[arg-type]
        if now == "killed, there":
            raise Killed

    monkeypatch.setattr(folder, "_write", spoiled)


def _says(one: Bench, fault: str) -> None:
    """The person who looks now reads of this fault, in both languages."""
    seen = one.desk.see(one.delivery_id)
    says = one.wire.kind.says if one.wire is not None else one.kind
    assert seen.error_key == OTHERWISE.get((one.kind, fault), SAID.get(fault, "").format(says))
    for language in ("lv", "en"):
        said = texts().in_language(language).error(OutreachError(seen.error_key, **seen.error_facts))
        assert seen.error_key not in said and "{" not in said


def check(one: Bench, fault: str, end: str) -> None:
    """Whether this fault ends as the table says."""
    desk, status = one.desk, one.publish()
    looked = one.row().look_at
    match end:
        case "out":
            assert (status, one.live()) == ("published", 1)
        case "failed":
            assert (status, one.live(), looked) == ("failed", 0, None)
            assert not desk.channel_seen(one.channel_id).paused
            _says(one, fault)
        case "again":
            assert (status, looked) == ("scheduled", None)
            if fault != "begun":
                _says(one, fault)
                next_try = one.row().next_try_at
                assert next_try is not None and (fault != "busy" or next_try == NOW + 2 * MINUTE)
                assert one.publish() == "scheduled"  # not before
                desk.clock.moment = next_try
            assert (one.publish(), one.live()) == ("published", 1)
        case "found" | "absent":
            assert (status, one.live(), looked) == ("unconfirmed", end == "found", NOW + MINUTE)
            _says(one, fault)
            assert one.look(MINUTE) == ("published" if end == "found" else "unconfirmed")
            if end == "absent":
                assert one.look(4 * MINUTE) == "scheduled"
                assert (one.publish(), one.live()) == ("published", 1)
        case "asked":
            assert (status, looked) == ("unconfirmed", None)
            there = one.live()
            assert there == (fault not in ("lost, absent", "killed, absent"))
            _says(one, fault)
            assert one.is_quiet()
            desk.settle(one.delivery_id, bool(there), "https://a.example/1" if there else None)
            assert (one.publish(), one.live()) == ("published", 1)
        case "paused":
            assert (status, one.live(), looked) == ("failed", 0, None)
            assert desk.channel_seen(one.channel_id).pause_reason == "campaigns.paused.denied"
            _says(one, fault)
            assert one.is_quiet()
            with desk.store.transaction() as session:
                dispatch.resume(session, one.channel_id)
                dispatch.reschedule(session, desk.clock.now(), one.delivery_id, desk.clock.now())
            assert (one.publish(), one.live()) == ("published", 1)
    assert one.is_quiet()
    assert one.live() == (end != "failed")


@ON_A_FILE
@cases(lambda kind: kind not in ("mastodon", "manual"))
def test_each_fault_ends_as_the_table_says(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: str, fault: str, end: str
) -> None:
    check(bench(desk, kind, fault, monkeypatch), fault, end)


@cases(lambda kind: kind == "mastodon")
def test_and_so_it_does_on_both_stores(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: str, fault: str, end: str
) -> None:
    check(bench(desk, kind, fault, monkeypatch), fault, end)


@ON_A_FILE
@pytest.mark.parametrize("fault", ["begun", "answered"])
def test_what_a_person_posts_is_asked_of_a_person_whatever_happens(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    one = bench(desk, "manual", fault, monkeypatch)
    if one.publish() == "scheduled":  # nobody was told yet
        one.publish()
    seen = desk.see(one.delivery_id)
    assert (seen.status, one.row().look_at) == ("unconfirmed", None)
    assert seen.error_key == ("manual.waits" if fault == "begun" else "campaigns.delivery.interrupted")
    assert one.is_quiet() and one.live() == 0


@ON_A_FILE
@pytest.mark.parametrize("kind", [pytest.param(kind, id=f"{kind}: {why}") for kind, why in NEVER.items()])
def test_what_cannot_happen_there(desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Two ask nobody; two take the same twice, and are asked once."""
    missing = {fault for row, fault, end in cells() if (row, end) == (kind, "-")}
    one = bench(desk, kind, "", monkeypatch)
    assert one.publish() == ("unconfirmed" if kind == "manual" else "published")
    assert one.is_quiet()
    assert (one.wire is None and len(missing) > 1) or (one.wire is not None and one.wire.tried == 1)
    assert missing == {"twin"} or one.wire is None


@ON_A_FILE
@pytest.mark.parametrize("end", ["found", "absent"])
@pytest.mark.parametrize("subcode", [2207006, 2207008])
def test_a_container_that_is_gone_may_have_become_a_post(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, subcode: int, end: str
) -> None:
    """Instagram names the container in its refusal, not the post: refused for good, a person would post it twice."""
    gone = replace(KINDS["instagram"], twin=graph_error(400, 24, subcode), refused=graph_error(400, 24, subcode))
    fault = "twin" if end == "found" else "refused"
    one = bench(desk, "instagram", fault, monkeypatch)
    assert one.wire is not None
    one.wire.kind = gone
    monkeypatch.setitem(OTHERWISE, ("instagram", fault), "instagram.unclear")
    check(one, fault, end)


@ON_A_FILE
def test_what_lies_under_our_name_is_no_refusal_even_if_a_look_does_not_show_it_yet(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bluesky may answer a question from a copy that is behind."""
    one = bench(desk, "bluesky", "twin", monkeypatch)
    wire, behind = one.wire, [1]
    assert wire is not None
    shows = wire.kind.shows

    def late(platform: Platform, request: Request) -> Answer | None:
        if behind and ".getRecord" in request.url:
            behind.pop()
            return answer(400, {"error": "RecordNotFound"})
        return shows(platform, request)

    wire.kind = replace(wire.kind, shows=late)
    assert one.publish() == "unconfirmed"
    assert (one.look(MINUTE), one.live()) == ("published", 1)


def test_the_table_is_whole() -> None:
    assert sorted({kind for kind, _, _ in cells()}) == sorted(kinds("campaigns.channels"))
    assert {kind for kind, _, end in cells() if end == "-"} == set(NEVER)


def test_the_decision_shows_the_same_table() -> None:
    told = (Path(__file__).parents[2] / "docs/decisions/0037-publishing-lanes.md").read_text(encoding="utf-8")
    rows = [line.replace("|", " ").split() for line in told.splitlines() if line.startswith("| ")]
    assert rows[1:] == [line.split() for line in TABLE.strip().splitlines()[1:]]
