"""Every word that the bot writes into its journal has a sentence for people."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from bot.app.explain_words import ACTION_WORDS, FIELD_WORDS, said
from bot.ledger.outbox import _state_after
from bot.records.decision import Reason, Registration, ReplyTemplate
from bot.records.office import JournalEntry
from bot.records.outgoing import DeliveryResult, DraftFate

BOT = Path(__file__).resolve().parents[2] / "bot"
NOW = datetime(2026, 3, 28, tzinfo=UTC)
WRITERS = {"line", "_line", "note", "write_journal"}
"""What appends to the journal, or makes a line for it."""
FOLDERS = ("ledger", "jobs", "app")

_STATES = {str(_state_after(result, again)) for result, again in product(DeliveryResult, (None, NOW))}
SPLIT = {"mail_": _STATES, "draft_": {str(fate) for fate in DraftFate if fate}}
"""Actions that end with what became of a mail."""


def written() -> Iterator[tuple[str, ast.expr, ast.AST]]:
    """Where (file and line), the expression of an action, and the function that it stands in."""
    for folder in FOLDERS:
        for path in sorted((BOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for function in ast.walk(tree):
                if not isinstance(function, ast.FunctionDef):
                    continue
                for node in ast.walk(function):
                    if isinstance(node, ast.Call) and _name(node.func) in WRITERS and (found := _action(node)):
                        yield f"{path.name}:{node.lineno}", found, function


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", "") or getattr(function, "id", "")


def _action(call: ast.Call) -> ast.expr | None:
    """The first argument that can be a word: others are connections, rows and times."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "action"]
    return next((one for one in (*named, *call.args) if _words(one, call) is not None), None)


def _words(expression: ast.expr, function: ast.AST) -> set[str] | None:
    """The words that an expression can be; None where it is none that this test can follow."""
    match expression:
        case ast.Constant(value=str(word)):
            return {word}
        case ast.IfExp(body=one, orelse=other):
            found = [_words(one, function), _words(other, function)]
            return None if None in found else set().union(*(words for words in found if words))
        case ast.JoinedStr(values=[ast.Constant(value=str(begin)), ast.FormattedValue()]):
            return {begin + end for end in SPLIT[begin]}
    return None


def actions() -> set[str]:
    found = {word for _, expression, function in written() for word in _words(expression, function) or ()}
    # Words that stand in a table, or are given a name before they are written.
    for path in sorted(BOT.glob("ledger/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and [_name(target) for target in node.targets] == ["_ACTIONS"]:
                assert isinstance(node.value, ast.Dict)
                found |= {word for value in node.value.values for word in _words(value, node) or ()}
            if isinstance(node, ast.Assign) and [_name(target) for target in node.targets] == ["action"]:
                found |= _words(node.value, node) or set()
    return found


def line(action: str, reason: str = "", text: str = "") -> JournalEntry:
    return JournalEntry(1, NOW, "bot", action, reason, text)


def test_the_search_finds_words_of_every_kind() -> None:
    assert {"mail_recorded", "person_amended", "notice_drafted", "reply_queued", "mail_in_doubt"} <= actions()
    assert {"review_closed", "draft_deleted", "staff_entry", "staff_decided"} <= actions()


def test_every_action_that_is_written_has_its_words_and_no_others_have() -> None:
    assert actions() == set(ACTION_WORDS)


@pytest.mark.parametrize("action", sorted(ACTION_WORDS))
@pytest.mark.parametrize(
    "text", ["", "回执.docx 表格 1：第 2 行：waitlisted -> confirmed（mobile、fee）", "任何：话（说）"]
)
def test_sentence_is_whole_whatever_a_line_says(action: str, text: str) -> None:
    for reason in ("", *Reason, *ReplyTemplate, "digest", "pause", "录取"):
        sentence = said(line(action, str(reason), text))

        assert sentence.endswith("。")
        assert "{" not in sentence
        assert "。。" not in sentence


def test_states_and_fields_are_said_in_chinese() -> None:
    changed = line("registration_changed", "promoted", "waitlisted -> confirmed（mobile、fee）")

    assert said(changed) == (
        "状态由“候补”变为“已录取”（涉及：手机、应缴费用）：有名额空出，按到达顺序从候补递补录取。"
    )


def test_place_on_the_form_is_said_where_somebody_was_registered() -> None:
    registered = line("person_registered", "seat_free", "资料.zip/回执：终稿.docx，第 2 行：confirmed")

    assert said(registered).startswith("登记为“已录取”（填在：资料.zip/回执：终稿.docx，第 2 行）：截止前收到")


def test_template_of_a_notice_is_not_taken_for_a_reason() -> None:
    assert said(line("notice_queued", "promoted")) == "通知“递补录取通知”已写好，等待发送。"


def test_action_without_words_is_said_as_it_stands() -> None:
    assert said(line("moon_rose", text="月亮升起")) == "moon_rose：月亮升起。"


def test_every_field_of_a_registration_that_people_know_has_a_word() -> None:
    inner = {"event_id", "state", "reason", "uid", "form_index", "position", "message_id", "sender", "origin"}
    inner |= {"id", "number", "mail_id", "answer_to", "by_staff"}

    assert set(Registration.__dataclass_fields__) - inner == set(FIELD_WORDS)
