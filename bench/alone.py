"""Runs a command from a process that is small itself: ``python alone.py DESCRIPTOR COMMAND…``.

What a process has held at the most counts from its fork on, when its memory is still that of the process that started
it. Seconds, CPU seconds, peak in MB and the exit code go to the file descriptor, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time

if __name__ == "__main__":
    descriptor, command = int(sys.argv[1]), sys.argv[2:]
    os.set_inheritable(descriptor, False)
    began = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    took = time.perf_counter() - began
    figures = (took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
    os.write(descriptor, json.dumps([figures, os.waitstatus_to_exitcode(status)]).encode())
