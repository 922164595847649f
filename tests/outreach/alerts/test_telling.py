"""A letter's words: order, stories, the count of what no line tells, both languages, hostile texts."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.alerts import wording
from outreach.alerts.models import KINDS
from outreach.alerts.telling import MOST_LINES, Happened, Told, tell
from outreach.core.text import Texts
from outreach.wiring import texts as catalogues
from tests.outreach.alerts.conftest import NOON
from tests.outreach.alerts.test_quiet import RIGA

MINUTE = timedelta(minutes=1)
FACTS: dict[str, dict[str, object]] = {
    "critical": {"mention": 12345, "story": 1, "title": "Slikti", "outlet": "Avīze"},
    "spike": {"count": 21, "usual": 3.5, "day": "2026-11-25"},
    "source_down": {"source": 3, "name": "Zeme", "tier": "local", "state": "erring", "since": "2026-11-24T10:00:00+00:00"},
    "unconfirmed": {"delivery": 4, "title": "Vietas", "channel": "Mape"},
    "unanswered": {"inquiry": 12345, "since": "2026-11-23T10:00:00+00:00"},
}


def told(*happened: Happened, language: str = "lv") -> Told:
    words = catalogues().in_language(language)
    return tell(happened, words, RIGA, "https://birojs.lv", letter="x", at=NOON, office="Birojs")


@pytest.mark.parametrize("language", ["lv", "en"])
def test_every_kind_has_its_sentence_and_its_page(language: str) -> None:
    pages = []
    for kind in KINDS:
        [line] = told(Happened(kind, NOON, FACTS[kind]), language=language).lines
        assert "{" not in line.text and not line.text.endswith(".") and line.kind == kind
        pages.append(line.link.removeprefix("https://birojs.lv"))
    assert pages == ["/mentions/12345", "/mentions?period=24h&standing=counted", "/settings/sources/3", "/deliveries/4", "/inquiries/12345"]


def test_a_number_of_a_row_is_a_name(texts: Texts) -> None:
    said = wording.sentence("unanswered", FACTS["unanswered"], texts.in_language("lv"), RIGA)
    assert said == "Jautājums Nr. 12345 gaida atbildi kopš 23. nov. 12:00"
    assert wording.sentence("spike", FACTS["spike"], texts.in_language("lv"), RIGA) == "Šodien jau 21 pieminējums, parasti šajā nedēļas dienā 3,5"


def test_what_cannot_be_undone_stands_first_then_the_latest() -> None:
    letter = told(
        *(Happened(kind, NOON, FACTS[kind]) for kind in reversed(KINDS)),
        Happened("critical", NOON + MINUTE, {**FACTS["critical"], "story": 2, "title": "Vēlāk"}),
    )
    assert [line.kind for line in letter.lines] == ["critical", "critical", "unconfirmed", "unanswered", "spike", "source_down"]
    assert letter.subject == "Kritiski par mums: “Vēlāk” +5" and letter.more_text == ""


@given(st.integers(1, 60))
def test_at_most_twenty_lines_and_a_count(count: int) -> None:
    letter = told(*(Happened("critical", NOON + MINUTE * place, {**FACTS["critical"], "story": place}) for place in range(count)))
    assert len(letter.lines) == min(count, MOST_LINES)
    assert letter.more == max(0, count - MOST_LINES) and bool(letter.more_text) is bool(letter.more)
    assert letter.subject.endswith(f" +{count - 1}") is (count > 1)


@given(st.text(max_size=400), st.text(max_size=400))
def test_texts_from_outside_stay_one_line(title: str, outlet: str) -> None:
    letter = told(Happened("critical", NOON, {**FACTS["critical"], "title": title, "outlet": outlet}))
    for text in (letter.subject, letter.lines[0].text, letter.lines[0].where):
        assert text.isprintable()
    assert len(letter.subject) <= 130
