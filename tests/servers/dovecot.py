"""A real Dovecot (2.3, Debian 12), started from a temporary folder on free ports of the loopback.

IMAP with and without TLS, LMTP for a delivering mail server, and an auth listener for its SASL. Every user
name is a mailbox of its own, made on first use; all have the same password. Needs root and Debian's packages.
"""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest
import trustme

from bot.records.account import MailAccount, Security
from tests.servers.require import require

PASSWORD = 'A "quoted\\ 16-letter code'
_PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
_OWNER = "mail"
_USER_NUMBERS = count(1)


@dataclass
class Dovecot:
    """The server and one user of it. `ca_file` is what a client must trust."""

    imap_port: int
    imaps_port: int
    lmtp_port: int
    auth_port: int
    ca_file: str
    folder: Path
    username: str = "bot@example.org"
    password: str = PASSWORD
    host: str = "localhost"

    def account(
        self, security: Security = Security.TLS, username: str = "", password: str | None = None
    ) -> MailAccount:
        return MailAccount(
            host=self.host,
            port=self.imaps_port if security is Security.TLS else self.imap_port,
            security=security,
            username=username or self.username,
            password=self.password if password is None else password,
            ca_file=self.ca_file,
        )

    @contextlib.contextmanager
    def client(self, folder: str | None = "INBOX") -> Iterator[imaplib.IMAP4]:
        """A plain client of the standard library, as a person's mail program would look."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=20) as client:
            client.login(self.username, self.password)
            if folder is not None:
                typ, answer = client.select(f'"{folder}"')
                assert typ == "OK", answer
            yield client

    def append(self, raw: bytes, when: datetime, folder: str = "INBOX", flags: str = "") -> int:
        """Puts one mail into the mailbox with that INTERNALDATE; its UID."""
        return self.append_all([(raw, when)], folder, flags)[0]

    def append_all(
        self, mails: Sequence[tuple[bytes, datetime]], folder: str = "INBOX", flags: str = ""
    ) -> list[int]:
        uids = []
        with self.client(None) as client:
            for raw, when in mails:
                typ, answer = client.append(f'"{folder}"', flags, imaplib.Time2Internaldate(when), raw)
                assert typ == "OK", answer
                uids.append(int(answer[0].split(b"]")[0].split()[-1]))
        return uids

    def create(self, folder: str) -> None:
        """Makes a folder; its name in modified UTF-7 where it is not ASCII."""
        with self.client(None) as client:
            typ, answer = client.create(f'"{folder}"')
            assert typ == "OK", answer

    def flags(self, uid: int, folder: str = "INBOX") -> set[str]:
        with self.client(folder) as client:
            typ, answer = client.uid("FETCH", str(uid), "(FLAGS)")
            assert typ == "OK", answer
            assert isinstance(answer[0], bytes)
            return {flag.decode() for flag in imaplib.ParseFlags(answer[0])} - {r"\Recent"}

    def uids(self, folder: str = "INBOX") -> list[int]:
        with self.client(folder) as client:
            return [int(uid) for uid in client.uid("SEARCH", "ALL")[1][0].split()]

    def disconnect_users(self) -> None:
        """Ends every session of this user, as a restart would."""
        doveadm = ["doveadm", "-c", str(self.folder / "dovecot.conf"), "kick", self.username]
        subprocess.run(doveadm, check=True, capture_output=True, timeout=20)

    def log(self) -> str:
        return (self.folder / "dovecot.log").read_text(errors="replace")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running_dovecot() -> Iterator[Dovecot]:
    """Starts a server and stops it again."""
    assert _PROGRAM is not None
    # Not pytest's folder: Dovecot's own users must be able to pass through every folder above.
    base = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    base.chmod(0o755)
    server = Dovecot(free_port(), free_port(), free_port(), free_port(), str(base / "ca.pem"), base)
    _write_certificates(base)
    (base / "mail").mkdir()
    shutil.chown(base / "mail", _OWNER, _OWNER)
    (base / "dovecot.conf").write_text(_configuration(server))
    with (base / "startup.txt").open("wb") as startup:
        # In a process group of its own, so that its many processes can be stopped together.
        process = subprocess.Popen(
            [_PROGRAM, "-F", "-c", str(base / "dovecot.conf")], stderr=startup, start_new_session=True
        )
    try:
        _await_ports(server, process)
        yield server
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=5)
        shutil.rmtree(base, ignore_errors=True)


def _write_certificates(base: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(base / "ca.pem"))
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(base / "server.pem"))


def _await_ports(server: Dovecot, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    for port in (server.imap_port, server.imaps_port, server.lmtp_port, server.auth_port):
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    errors = (
                        process.stderr.read().decode() if process.poll() is not None and process.stderr else ""
                    )
                    raise RuntimeError(f"Dovecot does not start: {errors}") from None
                time.sleep(0.05)


def _configuration(server: Dovecot) -> str:
    base = server.folder
    owner = pwd.getpwnam(_OWNER)
    group = grp.getgrgid(owner.pw_gid).gr_name
    return f"""
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{base}/server.pem
ssl_key = <{base}/server.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_format = %Lu
auth_failure_delay = 0
mail_location = maildir:{base}/mail/%u
first_valid_uid = 1
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={{PLAIN.HEX}}{server.password.encode().hex()}
}}
userdb {{
  driver = static
  args = uid={owner.pw_name} gid={group} home={base}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    special_use = \\Drafts
  }}
  mailbox "已发送" {{
    special_use = \\Sent
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {server.imap_port}
  }}
  inet_listener imaps {{
    port = {server.imaps_port}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {server.lmtp_port}
  }}
}}
service auth {{
  inet_listener {{
    port = {server.auth_port}
  }}
}}
service anvil {{
  chroot =
  # No waiting after wrong passwords, which tests send on purpose.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
protocol lmtp {{
  postmaster_address = postmaster@example.org
}}
"""


def trusting(ca_file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file)


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[Dovecot]:
    """One server for the whole run; tests take `dovecot`, or a user of their own by `dataclasses.replace`."""
    if _PROGRAM is None or os.geteuid() != 0:
        require("Dovecot (dovecot-imapd, dovecot-lmtpd, as root)")
    with running_dovecot() as server:
        yield server


@pytest.fixture
def dovecot(dovecot_server: Dovecot) -> Dovecot:
    """The server with a fresh, empty mailbox for this test."""
    return replace(dovecot_server, username=f"bot{next(_USER_NUMBERS)}@example.org")
