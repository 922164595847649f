"""A release to many through a real Postfix and Dovecot, the sender killed on the way: who got what in the end.

    python -m tests.benchmarks.press_real [--count 5000] [--kills 2]

Two in a hundred addresses are refused for good, three are put off at first, one takes its mail and sends it back. Every
recipient must have exactly one mail, or a reason must be listed. Prints what is wrong; ends with 1 if anything is.
"""

import argparse
import os
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.imap import ImapWire
from outreach.core.mail import SmtpMailer
from outreach.core.testing import FixedClock
from outreach.postbox import looking
from outreach.pressroom.models import ReleaseMail
from outreach.pressroom.sending import job, steering
from tests.faults import press_sender
from tests.outreach.pressroom.sending.mailing import NOW, contacts, desk, release, rows, started, state, wanted
from tests.outreach.pressroom.writing.desk import ANNA
from tests.support import postfix, ready
from tests.support.relay import parsed

_KINDS = {"hard": 2, "deferred": 3, "bounced": 1}  # in a hundred


@dataclass(frozen=True)
class Real:
    """What came of it: the rows, the mails by address as they lie in the mailboxes, how often the sender was killed."""

    rows: list[ReleaseMail]
    came: Counter[str]
    kinds: dict[str, int]
    killed: int
    sent_seconds: float = 0.0
    settled: int = 0
    more: dict[str, int] = field(default_factory=dict)


def kind_of(number: int) -> str:
    """What becomes of the mail to this one."""
    place = number % 100
    if place < 2:
        return "hard"
    if place < 5:
        return "deferred"
    return "bounced" if place < 6 else "usual"


def address(number: int) -> str:
    box = {"hard": "gone", "deferred": "later", "bounced": "bounce", "usual": "anna"}[kind_of(number)]
    return f"{box}+{number}@press.test"


def prepare(real: postfix.Office) -> None:
    """Has the relay know those addresses with what stands behind their +."""
    (real.folder / "postfix" / "recipients").write_text(
        "gone@press.test 550 5.1.1 no such mailbox\nlater@press.test 450 4.2.1 mailbox busy\n", encoding="utf-8"
    )
    _reload(real)


def relent(real: postfix.Office) -> None:
    """From now on nobody is put off."""
    (real.folder / "postfix" / "recipients").write_text("gone@press.test 550 5.1.1 no such mailbox\n", encoding="utf-8")
    _reload(real)


def _reload(real: postfix.Office) -> None:
    import subprocess

    subprocess.run(
        ["postfix", "-c", str(real.folder / "postfix"), "reload"],
        env={**os.environ, "PATH": postfix._PATH}, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def carried(store: Store, folder: Path, real: postfix.Office, *, count: int, kills: int) -> Real:
    """Sends a release to so many, the sender killed so often, and reads what lies in the mailboxes."""
    prepare(real)
    clock = FixedClock(NOW)
    way = SmtpMailer(
        host="localhost", port=real.smtp, security="starttls", user=postfix.USER, password=postfix.PASSWORD,
        context=real.trust,
    )  # fmt: skip
    app = desk(
        store, folder, clock, way, bounce_to="bounces@office.test",
        bounce_box=f"imaps://bounces@localhost:{real.imap}/INBOX",
    )  # fmt: skip
    here = contacts(app, [address(number) for number in range(count)])
    sending = started(app, release(app), wanted(here))
    began = time.monotonic()
    killed = 0
    for nth in range(kills):
        # In the middle of a batch, between the dot and the note of the answer: the hardest place.
        process = press_sender.child(app, 0, "answered", nth=count // (kills + 1) // 2 + nth, mailer=way)
        process.join(600)
        killed += process.exitcode == -9
    _until_done(app, clock, sending, real)
    took = time.monotonic() - began
    doubts = [row for row in rows(app, sending) if row.status == "unconfirmed"]
    real.settled()
    came = _came(real)
    # Whoever settles a doubt looks into the mailbox, as a person would ask.
    for row in doubts:
        with app.store.transaction() as session:
            steering.settle(session, clock.now(), row.id, came[row.mail] > 0, ANNA)
    if any(not came[row.mail] for row in doubts):
        _until_done(app, clock, sending, real)
        real.settled()
        came = _came(real)
    wire = ImapWire(allow_private=True, total_seconds=60, context=real.trust)
    bounced = sum(kind_of(number) == "bounced" for number in range(count))
    real.mails("bounces", bounced)
    looking.look(app, wire)
    kinds = Counter(kind_of(number) for number in range(count))
    return Real(rows(app, sending), came, dict(kinds), killed, took, len(doubts))


def judged(found: Real) -> list[str]:
    """What is wrong: a recipient with none and no reason, or with two."""
    wrong = []
    for row in found.rows:
        kind, copies = kind_of(int(row.mail.partition("+")[2].partition("@")[0])), found.came[row.mail]
        ends = {"hard": ("failed", 0), "bounced": ("sent", 0)}.get(kind, ("sent", 1))
        if (row.status, copies) != ends or (row.status == "failed" and not row.error_key):
            wrong.append(f"{row.mail} ({kind}): {row.status}, {copies} copies")
    return wrong


def _until_done(app: App, clock: FixedClock, sending: int, real: postfix.Office) -> None:
    for nth in range(30):
        job.tick(app)
        if nth == 1:
            relent(real)
        if state(app, sending) == "done":
            return
        clock.step(timedelta(minutes=20))


def _came(real: postfix.Office) -> Counter[str]:
    """How many mails each recipient's mailbox holds, by the address that they are to."""
    found: Counter[str] = Counter()
    for name in ("anna", "later"):
        with real.box(name) as client:
            answers = client.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (TO)])")[1]
            found.update(str(parsed(one[1])["To"]) for one in answers if isinstance(one, tuple))
    return found


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--count", type=int, default=5_000)
    told.add_argument("--kills", type=int, default=2)
    asked = told.parse_args()
    os.environ["OUTREACH_BOUNCES_PASSWORD"] = postfix.PASSWORD
    with tempfile.TemporaryDirectory() as folder, postfix.server() as real:
        store = ready.tables(Path(folder) / "store.db")
        found = carried(store, Path(folder), real, count=asked.count, kills=asked.kills)
        store.close()
    wrong = judged(found)
    states = Counter(row.status for row in found.rows)
    print(f"{asked.count:,} recipients, killed {found.killed} times, {found.settled} doubts settled by a look")
    print(f"sent in {found.sent_seconds:.0f} s; rows: {dict(states)}; {sum(found.came.values()):,} mails in mailboxes")
    print("\n".join(wrong[:20]) or "every recipient has one mail or a reason")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    from outreach import wiring

    wiring.models()
    main()
