"""settings.toml: good ones, and one clear sentence for each bad one."""

import tomllib
from pathlib import Path

import pytest

from outreach.core import settings
from outreach.core.errors import OutreachError
from outreach.core.text import Texts

REPOSITORY = Path(__file__).resolve().parents[2]


def written(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_shipped_settings_are_the_defaults_and_name_every_key() -> None:
    shipped = REPOSITORY / "settings.toml"
    read = settings.read_settings(shipped)
    told = tomllib.loads(shipped.read_text(encoding="utf-8"))
    named = {f"{part}.{key}" for part, keys in told.items() for key in keys} | {
        "store.url",
        "digest.language",
    }
    assert named == {name for name, _ in settings.described()}
    assert read.folder == REPOSITORY / "data"


def test_every_setting_is_described() -> None:
    assert all(meaning for _, meaning in settings.described())


@pytest.mark.parametrize(
    ("text", "key", "facts"),
    [
        ("[wbe]\nport = 1\n", "settings.unknown", {"key": "wbe"}),
        ("[web]\nprot = 1\n", "settings.unknown_close", {"key": "web.prot", "close": "web.port"}),
        (
            "[web]\nport = 'x'\n",
            "settings.value",
            {"key": "web.port", "reason_key": "settings.reason.number"},
        ),
        (
            "[web]\nport = 99999\n",
            "settings.value",
            {"key": "web.port", "reason_key": "settings.reason.range"},
        ),
        ("[web]\npublic_url = 'ftp://x'\n", "settings.value", {"reason_key": "settings.reason.url"}),
        (
            "[digest]\nat = '7:61'\n",
            "settings.value",
            {"key": "digest.at", "reason_key": "settings.reason.wall"},
        ),
        (
            "[mail]\ncopy_box = 'imap.example.org'\n",
            "settings.value",
            {"key": "mail.copy_box", "reason_key": "settings.reason.mailbox"},
        ),
        ("[digest]\nrecipients = ['a@b.lv', 'q']\n", "settings.value", {"key": "digest.recipients.1"}),
        (
            "[mail]\nsender = 'a@b.lv\\nBcc: x@y.lv'\n",
            "settings.value",
            {"reason_key": "settings.reason.address"},
        ),
        ("[mail]\nsecurity = 'plain'\n", "settings.value", {"reason_key": "settings.reason.choice"}),
        ("[mail]\npassword = 'x'\n", "settings.secret", {"key": "mail.password"}),
        ("[office]\nzone = 'Mars/Base'\n", "settings.value", {"reason_key": "settings.reason.zone"}),
        ("[http]\nallow_private = 'perhaps'\n", "settings.value", {"reason_key": "settings.reason.yes_no"}),
        ("[office\n", "settings.toml", {}),
    ],
)
def test_bad_settings_are_one_sentence_with_file_key_and_reason(
    tmp_path: Path, texts: Texts, text: str, key: str, facts: dict[str, str]
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(OutreachError) as caught:
        settings.read_settings(file)
    assert caught.value.key == key
    assert facts.items() <= caught.value.facts.items()
    for language in ("lv", "en"):
        sentence = texts.in_language(language).error(caught.value)
        assert str(file) in sentence
        assert str(caught.value.facts.get("key", "")) in sentence
        assert "{" not in sentence


def test_environment_wins_and_is_checked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, "[web]\nport = 8100\nhost = '127.0.0.2'\n")
    monkeypatch.setenv("OUTREACH_WEB__PORT", "8200")
    read = settings.read_settings(file)
    assert (read.web.host, read.web.port) == ("127.0.0.2", 8200)
    monkeypatch.setenv("OUTREACH_WEB__PORT", "many")
    with pytest.raises(OutreachError) as caught:
        settings.read_settings(file)
    assert caught.value.facts["file"] == "OUTREACH_WEB__PORT"


def test_secrets_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    held = tmp_path / "token"
    held.write_text("from file\n", encoding="utf-8")
    assert settings.secret("X", {"X": "plain", "X_FILE": str(held)}) == "plain"
    assert settings.secret("X", {"X_FILE": str(held)}) == "from file"
    assert settings.secret("X", {}) is None
    with pytest.raises(OutreachError, match="secret_file"):
        settings.secret("X", {"X_FILE": str(tmp_path / "none")})


def test_store_address_with_a_password_never_shows_in_an_error(tmp_path: Path, texts: Texts) -> None:
    file = written(tmp_path, "[store]\nurl = ['postgresql://u:hunter2@h/db']\n")
    with pytest.raises(OutreachError) as caught:
        settings.read_settings(file)
    assert "hunter2" not in str(caught.value) + texts.in_language("en").error(caught.value)


def test_nearest_settings_file_is_found(tmp_path: Path) -> None:
    file = written(tmp_path, "")
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert settings.find_settings(None, deep) == file
    with pytest.raises(OutreachError, match="settings.missing"):
        settings.find_settings(str(tmp_path / "none.toml"), deep)
