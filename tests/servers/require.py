"""What a test does without a service that it needs: skipped on a person's machine, failed in CI."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def require(service: str) -> NoReturn:
    """Called where the service is missing."""
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(f"{service} is missing, and in CI it must not be.", pytrace=False)
    pytest.skip(f"{service} is missing here.")
