"""Our own answer, saved or printed and sent along, registers nobody: its numbers are masked."""

from __future__ import annotations

from itertools import islice

import pytest

from bot.demo.invented import InventedPerson, hospitals, people
from bot.forms.read import read_file
from bot.records.form import UnreadCode
from tests.samples.make_pdf import placed, ruled, shown, single

HOSPITAL = next(hospitals(81))
ANN, BEN = islice(people(81), 2)
HEADINGS = ["姓名", "单位", "手机", "身份证号", "是否单间"]
XS = (40, 110, 260, 360, 490, 550)


def row(person: InventedPerson, *, masked: bool) -> list[str]:
    mobile, identity = person.mobile, person.id_number
    if masked:
        mobile, identity = f"{mobile[:3]}****{mobile[-4:]}", f"{identity[:6]}********{identity[-4:]}"
    return [person.name, HOSPITAL.name, mobile, identity, "否"]


ANSWER = [HEADINGS, row(ANN, masked=True), row(BEN, masked=True)]
TEXT = "您好，以下人员已录取：\n" + "\n".join("\t".join(words) for words in ANSWER)
PAGE = "<p>您好，以下人员已录取：</p><table>{}</table>".format(
    "".join("<tr>" + "".join(f"<td>{word}</td>" for word in words) + "</tr>" for words in ANSWER)
)
CARDS = "\n".join(f"{label}：{word}" for words in ANSWER[1:] for label, word in zip(HEADINGS, words, strict=True))
FILES = {
    "text": ("答复.txt", TEXT.encode()),
    "cards": ("答复.txt", CARDS.encode()),
    "page": ("答复.html", PAGE.encode()),
    "printed": ("答复.pdf", single(shown("以下人员已录取：", 40, 800) + ruled(ANSWER, XS, 780))),
    "printed without lines": ("答复.pdf", single(shown("以下人员已录取：", 40, 800) + placed(ANSWER, XS, 780))),
}


@pytest.mark.parametrize(("name", "content"), FILES.values(), ids=FILES)
def test_saved_answer_of_our_own_registers_nobody(name: str, content: bytes) -> None:
    reading = read_file(name, content)

    assert reading.forms == ()
    assert [unread.code for unread in reading.unread] == [UnreadCode.NO_FORM]


def test_person_whose_numbers_are_whole_beside_masked_ones_is_registered() -> None:
    rows = [HEADINGS, row(ANN, masked=True), row(BEN, masked=False)]

    (form,) = read_file("回执.txt", "\n".join("\t".join(words) for words in rows).encode()).forms

    assert [person.name.text for person in form.attendees] == [BEN.name]
