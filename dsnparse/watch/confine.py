"""What a process that only parses does without: memory and processor time beyond a limit, the network, other programs.

Limits are there on every Unix. The network is closed by a filter of system calls (seccomp), on Linux and on the processors whose numbers
stand here; no file and no right of the user is needed for it, and nothing in the process can take it away again.
"""

import ctypes
import math
import platform
import resource
import struct
import sys
import time
from typing import Final

MEMORY: Final = 1 << 30
SECONDS: Final = 10

# By what the kernel calls the processor: its number (linux/audit.h), and those of the calls that are refused: socket, connect,
# io_uring_setup, which can do both, execve, execveat, and what reaches into other processes: ptrace, process_vm_writev, pidfd_getfd.
REFUSED: Final = {
    "x86_64": (0xC000003E, (41, 42, 425, 59, 322, 101, 311, 438)),
    "aarch64": (0xC00000B7, (198, 203, 425, 221, 281, 117, 271, 438)),
}
# Calls of the x32 ABI have this bit, and would go round the numbers above.
OTHER_ABI: Final = 0x40000000
# linux/prctl.h, linux/seccomp.h
NO_NEW_PRIVILEGES, SET_SECCOMP, FILTER = 38, 22, 2
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000
# Instructions of the filter (linux/bpf_common.h): load a word, jump if equal, jump if not below, return.
LOAD, EQUAL, NOT_BELOW, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER, PROCESSOR = 0, 4
# An interpreter of 32 bits makes other calls than its processor's.
POINTER: Final = 8


def limit_memory() -> None:
    """Let this process have no more than so much memory, and leave no core behind."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_AS, MEMORY)


def limit_time() -> None:
    """Give this process so many seconds of processor time from now; a signal that it does not catch ends it then."""
    _lower(resource.RLIMIT_CPU, math.ceil(time.process_time()) + SECONDS)


def close_network() -> bool:
    """Refuse this process everything that opens a connection or starts a program; False where that cannot be done."""
    known = REFUSED.get(platform.machine())
    if sys.platform != "linux" or known is None or struct.calcsize("P") != POINTER:
        return False
    program = call_filter(*known)
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(NO_NEW_PRIVILEGES, *map(ctypes.c_ulong, (1, 0, 0, 0))) != 0:
        return False
    is_set: bool = libc.prctl(SET_SECCOMP, ctypes.c_ulong(FILTER), header, *map(ctypes.c_ulong, (0, 0))) == 0
    return is_set


def _lower(name: int, limit: int) -> None:
    _, hard = resource.getrlimit(name)
    resource.setrlimit(name, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def call_filter(processor: int, refused: tuple[int, ...]) -> bytes:
    """Return the filter: a call of another processor kind kills, a refused one fails with EPERM, any other is allowed."""
    count = len(refused)
    steps = [
        (LOAD, 0, 0, PROCESSOR),
        (EQUAL, 0, count + 4, processor),
        (LOAD, 0, 0, NUMBER),
        (NOT_BELOW, count + 2, 0, OTHER_ABI),
        *((EQUAL, count - index, 0, number) for index, number in enumerate(refused)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, KILL),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
