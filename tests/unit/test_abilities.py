"""What an installation says that it can read."""

from __future__ import annotations

import pytest

from bot.app import checkup
from bot.forms import abilities as module
from bot.forms.abilities import PICTURES, Ability, abilities
from bot.forms.kinds import FileKind
from bot.forms.readers.failure import UnreadableFileError
from bot.forms.workshop import SameProcess
from bot.records.form import Document, UnreadCode


def test_every_ability_says_what_to_do_where_it_is_missing() -> None:
    found = abilities()

    assert [ability.name for ability in found if not ability.missing_text.endswith("。")] == []
    assert all("人工" in ability.missing_text for ability in found)


def test_a_missing_library_makes_an_ability_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "doc2docx" else object())

    by_name = {ability.name: ability for ability in abilities()}

    assert not by_name["旧版 Word（doc、wps）"].available
    assert by_name["7z 压缩包"].available
    assert "requirements/full.lock" in by_name["旧版 Word（doc、wps）"].missing_text


def test_a_half_installed_package_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> object:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(module, "find_spec", broken)

    assert {ability.available for ability in abilities()[:-1]} == {False}


@pytest.mark.parametrize(("starts", "hints"), [(True, []), (False, ["文字识别组件已经安装，但启动不了"])])
def test_check_tries_recognition_where_it_is_installed(
    monkeypatch: pytest.MonkeyPatch, starts: bool, hints: list[str]
) -> None:
    class Workers(SameProcess):
        def read(self, kind: FileKind, origin: str, content: bytes) -> Document:
            if kind is FileKind.PICTURE and not starts:
                raise UnreadableFileError(UnreadCode.UNSUPPORTED, "没有组件。")
            return Document(origin, ())

        def close(self) -> None: ...

    monkeypatch.setattr(checkup, "WorkerProcesses", Workers)
    monkeypatch.setattr(checkup, "has_ocr", lambda: True)
    monkeypatch.setattr(checkup, "abilities", lambda: (Ability(PICTURES, True),))

    found = list(checkup._readable())

    assert [one.text.partition("（")[0] for one in found if one.ok is None] == hints
    assert (PICTURES in found[0].text) is starts
