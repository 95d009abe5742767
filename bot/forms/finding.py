"""What a check found wrong with one value, before it is known whose value it is and what the form calls it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.records.form import ProblemCode


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` goes on from “张三的身份证号”, and ends the sentence; it never holds the value itself."""

    code: ProblemCode
    text: str
