"""Charts: what is drawn, that it fits, that a page may hold it, that everybody can tell its parts apart."""

import json
import re
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any

import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from outreach.charts import measure, palette, picture
from outreach.charts.chart import Chart, Row
from outreach.charts.spec import MAIL, PAGE, PHONE, spec
from outreach.charts.telling import described, table
from outreach.core.text import LANGUAGES, Texts, Words
from tests.outreach import tones

TODAY = date(2026, 11, 26)
MONTHS = [date(2025 + (n + 11) // 12, (n + 11) % 12 + 1, 1) for n in range(12)]
COUNTS = [3, 0, 5, 12, 4, 2, 8, 6, 1, 0, 9, 14, 7, 5]


def months(series: str, values: list[float | None]) -> tuple[Row, ...]:
    return tuple(Row(month, value, series) for month, value in zip(MONTHS, values, strict=True))


DAYS = Chart(
    "days",
    "Pieminējumi pa dienām",
    "Diena",
    "Pieminējumi",
    tuple(Row(TODAY - timedelta(days=13 - n), count) for n, count in enumerate(COUNTS)),
    unit="mentions",
    note="Pēdējās divas nedēļas",
    emphasis=TODAY,
)
MANY_DAYS = replace(DAYS, rows=tuple(Row(TODAY - timedelta(days=44 - n), n * 317 % 120) for n in range(45)))
SOURCES = Chart(
    "bars",
    "Avoti, kas rakstīja visvairāk, pa valodām un novadiem, arī tie, kurus lasām reizi nedēļā",
    "Avots",
    "Pieminējumi",
    (Row("Vieta, kur mēs par novada dzīvi uzzinām visu pašu svarīgāko", 1248), Row("Латгалия", 31), Row("Z", 0)),
    unit="mentions",
)
LINES = Chart(
    "lines",
    "Pieminējumi pa mēnešiem",
    "Mēnesis",
    "Pieminējumi",
    (
        *months("Reģionālie mediji", [15, 28, 27, 27, 22, 27, 18, 14, 28, 18, 23, 25]),
        *months("Nacionālie mediji", [26, 16, 25, 24, 20, 15, 18, 18, 21, 16, 18, 24]),
        *months("Diasporas mediji", [2, 3, 4, None, 4, None, 13, 12, 0, 1, 0, 24]),
    ),
    unit="mentions",
    step="month",
)
RATE = Chart(
    "lines",
    "Atbildēto daļa",
    "Mēnesis",
    "Daļa",
    tuple(Row(month, 52.5 + n, "", 44.0 + n, 61.0 + n) for n, month in enumerate(MONTHS)),
    unit="percent",
    step="month",
)
RATES = Chart(
    "intervals",
    "Cik atgriezās",
    "Valsts",
    "Daļa",
    (Row("Īrija", 12.5, "", 8.1, 17.9), Row("Vācija", 9.1, "", 6.0, 13.2), Row("Norvēģija", 25, "", 3.1, 61.4)),
    unit="percent",
    emphasis="Vācija",
)
STACKED = Chart(
    "stacked",
    "Pieminējumi pa līmeņiem",
    "Mēnesis",
    "Pieminējumi",
    (
        *months("Reģionālie", [14, 12, 9, 13, 11, 10, 16, 13, 12, 11, 9, 8]),
        *months("Nacionālie", [7, 5, 8, 4, 9, 6, 7, 8, 5, 4, 7, 6]),
        *months("Vietējie", [2, 1, 0, 0, 3, 1, 0, 2, 1, 0, 1, 0]),
    ),
    unit="mentions",
    step="month",
)
POINTS = Chart(
    "points",
    "Izraidīšana starp visiem lietojumiem",
    "Nedēļa",
    "Daļa",
    (
        *(Row(TODAY + timedelta(weeks=n), 20 + n * 7 % 30, "Nedēļa", 8.5, 61) for n in range(9)),
        *(Row(TODAY + timedelta(weeks=n), 14.5 + n, "Iepriekšējās 26 nedēļas", 11 + n, 19 + n) for n in range(12)),
    ),
    unit="percent",
)
TILES = Chart(
    "tiles",
    "Pieminējumi pa novadiem",
    "Novads",
    "Pieminējumi",
    (Row("Rēzekne", 12), Row("Augšdaugavas novads", 1048), Row("Krāslavas novads", 0), Row("Balvu novads", None)),
    unit="mentions",
    grid=(("Balvu novads", 2, 0), ("Rēzekne", 0.5, 1), ("Krāslavas novads", 2.5, 2), ("Augšdaugavas novads", 0, 2)),
)
EMPTY = Chart("bars", "Avoti", "Avots", "Pieminējumi", ())
CHARTS = {
    "days": DAYS,
    "many-days": MANY_DAYS,
    "bars": SOURCES,
    "lines": LINES,
    "rate": RATE,
    "intervals": RATES,
    "stacked": STACKED,
    "points": POINTS,
    "tiles": TILES,
    "empty": EMPTY,
}
each_chart = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
each_width = pytest.mark.parametrize("width", [PAGE, MAIL, PHONE])


@pytest.fixture(scope="module")
def lv(texts: Texts) -> Words:
    return texts.in_language("lv")


@pytest.fixture(scope="module")
def en(texts: Texts) -> Words:
    return texts.in_language("en")


def written(description: dict[str, Any]) -> list[tuple[float, float, float, str]]:
    """Every text of a picture: its left and right edge, its middle line, itself; from the sheet's upper left corner."""
    found = []
    for layer in description["layer"]:
        if layer["mark"]["type"] == "text":
            look = layer["mark"]
            for value in layer["data"]["values"]:
                wide = measure.width(value["text"], look["fontSize"], bold=look["fontWeight"] == 600)
                left = (
                    value["x"]
                    + description["padding"]["left"]
                    - wide * {"left": 0, "center": 0.5, "right": 1}[look["align"]]
                )
                found.append((left, left + wide, value["y"] + description["padding"]["top"], value["text"]))
    return found


@each_chart
@each_width
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_leaves_the_sheet_or_runs_into_another(chart: Chart, width: int, language: str, texts: Texts) -> None:
    description = spec(chart, texts.in_language(language), width=width)
    padding = description["padding"]
    assert description["width"] + padding["left"] + padding["right"] == pytest.approx(width)
    height = description["height"] + padding["top"] + padding["bottom"]
    found = written(description)
    assert found
    outside = [text for left, right, y, text in found if left < -2 or right > width + 2 or not 5 < y < height - 5]
    assert outside == []
    clashes = [
        (one[3], other[3])
        for one, other in combinations(found, 2)
        if one[0] < other[1] and other[0] < one[1] and abs(one[2] - other[2]) < 12
    ]
    assert clashes == []


@each_chart
def test_a_description_is_plain_values(chart: Chart, lv: Words) -> None:
    assert json.loads(json.dumps(spec(chart, lv))) == spec(chart, lv)


def said(chart: Chart, words: Words, **how: Any) -> list[str]:
    return [text for *_, text in written(spec(chart, words, **how))]


def test_numbers_and_days_are_the_languages_own(lv: Words, en: Words) -> None:
    assert "12,5\u00a0% (8,1–17,9)" in said(RATES, lv)
    assert "12.5% (8.1–17.9)" in said(RATES, en)
    assert "1\u00a0248" in said(SOURCES, lv)
    assert "1,248" in said(SOURCES, en)
    assert "novembris" in said(DAYS, lv)
    assert "November" in said(DAYS, en)


def test_today_is_dark_and_the_other_days_are_faint(lv: Words) -> None:
    bars = [layer for layer in spec(DAYS, lv)["layer"] if layer["mark"]["type"] == "rect"]
    shares = {len(layer["data"]["values"]): layer["mark"]["opacity"] for layer in bars}
    # Two of the fourteen days have nothing and so no bar.
    assert shares == {11: 0.65, 1: 1}
    strong = [layer for layer in spec(DAYS, lv)["layer"] if layer["mark"].get("fontWeight") == 600]
    assert [value["text"] for layer in strong for value in layer["data"]["values"]] == [DAYS.title, "5", "26"]


def test_a_crowded_strip_numbers_only_today_and_the_highest(lv: Words) -> None:
    first = spec(MANY_DAYS, lv, width=PHONE)
    above = [text for *_, y, text in written(first) if y < first["padding"]["top"] + first["height"]]
    last = str(MANY_DAYS.rows[-1].value)
    assert set(above) == {MANY_DAYS.title, MANY_DAYS.note, str(max(row.value or 0 for row in MANY_DAYS.rows)), last}


def test_a_line_names_itself_with_its_last_number_and_keeps_the_number_on_a_telephone(lv: Words) -> None:
    assert {"Reģionālie mediji 25", "Nacionālie mediji 24", "Diasporas mediji 24"} <= set(said(LINES, lv))
    short = [text for text in said(LINES, lv, width=PHONE) if "…" in text]
    assert short and all(text.endswith((" 24", " 25")) for text in short)


def test_a_gap_breaks_the_line_and_a_value_between_two_gaps_is_a_point(lv: Words) -> None:
    many = replace(LINES, rows=tuple(Row(TODAY + timedelta(days=n), None if n in (3, 5) else n) for n in range(30)))
    layers = {layer["mark"]["type"]: layer["data"]["values"] for layer in spec(many, lv)["layer"]}
    assert [value["value"] for value in layers["line"]][2:7] == [2, None, 4, None, 6]
    assert [value["n"] for value in layers["point"]] == [4, 29]


def test_points_stand_between_their_limits_before_the_band_of_their_past(lv: Words) -> None:
    layers = spec(POINTS, lv)["layer"]
    whiskers = [one for one in layers if one["mark"]["type"] == "rule" and "low" in one["data"]["values"][0]]
    assert [len(one["data"]["values"]) for one in whiskers] == [9]
    kinds = [one["mark"]["type"] for one in layers if one is whiskers[0] or one["mark"]["type"] in ("area", "line")]
    assert kinds == ["area", "line", "rule"]
    assert {value["low"] for one in layers if one["mark"]["type"] == "area" for value in one["data"]["values"]} == {*range(11, 23)}
    assert "Nedēļa 46\u00a0%" in said(POINTS, lv)


@pytest.mark.parametrize("width", [PAGE, PHONE])
def test_tiles_stand_in_their_grid_and_are_the_fuller_the_more(width: int, lv: Words) -> None:
    rects = [one for one in spec(TILES, lv, width=width)["layer"] if one["mark"]["type"] == "rect" and "opacity" in one["mark"]]
    placed = [one["data"]["values"][0] for one in rects]
    assert [one["mark"]["opacity"] for one in rects] == [0.084, 0.42, 0, 0]
    assert len({(round(one["x2"] - one["x"], 3), one["y2"] - one["y"]) for one in placed}) == 1
    assert placed[3]["y"] < placed[0]["y"] < placed[1]["y"] == placed[2]["y"]
    assert placed[1]["x"] < placed[0]["x"] < placed[3]["x"] < placed[2]["x"] and max(one["x2"] for one in placed) <= width
    assert {"Augšdaugavas", "novads"} <= set(said(TILES, lv, width=width))


@pytest.mark.parametrize("theme", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_ink_is_read_on_the_fullest_tile(theme: dict[str, str]) -> None:
    parts = [[int(theme[tone][at : at + 2], 16) for at in (1, 3, 5)] for tone in ("lake", "paper")]
    mixed = "#" + "".join(f"{round(0.42 * lake + 0.58 * paper):02x}" for lake, paper in zip(*parts, strict=True))
    assert tones.contrast(theme[palette.INK], mixed) >= 4.5


def test_a_tile_leads_where_it_is_told(lv: Words) -> None:
    root = etree.fromstring(picture.svg(TILES, lv, width=PHONE, links={"Rēzekne": "/mentions?place=R&x=1"}))
    assert root.get("role") == "group" and root.get("aria-label") == described(TILES, lv)
    [link] = root.iter("{*}a")
    assert (link.get("href"), link.get("aria-label")) == ("/mentions?place=R&x=1", "Rēzekne: 12 pieminējumu")
    [pane] = link
    name = next(one for one in root.iter("{*}text") if one.text == "Rēzekne")
    moved = re.findall(r"translate\(([\d.]+),([\d.]+)\)", name.get("transform"))[0]
    outer = spec(TILES, lv, width=PHONE)["padding"]
    x, y = float(moved[0]) + outer["left"], float(moved[1]) + outer["top"]
    assert float(pane.get("x")) < x < float(pane.get("x")) + float(pane.get("width"))
    assert float(pane.get("y")) < y < float(pane.get("y")) + float(pane.get("height"))


def test_series_differ_by_tone_and_by_dash(lv: Words) -> None:
    lines = [layer["mark"] for layer in spec(LINES, lv)["layer"] if layer["mark"]["type"] == "line"]
    assert len({mark["color"] for mark in lines}) == len({tuple(mark["strokeDash"]) for mark in lines}) == 3


def test_a_fixed_tone_stays_and_nobody_else_gets_it() -> None:
    given_tones = palette.tones(("a", "b", "c"), {"b": "lake"})
    assert given_tones["b"] == "lake"
    assert len(set(given_tones.values())) == 3


@pytest.mark.parametrize("theme", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("eye", tones.EYES)
def test_tones_keep_apart_for_every_eye(theme: dict[str, str], eye: str) -> None:
    near = {
        (one, other): distance
        for one, other in combinations(palette.SERIES, 2)
        if (distance := tones.distance(theme[one], theme[other], eye)) < 20
    }
    assert near == {}


def test_the_measure_of_tones_sees_what_such_an_eye_does_not() -> None:
    assert tones.distance("#c04040", "#6f7a2e", "all") > 60
    assert tones.distance("#c04040", "#6f7a2e", "deutan") < 20
    assert tones.contrast("#ffffff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("theme", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_marks_and_words_stand_out_from_the_paper(theme: dict[str, str]) -> None:
    needed = {**dict.fromkeys(palette.SERIES, 3.0), palette.INK: 4.5, palette.QUIET: 4.5}
    faint = {tone: tones.contrast(theme[tone], theme[palette.PAPER]) for tone in needed}
    assert {tone: ratio for tone, ratio in faint.items() if ratio < needed[tone]} == {}


@each_chart
def test_a_page_with_a_strict_policy_may_hold_it(chart: Chart, lv: Words) -> None:
    drawn = picture.svg(chart, lv)
    root = etree.fromstring(drawn)
    names = {etree.QName(element).localname for element in root.iter()}
    assert names <= {"svg", "g", "path", "line", "rect", "text"}
    attributes = {str(name) for element in root.iter() for name in element.attrib}
    assert not {name for name in attributes if name == "style" or name.startswith("on") or "href" in name}
    assert "font-family" not in attributes
    # Every paint follows the theme.
    paints = {element.get(paint) for element in root.iter() for paint in ("fill", "stroke")} - {
        None,
        "none",
        "transparent",
    }
    assert paints and all(
        re.fullmatch(r"var\(--[a-z-]+, light-dark\(#\w{6}, #\w{6}\)\)", str(paint)) for paint in paints
    )
    # No English of the drawer's own; one picture with one text alternative.
    assert root.get("role") == "img" and root.get("aria-label") == described(chart, lv)
    assert {name for name in attributes if name == "role" or name.startswith("aria")} == {"role", "aria-label"}
    assert [element.get("role") for element in root.iter() if element.get("role")] == ["img"]


def test_names_are_text_and_never_markup(lv: Words) -> None:
    evil = "<script>alert('x')</script>&\"{{t}}"
    root = etree.fromstring(picture.svg(Chart("bars", evil, evil, evil, (Row(evil, 3),)), lv))
    assert root.find(".//{*}script") is None
    assert evil in [element.text for element in root.iter("{*}text")]


def test_a_name_with_what_no_page_can_hold_is_drawn_without_it(lv: Words) -> None:
    chart = Chart("bars", "Avo\x00ti\ud800", "Avots", "Skaits", (Row("LSM\x1b", 3), Row("\x07", 2)))
    assert {"Avoti", "LSM"} <= {element.text for element in etree.fromstring(picture.svg(chart, lv)).iter("{*}text")}


def test_the_same_picture_for_a_pdf_has_its_tones_and_its_font_in_it(lv: Words) -> None:
    page, paper = picture.svg(STACKED, lv), picture.pdf_svg(STACKED, lv)
    assert "var(" not in paper and "IBM Plex Sans" in paper and palette.LIGHT["lake"] in paper
    places = [re.findall(r' d="([^"]+)"', drawn) for drawn in (page, paper)]
    assert places[0] == places[1] and len(places[0]) > 30


@pytest.mark.parametrize(("width", "scale"), [(MAIL, 2), (PHONE, 1)])
def test_a_mail_gets_a_png_of_the_size_asked_for(width: int, scale: int, lv: Words) -> None:
    data = picture.png(DAYS, lv, width=width, scale=scale)
    assert data.startswith(b"\x89PNG\r\n")
    assert struct.unpack(">I", data[16:20])[0] == width * scale


def test_every_latvian_and_russian_letter_has_a_shape_of_its_own(lv: Words) -> None:
    # Letters that a font lacks are all drawn alike.
    letters = "aāčēģīķļņšūžЖёлтыйъэюя"
    drawn = {picture.png(replace(EMPTY, title=letter), lv, width=60, scale=1) for letter in letters}
    assert len(drawn) == len(letters)


def test_a_picture_is_drawn_once(lv: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    real = vl_convert.vegalite_to_svg
    monkeypatch.setattr(vl_convert, "vegalite_to_svg", lambda *given, **how: calls.append(1) or real(*given, **how))
    once = replace(DAYS, note="Tikai šim pārbaudījumam")
    assert picture.svg(once, lv) == picture.svg(replace(once), lv)
    picture.png(once, lv, width=PAGE)
    assert len(calls) == 1


def test_threads_get_the_same_pictures(lv: Words) -> None:
    charts = [replace(DAYS, note=f"{n}. pavediens") for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        drawn = list(threads.map(lambda chart: picture.svg(chart, lv), charts))
    assert [f"{n}. pavediens" in one for n, one in enumerate(drawn)] == [True] * 8


def test_the_drawer_is_loaded_with_the_first_picture_only() -> None:
    script = "import sys, outreach.charts.picture; sys.exit('vl_convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize(
    ("chart", "language", "sentence"),
    [
        (
            DAYS,
            "lv",
            "Pieminējumi pa dienām. 2026. gada 13. novembris – 2026. gada 26. novembris. Kopā 76 pieminējumi. "
            "Augstākais rādītājs: 24. nov. – 14; zemākais: 14. nov. – 0.",
        ),
        (
            replace(RATES, title="Returned"),
            "en",
            "Returned. 3 rows. Highest: Norvēģija, 25% (3.1–61.4); lowest: Vācija, 9.1% (6–13.2).",
        ),
        (
            replace(DAYS, rows=DAYS.rows[-1:]),
            "lv",
            "Pieminējumi pa dienām. 2026. gada 26. novembris. Kopā 5 pieminējumi. Visur vienādi: 5.",
        ),
        (EMPTY, "lv", "Avoti. Skaitļu vēl nav."),
    ],
    ids=["days", "rates", "one", "empty"],
)
def test_a_chart_in_a_sentence(chart: Chart, language: str, sentence: str, texts: Texts) -> None:
    assert described(chart, texts.in_language(language)) == sentence


def test_a_sentence_tells_every_line_and_every_part(lv: Words) -> None:
    lines, parts = described(LINES, lv), described(STACKED, lv)
    assert "Diasporas mediji: sākumā 2, beigās 24, augstākais rādītājs 24 (2026. g. nov.)." in lines
    assert "Kopā 225 pieminējumi. Sadalījums: Reģionālie 138; Nacionālie 76; Vietējie 11." in parts


@pytest.mark.parametrize(("count", "form"), [(21, "21 ģimene"), (11, "11 ģimeņu"), (2, "2 ģimenes"), (0, "0 ģimeņu")])
def test_a_total_is_counted_as_latvian_counts(count: int, form: str, lv: Words) -> None:
    assert f"Kopā {form}." in described(Chart("bars", "A", "B", "C", (Row("x", count),), unit="families"), lv)


def test_the_numbers_behind_a_picture_are_a_table(lv: Words) -> None:
    lines, rates = table(LINES, lv), table(RATES, lv)
    assert lines.head == ("Mēnesis", "Reģionālie mediji", "Nacionālie mediji", "Diasporas mediji")
    assert lines.rows[3] == ("2026. g. marts", "27", "24", "–")
    assert rates.head == ("Valsts", "Daļa", "Daļa, apakšējā robeža", "Daļa, augšējā robeža")
    assert rates.rows[0] == ("Īrija", "12,5\u00a0%", "8,1\u00a0%", "17,9\u00a0%")
    assert table(EMPTY, lv).head == ("Avots", "Pieminējumi") and table(EMPTY, lv).rows == ()
    for chart in CHARTS.values():
        assert {len(row) for row in table(chart, lv).rows} <= {len(table(chart, lv).head)}


def test_texts_that_are_keys_are_spoken(lv: Words, en: Words) -> None:
    chart = Chart("bars", "chart.empty", "x", "y", (Row("chart.unknown", 3),))
    assert described(chart, lv).startswith(lv("chart.empty").rstrip("."))
    assert described(chart, en).startswith(en("chart.empty").rstrip("."))
    assert table(chart, en).rows[0][0] == "–"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "days", "rows": (Row("pirmdiena", 1),)},
        {"kind": "bars", "rows": (Row("a", 1), Row("a", 2))},
        {"kind": "bars", "rows": (Row("a", 1, "s"), Row("b", 2, "r"))},
        {"kind": "bars", "rows": (Row("a", -1),)},
        {"kind": "intervals", "rows": (Row("a", 5, "", 6, 7),)},
        {"kind": "points", "rows": (Row("a", 5),)},
        {"kind": "tiles", "rows": (Row("a", 5),), "grid": (("b", 0, 0),)},
    ],
)
def test_rows_that_cannot_be_drawn_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Chart(title="", x="", y="", **wrong)


@given(st.floats(min_value=0.001, max_value=1e7))
def test_marks_of_an_axis_reach_the_highest_value_in_few_even_steps(highest: float) -> None:
    marks = measure.ticks(highest)
    assert marks[0] == 0 and marks[-1] >= highest * 0.999 and marks[-2] < highest
    assert 2 <= len(marks) <= 7
    assert [upper - lower for lower, upper in pairwise(marks)] == pytest.approx([marks[1]] * (len(marks) - 1))


@given(st.lists(st.floats(0, 200), min_size=1, max_size=10))
def test_labels_are_pushed_apart_in_their_order(wanted: list[float]) -> None:
    placed = measure.apart(wanted, 18, 0, 200)
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    assert all(placed[upper] - placed[lower] >= 17.999 for lower, upper in pairwise(order))
    assert min(placed) >= -0.001 and max(placed) <= 200.001
    if len(wanted) == 1:
        assert placed == wanted


@given(st.text(alphabet="abc ģīЖW", max_size=60), st.integers(30, 300))
def test_a_shortened_text_fits_and_a_fitting_one_stays(text: str, room: int) -> None:
    short = measure.shortened(text, room)
    assert measure.width(short) <= room
    assert short == text or short.endswith("…")
    assert all(measure.width(line) <= room for line in measure.wrapped(text, room))
