"""iCalendar as RFC 5545 has it: read back by a library and by a strict reading of our own."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.ics import Event, written

RIGA = ZoneInfo("Europe/Riga")
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
_ESCAPED = re.compile(r"\\(?:[\\;,nN])")


def event(**told: object) -> Event:
    return Event(**{"uid": "a@x", "title": "Mājās", "first": date(2026, 11, 23), "last": date(2026, 11, 23), "changed_at": AT, **told})  # type: ignore[arg-type]


def strict(body: bytes) -> list[tuple[str, str]]:
    """Name (with its parameters) and value of each line; refuses what the RFC does not let be."""
    assert body.endswith(b"\r\n")
    folded = body[:-2].split(b"\r\n")
    for line in folded:
        assert len(line) <= 75, line
        assert line and b"\n" not in line and b"\r" not in line
        line.decode("utf-8")  # no letter is cut in two
    lines: list[bytes] = []
    for line in folded:
        if line.startswith(b" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    found = []
    for whole in lines:
        name, colon, value = whole.decode("utf-8").partition(":")
        assert colon and re.fullmatch(r"[A-Z-]+(?:;[A-Z-]+=[\w-]+)*", name), name
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", value)
        found.append((name, value))
    opened: list[str] = []
    for name, value in found:
        if name == "BEGIN":
            opened.append(value)
        if name == "END":
            assert opened.pop() == value
    assert opened == []
    return found


def of(found: list[tuple[str, str]], name: str) -> str:
    return next(value for told, value in found if told.partition(";")[0] == name)


@given(title=st.text(max_size=200), text=st.text(max_size=400), name=st.text(max_size=100))
def test_any_text_comes_back_as_it_was(title: str, text: str, name: str) -> None:
    body = written(name, "lv", "Europe/Riga", HOUR, [event(title=title, text=text)])
    found = strict(body)
    for told in ("SUMMARY", "NAME"):
        assert not re.search(r"[\\;,]", _ESCAPED.sub("", of(found, told)))
    (read,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert kept(str(read["SUMMARY"])) == kept(title)
    assert kept(str(read.get("DESCRIPTION", ""))) == kept(text)


def kept(text: str) -> str:
    """What of a text a calendar keeps: no control signs, one kind of line end."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in plain if sign in "\n\t" or (ord(sign) >= 32 and ord(sign) != 127))


def test_a_whole_day_ends_on_the_morning_after() -> None:
    found = strict(written("x", "lv", "Europe/Riga", HOUR, [event(last=date(2026, 11, 30))]))
    assert ("DTSTART;VALUE=DATE", "20261123") in found
    assert ("DTEND;VALUE=DATE", "20261201") in found


@pytest.mark.parametrize(
    ("moment", "wall"),
    [
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "02:59"), (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "04:00"),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "03:30"), (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "03:30"),
    ],
)  # fmt: skip
def test_moments_are_those_of_the_world_over_both_changes_of_the_clocks(moment: datetime, wall: str) -> None:
    local, after = moment.astimezone(RIGA), (moment + timedelta(minutes=15)).astimezone(RIGA)
    body = written("x", "lv", "Europe/Riga", HOUR, [event(first=local, last=after)])
    found = strict(body)
    assert of(found, "DTSTART") == f"{moment:%Y%m%dT%H%M%SZ}"
    (read,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert read["DTSTART"].dt == moment
    assert f"{read['DTSTART'].dt.astimezone(RIGA):%H:%M}" == wall
    assert read["DTEND"].dt - read["DTSTART"].dt == timedelta(minutes=15)


def test_it_says_how_often_to_come_and_what_changed() -> None:
    changed = AT + timedelta(days=1)
    found = strict(written("Plāns; a, b", "lv", "Europe/Riga", HOUR, [event(sequence=4, changed_at=changed, tentative=True, free=True)]))
    assert ("REFRESH-INTERVAL;VALUE=DURATION", "PT1H") in found
    assert of(found, "X-PUBLISHED-TTL") == "PT1H"
    assert of(found, "NAME") == of(found, "X-WR-CALNAME") == "Plāns\\; a\\, b"
    assert of(found, "SEQUENCE") == "4"
    assert of(found, "LAST-MODIFIED") == of(found, "DTSTAMP") == "20261124T080000Z"
    assert of(found, "STATUS") == "TENTATIVE" and of(found, "TRANSP") == "TRANSPARENT"
    assert of(found, "UID") == "a@x"


def test_the_same_events_give_the_same_bytes() -> None:
    once = written("x", "lv", "Europe/Riga", HOUR, [event()])
    assert written("x", "lv", "Europe/Riga", HOUR, [event()]) == once
    assert written("x", "lv", "Europe/Riga", HOUR, [event(sequence=1)]) != once
