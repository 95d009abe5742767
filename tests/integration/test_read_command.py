"""`read` as another program calls it: one process, JSON on stdout and nothing else, one line for a mistake."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.samples.make_archives import zipped
from tests.samples.make_forms import Slip, slip, word_form
from tests.samples.make_outlook import compound, message

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
FORM_KEYS = {
    *("origin", "confidence", "organisation", "contact", "phone", "email"),
    *("invoice_title", "taxpayer_id", "attendees", "problems"),
}
PERSON_KEYS = {"name", "organisation", "job_title", "mobile", "id_number", "single_room", "problems"}
LINK = "回执见链接：https://pan.baidu.com/s/1abcDEF"


def called(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "run_bot.py"), "read", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=120, check=False)


def read(folder: Path, *names: str) -> Any:
    done = called(folder, *names, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.fixture
def content() -> Slip:
    return slip(41, 2)


def test_gives_the_shape_that_other_programs_rely_on(tmp_path: Path, content: Slip) -> None:
    (tmp_path / "资料.zip").write_bytes(zipped([("回执.docx", word_form(content)), ("空.txt", b"")]))

    found = read(tmp_path, "资料.zip")

    assert set(found) == {"source", "forms", "unread"}
    assert found["source"] == "资料.zip"
    (form,) = found["forms"]
    assert set(form) == FORM_KEYS
    assert (form["origin"], form["organisation"]) == ("资料.zip/回执.docx", content.hospital.name)
    assert [set(person) for person in form["attendees"]] == [PERSON_KEYS] * 2
    assert [person["id_number"] for person in form["attendees"]] == [one.id_number for one in content.people]
    assert [person["single_room"] for person in form["attendees"]] == [one.single_room for one in content.people]
    assert [set(one) for one in found["unread"]] == [{"origin", "code", "text"}]


def test_gives_an_array_for_several_paths(tmp_path: Path, content: Slip) -> None:
    inside = zipped([("回执.docx", word_form(content))])
    (tmp_path / "回执.docx").write_bytes(word_form(content))
    (tmp_path / "转发.msg").write_bytes(compound(message(("资料.zip", inside), text="见附件")))
    (tmp_path / "链接.txt").write_text(LINK, encoding="gbk")
    (tmp_path / "空.docx").write_bytes(b"")

    found = read(tmp_path, "回执.docx", "转发.msg", "链接.txt", "空.docx")

    assert [one["source"] for one in found] == ["回执.docx", "转发.msg", "链接.txt", "空.docx"]
    origins = [[form["origin"] for form in one["forms"]] for one in found]
    assert origins == [["回执.docx"], ["转发.msg/资料.zip/回执.docx"], [], []]
    assert [[u["code"] for u in one["unread"]] for one in found] == [[], [], ["link_only"], ["corrupt"]]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("没有.docx", "--json"), "没有这个文件：没有.docx"),
        ((".", "--json"), "这是一个文件夹，不是文件：."),
        (("--json",), "缺少 PATH；用 --help 查看用法"),
        (("一.docx", "--json", "--picture", "x.png"), "--json 和 --picture 不能一起用"),
        (("一.docx", "--picture", "x.png", "二.docx"), "--picture 一次只画一个文件"),
    ],
)
def test_says_a_mistake_in_one_line_and_prints_nothing_else(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    done = called(tmp_path, *words)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", says + "\n")
