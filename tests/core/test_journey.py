"""One name for all that follows from one thing."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from outreach import logs
from outreach.core import journey


def test_a_journey_has_a_name_inside_and_none_outside() -> None:
    assert journey.current() == ""
    with journey.begun() as name:
        assert journey.current() == name
        assert len(name) == 8
        with journey.begun("cits"):
            assert journey.current() == "cits"
        assert journey.current() == name
    assert journey.current() == ""


def test_work_in_another_thread_belongs_to_the_journey_that_started_it() -> None:
    with ThreadPoolExecutor(1) as pool:
        with journey.begun() as name:
            kept, lost = pool.submit(journey.kept(journey.current)), pool.submit(journey.current)
        assert (kept.result(), lost.result()) == (name, "")


@pytest.mark.parametrize("form", ["console", "json"])
def test_every_line_names_it(form: logs.Form) -> None:
    record = logging.LogRecord("outreach.web", logging.ERROR, "", 0, "page.broke", (), None)
    record.path = "/a\nb"
    formatter = logs.Json() if form == "json" else logs.Facts()
    with journey.begun("0a1b2c3d"):
        line = formatter.format(record)
    assert "\n" not in line
    if form == "json":
        told = json.loads(line)
        assert (told["event"], told["journey"], told["path"]) == ("page.broke", "0a1b2c3d", "/a\nb")
    else:
        assert "page.broke journey='0a1b2c3d' path=" in line


def test_errors_are_counted_by_event_and_never_by_words() -> None:
    counting = logs.Counting()
    counting.handle(logging.LogRecord("outreach.web", logging.ERROR, "", 0, "page.broke", (), None))
    counting.handle(logging.LogRecord("other.library", logging.ERROR, "", 0, "Jānis %s", ("26123456",), None))
    assert counting.counts == {"page.broke": 1, "other.library": 1}
