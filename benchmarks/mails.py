"""How fast mails with Word forms are worked off, as a ratio to fetching and opening the same ones bare.

Run: python -m benchmarks.mails [--mails 300] [--rounds 5]. Needs root and Debian's Dovecot. Baseline and bot take
turns
in the same run, on the same server and mails; the medians of both and of the ratios are printed.

    baseline  imapclient fetches in batches of ten, the standard library finds the attachment, python-docx opens it
    bot       receive_mail: fetch, parse, screen, read, validate, decide, compose the answer, one commit each
"""

from __future__ import annotations

import argparse
import io
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from itertools import islice
from pathlib import Path

import docx
from imapclient import IMAPClient

from bot.admission.membership import MemberDirectory
from bot.app.wiring import PROJECT
from bot.demo import clients, form_files
from bot.demo.clients import DOCX, File, Letter
from bot.demo.form_files import FilledForm
from bot.demo.invented import hospitals, people
from bot.forms.labels import default_labels
from bot.forms.workers.pool import WorkerProcesses
from bot.intake.mailbox import Mailbox
from bot.jobs.receive import Parts, receive_mail
from bot.ledger.ledger import Ledger
from bot.records.account import Correspondent, Security
from bot.records.event import Event
from bot.replies.compose import Composer
from bot.settings import load_settings
from tests.servers.dovecot import Dovecot, running_dovecot

BEGIN = datetime(2026, 3, 26, 1, 0, tzinfo=UTC)


def sample_mails(count: int) -> list[tuple[bytes, datetime]]:
    """`count` mails, each with one Word form that names two people."""
    everybody, all_hospitals = people(seed=11), list(hospitals(seed=11))
    mails = []
    for number in range(count):
        hospital = all_hospitals[number % len(all_hospitals)]
        form = FilledForm(hospital, tuple(islice(everybody, 2)))
        when = BEGIN + timedelta(minutes=number)
        file = File("回执表.docx", form_files.word_form(form), DOCX)
        letter = Letter(hospital.contact, hospital.email, when, "报名回执表", "见附件。", files=[file])
        mails.append((clients.modern(letter), when))
    return mails


def fetch_and_open_bare(server: Dovecot) -> int:
    """The least that any program must do: fetch every mail and open its Word file."""
    opened = 0
    with IMAPClient("127.0.0.1", server.imap_port, ssl=False) as client:
        client.login(server.username, server.password)
        client.select_folder("INBOX", readonly=True)
        uids = client.search(["SINCE", BEGIN.date()])
        for start in range(0, len(uids), 10):
            fetched = client.fetch(uids[start : start + 10], ["BODY.PEEK[]", "INTERNALDATE"])
            for item in fetched.values():
                mail = message_from_bytes(item[b"BODY[]"], policy=policy.default)
                for part in mail.iter_attachments():
                    content = part.get_payload(decode=True)
                    assert isinstance(content, bytes)
                    docx.Document(io.BytesIO(content))
                    opened += 1
    return opened


def work_off(server: Dovecot, event: Event, folder: Path) -> int:
    """The bot's way with the same mails, up to the commit of each."""
    ledger = Ledger.open(f"sqlite:///{folder / 'ledger.db'}")
    workers = WorkerProcesses()
    sender = Correspondent("office@example.org", "会务组")
    with Mailbox(server.account(Security.NONE)) as mailbox:
        parts = Parts(
            mailbox=mailbox,
            folder="INBOX",
            ledger=ledger,
            composer=Composer(PROJECT / "templates", sender),
            members=MemberDirectory.of([]),
            labels=default_labels(),
            workshop=workers,
            events=(event,),
            own_addresses=frozenset({"office@example.org"}),
            reply_mode="send",
            max_per_sender_per_day=1000,
        )
        report = receive_mail(parts, BEGIN + timedelta(days=1))
    workers.close()
    ledger.close()
    return report.recorded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mails", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    event = load_settings(PROJECT / "config", {}, secrets=False, project=PROJECT).events[0]
    bare: list[float] = []
    bot: list[float] = []
    with running_dovecot() as server:
        server.append_all(sample_mails(options.mails))
        for number in range(options.rounds + 1):
            began = time.perf_counter()
            assert fetch_and_open_bare(server) == options.mails
            middle = time.perf_counter()
            with tempfile.TemporaryDirectory() as folder:
                assert work_off(server, event, Path(folder)) == options.mails
            if number:  # the first round warms up
                bare.append(middle - began)
                bot.append(time.perf_counter() - middle)
    ratios = [b / a for a, b in zip(bare, bot, strict=True)]
    print(f"{options.mails} mails, {options.rounds} rounds after one to warm up; medians (min-max)")
    for name, values, unit in (("bare", bare, " s"), ("bot", bot, " s"), ("bot / bare", ratios, "")):
        print(f"{name:>10}: {statistics.median(values):.2f}{unit} ({min(values):.2f}-{max(values):.2f})")
    print(f"peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
