"""The template folder: complete, whole, in good Chinese, and with mistakes that say where they are."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.errors import UsageError
from bot.records.decision import ReplyTemplate
from bot.replies.compose import Composer
from bot.replies.sample import sample_answers
from tests.unit.reply_cases import NOW, OFFICE, TEMPLATES, composer, read

MAILS = [*(kind.value for kind in ReplyTemplate), "reminder"]
REPLY_FILES = [TEMPLATES / f"{name}.{ending}" for name in MAILS for ending in ("txt", "html")]
OWN_FILES = [*REPLY_FILES, *sorted(TEMPLATES.glob("_*.txt")), *sorted(TEMPLATES.glob("_*.html"))]
HAN = "\u3400-\u9fff"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the office's templates that a test may spoil; without the digest's, which are another's part."""
    copy = tmp_path / "templates"
    shutil.copytree(TEMPLATES, copy)
    for ending in ("txt", "html"):
        (copy / f"digest.{ending}").write_text("{{ summary.words }}", encoding="utf-8")
    return copy


def mistakes(folder: Path) -> tuple[str, ...]:
    return Composer(folder, OFFICE).check()


def test_each_kind_of_reply_has_exactly_one_pair() -> None:
    kinds = {kind.value for kind in ReplyTemplate}

    files = Counter(path.stem for path in TEMPLATES.glob("[!_]*") if path.suffix in (".txt", ".html"))

    assert {name: count for name, count in files.items() if name in kinds} == dict.fromkeys(kinds, 2)
    assert set(files) <= kinds | {"digest", "reminder"}


def test_the_shipped_templates_pass_their_own_check(folder: Path) -> None:
    assert mistakes(folder) == ()


def test_the_samples_are_one_of_each_kind() -> None:
    assert {facts.template for facts in sample_answers("会务组")} == set(ReplyTemplate)


@pytest.mark.parametrize("path", OWN_FILES, ids=lambda path: path.name)
def test_templates_use_full_width_punctuation(path: Path) -> None:
    prose = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", "□", path.read_text(encoding="utf-8"), flags=re.S)

    wrong = re.findall(rf"[{HAN}□]\s?[,:;!?()](?:\s|[{HAN}□])|[{HAN}][.](?![a-z])", prose)

    assert wrong == []


@pytest.mark.parametrize("path", REPLY_FILES, ids=lambda path: path.name)
def test_sentences_stand_in_one_place_only(path: Path) -> None:
    markup = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", "", path.read_text(encoding="utf-8"), flags=re.S)

    assert "。" not in markup


@pytest.mark.parametrize("mail", MAILS)
def test_text_and_html_show_the_same_parts_in_the_same_order(mail: str) -> None:
    def parts(ending: str) -> list[str]:
        source = (TEMPLATES / f"{mail}.{ending}").read_text(encoding="utf-8")
        named = source.replace(
            'points("请补正", reply.corrections, say.how_to_correct(reply))', "corrections(reply)"
        )
        return re.findall(r"part\.(?!badge)(\w+\([^%]*?\)) \}\}", named)

    assert parts("txt") == parts("html")


def test_a_missing_template_is_named(folder: Path) -> None:
    (folder / "late.html").unlink()

    with pytest.raises(UsageError, match=r"缺少模板 .*late\.html"):
        Composer(folder, OFFICE)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="找不到模板文件夹"):
        Composer(tmp_path / "none", OFFICE)


def test_a_template_that_includes_a_missing_one_names_it(folder: Path) -> None:
    (folder / "_parts.txt").unlink()

    with pytest.raises(UsageError, match=r"缺少模板 .*_parts\.txt"):
        Composer(folder, OFFICE)


def test_a_broken_template_is_named_with_its_line(folder: Path) -> None:
    (folder / "mixed.txt").write_text("第一行\n第二行\n{% if %}\n", encoding="utf-8")

    with pytest.raises(UsageError, match=r"mixed\.txt 第 3 行"):
        Composer(folder, OFFICE)


def test_a_template_in_another_encoding_is_named(folder: Path) -> None:
    (folder / "mixed.txt").write_bytes("报名".encode("gb18030"))

    with pytest.raises(UsageError, match=r"mixed\.txt 不是 UTF-8"):
        Composer(folder, OFFICE)


