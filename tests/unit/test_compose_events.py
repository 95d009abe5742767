"""Templates of an event's own: they go before the common ones, are checked, and cannot reach elsewhere."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.records.decision import ReplyTemplate, Standing
from bot.replies.compose import Composer
from bot.replies.compose_templates import Templates
from tests.unit.reply_cases import (
    EVENT,
    HOSPITAL,
    MAIL,
    NOW,
    OFFICE,
    PEOPLE,
    TEMPLATES,
    Answer,
    decided,
    numbered,
    read,
    registration,
)

OWN = "training"
EVENT_WITH_OWN = replace(EVENT, templates=OWN)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the office's templates with an empty folder for one event."""
    copy = tmp_path / "templates"
    shutil.copytree(TEMPLATES, copy)
    (copy / OWN).mkdir()
    return copy


def write(folder: Path, name: str, text: str) -> None:
    (folder / OWN / name).write_text(text, encoding="utf-8")


def confirmed(folder: Path, templates: str = OWN) -> Answer:
    composer = Composer(folder, OFFICE, folders=(OWN,))
    decision = decided(ReplyTemplate.CONFIRMED, (Standing.NEW, registration(0)))
    roll = numbered((registration(0),))
    event = replace(EVENT, templates=templates)
    return read(composer.reply(decision, event, MAIL, HOSPITAL.email, roll, NOW))


def test_an_event_without_files_of_its_own_answers_like_any_other(folder: Path) -> None:
    assert confirmed(folder).composed == confirmed(folder, "").composed


def test_a_file_of_the_event_goes_before_the_common_one_and_only_for_that_event(folder: Path) -> None:
    write(folder, "confirmed.txt", "{% block subject %}培训班录取{% endblock %}培训班答复")

    own, common = confirmed(folder), confirmed(folder, "")

    assert str(own.message["Subject"]) == "培训班录取"
    assert own.text.strip().endswith("培训班答复")
    assert "培训班" not in common.text + str(common.message["Subject"])
    assert own.html == common.html


def test_a_file_of_the_event_can_extend_the_common_one_of_the_same_name(folder: Path) -> None:
    for ending in ("txt", "html"):
        write(
            folder,
            f"confirmed.{ending}",
            f'{{% extends "common/confirmed.{ending}" %}}{{% block lead %}}请自带白大褂。{{% endblock %}}',
        )

    answered = confirmed(folder)

    for shown in (answered.text, answered.html):
        assert "请自带白大褂。" in shown
        assert PEOPLE[0].name in shown
    assert Composer(folder, OFFICE, folders=(OWN,)).check() == ()


def test_one_sentence_of_the_event_replaces_that_sentence_wherever_it_is_said(folder: Path) -> None:
    write(folder, "_sentences.txt", "{%- macro next_steps(r) -%}请于开班前一天报到。{%- endmacro %}")

    answered = confirmed(folder)

    for shown in (answered.text, answered.html):
        assert "请于开班前一天报到。" in shown
        assert "请核对各项信息" not in shown
        assert "谢谢支持" in shown


def test_an_own_frame_serves_every_answer_of_the_event(folder: Path) -> None:
    write(folder, "_base.txt", '{% extends "common/_base.txt" %}{% block change %}更正请致电。{% endblock %}')

    assert "更正请致电。" in confirmed(folder).text
    assert "更正请致电。" not in confirmed(folder, "").text


def test_a_missing_folder_is_named(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"找不到活动的模板文件夹 .*nowhere"):
        Composer(folder, OFFICE, folders=("nowhere",))


def test_a_subject_of_the_event_may_build_on_the_common_one(folder: Path) -> None:
    write(
        folder,
        "confirmed.txt",
        '{% extends "common/confirmed.txt" %}{% block subject %}【培训班】{{ super() }}{% endblock %}',
    )

    assert str(confirmed(folder).message["Subject"]).startswith("【培训班】报名确认：浙江调研学习")


@pytest.mark.parametrize(
    "name",
    [
        "..",
        ".",
        "../templates",
        "a/b",
        "/etc",
        "a\\b",
        "..\\x",
        "C:",
        "C:x",
        "_own",
        ".git",
        "common",
        "x\n",
        "x\0",
    ],
)
def test_a_folder_name_that_is_a_path_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=r"模板文件夹名“.*”不能用"):
        Templates(TEMPLATES, "Asia/Shanghai", name)


def test_a_folder_that_leads_elsewhere_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)

    with pytest.raises(UsageError, match="找不到活动的模板文件夹"):
        Templates(folder, "Asia/Shanghai", "link")


@pytest.mark.parametrize("target", ["../../secret.txt", "/etc/hostname", "common/../../secret.txt"])
def test_a_template_cannot_include_a_file_from_elsewhere(folder: Path, tmp_path: Path, target: str) -> None:
    (tmp_path / "secret.txt").write_text("geheim", encoding="utf-8")
    write(folder, "confirmed.txt", f'{{% include "{target}" %}}')

    with pytest.raises(UsageError, match="缺少模板"):
        Composer(folder, OFFICE, folders=(OWN,))


def test_a_broken_file_of_an_event_is_named_with_folder_and_line(folder: Path) -> None:
    write(folder, "late.txt", "第一行\n{% if %}\n")

    with pytest.raises(UsageError, match=rf"{OWN}/late\.txt 第 2 行"):
        Composer(folder, OFFICE, folders=(OWN,))


def test_the_check_tries_the_files_of_each_event(folder: Path) -> None:
    write(folder, "confirmed.txt", "{% block subject %}录取{% endblock %}{{ reply.salutation }}")
    write(folder, "late.html", "<p>{{ reply.nothing }}</p>")

    mistakes = Composer(folder, OFFICE, folders=(OWN,)).check()

    assert any(m.startswith(f"模板 {OWN}/confirmed.txt 漏掉了") for m in mistakes)
    assert any(f"{OWN}/late.html 第 1 行" in m for m in mistakes)
    assert not [m for m in mistakes if OWN not in m]


def test_a_misspelt_file_name_is_pointed_out(folder: Path) -> None:
    write(folder, "comfirmed.txt", "录取")

    assert Composer(folder, OFFICE, folders=(OWN,)).check() == (
        f"模板文件夹 {OWN} 里的 comfirmed.txt 没有同名的公用模板，不会被用到。请核对文件名。",
    )


def test_an_event_that_names_a_folder_unknown_at_the_start_is_a_mistake_of_the_settings(folder: Path) -> None:
    composer = Composer(folder, OFFICE)
    decision = decided(ReplyTemplate.NO_FORM)

    with pytest.raises(UsageError, match="gone"):
        composer.reply(decision, replace(EVENT, templates="gone"), MAIL, HOSPITAL.email, (), NOW)
