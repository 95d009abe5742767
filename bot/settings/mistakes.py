"""Mistakes in configuration files, each one line: file, key, what is wrong, the nearest known key."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

_TOO_FAR = 0.6


def _sentence(error: Mapping[str, Any]) -> str:
    """The pydantic error (its documented `type`) as a Chinese sentence; values are never shown."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    limits = {
        "greater_than_equal": f"应不小于 {context.get('ge')}",
        "less_than_equal": f"应不大于 {context.get('le')}",
        "missing": "缺少这一项",
        "string_type": "应是加引号的文字",
        "string_too_short": "不能为空",
        "int_type": "应是整数，不加引号",
        "float_type": "应是数字，不加引号",
        "bool_type": "应是 true 或 false，不加引号",
        "tuple_type": '应是列表，例如 ["甲", "乙"]',
        "model_type": "应是一个小节（写成 [名称]）",
        "dict_type": "应是一个小节（写成 [名称]）",
    }
    if kind in limits:
        return limits[kind]
    if kind in ("enum", "literal_error"):
        return f"只能是 {str(context.get('expected', '')).replace(' or ', '、').replace(', ', '、')}"
    if kind.startswith(("date", "is_instance_of")):
        return "应是日期，写成 2026-04-10，不加引号"
    if kind == "string_pattern_mismatch":
        return "写法不对（邮箱应像 name@example.org；活动编号只用字母、数字、点、横线）"
    return "写法不对"


def _model_at(model: type[BaseModel], path: Iterable[object]) -> type[BaseModel] | None:
    current: type[BaseModel] | None = model
    for step in path:
        if isinstance(step, int) or current is None:
            continue
        field = current.model_fields.get(str(step))
        current = nested_model(field.annotation) if field else None
    return current


def nested_model(annotation: object) -> type[BaseModel] | None:
    """The model of a section that a key's type stands for (alone, optional or in a list), or None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if found := nested_model(inner):
            return found
    return None


def nearest_key(key: str, known: Iterable[str]) -> str | None:
    """The known key that looks most like `key`, or None."""
    close = difflib.get_close_matches(key, list(known), n=1, cutoff=_TOO_FAR)
    return close[0] if close else None


def describe(file: str, model: type[BaseModel], error: ValidationError) -> list[str]:
    """One line for every mistake that pydantic found in `file`."""
    lines: list[str] = []
    for detail in error.errors(include_input=False, include_url=False):
        path = [step for step in detail["loc"] if not (isinstance(step, str) and step in _UNION_BRANCHES)]
        key = ".".join(str(step + 1) if isinstance(step, int) else step for step in path) or "（整个文件）"
        if detail["type"] == "extra_forbidden":
            holder = _model_at(model, path[:-1])
            near = nearest_key(str(path[-1]), holder.model_fields if holder else ())
            lines.append(f"{file}：没有 {key} 这一项" + (f"，是不是想写 {near}？" if near else ""))
        else:
            line = f"{file}：{key} {_sentence(detail)}"
            if line not in lines:
                lines.append(line)
    return lines


_UNION_BRANCHES = ("datetime", "date")
