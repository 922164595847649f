"""A throw-away Dovecot of the Debian package, on loopback, with its mails in a temporary folder."""

import imaplib
import os
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.support.ports import free_port

PASSWORD = "pārāk-slepena"
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = yes
mail_location = maildir:{folder}/mail/%n
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
auth_username_format = %n
auth_mechanisms = plain login
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%n allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


@dataclass(frozen=True)
class MailServer:
    """Ports (STARTTLS, TLS from the first byte) and the authority that vouches for its name, `localhost`."""

    plain: int
    tls: int
    trust: ssl.SSLContext

    @contextmanager
    def hand(self, user: str) -> Iterator[imaplib.IMAP4_SSL]:
        """Somebody else at the same mailbox, who may change it."""
        with imaplib.IMAP4_SSL("localhost", self.tls, ssl_context=self.trust) as client:
            client._encoding = "utf-8"  # type: ignore[attr-defined]
            client.authenticate("PLAIN", lambda _: f"\0{user}\0{PASSWORD}".encode())
            yield client


def missing() -> str:
    """Why it cannot be started; empty where it can."""
    if shutil.which("dovecot") is None:
        return "Dovecot is not installed (Debian: dovecot-imapd)"
    return "" if os.geteuid() == 0 else "Dovecot wants to be started by root"


@contextmanager
def server() -> Iterator[MailServer]:
    """Started for the block. Whoever logs in with PASSWORD has a mailbox."""
    authority = trustme.CA()
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with tempfile.TemporaryDirectory(prefix="dovecot-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "mail").mkdir()
        shutil.chown(folder / "mail", "nobody", "nogroup")
        papers = authority.issue_cert("localhost", "127.0.0.1")
        papers.private_key_pem.write_to_path(str(folder / "key.pem"))
        for number, blob in enumerate(papers.cert_chain_pems):
            blob.write_to_path(str(folder / "cert.pem"), append=number > 0)
        made = MailServer(free_port(), free_port(), trust)
        config = folder / "dovecot.conf"
        config.write_text(
            _CONFIG.format(folder=folder, password=PASSWORD, plain=made.plain, tls=made.tls), encoding="utf-8"
        )
        running = subprocess.Popen(["dovecot", "-F", "-c", str(config)])
        try:
            _wait(made, running, folder / "dovecot.log")
            yield made
        finally:
            running.terminate()
            running.wait(180)


def _wait(made: MailServer, running: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 180
    while running.poll() is None and time.monotonic() < end:
        try:
            with made.hand("start"):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(log.read_text(encoding="utf-8") if log.exists() else "dovecot did not start")
