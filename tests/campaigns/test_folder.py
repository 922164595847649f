"""The folder channel."""

from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.channel import Denied, Outgoing
from campaigns.channels.folder import Folder, slug
from outreach.core.errors import WireError
from outreach.core.testing import RecordedHttp
from tests.campaigns.desk import NOW, secrets

OUTGOING = Outgoing("Teksts", "lv", "k" * 32, "Mājās", NOW)
WIRE = RecordedHttp({})


def test_the_same_key_is_the_same_file_even_on_another_day(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "a" / "b"))
    first = folder.publish(OUTGOING, WIRE, secrets)
    later = Outgoing("Cits teksts", "lv", OUTGOING.key, "Cits", NOW + timedelta(days=2))
    assert folder.publish(later, WIRE, secrets) == first
    (file,) = (tmp_path / "a" / "b").iterdir()
    assert file.read_text() == "Teksts\n"
    other = Outgoing("Teksts", "lv", "m" * 32, "Mājās", NOW)
    assert folder.publish(other, WIRE, secrets) != first


@pytest.mark.parametrize("name", ["", "posts", "../posts", "~/posts"])
def test_the_path_must_be_whole(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Denied) as told:
        Folder(name).publish(OUTGOING, WIRE, secrets)
    assert told.value.key == "campaigns.folder.relative" and list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "posts").write_text("in the way")
    with pytest.raises(WireError) as told:
        Folder(str(tmp_path / "posts")).publish(OUTGOING, WIRE, secrets)
    assert (told.value.permanent, told.value.ambiguous) == (False, False)


@pytest.mark.parametrize("moment", ["write", "replace"])
def test_half_a_file_never_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    if moment == "write":
        monkeypatch.setattr("os.fsync", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(WireError) as told:
        Folder(str(tmp_path)).publish(OUTGOING, WIRE, secrets)
    assert told.value.facts["reason"] == "No space left on device"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Nāc mājās!", "nac-majas"),
        ("Ģimeņu diena – 2026", "gimenu-diena-2026"),
        ("../../etc/passwd", "etc-passwd"),
        ("Домой", "post"),
        ("", "post"),
        ("a" * 90, "a" * 40),
        ("CON\x00\n", "con"),
    ],
)
def test_titles_become_plain_names(title: str, expected: str) -> None:
    assert slug(title) == expected


def test_a_post_in_doubt_is_found_by_its_key_and_only_there(tmp_path: Path) -> None:
    folder, other = Folder(str(tmp_path / "posts")), Outgoing("Teksts", "lv", "m" * 32, "Mājās", NOW)
    assert folder.find(OUTGOING, WIRE, secrets, NOW).state == "unknown"
    receipt = folder.publish(OUTGOING, WIRE, secrets)
    found = folder.find(OUTGOING, WIRE, secrets, NOW)
    assert (found.state, found.receipt) == ("there", receipt)
    assert folder.find(other, WIRE, secrets, NOW).state == "absent"
    assert Folder("posts").find(OUTGOING, WIRE, secrets, NOW).state == "unknown"
