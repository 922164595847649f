"""Counts of inquiries by post follow the standing attribution."""

from datetime import UTC, date, datetime

from campaigns import editing
from outreach.core.db import Store
from outreach.tracker.by_post import counts_by_post
from outreach.tracker.models import Attribution, Inquiry, Touch

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_only_what_stands_counts(store: Store) -> None:
    with store.transaction() as session:
        campaign = editing.start(session, NOW, "A", date(2026, 11, 1)).id
        posts = [
            editing.write(session, NOW, campaign, language="lv", title="t", text="x", target_url="https://example.org").id
            for _ in range(3)
        ]
        for number, corrected in enumerate((False, False, True)):
            asked = Inquiry(token=f"t{number}", received_at=NOW, arrived_by="form", dedup_key=f"k{number}")
            session.add(asked)
            session.flush()
            touch = Touch(inquiry_id=asked.id, kind="link", at=NOW, post_id=posts[0], label={})
            said = Touch(inquiry_id=asked.id, kind="said", at=NOW, post_id=None, label={})
            session.add_all([touch, said])
            session.flush()
            session.add(Attribution(inquiry_id=asked.id, made_at=NOW, rule="link", touch_id=touch.id, by_person=False, evidence={}))
            if corrected:
                session.add(Attribution(inquiry_id=asked.id, made_at=NOW, rule="said", touch_id=said.id, by_person=True, evidence={}))
    with store.reading() as session:
        assert counts_by_post(session, posts) == {posts[0]: 2}
        assert counts_by_post(session, posts[1:]) == {}
        assert counts_by_post(session, []) == {}
