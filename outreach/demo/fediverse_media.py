"""The pictures of the demonstration's server: uploaded, worked on for a while, shown with one status or thrown away."""

from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from threading import Lock

BYTES, PIXELS, ALT = 1_000_000, 16_777_216, 1500


@dataclass(frozen=True)
class Medium:
    """One picture as it came, and its words for those who do not see it."""

    id: str
    description: str
    body: bytes


class Media:
    """Everything that was uploaded. `slow`: for so many questions each is still worked on. Safe between threads."""

    def __init__(self) -> None:
        self.slow = 0
        self._lock = Lock()
        self._all: list[Medium] = []
        self._asked: dict[str, int] = {}
        self._free: set[str] = set()

    @property
    def all(self) -> tuple[Medium, ...]:
        """What was ever uploaded, the oldest first."""
        with self._lock:
            return tuple(self._all)

    def put(self, description: str, body: bytes) -> tuple[Medium, bool]:
        """Keeps a picture; whether it is ready at once."""
        with self._lock:
            made = Medium(str(113_000_000_000_000_000 + len(self._all)), description, body)
            self._all.append(made)
            self._asked[made.id] = 0
            self._free.add(made.id)
            return made, not self.slow

    def look(self, medium_id: str) -> tuple[Medium, bool] | None:
        """A picture that waits for its status, and whether it is ready; None for every other one."""
        with self._lock:
            found = next((one for one in self._all if one.id == medium_id and one.id in self._free), None)
            if found is None:
                return None
            self._asked[medium_id] += 1
            return found, self._asked[medium_id] > self.slow

    def take(self, ids: tuple[str, ...]) -> tuple[Medium, ...] | None:
        """These belong to a status now; None if one of them cannot."""
        with self._lock:
            ready = {one for one in self._free if not self.slow or self._asked[one] > self.slow}
            if len(ids) > 4 or not ready.issuperset(ids):
                return None
            self._free.difference_update(ids)
            return tuple(one for wanted in ids for one in self._all if one.id == wanted)

    def throw_away(self) -> None:
        """What waits for a status for too long is gone."""
        with self._lock:
            self._free.clear()


def uploaded(content_type: str, body: bytes) -> tuple[str, bytes] | None:
    """The words and the bytes of a form with a file; None if there is no file in it."""
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    held: dict[object, bytes] = {}
    for part in message.iter_parts():
        value = part.get_payload(decode=True)
        held[part.get_param("name", header="content-disposition")] = value if isinstance(value, bytes) else b""
    file = held.get("file")
    return None if not file else (held.get("description", b"").decode("utf-8", "replace"), file)


def attachment(medium: Medium, server: str, is_ready: bool = True) -> dict[str, object]:
    """The entity MediaAttachment."""
    url = f"{server}/media/{medium.id}.jpg" if is_ready else None
    nothing = dict.fromkeys(("remote_url", "preview_remote_url", "text_url", "meta", "blurhash"))
    return {
        "id": medium.id,
        "type": "image",
        "url": url,
        "preview_url": url,
        "description": medium.description,
        **nothing,
    }
