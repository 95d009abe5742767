"""What a worker process may not do: grow without end, start programs, reach a network, or touch files that are not
its own (the ledger, the configuration).

Best effort by the means of the system it runs on: resource limits and a network namespace of its own on Linux,
Python's audit events everywhere (PEP 578), which see what Python code does, not what a library in C does. The bot
watches time and memory from outside as well.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_FORBIDDEN = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.startfile",
    "urllib.Request",
    "sqlite3.connect",
)
_CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_READABLE = (
    "/usr",
    "/lib",
    "/lib64",
    "/opt",
    "/nix",
    "/System",
    "/Library",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys",
)
"""Where systems keep libraries, fonts and time zones, and what they tell of the machine."""

FOLDER_PREFIX = "registration-reading-"
"""How the name of the folder begins that each worker has to itself for temporary files."""
_MOST_FILE_BYTES = 300_000_000


def confine(memory: int, folder: Path) -> None:
    """Give up what reading a file does not need. `memory` is the address space allowed, in bytes; files may be
    written in `folder` alone."""
    _limit(memory)
    _leave_the_network()
    sys.addaudithook(_guard(folder))


def _guard(folder: Path) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook that raises PermissionError for what is not allowed (events as in Python's audit_events)."""
    own = (_real(folder), _real(os.devnull))
    code = Path(__file__).parents[2]
    # All that Python imports from; beside the bot's own code lie the configuration and the ledger.
    imported = (place for place in sys.path if place and _real(place) != _real(code.parent))
    program = (code, sys.prefix, sys.base_prefix, Path(os.__file__).parent, *imported)
    system = (*_READABLE, f"/proc/{os.getpid()}", os.environ.get("SYSTEMROOT", os.devnull))
    readable = (*own, *(_real(place) for place in (*program, *system)))

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _FORBIDDEN:
            raise PermissionError(event)
        if event == "open" and not isinstance(arguments[0], int):
            path, _, flags = arguments
            allowed = own if (flags or 0) & _WRITES else readable
            # What Python reads of itself to tell types of files by their names lies in many places.
            if not _within(path, allowed) and Path(os.fsdecode(path)).name != "mime.types":
                raise PermissionError(event)
        if event in _CHANGES and not all(_within(path, own) for path in arguments if not _is_other(path)):
            raise PermissionError(event)

    return refuse


def _is_other(argument: object) -> bool:
    """Whether an argument of an event is no path but a mode or a folder's number."""
    return argument is None or isinstance(argument, int)


def _real(path: Any) -> str:
    return os.path.normcase(os.path.realpath(os.fsdecode(path)))


def _within(path: Any, places: tuple[str, ...]) -> bool:
    real = _real(path)
    return any(real == place or real.startswith(place.rstrip(os.sep) + os.sep) for place in places)


def _limit(memory: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    wanted = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, _MOST_FILE_BYTES),
        (resource.RLIMIT_NOFILE, 128),
    ]
    # macOS knows the limit of the address space but does not keep it.
    if sys.platform == "linux":
        wanted.append((resource.RLIMIT_AS, memory))
    for name, value in wanted:
        with contextlib.suppress(ValueError, OSError):
            _, hard = resource.getrlimit(name)
            most = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(name, (most, most))


def _leave_the_network() -> None:
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        unshare = ctypes.CDLL(None, use_errno=True).unshare
        if unshare(_CLONE_NEWNET) != 0:
            unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
