"""Links of a campaign: made, said aloud, ended, withdrawn, and counted."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from campaigns import campaign_links, links, queries
from campaigns.models import Link
from outreach.core.errors import OutreachError
from tests.campaigns.desk import Desk

PAGE = "https://majas.example/pieteikums"


def made(desk: Desk, label: str = "plakāts autoostā", spoken: str = "") -> int:
    if not desk.campaign_id:
        desk.post()
    with desk.store.transaction() as session:
        return campaign_links.make(
            session, desk.clock.now(), desk.campaign_id, label=label, target_url=PAGE, spoken=spoken
        )


def test_a_poster_leads_on_and_is_counted(desk: Desk) -> None:
    number = made(desk, spoken="MĀJAS")
    now = desk.clock.now()
    with desk.store.transaction() as session:
        for who in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
            followed = links.follow(session, now, "majas", links.Visit("person", who, "Pārlūks"))
            assert followed is not None
        links.follow(session, now, "majas", links.Visit("preview"))
    assert followed.target_url == PAGE
    assert followed.tags == {
        "utm_source": "plakats-autoosta", "utm_medium": "offline", "utm_campaign": "majas-2026",
    }  # fmt: skip
    with desk.store.reading() as session:
        (seen,) = campaign_links.of_campaign(session, desk.campaign_id)
        told = queries.link_of(session, seen.code)
        assert campaign_links.one(session, desk.campaign_id, number) == seen
        assert campaign_links.one(session, desk.campaign_id + 1, number) is None
        assert queries.clicks_before(session, seen.code, now).count == 3
    assert (seen.label, seen.spoken, seen.followers.people, seen.followers.previews) == ("plakāts autoostā", "MĀJAS", 2, 1)
    assert told is not None
    assert (told.delivery_id, told.post_id, told.post_title) == (None, None, "")
    assert (told.campaign_name, told.channel, told.published_at) == ("MĀJAS 2026", "plakāts autoostā", now)


def test_what_is_printed_keeps_its_code_wherever_it_leads(desk: Desk) -> None:
    number = made(desk)
    now = desk.clock.now()

    def change(**more: object) -> None:
        told = {"label": "plakāts", "target_url": PAGE, "spoken": "", "ends_on": None, "withdrawn": False, **more}
        with desk.store.transaction() as session:
            campaign_links.change(session, now, desk.campaign_id, number, **told)  # type: ignore[arg-type]

    with desk.store.reading() as session:
        code = campaign_links.of_campaign(session, desk.campaign_id)[0].code
    change(target_url="https://majas.example/cits", label=" lapiņa ")
    with desk.store.transaction() as session:
        followed = links.follow(session, now, code)
        assert followed is not None and followed.target_url == "https://majas.example/cits"
    change(ends_on=now.date())
    with desk.store.transaction() as session:
        assert links.follow(session, now, code) is not None
        assert links.follow(session, now + timedelta(days=1), code) is None
    change(withdrawn=True)
    with desk.store.transaction() as session:
        assert links.follow(session, now, code) is None
        assert campaign_links.of_campaign(session, desk.campaign_id)[0].withdrawn_at == now


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"label": "  "}, "links.label"),
        ({"target_url": "javascript:alert(1)"}, "campaigns.post.target"),
        ({"spoken": "ab"}, "links.spoken.size"),
        ({"spoken": "MAJAS"}, "links.spoken.taken"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(desk: Desk, told: dict[str, str], key: str) -> None:
    made(desk, spoken="Mājas")
    asked = {"label": "radio", "target_url": PAGE, **told}
    with pytest.raises(OutreachError) as caught, desk.store.transaction() as session:
        campaign_links.make(session, desk.clock.now(), desk.campaign_id, **asked)  # type: ignore[arg-type]
    assert caught.value.key == key
    with desk.store.reading() as session:
        assert len(campaign_links.of_campaign(session, desk.campaign_id)) == 1


def test_links_of_campaigns_nobody_knows(desk: Desk) -> None:
    number = made(desk)
    with desk.store.transaction() as session:
        with pytest.raises(OutreachError, match=r"campaigns\.missing"):
            campaign_links.make(session, desk.clock.now(), 999, label="radio", target_url=PAGE)
        with pytest.raises(OutreachError, match=r"links\.missing"):
            campaign_links.change(
                session, desk.clock.now(), 999, number,
                label="radio", target_url=PAGE, spoken="", ends_on=date(2026, 4, 1), withdrawn=False,
            )  # fmt: skip


def test_a_campaign_has_an_end_of_links(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign_links, "_MOST", 2)
    made(desk, "viens"), made(desk, "divi")
    with pytest.raises(OutreachError, match=r"links\.many"):
        made(desk, "trīs")


def test_a_link_belongs_to_one_thing(desk: Desk) -> None:
    delivery = desk.plan(desk.channel())
    for owner in ({}, {"delivery_id": delivery, "campaign_id": desk.campaign_id}):
        with pytest.raises(IntegrityError), desk.store.transaction() as session:
            session.add(Link(code=f"code{len(owner)}xx", target_url=PAGE, created_at=desk.clock.now(), **owner))
