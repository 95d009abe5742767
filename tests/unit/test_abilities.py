"""What an installation says that it can read."""

from __future__ import annotations

import pytest

from bot.forms import abilities as module
from bot.forms.abilities import abilities


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
