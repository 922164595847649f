"""Without a relay answers lie as files: they go with the letter, and nobody else's do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach import wiring
from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.tracker import privacy
from outreach.tracker.letters import answering, taking
from tests.outreach.rooms import NOW
from tests.outreach.tracker.letters.writing import OURS, said
from tests.support.offices import told_in


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with wiring.open_app(told_in(tmp_path, mail={"inquiry_to": OURS}), create=True, clock=FixedClock(NOW)) as made:
        yield made


def test_an_answer_that_no_relay_took_goes_with_its_letter(app: App) -> None:
    numbers = []
    for name in ("a", "b"):
        with app.store.transaction() as session:
            numbers.append(taking.take(session, NOW, app.seal, said(name, Reply_To=f"{name}@pasts.example"), (), {OURS}).inquiry_id or 0)
        assert answering.send(app, "ieva", numbers[-1], "form:1", f"Re: {name}", f"Zeltkanārijs {name}") == "sent"
    mails = app.settings.folder / "mail"
    (mails / "digest.eml").write_bytes(b"Subject: no name\n\nx")
    assert len(list(mails.glob("*.eml"))) == 3
    with app.store.transaction() as session:
        privacy.erase(session, NOW, "ieva", numbers[0])
    privacy.clear(app)
    left = b"".join(path.read_bytes() for path in mails.glob("*.eml"))
    assert len(list(mails.glob("*.eml"))) == 2
    assert b"b@pasts.example" in left and b"a@pasts.example" not in left
