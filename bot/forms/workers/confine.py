"""What a worker process may not do: grow without end, start programs, or reach a network.

Best effort by the means of the system it runs on: resource limits and a network namespace of its own on Linux,
Python's audit events everywhere (PEP 578). A limit that the system does not know is left out; the bot watches time
and memory from outside as well.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys

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
)
_MOST_FILE_BYTES = 300_000_000


def confine(memory: int) -> None:
    """Give up what reading a file does not need. `memory` is the address space allowed, in bytes."""
    _limit(memory)
    _leave_the_network()
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: object) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(event)


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
