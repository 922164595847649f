"""A throw-away relay as offices have one: Postfix (STARTTLS, logins through Dovecot) hands over to Dovecot, where the
mails are read by IMAP. All on loopback, in a temporary folder.

Whoever logs in as USER with PASSWORD may send. Mail to NAME@press.test or NAME@office.test (a +part is ignored) lies in
the mailbox NAME, which opens with PASSWORD. gone@press.test is refused for good (550), later@press.test for now (450);
bounce@press.test is taken and comes back to the sender as undeliverable.
"""

import imaplib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.support.ports import free_port

USER = "office"
PASSWORD = "pārāk-slepena"
_PATIENCE = 180.0
# Debian has them where users do not look.
_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/usr/lib/postfix/sbin"

_MAIN = """
compatibility_level = 3.6
config_directory = {folder}/postfix
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
syslog_name = postfix
myhostname = localhost
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
alias_maps =
alias_database =
notify_classes =
default_transport = error:5.4.4 there is no world outside
virtual_mailbox_domains = office.test, press.test
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
lmtp_destination_recipient_limit = 1
transport_maps = texthash:{folder}/postfix/transport
recipient_delimiter = +
smtpd_tls_chain_files = {folder}/key.pem, {folder}/cert.pem
smtpd_tls_security_level = encrypt
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/run/auth-postfix
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/postfix/recipients, permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_client_restrictions =
smtpd_error_sleep_time = 0
"""
_MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
full unix - n n - - pipe user=nobody argv=/bin/sh -c {{exit 67}}
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
proxymap unix - - n - - proxymap
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""
_DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap lmtp
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
recipient_delimiter = +
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%n allow_all_users=yes
}}
service auth {{
  unix_listener auth-postfix {{
    mode = 0666
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imap}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


@dataclass(frozen=True)
class Office:
    """Ports of the relay (STARTTLS) and of IMAP (TLS from the first byte), and the authority that vouches for both by
    the names `localhost` and `127.0.0.1`."""

    smtp: int
    imap: int
    lmtp: int
    trust: ssl.SSLContext
    folder: Path

    @contextmanager
    def box(self, name: str) -> Iterator[imaplib.IMAP4_SSL]:
        """Somebody at the mailbox of that name, with the inbox open."""
        with imaplib.IMAP4_SSL("localhost", self.imap, ssl_context=self.trust) as client:
            client.authenticate("PLAIN", lambda _: f"\0{name}\0{PASSWORD}".encode())
            client.select("INBOX")
            yield client

    def mails(self, name: str, at_least: int = 0) -> list[bytes]:
        """What lies in a mailbox, oldest first, once so many have come; after half a minute what there is."""
        end = time.monotonic() + _PATIENCE
        while True:
            with self.box(name) as client:
                numbers = client.search(None, "ALL")[1][0].split()
                if len(numbers) >= at_least or time.monotonic() > end:
                    return [client.fetch(number.decode(), "(RFC822)")[1][0][1] for number in numbers]  # type: ignore[index,misc]
            time.sleep(0.1)

    def settled(self) -> None:
        """Waits until nothing is on the way any more: afterwards a mailbox says for certain what did not come."""
        end = time.monotonic() + _PATIENCE
        while any(path.is_file() for queue in ("maildrop", "incoming", "active") for path in (self.folder / "queue" / queue).rglob("*")):
            if time.monotonic() > end:
                raise RuntimeError("mails still on the way")
            time.sleep(0.1)

    def empty(self, name: str) -> None:
        """Throws away what lies in a mailbox."""
        with self.box(name) as client:
            client.store("1:*", "+FLAGS", "\\Deleted")
            client.expunge()


def missing() -> str:
    """Why it cannot be started; empty where it can."""
    if shutil.which("postfix", path=_PATH) is None:
        return "Postfix is not installed (Debian: postfix)"
    if shutil.which("dovecot", path=_PATH) is None or not Path("/usr/lib/dovecot/lmtp").exists():
        return "Dovecot is not installed (Debian: dovecot-imapd, dovecot-lmtpd)"
    return "" if os.geteuid() == 0 else "Postfix and Dovecot want to be started by root"


@contextmanager
def server() -> Iterator[Office]:
    """Started for the block."""
    authority = trustme.CA()
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="postfix-", ignore_cleanup_errors=True)))
        made = Office(free_port(), free_port(), free_port(), trust, folder)
        _prepare(made, authority)
        logs = (folder / "dovecot.log", folder / "postfix.log")
        for command in (
            ["dovecot", "-F", "-c", str(folder / "dovecot.conf")],
            ["postfix", "-c", str(folder / "postfix"), "start-fg"],
        ):
            running = subprocess.Popen(
                command,
                env={**os.environ, "PATH": _PATH},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            stack.callback(_end, running, folder / "queue" / "pid" / "master.pid")
            for port in (made.lmtp, made.imap) if command[0] == "dovecot" else (made.smtp,):
                _wait(port, running, logs)
        yield made


def _prepare(made: Office, authority: trustme.CA) -> None:
    folder = made.folder
    folder.chmod(0o755)
    for name in ("postfix", "queue", "data", "mail"):
        (folder / name).mkdir()
    shutil.chown(folder / "mail", "nobody", "nogroup")
    shutil.chown(folder / "data", "postfix")
    papers = authority.issue_cert("localhost", "127.0.0.1")
    papers.private_key_pem.write_to_path(str(folder / "key.pem"))
    for number, blob in enumerate(papers.cert_chain_pems):
        blob.write_to_path(str(folder / "cert.pem"), append=number > 0)
    facts = {"folder": folder, "smtp": made.smtp, "imap": made.imap, "lmtp": made.lmtp, "password": PASSWORD}
    written = {
        "postfix/main.cf": _MAIN.format(**facts),
        "postfix/master.cf": _MASTER.format(**facts),
        "postfix/transport": "bounce@press.test full:\n",
        "postfix/recipients": "gone@press.test 550 5.1.1 no such mailbox\nlater@press.test 450 4.2.1 mailbox busy\n",
        "dovecot.conf": _DOVECOT.format(**facts),
    }
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")


def _wait(port: int, running: "subprocess.Popen[bytes]", logs: tuple[Path, ...]) -> None:
    end = time.monotonic() + _PATIENCE
    while running.poll() is None and time.monotonic() < end:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)
    said = [path.read_text(encoding="utf-8", errors="replace") for path in logs if path.exists()]
    raise RuntimeError("\n".join(said) or "the relay did not start")


def _end(running: "subprocess.Popen[bytes]", master: Path) -> None:
    groups = [running.pid]
    with suppress(OSError, ValueError):
        # Postfix's own master leaves for a session of its own and says who it is.
        groups.append(int(master.read_text()))
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for group in groups:
            with suppress(ProcessLookupError):
                os.killpg(group, sign)
        with suppress(subprocess.TimeoutExpired):
            running.wait(10)
            if not any(map(_lives, groups)):
                return


def _lives(group: int) -> bool:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    return True
