"""The pictures of uncertain cells in the ledger's JSON."""

from __future__ import annotations

import json

from bot.ledger.registrations import LARGEST_PICTURE, problems_in, problems_out
from bot.records.form import FieldProblem, ProblemCode

PROBLEM = FieldProblem("mobile", ProblemCode.UNCERTAIN, "手机看不清。", "手机", "张三", True, b"\x89PNG\x00\xff")


def test_a_problem_comes_back_with_its_picture() -> None:
    stored = json.loads(json.dumps(problems_out([PROBLEM])))

    assert problems_in(stored) == (PROBLEM,)


def test_a_problem_stored_before_there_were_pictures_comes_back_without_one() -> None:
    stored = {"field": "mobile", "code": "format", "text": "不对。", "label": "", "person": "", "blocking": True}

    assert problems_in([stored]) == (FieldProblem("mobile", ProblemCode.FORMAT, "不对。"),)


def test_a_problem_without_picture_is_stored_as_before() -> None:
    plain = FieldProblem("mobile", ProblemCode.FORMAT, "不对。")

    assert "picture" not in problems_out([plain])[0]


def test_pictures_stay_out_where_they_are_not_wanted_or_too_large() -> None:
    large = FieldProblem("mobile", ProblemCode.UNCERTAIN, "看不清。", picture=b"x" * (LARGEST_PICTURE + 1))

    assert "picture" not in problems_out([PROBLEM], pictures=False)[0]
    assert "picture" not in problems_out([large])[0]
