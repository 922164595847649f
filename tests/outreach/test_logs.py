"""Log lines: an event with its facts, one line each, whatever stands in them."""

import logging

import pytest

from outreach import logs


@pytest.fixture
def untouched():  # type: ignore[no-untyped-def]
    """The loggers as they were, after the test."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, {name: logging.getLogger(name).level for name in ("outreach", "scrapers", "campaigns")})
    yield
    root.handlers[:], level, levels = before
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


def test_an_event_is_one_line_with_its_facts(untouched: None, capsys: pytest.CaptureFixture[str]) -> None:
    logs.to_stderr(logging.INFO)
    logging.getLogger("campaigns.publish").info("delivery.published", extra={"delivery": 7, "path": "/a\n2026 ERROR forged"})
    logging.getLogger("other.library").info("chatter")
    [line] = capsys.readouterr().err.splitlines()
    assert "INFO delivery.published delivery=7" in line
    assert "\\n2026 ERROR forged" in line


def test_a_message_with_line_breaks_stays_one_line(untouched: None, capsys: pytest.CaptureFixture[str]) -> None:
    logs.to_stderr(logging.INFO)
    logging.getLogger("outreach").warning("told\nforged")
    assert len(capsys.readouterr().err.splitlines()) == 1
