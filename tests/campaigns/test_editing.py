"""Who wrote and who approved; what can change of a campaign and of a post, and what cannot."""

import re
from datetime import date

import pytest

from campaigns import editing
from campaigns.models import Campaign, Post
from outreach.core.errors import OutreachError
from tests.campaigns.desk import Desk


def seen(desk: Desk, post_id: int) -> Post:
    with desk.store.reading() as session:
        row = session.get_one(Post, post_id)
        session.expunge(row)
        return row


def test_the_trail_of_a_post(desk: Desk) -> None:
    post = desk.post(approved=False)
    with desk.store.transaction() as session:
        editing.approve(session, desk.clock.now(), post, "first@example.org")
        editing.approve(session, desk.clock.now(), post, "second@example.org")
    assert seen(desk, post).approved_by == "first@example.org"
    with desk.store.transaction() as session:
        editing.edit(session, desk.clock.now(), post, title="t", text="x", actor="third@example.org")
    row = seen(desk, post)
    assert (row.written_by, row.approved_by, row.approved_at) == ("third@example.org", None, None)
    with desk.store.transaction() as session:
        editing.edit(session, desk.clock.now(), post, title="t", text="y")
    assert seen(desk, post).written_by == "third@example.org"


def test_an_address_may_change_until_a_link_leads_to_it(desk: Desk) -> None:
    post = desk.post()
    with desk.store.transaction() as session:
        editing.edit(session, desk.clock.now(), post, title="t", text="x", language="en", target_url="https://example.org/2")
    assert (seen(desk, post).target_url, seen(desk, post).language) == ("https://example.org/2", "en")
    desk.plan(desk.channel(), post)
    with desk.store.transaction() as session:
        editing.edit(session, desk.clock.now(), post, title="t", text="x", target_url="https://example.org/2")  # the same is no change
    with pytest.raises(OutreachError, match=re.escape("campaigns.post.linked")), desk.store.transaction() as session:
        editing.edit(session, desk.clock.now(), post, title="t", text="z", target_url="https://example.org/3")
    assert seen(desk, post).text == "x"
    with pytest.raises(OutreachError, match=re.escape("campaigns.post.target")), desk.store.transaction() as session:
        editing.edit(session, desk.clock.now(), post, title="t", text="z", target_url="javascript:x")


def test_a_campaign_is_corrected_and_its_note_cleaned(desk: Desk) -> None:
    told = {"ends_on": None, "language": "en", "goal": " g ", "municipalities": ["Rēzekne"]}
    with desk.store.transaction() as session:
        number = editing.start(session, desk.clock.now(), "A", date(2026, 3, 1), note="<p onclick=x>a</p>").id
    with desk.store.transaction() as session:
        editing.change(session, number, name=" B ", starts_on=date(2026, 3, 2), note="<script>x</script><p>n</p>", **told)  # type: ignore[arg-type]
    with desk.store.reading() as session:
        row = session.get_one(Campaign, number)
        assert (row.name, row.starts_on, row.goal, row.note) == ("B", date(2026, 3, 2), "g", "<p>n</p>")
        assert row.municipalities == ["Rēzekne"]


@pytest.mark.parametrize(
    ("wrong", "key"),
    [({"name": " "}, "campaigns.name.empty"), ({"ends_on": date(2026, 2, 1)}, "campaigns.dates"), ({"campaign_id": 99}, "campaigns.missing")],
)
def test_a_campaign_that_would_make_no_sense(desk: Desk, wrong: dict[str, object], key: str) -> None:
    with desk.store.transaction() as session:
        number = editing.start(session, desk.clock.now(), "A", date(2026, 3, 1)).id
    told: dict[str, object] = {
        "campaign_id": number, "name": "B", "starts_on": date(2026, 3, 1), "ends_on": None, "language": None, "goal": "",
        "note": "", "municipalities": (), **wrong,
    }  # fmt: skip
    with pytest.raises(OutreachError, match=re.escape(key)), desk.store.transaction() as session:
        editing.change(session, **told)  # type: ignore[arg-type]
