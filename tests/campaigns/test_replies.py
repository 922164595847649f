"""What people write under posts: asked of each platform in its own way, kept sealed, for a month, and our own left out."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from sqlalchemy import select

from campaigns import numbers
from campaigns.channel import MOST_REPLIES, Busy, Denied, Numbers, Receipt, Reply, Replying, Secrets
from campaigns.models import DeliveryNumbers, DeliveryReply
from campaigns.press import Press
from campaigns.publish import publish_due
from campaigns.replies import reading, settling, storing
from outreach.core import registry
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer, Http
from outreach.core.registry import build, kinds
from outreach.core.seal import Seal
from tests.campaigns import told
from tests.campaigns.desk import NOW, Desk
from tests.campaigns.platforms import AFTER, Turns, answer, kind_of, query_of, sound
from tests.campaigns.simulated import example, graph_error
from tests.campaigns.told import Told, deeds

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SEAL = Seal(b"k" * 32)
WHEN = "2026-03-02T09:00:00Z"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
OURS = Receipt("https://platform.example/1", "1")
REPLYING = {"bluesky", "facebook", "instagram", "linkedin", "mastodon", "wordpress"}


# Each kind's answers: one reply of somebody, one of our own, one without words; then what is read of it.
def _mastodon() -> tuple[list[Answer], Reply]:
    def said(number: str, account: str, text: str) -> dict[str, object]:
        about = {"id": account, "acct": f"a{account}@b.example"}
        return {"id": number, "account": about, "content": text, "created_at": WHEN, "url": "https://b.example/2", "language": "lv"}

    below = [said("2", "8", "<p>Kur<br>pieteikties &amp; kad?</p>"), said("3", "9", "<p>Te</p>"), said("4", "8", "<p></p>")]
    given = [answer(200, {"id": "9", "acct": "us"}), answer(200, {"ancestors": [], "descendants": below})]
    return given, Reply("2", AT, "@a8@b.example", "Kur\npieteikties & kad?", "https://b.example/2", "lv")


def _bluesky() -> tuple[list[Answer], Reply]:
    def said(who: str, text: str, *replies: object) -> dict[str, object]:
        record = {"text": text, "createdAt": WHEN, "langs": ["lv-LV"]}
        post = {"uri": f"at://{who}/app.bsky.feed.post/k{len(text)}", "author": {"did": who, "handle": "a.example"}, "record": record}
        return {"post": post, "replies": list(replies)}

    blocked = {"$type": "app.bsky.feed.defs#blockedPost", "uri": "at://x"}
    thread = said("did:plc:us", "Raksts", said("did:plc:us", "Te", said("did:plc:a", "Kur?")), said("did:plc:b", ""), blocked)
    return [answer(200, {"thread": thread})], Reply(
        "at://did:plc:a/app.bsky.feed.post/k4", AT, "@a.example", "Kur?", "https://bsky.app/profile/a.example/post/k4", "lv"
    )


def _facebook() -> tuple[list[Answer], Reply]:
    page = example("facebook")["settings"]["page"]
    held = [
        {"id": "1_2", "message": "Kur?", "created_time": "2026-03-02T09:00:00+0000", "from": {"id": "77", "name": "Anna"}, "permalink_url": "https://www.facebook.com/1_2"},
        {"id": "1_3", "message": "Te", "created_time": WHEN, "from": {"id": page, "name": "Mēs"}}, {"id": "1_4", "message": "", "created_time": WHEN},
    ]  # fmt: skip
    return [answer(200, {"data": held})], Reply("1_2", AT, "Anna", "Kur?", "https://www.facebook.com/1_2")


def _instagram() -> tuple[list[Answer], Reply]:
    ours = {"id": "8", "text": "Te", "timestamp": WHEN, "username": "us", "from": {"id": example("instagram")["settings"]["account_id"]}}
    below = {"id": "7", "text": "Kur?", "timestamp": WHEN, "username": "anna"}
    return [answer(200, {"data": [{**ours, "replies": {"data": [below]}}]})], Reply("7", AT, "@anna", "Kur?", OURS.url)


def _linkedin() -> tuple[list[Answer], Reply]:
    def said(name: str, actor: str) -> dict[str, object]:
        return {"commentUrn": name, "actor": actor, "message": {"text": "Kur?"}, "created": {"time": int(AT.timestamp() * 1000)}}

    held = [said("urn:li:comment:1", "urn:li:person:a"), said("urn:li:comment:2", example("linkedin")["settings"]["author"])]
    return [answer(200, {"elements": held})], Reply("urn:li:comment:1", AT, "urn:li:person:a", "Kur?", OURS.url)


def _wordpress() -> tuple[list[Answer], Reply]:
    def said(number: int, author: int) -> dict[str, object]:
        about = {"id": number, "author": author, "author_name": "Anna", "date_gmt": "2026-03-02T09:00:00"}
        return {**about, "content": {"rendered": "<p>Kur?</p>\n"}, "link": f"https://site.example/#c{number}"}

    return [answer(200, {"id": 4}), answer(200, [said(1, 0), said(2, 4)])], Reply("1", AT, "Anna", "Kur?", "https://site.example/#c1")


GIVEN: dict[str, Callable[[], tuple[list[Answer], Reply]]] = {
    "bluesky": _bluesky, "facebook": _facebook, "instagram": _instagram, "linkedin": _linkedin, "mastodon": _mastodon, "wordpress": _wordpress,
}  # fmt: skip
RECEIPTS = {"bluesky": "at://did:plc:us/app.bsky.feed.post/1", "linkedin": "urn:li:share:1"}


def heard(kind: str, wire: Turns, since: datetime | None = None) -> list[Reply]:
    channel = build("campaigns.channels", kind, example(kind)["settings"])
    assert isinstance(channel, Replying)
    receipt = Receipt(OURS.url, RECEIPTS.get(kind, OURS.id))
    return list(channel.replies(receipt, wire, example(kind)["secrets"].get, NOW, since))


def test_which_kinds_show_replies() -> None:
    assert {kind for kind, cls in kinds("campaigns.channels").items() if issubclass(cls, Replying)} == REPLYING == set(GIVEN)


@pytest.mark.parametrize("kind", sorted(REPLYING))
def test_what_others_wrote_is_read_and_our_own_is_not(kind: str) -> None:
    answers, expected = GIVEN[kind]()
    wire = Turns(answers)
    assert heard(kind, wire) == [expected]
    assert all(one.method == "GET" and not one.follow for one in wire.asked)
    assert heard(kind, Turns(answers), AT) == [] and heard(kind, Turns(answers), AT - HOUR) == [expected]
    assert "Kur" not in repr(expected) and expected.author not in repr(expected)


@pytest.mark.parametrize(("status", "end"), [(401, "denied"), (429, "busy"), (500, "later"), (200, "later"), (None, "later")])
@pytest.mark.parametrize("kind", sorted(REPLYING))
def test_trouble_is_never_taken_for_an_empty_list(kind: str, status: int | None, end: str) -> None:
    came: Answer | WireError = AFTER if status is None else answer(status, {"message": "Nē"}, {"Retry-After": "120"})
    if kind in ("facebook", "instagram") and status == 401:
        came = graph_error(401, 190)
    with pytest.raises(WireError) as raised:
        heard(kind, Turns([came]))
    error = sound(raised.value, example(kind)["secrets"])
    assert not error.ambiguous and kind_of(error) == end
    if isinstance(error, Busy):
        assert error.wait == timedelta(minutes=2)


def test_facebook_is_asked_for_a_hundred_at_once() -> None:
    wire = Turns([answer(200, {"data": []})])
    heard("facebook", wire)
    assert query_of(wire.asked[0])["limit"] == str(MOST_REPLIES)


@dataclass(frozen=True)
class Spoken(Told):
    """Says what stands in `said`, and no numbers unless it is told to."""

    kind: ClassVar[str] = "spoken"

    def replies(self, receipt: Receipt, wire: Http, secrets: Secrets, now: datetime, since: datetime | None = None) -> list[Reply]:
        asked.append(since)
        if "replies" in deeds:
            deeds["replies"](secrets)
        return [one for one in said if since is None or one.at > since]


said: list[Reply] = []
asked: list[datetime | None] = []


@dataclass
class Office:
    """A desk with one published post in a channel that shows replies."""

    desk: Desk
    delivery: int = 0
    seal: Seal | None = field(default=SEAL)

    def press(self) -> Press:
        return replace(self.desk.press(), seal=self.seal)

    def ask(self, after: timedelta = HOUR) -> dict[str, int]:
        self.desk.clock.step(after)
        return dict(numbers.ask_due(self.press()))

    def rows(self) -> list[DeliveryReply]:
        with self.desk.store.reading() as session:
            found = list(session.scalars(select(DeliveryReply).order_by(DeliveryReply.id)))
            session.expunge_all()
        return found

    def texts(self) -> list[str | None]:
        return [storing.opened(SEAL, row)[1] for row in self.rows()]

    def settle(self, deed: Callable[..., Any], *more: object, **named: object) -> Any:
        with self.desk.store.transaction() as session:
            return deed(session, *more, **named)


@pytest.fixture
def office(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Office:
    told.install(monkeypatch)
    known = registry.kind_of
    for module in (registry, numbers):
        monkeypatch.setattr(module, "kind_of", lambda package, kind: Spoken if kind == "spoken" else known(package, kind))
    from campaigns import dispatch, lanes, recording

    for other in (recording, dispatch, lanes):
        monkeypatch.setattr(other, "kind_of", lambda package, kind: Spoken if kind == "spoken" else known(package, kind))
    said.clear(), asked.clear()
    deeds["numbers"] = lambda secrets: Numbers(likes=1)
    one = Office(desk)
    one.delivery = desk.plan(desk.channel("spoken", token_env="TOKEN"))
    assert publish_due(one.press()) == {"published": 1}
    return one


def says(name: str, text: str = "Kur var pieteikties?", after: timedelta = HOUR) -> Reply:
    return Reply(name, NOW + after, "@anna", text, "https://a.example/2", "lv")


def test_they_are_kept_sealed_and_once(office: Office) -> None:
    said[:] = [says("a"), says("b", "Paldies!")]
    assert office.ask() == {"told": 1, "heard": 2}
    assert office.ask(6 * HOUR) == {"told": 1}
    rows = office.rows()
    assert [(row.remote_id, row.asks, row.state) for row in rows] == [("a", True, "new"), ("b", False, "new")]
    assert all("anna" not in (row.author_sealed or "") and "Kur" not in (row.text_sealed or "") for row in rows)
    assert office.texts() == ["Kur var pieteikties?", "Paldies!"] and asked == [None, None]


def test_without_a_seal_nothing_is_asked(office: Office) -> None:
    said[:] = [says("a")]
    office.seal = None
    assert office.ask() == {"told": 1} and asked == [] and office.rows() == []


def test_an_edit_is_followed_and_what_is_gone_there_goes(office: Office) -> None:
    said[:] = [says("a"), says("b", "Paldies!"), says("c")]
    office.ask()
    office.settle(settling.answered, NOW, "anna", office.rows()[2].id)
    said[:] = [says("b", "Kad sākas nākamais?")]
    office.ask(6 * HOUR)
    assert [(row.remote_id, row.asks, row.state) for row in office.rows()] == [("b", True, "new"), ("c", True, "answered")]
    assert office.texts()[0] == "Kad sākas nākamais?"


def test_a_full_answer_proves_no_deletion_and_the_rest_is_asked_for(office: Office) -> None:
    said[:] = [says(f"r{number}", after=timedelta(seconds=number)) for number in range(MOST_REPLIES + 20)]
    assert office.ask()["heard"] == MOST_REPLIES
    said[:] = said[50:]
    office.ask(6 * HOUR)
    assert asked[-1] == NOW + timedelta(seconds=MOST_REPLIES - 1) and len(office.rows()) == MOST_REPLIES + 20


@pytest.mark.parametrize(
    ("error", "next_ask"),
    [(Denied("x.denied"), 6 * HOUR), (Busy("x.busy", wait=9 * HOUR), 10 * HOUR), (WireError("http.timeout"), 6 * HOUR)],
)
def test_trouble_with_replies_harms_no_numbers_and_no_reply(office: Office, error: WireError, next_ask: timedelta) -> None:
    def fail(secrets: Secrets) -> object:
        raise error

    said[:] = [says("a")]
    deeds["replies"] = fail
    assert office.ask() == {"told": 1} and office.rows() == []
    with office.desk.store.reading() as session:
        assert session.get_one(DeliveryNumbers, office.delivery).ask_at == NOW + next_ask
    del deeds["replies"]
    assert office.ask(12 * HOUR)["heard"] == 1


def test_they_are_asked_for_a_month_and_then_no_more(office: Office) -> None:
    for _ in range(40):
        office.ask(DAY)
    assert len(asked) == 11  # the moments of the first day fell together


def test_a_month_after_it_was_seen_it_is_gone(office: Office) -> None:
    said[:] = [says("a"), says("b")]
    office.ask()
    office.settle(settling.became, NOW, "anna", office.rows()[1].id, 7)
    assert office.settle(storing.forget, NOW + HOUR + 29 * DAY) == 0
    assert office.settle(storing.forget, NOW + HOUR + 30 * DAY) == 1
    [row] = office.rows()
    assert (row.state, row.inquiry_id, row.author_sealed, row.text_sealed, row.url) == ("inquiry", 7, None, None, "")
    # What is older than a month is not taken in again.
    assert office.settle(storing.take, NOW + 60 * DAY, SEAL, office.delivery, [says("a")], whole=False).new == 0


def test_each_is_dealt_with_once_and_can_wait_again(office: Office) -> None:
    said[:] = [says("a")]
    office.ask()
    number = office.rows()[0].id
    office.settle(settling.became, NOW, "anna", number, 7)
    assert office.rows()[0].text_sealed is None
    for deed in (settling.answered, settling.dismissed):
        with pytest.raises(OutreachError, match=r"replies\.settled"):
            office.settle(deed, NOW, "anna", number)
    assert office.settle(settling.inquiry_of, number) == 7
    office.settle(settling.back, SEAL, number, ("@anna", "Kur?"))
    assert office.texts() == ["Kur?"] and office.rows()[0].state == "new"
    with pytest.raises(OutreachError, match=r"replies\.open"):
        office.settle(settling.back, SEAL, number)
    with pytest.raises(OutreachError, match=r"replies\.gone"):
        office.settle(settling.answered, NOW, "anna", 99)


def test_what_another_key_closed_is_shown_as_unreadable(office: Office) -> None:
    said[:] = [says("a"), says("b", "Paldies!")]
    office.ask()
    with office.desk.store.reading() as session:
        [seen] = reading.listed(session, Seal(b"o" * 32), "questions")
        assert (seen.text, seen.author, seen.asks) == (None, None, True)
        assert reading.counts(session) == {"questions": 1, "others": 1} and reading.waiting(session) == (1, NOW + HOUR)
    with pytest.raises(OutreachError, match=r"replies\.unreadable_error"):
        office.settle(settling.asked, Seal(b"o" * 32), office.rows()[0].id)
