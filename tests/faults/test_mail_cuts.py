"""The line to the relay is cut at every step: what the error says, what the journal says, and what the relay has.

Four mails go over one line; the cut hits the second (steps of the connection: the first). Whoever was told that
nothing was sent sends again. In the end the relay has each mail once, or the mail is the one that is listed as
unconfirmed; the same after a kill.
"""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from outreach.core.errors import WireError
from outreach.core.journal import Journal
from outreach.core.mail import Mould, Parcel, SmtpMailer
from tests.support.cutting import cutting
from tests.support.hostile import Papers, papers
from tests.support.relay import PASSWORD, Relay, relay

KEYS = ("1", "2", "3", "4")
SLOT = "slot-Zq3vT9xK"
MOULD = Mould.cast(text=f"Labrīt {SLOT}\n" * 3000, html=None, slots=[SLOT], mark="m")


def parcel(key: str) -> Parcel:
    return MOULD.parcel(
        message_id=f"<{key}@example.org>",
        sender="zinas@example.org",
        to=f"reader{key}@press.test",
        subject="Rīta ziņas",
        date=datetime(2026, 11, 23, 7, tzinfo=UTC),
        fills={SLOT: key},
    )


@dataclass(frozen=True)
class Told:
    """What became of the mail that was hit: None for no error at all; copies at the relay right after it."""

    error: tuple[str, str, bool] | None
    journal: str
    copies: int


BROKEN, UNCONFIRMED = "mail.broken", "mail.unconfirmed"
# Which mail was hit, and what there was to know about it.
TABLE: dict[str, tuple[str, Told]] = {
    "greeting": ("1", Told((BROKEN, "connect", False), "none", 0)),
    "EHLO": ("1", Told((BROKEN, "connect", False), "none", 0)),
    "EHLO-answer": ("1", Told((BROKEN, "connect", False), "none", 0)),
    "AUTH": ("1", Told((BROKEN, "login", False), "none", 0)),
    "AUTH-answer": ("1", Told((BROKEN, "login", False), "none", 0)),
    # Between two mails a line may close: the second goes over a new one, and nobody has to know.
    "MAIL": ("2", Told(None, "taken", 1)),
    "MAIL-answer": ("2", Told(None, "taken", 1)),
    "RCPT": ("2", Told((BROKEN, "recipient", False), "none", 0)),
    "RCPT-answer": ("2", Told((BROKEN, "recipient", False), "none", 0)),
    "DATA": ("2", Told((BROKEN, "data", False), "none", 0)),
    "DATA-answer": ("2", Told((BROKEN, "data", False), "none", 0)),
    "dot": ("2", Told((UNCONFIRMED, "dot", True), "handing", 0)),
    "dot-answer": ("2", Told((UNCONFIRMED, "dot", True), "handing", 1)),
    "taken": ("2", Told(None, "taken", 1)),
}


@pytest.fixture(scope="module")
def trust() -> Papers:
    return papers()


@pytest.fixture
def kept() -> Iterator[Relay]:
    with relay(login=True, trusting=True) as started:
        yield started


def copies(kept: Relay) -> Counter[str]:
    return Counter(str(one["Message-ID"]).strip("<>").partition("@")[0] for one in kept.mails)


def sender(port: int, trust: Papers) -> SmtpMailer:
    return SmtpMailer(
        host="127.0.0.1", port=port, security="tls", user="office", password=PASSWORD, context=trust.client()
    )


@pytest.mark.parametrize("step", TABLE)
def test_a_cut_at_each_step(tmp_path: Path, kept: Relay, trust: Papers, step: str) -> None:
    hit, wanted = TABLE[step]
    told: dict[str, WireError] = {}
    right_after = 0
    with (
        cutting(kept.port, step, nth=int(hit), context=trust.server("127.0.0.1")) as proxy,
        Journal.open(tmp_path, "round") as journal,
        sender(proxy.port, trust).line() as line,
    ):
        for key in KEYS:
            try:
                line.send(parcel(key), journal.note(key))
            except WireError as error:
                told[key] = error
            if key == hit:
                right_after = copies(kept)[key]
                found = Journal.read(tmp_path, "round")
                assert found is not None
                assert found.state(key) == wanted.journal
        assert proxy.cuts == 1
        # Whoever is told "not sent" sends again; in doubt nobody does.
        for key, why in told.items():
            if not why.ambiguous:
                line.send(parcel(key), journal.note(key))
        assert proxy.connections == 2
    said = told.get(hit)
    assert set(told) <= {hit}
    assert (said and (said.key, said.facts["stage"], said.ambiguous)) == wanted.error
    assert right_after == wanted.copies
    found = Journal.read(tmp_path, "round")
    assert found is not None
    for key in KEYS:
        listed = found.state(key) == "handing"
        assert listed is (key == hit and wanted.journal == "handing")
        assert copies(kept)[key] == (wanted.copies if listed else 1)
    assert all(not one.permanent for one in told.values())


