"""Logging: one file beside the ledger for the operator, warnings on the terminal; no personal data in either."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def log_to_terminal(level: int = logging.WARNING) -> None:
    """Log lines go to stderr, so that --json on stdout stays clean."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT))
    handler.setLevel(level)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # These log what they send and receive, addresses among it.
    for name in ("imapclient", "mailparser", "alembic", "sqlalchemy", "apscheduler", "mail.log", "pymap"):
        logging.getLogger(name).setLevel(logging.ERROR)


def log_to_file(folder: Path) -> None:
    """Keep the log in `folder`/bot.log, five files of 2 MB; where that fails, the terminal is enough."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "bot.log", maxBytes=2_000_000, backupCount=5, encoding="utf-8", delay=False
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter(_FORMAT))
    handler.setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
