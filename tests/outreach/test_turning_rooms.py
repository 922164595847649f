"""What the rooms closed with their own functions, and opened with them again, after a new key and the end of the old."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from campaigns.timing.sheet import Line
from outreach import turning, wiring
from outreach.core import reseal
from outreach.core.app import App
from outreach.core.reseal import Sealed
from outreach.core.testing import FixedClock
from outreach.people import second
from outreach.tracker import families, intake, privacy
from outreach.tracker.bringing import keeping as tables
from outreach.tracker.cases import papers, tasks
from outreach.tracker.families import Family
from outreach.tracker.heard import reading as heard
from outreach.tracker.intake import Incoming
from outreach.tracker.letters import files, seeing, taking
from outreach.tracker.offers import keeping as offers
from outreach.tracker.offers import reading as offered
from outreach.tracker.retention import holds
from tests.outreach.tracker.letters.writing import OURS, PNG, said
from tests.outreach.tracker.offers.desk import LETTER
from tests.support.offices import told_in
from tests.support.people import account

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MARK = "Zeltkanārijs"
# Which have tests of their own with their platforms, or the press: their places are the functions that close them.
ELSEWHERE = {
    "channel_tokens.sealed", "delivery_replies.author_sealed", "delivery_replies.text_sealed", "release_replies.subject_sealed",
    "release_replies.text_sealed",
}  # fmt: skip


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with wiring.open_app(told_in(tmp_path), create=True, clock=FixedClock(NOW)) as made:
        yield made


def written(app: App) -> Callable[[], list[object]]:
    """A family in every room, each by the room's own function; what reads all of it again, by the rooms' own too."""
    seal, folder = app.seal, app.settings.folder
    user = account(app, "coordinator")
    letter = said("a", f"{MARK} raksta", files=((f"{MARK}.png", PNG),))
    kept = files.keep(seal, folder, letter.files)
    with app.store.transaction() as session:
        home = families.add(session, NOW, seal, Family(2, 1, "Ludzas novads", ("IE",), name=MARK, note=f"{MARK} zvanīt"))
        came = Incoming("phone", name=MARK, contact=f"{MARK}@example.org", text=f"{MARK} jautā", said_source=f"no {MARK}", household_id=home)
        asked = intake.receive(session, NOW, seal, came).inquiry_id
        talk = taking.take(session, NOW, seal, letter, kept, {OURS}).inquiry_id or 0
        families.tie(session, talk, home)
        holds.hold_family(session, NOW, "ieva", seal, home, NOW.date(), holds.Hold(date(2027, 1, 1), f"{MARK} sūdzas"))
        step = tasks.add(session, NOW, "ieva", seal, home, f"Zvanīt {MARK}", date(2026, 12, 1))
        offer = offers.make(session, NOW, "ieva", seal, home, "lv", "Ludzas novads", LETTER, 2026)
        second.prepare(session, seal, user)
    paper = papers.bring(app, "ieva", home, f"{MARK}.png", PNG)
    table = tables.keep(folder, seal, MARK, [Line(1, (MARK, "29123456"))])

    def read() -> list[object]:
        with app.store.transaction() as session:
            letters = seeing.of_inquiry(session, NOW, "ieva", app.seal, talk)
            told: list[object] = [
                privacy.reveal_family(session, NOW, "ieva", app.seal, home).__dict__,
                *(privacy.reveal(session, NOW, "ieva", app.seal, number).__dict__ for number in (asked, talk)),
                [line.words for line in heard.of_inquiry(session, asked, app.seal)],
                [(one.words.__dict__, [file.name for file in one.files]) for one in letters],
                holds.on_family(session, app.seal, home).__dict__,
                tasks.one(session, app.seal, home, step),
                tasks.of_family(session, NOW, app.seal, home)[0].words,
                offered.opened(session, NOW, "ieva", app.seal, home, offer),
                second.waiting_secret(session, app.seal, user),
                papers.of_family(session, NOW, "ieva", app.seal, home)[0].name,
            ]
            name, _, _ = seeing.file_of(session, NOW, "ieva", app.seal, letters[0].letter_id, letters[0].files[0].file_id)
            sheet, _, _ = papers.given_out(session, NOW, "ieva", app.seal, home, paper)
        told += [files.open_file(app.seal, folder, name), papers.open_file(app.seal, folder, sheet)]
        kept_table = tables.opened(folder, app.seal, table)
        return [*told, kept_table.name, [line.cells for line in kept_table.lines]]

    return read


def test_a_family_of_the_rooms_own_making_opens_in_the_rooms_after_the_old_key_is_gone(app: App) -> None:
    read = written(app)
    before, old = read(), app.seal.key_id
    seals = reseal.counted(app.store, app.settings.folder, wiring.sealed())
    empty = {name for name, counts in seals.items() if not counts}
    assert empty == ELSEWHERE  # whoever seals something new puts it into `written`
    turned = turning.rotate(app, "ieva", lambda _done: None)
    assert not turned.broken and turned.anew == sum(sum(counts.values()) for counts in seals.values())
    app.clock.step(timedelta(hours=1))  # type: ignore[attr-defined]
    turning.destroy(app, "ieva", old)
    assert read() == before
    told = repr(before)
    assert told.count(MARK) >= 10 and repr(PNG) in told


def test_the_places_of_replies_are_those_of_the_rooms() -> None:
    """Of what `written` has not: a value's place in the registry is what closes it."""
    from campaigns import tokens
    from campaigns.replies import storing
    from outreach.pressroom.sending import replies

    places = {one.name: one.place for one in wiring.sealed() if isinstance(one, Sealed)}
    assert places["channel_tokens.sealed"](3, "ACCESS") == tokens.place(3, "ACCESS")
    assert places["delivery_replies.author_sealed"](3, "r") == storing.place("author", 3, "r")
    assert places["delivery_replies.text_sealed"](3, "r") == storing.place("text", 3, "r")
    assert places["release_replies.subject_sealed"]("<r@x>") == replies.place("subject", "<r@x>")
    assert places["release_replies.text_sealed"]("<r@x>") == replies.place("text", "<r@x>")
