"""A real Postfix (3.7, Debian 12), started from a temporary folder on free ports of the loopback.

It takes mail over implicit TLS and over STARTTLS, asks Dovecot about passwords, and hands every mail, whatever its
domain, to Dovecot by LMTP: what a test sends can be read back by IMAP, and nothing ever leaves the machine.
Addresses that begin with `unknown` do not exist. Needs root and Debian's packages.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.records.account import MailAccount, Security
from tests.servers.dovecot import Dovecot, free_port
from tests.servers.require import require

_PROGRAM = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
MESSAGE_SIZE_LIMIT = 2_000_000


@dataclass
class Postfix:
    """The server; users and passwords are Dovecot's."""

    smtps_port: int
    submission_port: int
    ca_file: str
    folder: Path
    host: str = "localhost"

    def account(
        self, user: Dovecot, security: Security = Security.TLS, password: str | None = None
    ) -> MailAccount:
        return MailAccount(
            host=self.host,
            port=self.smtps_port if security is Security.TLS else self.submission_port,
            security=security,
            username=user.username,
            password=user.password if password is None else password,
            ca_file=self.ca_file,
        )

    def log(self) -> str:
        return (self.folder / "log" / "postfix.log").read_text(errors="replace")


@contextlib.contextmanager
def running_postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """Starts a server that delivers to `dovecot`, and stops it again."""
    assert _PROGRAM is not None
    base = Path(tempfile.mkdtemp(prefix="postfix-", dir="/tmp"))
    base.chmod(0o755)
    server = Postfix(free_port(), free_port(), dovecot.ca_file, base)
    for name in ("etc", "spool", "data", "log"):
        (base / name).mkdir()
    shutil.chown(base / "data", "postfix", "postfix")
    (base / "etc" / "main.cf").write_text(_main(server, dovecot))
    (base / "etc" / "master.cf").write_text(_master(server))
    (base / "etc" / "users").write_text("!/^unknown/ delivered\n")
    (base / "etc" / "domains").write_text("/./ ours\n")
    (base / "etc" / "logins").write_text("/^(.+)$/ $1\n")
    with (base / "log" / "start").open("w") as output:
        process = subprocess.Popen(
            [_PROGRAM, "-c", str(base / "etc"), "start-fg"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _await_greeting(server, process)
        yield server
    finally:
        # The master passes the signal on to its daemons; the script around it ends with it.
        subprocess.run([_PROGRAM, "-c", str(base / "etc"), "stop"], capture_output=True, check=False)
        process.wait(timeout=20)
        shutil.rmtree(base, ignore_errors=True)


def _await_greeting(server: Postfix, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            with smtplib.SMTP("127.0.0.1", server.submission_port, "localhost", timeout=5):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                errors = "\n".join(path.read_text() for path in (server.folder / "log").iterdir())
                raise RuntimeError(f"Postfix does not start: {errors}") from None
            time.sleep(0.05)


def _main(server: Postfix, dovecot: Dovecot) -> str:
    base = server.folder
    return f"""
compatibility_level = 3.6
queue_directory = {base}/spool
data_directory = {base}/data
maillog_file = {base}/log/postfix.log
maillog_file_prefixes = {base}
myhostname = mail.example.org
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = regexp:{base}/etc/domains
virtual_mailbox_maps = regexp:{base}/etc/users
virtual_transport = lmtp:inet:127.0.0.1:{dovecot.lmtp_port}
smtpd_tls_cert_file = {dovecot.folder}/server.pem
smtpd_tls_key_file = {dovecot.folder}/server.pem
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{dovecot.auth_port}
smtpd_sender_login_maps = regexp:{base}/etc/logins
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
message_size_limit = {MESSAGE_SIZE_LIMIT}
virtual_mailbox_limit = 0
smtputf8_enable = no
"""


def _master(server: Postfix) -> str:
    inet = "inet n - n - - smtpd"
    internal = "n - n -"
    return f"""
127.0.0.1:{server.submission_port} {inet}
127.0.0.1:{server.smtps_port} {inet} -o smtpd_tls_wrappermode=yes
cleanup unix {internal} 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix {internal} - showq
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


@pytest.fixture(scope="session", name="postfix")
def running_postfix_fixture(dovecot_server: Dovecot) -> Iterator[Postfix]:
    """One server for the whole run, delivering to the run's Dovecot; a test module imports it under this name."""
    if _PROGRAM is None or os.geteuid() != 0:
        require("Postfix (as root)")
    with running_postfix(dovecot_server) as server:
        yield server
