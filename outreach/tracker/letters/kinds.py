"""What a file is, by what is in it; its name and what the letter calls it say nothing. Pure."""

import io
import re
import zipfile

# Each kind with the end of its name and what a browser is told.
KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "txt": "text/plain",
}
LARGEST = 10 * 2**20
LARGEST_TOGETHER = 25 * 2**20
MOST = 20
_MOST_INSIDE = 4_000
_ENDS = re.compile(r"\.(?:pdf|docx|odt|jpe?g|png|webp|txt)$", re.IGNORECASE)
_MACRO = re.compile(r"vbaproject|(?:^|/)(?:basic|scripts)/", re.IGNORECASE)
_UNFIT = re.compile(r"[^\w .,()+-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def kind_of(content: bytes) -> str | None:
    """One of `KINDS`; None for everything else, a document with macros too."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"PK\x03\x04"):
        return _document(content)
    return "txt" if _is_text(content) else None


def refusals(contents: list[bytes]) -> list[str | None]:
    """Why each of a letter's files is not kept, None where it is: `letters.refused.many`, `.empty`, `.large`,
    `.together`, `.kind`. The first ones have the room.
    """
    told: list[str | None] = []
    together = kept = 0
    for content in contents:
        why = None
        if kept == MOST:
            why = "letters.refused.many"
        elif not content:
            why = "letters.refused.empty"
        elif len(content) > LARGEST:
            why = "letters.refused.large"
        elif kind_of(content) is None:
            why = "letters.refused.kind"
        elif together + len(content) > LARGEST_TOGETHER:
            why = "letters.refused.together"
        if why is None:
            kept, together = kept + 1, together + len(content)
        told.append(why)
    return told


def safe_name(name: str, kind: str) -> str:
    """The name under which a file is given out: letters, digits, one end that is its kind's own."""
    stem = _UNFIT.sub("_", _ENDS.sub("", name.replace("\\", "/").rpartition("/")[2])).strip(" ._")[:80]
    # A second end (`bilde.exe.txt`) would be the one that some programs show.
    return f"{stem.replace('.', '_') or 'fails'}.{'jpg' if kind == 'jpeg' else kind}"


def _document(content: bytes) -> str | None:
    """Nothing is unpacked but the one line that names an OpenDocument's kind."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            names = box.namelist()
            if len(names) > _MOST_INSIDE or any(_MACRO.search(name) for name in names):
                return None
            if "[Content_Types].xml" in names and "word/document.xml" in names:
                return "docx"
            if names and names[0] == "mimetype":
                with box.open("mimetype") as told:
                    return "odt" if told.read(100) == KINDS["odt"].encode() else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return None
    return None


def _is_text(content: bytes) -> bool:
    for name in ("utf-8-sig", "cp1257"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        # Programs are text too: what is given out gets the end of a text's name, whatever it was called.
        return bool(text.strip()) and _CONTROL.search(text) is None
    return False
