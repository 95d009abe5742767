"""What hospitals think of after they have registered: a cancellation, somebody else instead; and what staff decide
in the workbook meanwhile.
"""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from bot.demo.form_files import FilledForm
from bot.demo.invented import InventedPerson

STAFF_SAYS = "取消"


def cancels(person: InventedPerson) -> str:
    return f"您好，我院{person.name}因临时公务无法前往，申请取消报名，给您添麻烦了。"


def replaces(old: InventedPerson, new: InventedPerson) -> str:
    return (
        f"您好，我院原报名的{old.name}换成{new.name}参加，职务：{new.job_title}，"
        f"手机：{new.mobile}，身份证号：{new.id_number}。请协助变更，谢谢。"
    )


def unsure_who(form: FilledForm) -> str:
    return f"您好，因院内工作安排，{form.hospital.name}有一位老师无法前往，申请取消其报名。"


def staff_decide(workbook: Path, name: str) -> None:
    """Does what staff do in Excel or WPS: chooses a word in the column 处理 beside a person, and saves."""
    book = load_workbook(workbook)
    sheet = book["报名名单"]
    headers = {str(cell.value): place for place, cell in enumerate(sheet[1], 1)}
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, headers["姓名"]).value == name:
            sheet.cell(row, headers["处理"]).value = STAFF_SAYS
    book.save(workbook)
