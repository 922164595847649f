"""What a crop keeps: exactly the shape, with the focus in it, as near the middle as the edges let it."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from campaigns import images
from campaigns.channel import Terms
from campaigns.cropping import MIDDLE, centering, clamped, size_of
from campaigns.images import Shown, jpeg, name_of

SHAPE = (1080, 1350)
SIDES, PER_CENT = st.integers(1, 5000), st.integers(0, 100)


def webp(size: tuple[int, int], dot: tuple[int, int]) -> bytes:
    """White, with a black square about the dot (in per cent)."""
    picture = Image.new("RGB", size, "white")
    x, y = size[0] * dot[0] // 100, size[1] * dot[1] // 100
    picture.paste("black", (max(0, x - 10), max(0, y - 10), min(size[0], x + 10), min(size[1], y + 10)))
    made = BytesIO()
    picture.save(made, "WEBP", lossless=True)
    return made.getvalue()


def dark_at(body: bytes) -> tuple[float, float] | None:
    """The middle of what is black, in shares of the sides; None where nothing is."""
    picture = Image.open(BytesIO(body)).convert("L").point(lambda tone: 255 if tone < 100 else 0)
    box = picture.getbbox()
    return None if box is None else ((box[0] + box[2]) / 2 / picture.width, (box[1] + box[3]) / 2 / picture.height)


@given(SIDES, SIDES, SIDES, SIDES, PER_CENT, PER_CENT)
def test_the_focus_stays_within_what_is_kept(width: int, height: int, wide: int, high: int, x: int, y: int) -> None:
    shares = centering((width, height), (wide, high), (x, y))
    for whole, kept, share, focus in (
        (width, min(width, height * wide / high), shares[0], x), (height, min(height, width * high / wide), shares[1], y),
    ):  # fmt: skip
        left = (whole - kept) * share
        assert 0 <= share <= 1
        assert left - 1e-6 <= whole * focus / 100 <= left + kept + 1e-6
        off = abs(whole * focus / 100 - (left + kept / 2))
        # Where no edge is in its way it is in the middle.
        assert off <= 1e-6 or share in (0.0, 1.0) or whole - kept <= 1e-6


@given(SIDES, SIDES, SIDES, SIDES)
def test_a_crop_is_never_larger_than_wanted_or_than_there_is(width: int, height: int, wide: int, high: int) -> None:
    made = size_of((width, height), (wide, high))
    assert 1 <= made[0] <= max(1, min(wide, width)) and 1 <= made[1] <= max(1, min(high, height))
    if width >= wide and height >= high:
        assert made == (wide, high)


@pytest.mark.parametrize("dot", [(80, 40), (20, 40), (3, 50), (97, 50), (50, 50), (66, 10)])
def test_the_picture_itself_is_cut_about_its_focus(dot: tuple[int, int]) -> None:
    body, width, height = jpeg(webp((1600, 1350), dot), SHAPE, dot)
    assert (width, height) == SHAPE
    seen = dark_at(body)
    assert seen is not None
    # 540 pixels to each side: beyond 33 per cent from an edge the focus is in the middle.
    wanted = (0.5 if 33 < dot[0] < 67 else (1600 * dot[0] / 100 - (0 if dot[0] < 50 else 520)) / 1080, dot[1] / 100)
    assert seen == pytest.approx(wanted, abs=0.02)


def test_about_the_middle_an_end_is_lost_that_the_focus_keeps() -> None:
    given = webp((1600, 900), (97, 50))
    assert dark_at(jpeg(given, SHAPE)[0]) is None
    assert dark_at(jpeg(given, SHAPE, (97, 50))[0]) is not None
    assert jpeg(given, SHAPE)[0] == jpeg(given, SHAPE, MIDDLE)[0]


def test_a_picture_in_its_own_shape_has_no_focus() -> None:
    given = webp((600, 400), (10, 10))
    assert jpeg(given, None, (90, 90)) == jpeg(given)
    assert jpeg(given, (300, 200), (90, 90)) == jpeg(given, (300, 200))


def test_another_focus_is_another_name() -> None:
    stored = f"{'a' * 64}.webp"
    assert name_of(stored, None, (10, 20)) == f"{'a' * 64}.jpg"  # nothing is cut off
    assert name_of(stored, SHAPE) == f"{'a' * 64}-1080x1350.jpg"
    assert name_of(stored, SHAPE, (10, 20)) == f"{'a' * 64}-1080x1350-at10-20.jpg"
    assert Shown(stored, "Ezers").said == [stored, "Ezers"] != Shown(stored, "Ezers", (10, 20)).said


def test_a_post_s_picture_goes_out_about_its_focus(tmp_path: Path) -> None:
    folder, name = tmp_path, f"{'b' * 64}.webp"
    (folder / name).write_bytes(webp((1600, 900), (97, 50)))
    terms = Terms(same="none", findable="none", pictures=1, cropped=SHAPE)
    [lost], [kept] = (images.drawn(folder, [Shown(name, "Ezers", focus)], terms, "https://o.example/p") for focus in (MIDDLE, (97, 50)))
    assert dark_at(lost.body) is None and dark_at(kept.body) is not None
    assert kept.url == f"https://o.example/p/{'b' * 64}-1080x1350-at97-50.jpg" != lost.url
    assert (kept.width, kept.height) == (lost.width, lost.height) == (720, 900)


@pytest.mark.parametrize(("given", "told"), [((-1, 50), (0, 50)), ((101, 200), (100, 100)), ((0, 100), (0, 100))])
def test_beyond_the_edge_is_the_edge(given: tuple[int, int], told: tuple[int, int]) -> None:
    assert clamped(*given) == told
