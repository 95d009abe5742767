"""Every command and every configuration key is documented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.cli import app
from bot.settings.files import BotFile, EventFile
from bot.settings.mistakes import nested_model

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = [one.callback.__name__ for one in app.registered_commands if one.callback]


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        nested = nested_model(field.annotation)
        if nested:
            yield from keys(nested, f"{prefix}{name}.")
        else:
            yield prefix + name


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_documented(command: str) -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

    assert f"`{command}" in text


@pytest.mark.parametrize("key", [*keys(BotFile)])
def test_key_of_bot_toml_is_documented(key: str) -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")

    assert f"`{key}`" in text


@pytest.mark.parametrize("key", [*keys(EventFile)])
def test_key_of_event_files_is_documented(key: str) -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")

    assert f"`{key}`" in text


def test_every_command_of_the_contract_exists() -> None:
    wanted = {"demo", "check", "once", "run", "rehearse", "read", "status", "export", "digest"}

    assert wanted <= set(COMMANDS)


@pytest.mark.parametrize("name", ["README.md", "docs/architecture.md", "docs/glossary.md", "docs/decisions.md"])
def test_document_exists_and_links_to_files_that_exist(name: str) -> None:
    path = ROOT / name
    text = path.read_text(encoding="utf-8")

    links = [part.split(")")[0] for part in text.split("](")[1:]]
    missing = [
        link
        for link in links
        if "://" not in link
        and not link.startswith(("#", "mailto:"))
        and not (path.parent / link.split("#")[0]).exists()
    ]

    assert not missing
