"""What a file is by its content, and which of a letter's files are kept."""

import io
import zipfile

import pytest

from outreach.tracker.letters import kinds
from outreach.tracker.letters.kinds import kind_of, refusals, safe_name


def boxed(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as box:
        for name, content in members.items():
            box.writestr(name, content)
    return held.getvalue()


ODT = kinds.KINDS["odt"].encode()
DOCX = {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\xff\xd8\xff\xe0x", "jpeg"),
        (b"\x89PNG\r\n\x1a\nx", "png"),
        (b"RIFF\x00\x00\x00\x00WEBPx", "webp"),
        (b"RIFF\x00\x00\x00\x00WAVEx", None),
        ("Ģimene\n".encode(), "txt"),
        ("Ģimene\n".encode("cp1257"), "txt"),
        (b"MZ\x90\x00\x03", None),
        (b"\x7fELF\x02\x01", None),
        (b"GIF89a\x01\x00", None),
        (b"a\x00b", None),
        (b"   \n", None),
        (boxed(DOCX), "docx"),
        (boxed(DOCX | {"word/vbaProject.bin": b"x"}), None),
        (boxed({"mimetype": ODT, "content.xml": b"x"}), "odt"),
        (boxed({"mimetype": ODT, "Basic/Standard/Module.xml": b"x"}), None),
        (boxed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), None),
        (boxed({"a": b"x"}), None),
        (b"PK\x03\x04broken", None),
    ],
)
def test_kind_by_content(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind


def test_limits_each_and_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "LARGEST", 10)
    monkeypatch.setattr(kinds, "LARGEST_TOGETHER", 18)
    monkeypatch.setattr(kinds, "MOST", 3)
    assert refusals([b"a" * 11, b"b" * 10, b"c" * 9, b"d" * 8, b"", b"\x00", b"e", b"f"]) == [
        "letters.refused.large", None, "letters.refused.together", None, "letters.refused.empty",
        "letters.refused.kind", "letters.refused.together", "letters.refused.together",
    ]  # fmt: skip
    assert refusals([b"a", b"b", b"c", b"d"])[3] == "letters.refused.many"


@pytest.mark.parametrize(
    ("name", "kind", "given"),
    [
        ("līgums.pdf", "pdf", "līgums.pdf"),
        ("../../etc/passwd", "txt", "passwd.txt"),
        ("C:\\x\\skripts.exe.txt", "txt", "skripts_exe.txt"),
        ("virus.js", "txt", "virus_js.txt"),
        ("a\r\nSet-Cookie: x.png", "png", "a_Set-Cookie_ x.png"),
        ("", "jpeg", "fails.jpg"),
    ],
)
def test_names_that_are_given_out(name: str, kind: str, given: str) -> None:
    assert safe_name(name, kind) == given