def test_a_wrong_name_in_a_template_is_found_with_its_line(folder: Path) -> None:
    path = folder / "_parts.html"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if "p.payee" in line)
    lines[at] = lines[at].replace("p.payee", "p.payeee")
    path.write_text("\n".join(lines), encoding="utf-8")

    found = [mistake for mistake in mistakes(folder) if "payeee" in mistake]
    assert found
    assert all(f"_parts.html 第 {at + 1} 行" in mistake for mistake in found)


def test_a_wrong_name_in_a_sentence_is_found_with_its_line(folder: Path) -> None:
    path = folder / "_sentences.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if "r.enquiry_number" in line)
    lines[at] = lines[at].replace("r.enquiry_number", "r.number")
    path.write_text("\n".join(lines), encoding="utf-8")

    assert any(f"_sentences.txt 第 {at + 1} 行" in mistake for mistake in mistakes(folder))


def test_a_template_that_forgets_the_account_is_reported(folder: Path) -> None:
    path = folder / "confirmed.txt"
    source = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"\{\{ part\.payment\(.*\}\}\n", "", source), encoding="utf-8")

    assert any(m.startswith("模板 confirmed.txt 漏掉了") for m in mistakes(folder))


def test_a_template_without_a_subject_is_reported(folder: Path) -> None:
    path = folder / "late.txt"
    path.write_text(re.sub(r"\{% block subject %\}.*\n", "", path.read_text(encoding="utf-8")), encoding="utf-8")

    assert "模板 late.txt 没有主题（block subject）。" in mistakes(folder)


def test_a_missing_digest_template_is_reported(folder: Path) -> None:
    (folder / "digest.html").unlink()

    assert any("digest.html" in mistake for mistake in mistakes(folder))


def test_styles_stand_in_the_tags_and_stay_for_phones() -> None:
    facts = next(sample_answers("会务组"))

    page = composer().render("confirmed.html", {"reply": facts})

    assert page.startswith("<!DOCTYPE html>")
    assert "max-width: 640px" in page.partition("<body")[2]
    assert "@media (max-width: 480px)" in page
    assert not re.search(r"https?://|<img|<script|<link", page)


def test_a_template_cannot_reach_beyond_its_facts(folder: Path) -> None:
    (folder / "late.txt").write_text("{{ reply.__class__.__mro__ }}", encoding="utf-8")

    assert any("late.txt" in mistake for mistake in mistakes(folder))


def test_renders_any_template_with_the_filters_for_pages(folder: Path) -> None:
    source = "{{ amount|money }} {{ day|full_day }} {{ day|short_day }} {{ at|moment }} {{ id|masked_id }}{{ no }}"
    (folder / "page.html").write_text("<p>" + source + "</p>", encoding="utf-8")
    context = {"amount": 2980, "day": date(2026, 4, 10), "at": NOW, "id": "1" * 18, "no": None}

    page = Composer(folder, OFFICE).render("page.html", context)

    assert "2,980元 2026年4月10日（星期五） 4月10日（星期五） 2026年3月27日09:02 111111********1111</p>" in page


def test_a_template_that_is_not_there_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"nowhere\.html"):
        composer().render("nowhere.html", {})


def test_the_digest_brings_the_workbook_to_all_staff(folder: Path) -> None:
    summary = SimpleNamespace(words="已录取 <50> 人\x00")

    mail = Composer(folder, OFFICE).digest(
        summary, ("a@x.example.org", "b@x.example.org"), b"PK", "报名汇总.xlsx", NOW
    )

    seen = read(mail)
    (workbook,) = seen.message.iter_attachments()
    assert mail.template == "digest"
    assert mail.recipients == ("a@x.example.org", "b@x.example.org")
    assert seen.message["Auto-Submitted"] == "auto-generated"
    assert str(seen.message["Subject"]) == "报名简报：2026年3月27日（星期五）"
    assert workbook.get_filename() == "报名汇总.xlsx"
    assert "已录取 <50> 人" in seen.text
    assert "已录取 &lt;50&gt; 人" in seen.html
    assert "\x00" not in seen.html


def test_the_digest_may_bring_its_own_subject_and_no_workbook(folder: Path) -> None:
    (folder / "digest.txt").write_text(
        "{% block subject %}简报 {{ summary.words }}{% endblock %}", encoding="utf-8"
    )

    mail = Composer(folder, OFFICE).digest(SimpleNamespace(words="甲"), ("a@x.example.org",), None, "", NOW)

    assert mail.subject == "简报 甲"
    assert not list(read(mail).message.iter_attachments())
