"""What the rule of attribution reads of the two columns. Decoys are no source, whoever ticks them."""

from collections.abc import Iterable
from dataclasses import dataclass

from outreach.tracker.heard import channels
from outreach.tracker.heard.reading import LineSeen

Label = dict[str, str | int | None]


@dataclass(frozen=True)
class Evidence:
    """The codes that were tracked, and the labels of what they say, the plainest first."""

    codes: tuple[str, ...]
    said: tuple[Label, ...]


def evidence(lines: Iterable[LineSeen]) -> Evidence | None:
    """What stands in the lines; None where there are none at all, so that nothing was ever noted."""
    every = list(lines)
    if not every:
        return None
    standing = [line for line in every if line.stands]
    codes = [line.name for line in standing if line.what in {"code", "qr", "spoken", "reply"}]
    # Something ticked is plainer than a word that was found in a sentence.
    said = sorted((line for line in standing if line.side == "said" and line.what != "decoy"), key=_plainness)
    labels: list[Label] = []
    for line in said:
        label = _label(line)
        if label not in labels:
            labels.append(label)
    _together(labels)
    return Evidence(tuple(dict.fromkeys(codes)), tuple(labels))


def _together(labels: list[Label]) -> None:
    """An event, and the campaign that it belongs to, are one source and not two."""
    event: Label = {"source": "event"}
    ours = [label for label in labels if "campaign" in label]
    if event in labels and len(ours) == 1:
        ours[0]["source"] = "event"
        labels.remove(event)


def _plainness(line: LineSeen) -> int:
    return {"outlet": 0, "campaign": 0, "source": 1, "person": 2, "words": 3}.get(line.what or "", 4)


def _label(line: LineSeen) -> Label:
    if line.what == "outlet":
        return {"source": channels.of_medium(line.medium) or "other", "outlet": line.name}
    if line.what == "campaign":
        return {"source": "other", "campaign": line.name}
    return {"source": "other" if line.what == "person" else line.name}
