"""The worker processes that all scenarios share, so that not every bot has to start its own."""

from __future__ import annotations

import atexit

from bot.forms.workers.pool import WorkerProcesses

WORKERS = WorkerProcesses()
atexit.register(WORKERS.close)
