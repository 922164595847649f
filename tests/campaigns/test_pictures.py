"""Pictures are judged by what they are, drawn anew and kept once; nothing of what was given survives."""

import io
import re
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from campaigns import overview, pictures
from campaigns.models import Picture
from outreach.core.errors import OutreachError
from tests.campaigns.desk import Desk


def picture(kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **how: object) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, 128 if mode in {"L", "P"} else None).save(made, kind, **how)
    return made.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width: int, height: int, body: bytes, *more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "given",
    [
        picture("JPEG"), picture("PNG"), picture("WEBP"), picture("GIF"), picture("PNG", mode="RGBA"),
        picture("PNG", mode="L"), picture("JPEG", mode="CMYK"), picture("PNG", mode="P"), picture("PNG", mode="1"),
    ],
)  # fmt: skip
def test_pictures_become_webp_under_their_hash(given: bytes) -> None:
    drawn = pictures.draw(given)
    with Image.open(io.BytesIO(drawn.body)) as seen:
        assert (seen.format, seen.size) == ("WEBP", (40, 30))
    assert re.fullmatch(r"[0-9a-f]{64}\.webp", drawn.name)
    assert pictures.draw(given) == drawn


def test_large_ones_shrink_and_stand_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    drawn = pictures.draw(picture("JPEG", (3200, 1600), exif=exif))
    assert (drawn.width, drawn.height) == (800, 1600)


def test_nothing_is_said_beside_the_picture() -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    made = picture("JPEG", exif=exif, comment=b"SECRET-COMMENT", icc_profile=b"SECRET-PROFILE" * 20)
    assert b"SECRET" in made
    drawn = pictures.draw(made)
    assert b"SECRET" not in drawn.body
    with Image.open(io.BytesIO(drawn.body)) as seen:
        assert not seen.info.get("exif")
        assert not seen.info.get("icc_profile")
        assert not seen.info.get("xmp")


def test_a_picture_that_is_a_page_too_is_a_picture_afterwards() -> None:
    payload = b"<script>alert(1)</script><?php system('id') ?>PK\x03\x04"
    assert payload[:8] not in pictures.draw(picture("PNG") + payload).body
    assert b"<script" not in pictures.draw(picture("GIF", comment=payload)).body


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (b"", "kind"), (b"hello", "kind"), (SVG, "kind"), (PDF, "kind"), (b"PK\x03\x04" + b"\0" * 60, "kind"),
        (picture("BMP"), "kind"), (picture("TIFF"), "kind"), (picture("ICO"), "kind"), (b"%!PS-Adobe-3.0\n", "kind"),
        (picture("PNG")[:60], "broken"), (picture("JPEG", (400, 400))[:400], "broken"),
        (png_of(30_000, 30_000, zlib.compress(b"\0" * 1000)), "pixels"),
        (png_of(9_000, 9_000, zlib.compress(b"\0" * 1000)), "pixels"),
        (png_of(2**31 - 1, 2**31 - 1, b""), "pixels"),
        (png_of(10, 10, zlib.compress(b"\0" * 310), chunk(b"zTXt", b"k\0\0" + zlib.compress(b"\0" * 2**27))), "broken"),
    ],
)  # fmt: skip
def test_what_is_no_picture_for_us(given: bytes, key: str) -> None:
    with pytest.raises(OutreachError) as caught:
        pictures.draw(given)
    assert caught.value.key == f"campaigns.picture.{key}"


@pytest.mark.parametrize("name", ["", "../etc/passwd", "x.webp", "A" * 64 + ".webp", "0" * 64 + ".png", "0" * 64 + ".webp\n", "0" * 63 + "/.webp"])
def test_only_our_own_names_lead_to_a_file(name: str, tmp_path: Path) -> None:
    assert pictures.file_of(tmp_path, name) is None


def test_our_own_name_leads_to_its_file(tmp_path: Path) -> None:
    name = "0" * 64 + ".webp"
    assert pictures.file_of(tmp_path, name) == tmp_path / name


def give(desk: Desk, campaign_id: int, given: bytes, alt: str = "Ezers") -> str:
    drawn = pictures.draw(given)
    with desk.store.transaction() as session:
        pictures.attach(session, desk.clock.now(), campaign_id, drawn, alt=alt, actor="a", folder=desk.folder / "media")
    return drawn.name


def campaigns(desk: Desk) -> tuple[int, int]:
    from datetime import date

    from campaigns import editing

    with desk.store.transaction() as session:
        first = editing.start(session, desk.clock.now(), "A", date(2026, 3, 1)).id
        return first, editing.start(session, desk.clock.now(), "B", date(2026, 3, 1)).id


def files(desk: Desk) -> list[str]:
    return sorted(path.name for path in (desk.folder / "media").iterdir())


def test_a_file_lives_as_long_as_a_campaign_shows_it(desk: Desk) -> None:
    first, second = campaigns(desk)
    name = give(desk, first, picture("PNG"))
    assert give(desk, second, picture("PNG"), "Cits apraksts") == name
    other = give(desk, first, picture("PNG", (50, 50)))
    assert files(desk) == sorted([name, other])
    with desk.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Picture)) == 2
        shown = overview.campaign(session, second)
    assert shown is not None and shown.picture is not None
    assert shown.picture.alt == "Cits apraksts"
    with desk.store.transaction() as session:
        pictures.detach(session, second, desk.folder / "media")
    assert files(desk) == [other]
    give(desk, first, picture("PNG", (50, 50)))  # the same again changes nothing
    assert files(desk) == [other]
    with desk.store.transaction() as session:
        pictures.detach(session, first, desk.folder / "media")
        pictures.detach(session, first, desk.folder / "media")
    assert files(desk) == []


def test_words_are_owed_to_those_who_do_not_see(desk: Desk) -> None:
    first, _ = campaigns(desk)
    with pytest.raises(OutreachError, match=re.escape("campaigns.picture.alt")):
        give(desk, first, picture("PNG"), "  ")
    with pytest.raises(OutreachError, match=re.escape("campaigns.missing")):
        give(desk, 999, picture("PNG"))
