"""Mails as files: whole or not at all, one file a mail, and names that say what they are."""

import errno
import os
import stat
import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from outreach.core.errors import OutreachError, WireError
from outreach.core.mail import FolderMailer, message_id, render
from tests.support.relay import mail, parsed


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def test_a_mail_becomes_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "mails"
    receipt = FolderMailer(folder).send(mail())
    (name,) = files(folder)
    assert (receipt.kind, receipt.detail) == ("folder", str(folder / name))
    assert (folder / name).read_bytes() == render(mail())
    assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("subject", "slug"),
    [
        ("Rīta ziņas: trīs raksti!", "rita-zinas-tris-raksti"),
        ("../../etc/passwd", "etc-passwd"),
        ("Новости", "mail"),
        ("", "mail"),
        ("a" * 100, "a" * 40),
        ("ab " * 30, "ab-" * 13 + "a"),
    ],
)
def test_the_name_tells_date_subject_and_id(tmp_path: Path, subject: str, slug: str) -> None:
    FolderMailer(tmp_path).send(mail(subject=subject))
    (name,) = files(tmp_path)
    date, rest = name[:15], name[15:]
    assert date == "2026-11-23T0700"
    assert rest.startswith(f"-{slug}-")
    assert len(rest) == len(f"-{slug}-12345678.eml")


def test_the_same_id_is_the_same_file(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path)
    first = mailer.send(mail())
    later = mail(subject="Cits", text="other", date=datetime(2026, 11, 24, 7, 0, tzinfo=timezone(timedelta(hours=2))))
    assert mailer.send(mail()) == mailer.send(later) == FolderMailer(tmp_path).send(mail()) == first
    assert len(files(tmp_path)) == 1
    assert Path(first.detail).read_bytes() == render(mail())


def test_other_ids_are_other_files(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path)
    for nth in range(20):
        mailer.send(mail(message_id=message_id(str(nth), domain="example.org")))
    assert len(files(tmp_path)) == 20


def test_two_ids_with_the_same_short_form_are_both_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.core.mail._digest", lambda identity: "0" * 8 + identity.encode().hex()[:40])
    mailer = FolderMailer(tmp_path)
    one, other = mail(), mail(message_id=message_id("other", domain="example.org"))
    paths = {
        mailer.send(one).detail,
        mailer.send(other).detail,
        mailer.send(one).detail,
        mailer.send(other).detail,
    }
    assert len(paths) == len(files(tmp_path)) == 2


def test_threads_that_send_the_same_write_once(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path)
    details: list[str] = []
    start = threading.Barrier(8)

    def send(nth: int) -> None:
        start.wait()
        details.append(mailer.send(mail(subject=f"Nr. {nth}")).detail)

    threads = [threading.Thread(target=send, args=(nth,)) for nth in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(details) == 8
    assert len(set(details)) == len(files(tmp_path)) == 1


OTHER_PROCESS = """
import sys
from pathlib import Path
from outreach.core.mail import FolderMailer, message_id
from tests.support.relay import mail
print("ready", flush=True)
sys.stdin.readline()
for nth in range(20):
    one = mail(message_id=message_id(str(nth), domain="example.org"), subject=f"from {sys.argv[2]}")
    FolderMailer(Path(sys.argv[1])).send(one)
"""


def test_processes_that_send_the_same_write_once(tmp_path: Path) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", OTHER_PROCESS, str(tmp_path), str(nth)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for nth in range(3)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        process.communicate(timeout=60)
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len(files(tmp_path)) == 20


@pytest.mark.parametrize(("module", "step"), [(os, "fsync"), (Path, "replace")])
def test_a_full_disk_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "of-a-person.eml"))

    with monkeypatch.context() as patch:
        patch.setattr(module, step, full)
        with pytest.raises(WireError) as caught:
            FolderMailer(tmp_path).send(mail())
    error = caught.value
    assert (error.key, error.permanent, error.ambiguous) == ("mail.folder", False, False)
    assert error.facts == {"folder": str(tmp_path), "reason": os.strerror(errno.ENOSPC), "stage": "connect"}
    assert files(tmp_path) == []
    FolderMailer(tmp_path).send(mail())
    assert len(files(tmp_path)) == 1


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "mails").write_text("")
    with pytest.raises(WireError) as caught:
        FolderMailer(tmp_path / "mails").send(mail())
    assert caught.value.key == "mail.folder"


def test_what_is_no_mail_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(OutreachError) as caught:
        FolderMailer(tmp_path / "mails").send(mail(to="x\r\nBcc: all@press.test"))
    assert caught.value.key == "mail.header"
    assert not (tmp_path / "mails").exists()


def test_files_open_as_mails(tmp_path: Path) -> None:
    receipt = FolderMailer(tmp_path).send(mail())
    assert parsed(Path(receipt.detail).read_bytes())["Subject"] == mail().subject
