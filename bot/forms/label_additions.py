"""What an office adds to the labels in config/form_labels.toml: new headings, and built-in ones switched off.

Pure: the file's content comes in as parsed TOML. Mistakes are told as lines for people, all at once; nothing here
raises for what the file says, except `labels_with` for content that has mistakes (ValueError).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from bot.forms.labels import Field, Labels, bare_heading, built_in, default_labels, load_labels

FILE = "form_labels.toml"

_ADDED, _OFF = "labels", "switched_off"
_SECTIONS = (_ADDED, _OFF)
_LONGEST = 40
_TOO_FAR = 0.6


def label_mistakes(content: Mapping[str, object], file: str = FILE) -> tuple[str, ...]:
    """Every mistake in the content of the file, one line each: file, key, what is wrong, the nearest known key."""
    lines = [*_shape_mistakes(content, file)]
    return tuple(lines or _meaning_mistakes(content, file))


def labels_with(content: Mapping[str, object]) -> Labels:
    """The built-in labels with what the office's file adds and switches off. A heading switched off is still known
    as one, but what stands under it is only kept beside the other values."""
    if mistakes := label_mistakes(content):
        raise ValueError("；".join(mistakes))
    changes = {bare_heading(word): Field.EXTRA for _, words in _section(content, _OFF) for word in words}
    changes |= {bare_heading(word): Field(name) for name, words in _section(content, _ADDED) for word in words}
    return load_labels(built_in(), changes) if changes else default_labels()


def _shape_mistakes(content: Mapping[str, object], file: str) -> Iterator[str]:
    for section, fields in content.items():
        if section not in _SECTIONS:
            yield _unknown(file, section, section, _SECTIONS)
        elif not isinstance(fields, dict):
            yield f"{file}：{section} 应是一个小节（写成 [{section}]）"
        else:
            for name, words in fields.items():
                yield from _field_mistakes(file, section, name, words)


def _field_mistakes(file: str, section: str, name: str, words: object) -> Iterator[str]:
    key = f"{section}.{name}"
    if name not in set(Field):
        yield _unknown(file, key, name, tuple(Field))
    elif not isinstance(words, list):
        yield f'{file}：{key} 应是列表，例如 ["甲", "乙"]'
    else:
        for number, word in enumerate(words, start=1):
            if not isinstance(word, str):
                yield f"{file}：{key}.{number} 应是加引号的文字"
            elif not any(character.isalnum() for character in word):
                yield f"{file}：{key}.{number} 不能为空"
            elif len(word) > _LONGEST:
                yield f"{file}：{key}.{number} 太长（最多 {_LONGEST} 个字）"


def _meaning_mistakes(content: Mapping[str, object], file: str) -> Iterator[str]:
    """A heading that would mean two things, or one switched off that the bot does not know."""
    known = default_labels().exact
    off: set[str] = set()
    for name, words in _section(content, _OFF):
        for word in words:
            plain = bare_heading(word)
            off.add(plain)
            if known.get(plain) != name:
                where = f"，它在 {known[plain]} 里" if plain in known else ""
                yield f"{file}：{_OFF}.{name} 里的“{word}”本来就不在这一项里{where}"
    added: dict[str, str] = {}
    for name, words in _section(content, _ADDED):
        for word in words:
            plain = bare_heading(word)
            there = added.setdefault(plain, name)
            if there != name:
                yield f"{file}：“{word}”同时写在 {_ADDED}.{there} 和 {_ADDED}.{name} 里，只能留一处"
            elif (built := known.get(plain)) is not None and built != name and plain not in off:
                yield (
                    f"{file}：{_ADDED}.{name} 里的“{word}”已经是 {built} 的写法；"
                    f'要改过来，请在 [{_OFF}] 里加上 {built} = ["{word}"]'
                )


def _section(content: Mapping[str, object], section: str) -> Iterator[tuple[str, list[str]]]:
    fields = content.get(section, {})
    assert isinstance(fields, dict)
    yield from fields.items()


def _unknown(file: str, key: str, name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=_TOO_FAR)
    return f"{file}：没有 {key} 这一项" + (f"，是不是想写 {near[0]}？" if near else "")
