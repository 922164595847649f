"""One test for every kind of channel: it does with its recorded example what the example says."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import parse_qs

import pytest

from campaigns.channel import Channel, Image, Limit, Outgoing, Receipt
from outreach.core.errors import WireError
from outreach.core.http import Answer, Request
from outreach.core.registry import build, kinds
from outreach.core.testing import RecordedHttp

DATA = Path(__file__).parent / "data"
KINDS = sorted(kinds("campaigns.channels"))


@dataclasses.dataclass(frozen=True)
class Example:
    channel: Channel
    outgoing: Outgoing
    told: Mapping[str, Any]
    folder: Path

    def secret(self, name: str) -> str | None:
        value = self.told["secrets"].get(name)
        return value if isinstance(value, str) else None


@pytest.fixture(params=KINDS)
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Example:
    raw = (DATA / request.param / "example.json").read_text(encoding="utf-8").replace("{tmp}", str(tmp_path))
    told = json.loads(raw)
    images = tuple(Image(**one | {"body": one["body"].encode()}) for one in told["outgoing"].get("images", ()))
    at = datetime.fromisoformat(told["outgoing"]["at"])
    outgoing = Outgoing(**told["outgoing"] | {"at": at, "images": images})
    return Example(build("campaigns.channels", request.param, told["settings"]), outgoing, told, tmp_path)


def wire_of(exchanges: Sequence[Mapping[str, Any]], runs: int = 1) -> RecordedHttp:
    """Answers those who ask the same address more than once in the order of the exchanges, `runs` times over."""
    answers: dict[tuple[str, str], list[Answer]] = {}
    for exchange in [*exchanges] * runs:
        asked, came = exchange["request"], exchange["answer"]
        body = b"" if came.get("json") is None else json.dumps(came["json"]).encode()
        answer = Answer(asked["url"], came["status"], came["headers"], body)
        answers.setdefault((asked["method"], asked["url"]), []).append(answer)
    return RecordedHttp(answers)


def as_told(request: Request, exchange: Mapping[str, Any]) -> dict[str, object]:
    """A request in an example's words: a form's `fields`, what is in `json`, or a plain `body`."""
    told: dict[str, object] = {"method": request.method, "url": request.url, "headers": dict(request.headers)}
    if request.body is not None:
        what = request.headers.get("Content-Type", "").partition(";")[0]
        if what == "application/x-www-form-urlencoded":
            fields = parse_qs(request.body.decode(), strict_parsing=True, keep_blank_values=True)
            told["fields"] = {name: value for name, (value,) in fields.items()}
        elif what == "application/json":
            told["json"] = json.loads(request.body)
        else:
            told["body"] = request.body.decode()
    if request.body is not None or "follow" in exchange["request"]:
        told["follow"] = request.follow
    return told


def same(asked: Sequence[Request], exchanges: Sequence[Mapping[str, Any]]) -> bool:
    told = [as_told(request, exchange) for request, exchange in zip(asked, exchanges, strict=True)]
    assert told == [exchange["request"] for exchange in exchanges]
    return True


def published(example: Example, wire: RecordedHttp) -> Receipt | str:
    """The receipt, or the key of what a kind says that only a person can post to: then nobody knows if it is out."""
    try:
        return example.channel.publish(example.outgoing, wire, example.secret)
    except WireError as error:
        if not (example.channel.terms.by_hand and error.ambiguous):
            raise
        return error.key


def test_it_publishes_as_recorded(example: Example) -> None:
    wire = wire_of(example.told["exchanges"])
    assert published(example, wire) == (example.told.get("error") or Receipt(**example.told["receipt"]))
    assert same(wire.asked, example.told["exchanges"])
    written = {
        str(file.relative_to(example.folder)): file.read_text(encoding="utf-8")
        for file in example.folder.rglob("*")
        if file.is_file()
    }
    assert written == example.told.get("files", {})


def test_it_says_how_long_a_text_may_be(example: Example) -> None:
    wire = wire_of(example.told["limit_exchanges"])
    expected = example.told["limit"]
    assert example.channel.limit(wire) == (None if expected is None else Limit(**expected))
    assert same(wire.asked, example.told["limit_exchanges"])


def test_the_same_key_asks_for_the_same_again(example: Example) -> None:
    """Whatever a kind has against double posts must see the same key at every try."""
    wire = wire_of(example.told["exchanges"], runs=2)
    receipts = {published(example, wire) for _ in range(2)}
    assert len(receipts) == 1
    half = len(wire.asked) // 2
    assert wire.asked[:half] == wire.asked[half:]
    assert len([file for file in example.folder.rglob("*") if file.is_file()]) == len(
        example.told.get("files", {})
    )


def test_it_is_a_frozen_value_of_plain_settings(example: Example) -> None:
    cls = type(example.channel)
    hints = get_type_hints(cls)
    fields = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type]
    assert cls.__doc__ and {hints[name] for name in fields} <= {str, int, bool}
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(example.channel, fields[0], "other")
    for secret in example.told["secrets"].values():
        assert secret not in repr(example.channel)
        assert secret not in json.dumps(example.told["settings"])


def test_every_example_belongs_to_a_kind() -> None:
    assert sorted(folder.name for folder in DATA.iterdir() if folder.is_dir()) == KINDS
