"""A form saved again by another office program reads the same."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from bot.forms.read import read_file
from bot.records.form import RegistrationForm
from tests.samples.make_forms import excel_form, slip, web_form, word_form
from tests.servers.require import require

pytestmark = pytest.mark.integration

SLIP = slip(11, 3)
TIMEOUT_SECONDS = 180


@pytest.fixture(scope="module")
def soffice() -> str:
    return shutil.which("soffice") or shutil.which("libreoffice") or require("LibreOffice")


def converted(soffice: str, folder: Path, name: str, content: bytes, target: str) -> bytes:
    """The file as LibreOffice saves it in another format (`docx`, or with a filter's name after a colon)."""
    source, out = folder / name, folder / "out"
    source.write_bytes(content)
    command = [soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", target, "--outdir", str(out), str(source)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            process.wait(TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return (out / source.with_suffix("." + target.split(":")[0]).name).read_bytes()


def said(form: RegistrationForm) -> list[str]:
    own = (form.organisation, form.contact, form.phone, form.email, form.invoice_title, form.taxpayer_id)
    people = [
        text
        for a in form.attendees
        for text in (
            a.name.text,
            a.organisation.text,
            a.job_title.text,
            a.mobile.text,
            a.id_number.text,
            str(a.single_room),
        )
    ]
    return [value.text for value in own] + people


@pytest.mark.parametrize(
    ("name", "content", "target"),
    [
        ("form.docx", word_form(SLIP), "docx"),
        ("form.html", web_form(SLIP).encode(), "docx:MS Word 2007 XML"),
        ("form.xlsx", excel_form(SLIP), "xlsx"),
        ("form.docx", word_form(SLIP), "html"),
    ],
)
def test_a_form_saved_by_libreoffice_reads_the_same(
    soffice: str, tmp_path: Path, name: str, content: bytes, target: str
) -> None:
    saved = converted(soffice, tmp_path, name, content, target)

    reading = read_file("回执", saved)

    assert [said(form) for form in reading.forms] == [said(read_file("回执", word_form(SLIP)).forms[0])]
    assert [problem for form in reading.forms for a in form.attendees for problem in a.problems] == []