def test_a_cut_within_the_body_is_clear(tmp_path: Path, kept: Relay, trust: Papers) -> None:
    """One that is larger than all that lies between us, so that its end cannot be on the way already."""
    big = replace(parcel("1"), content=parcel("1").content + b"a" * 70 + b"\r\n" + (b"b" * 70 + b"\r\n") * 300_000)
    with (
        cutting(kept.port, "body", context=trust.server("127.0.0.1")) as proxy,
        Journal.open(tmp_path, "round") as journal,
        sender(proxy.port, trust).line() as line,
    ):
        with pytest.raises(WireError) as caught:
            line.send(big, journal.note("1"))
        assert (caught.value.key, caught.value.facts["stage"], caught.value.ambiguous) == (BROKEN, "data", False)
        found = Journal.read(tmp_path, "round")
        assert found is not None
        assert found.state("1") == "none"
        line.send(parcel("1"), journal.note("1"))
    assert copies(kept) == {"1": 1}


@pytest.mark.parametrize("step", ["RCPT", "DATA", "dot", "dot-answer"])
def test_the_same_on_the_first_mail_of_a_line(kept: Relay, trust: Papers, step: str) -> None:
    with cutting(kept.port, step, context=trust.server("127.0.0.1")) as proxy, sender(proxy.port, trust).line() as line:
        with pytest.raises(WireError) as caught:
            line.send(parcel("1"))
        assert caught.value.ambiguous is step.startswith("dot")
        assert line.send(parcel("2")).kind == "smtp"
    assert copies(kept)["2"] == 1


@pytest.mark.parametrize("step", ["STARTTLS", "STARTTLS-answer", "tls"])
def test_a_cut_where_tls_begins_sends_nothing(trust: Papers, step: str) -> None:
    with relay(trust.server("127.0.0.1"), login=True) as kept, cutting(kept.port, step) as proxy:
        mailer = SmtpMailer(
            host="127.0.0.1", port=proxy.port, security="starttls", user="office", password=PASSWORD, context=trust.client()
        )
        with mailer.line() as line:
            with pytest.raises(WireError) as caught:
                line.send(parcel("1"))
            assert (caught.value.facts["stage"], caught.value.ambiguous, caught.value.permanent) == ("connect", False, False)
            assert caught.value.key in (BROKEN, "mail.tls")
            assert kept.logins == []
            line.send(parcel("1"))
    assert copies(kept) == {"1": 1}


# A child that kills itself at one moment of its second mail.
CHILD = """
import os, signal, sys
from pathlib import Path
from outreach.core.journal import Journal
from outreach.core.mail import SmtpMailer
from tests.faults.test_mail_cuts import KEYS, parcel
def die(): os.kill(os.getpid(), signal.SIGKILL)
class Doomed:
    def __init__(self, note, moment): self.note, self.moment = note, moment
    def handing(self):
        if self.moment == "before handing": die()
        self.note.handing()
        if self.moment == "before the dot": die()
    def taken(self, receipt):
        if self.moment == "after 250": die()
        self.note.taken(receipt)
        if self.moment == "after taken": die()
    def refused(self): self.note.refused()
folder, port, moment = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
mailer = SmtpMailer(host="127.0.0.1", port=port, security="none", user=None, password=None)
with Journal.open(folder, "round") as journal, mailer.line() as line:
    for key in KEYS:
        line.send(parcel(key), Doomed(journal.note(key), moment if key == "2" else ""))
"""
KILLED: dict[str, tuple[str, int]] = {
    "before handing": ("none", 0),
    "before the dot": ("handing", 0),
    "after 250": ("handing", 1),
    "after taken": ("taken", 1),
}


@pytest.mark.parametrize("moment", KILLED)
def test_a_kill_at_each_moment(tmp_path: Path, moment: str) -> None:
    with relay() as kept:
        killed: Any = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path), str(kept.port), moment], timeout=60)
        assert killed.returncode == -signal.SIGKILL
        found = Journal.read(tmp_path, "round")
        assert found is not None
        assert found.whole
        assert (found.state("2"), copies(kept)["2"]) == KILLED[moment]
        assert [found.state(key) for key in KEYS if key != "2"] == ["taken", "none", "none"]
        # The next round sends what the journal says was not sent, and nothing that is in doubt.
        mailer = SmtpMailer(host="127.0.0.1", port=kept.port, security="none", user=None, password=None)
        with mailer.line() as line:
            for key in KEYS:
                if found.state(key) == "none":
                    line.send(parcel(key))
        assert copies(kept) == Counter({"1": 1, "3": 1, "4": 1, "2": 0 if moment == "before the dot" else 1})
