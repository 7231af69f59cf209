"""Runs a command whose standard output is a pipe, a socket or a terminal that is full, and that nobody reads until told.

hold-output.py pipe|socket|terminal FILE COMMAND...

Takes on standard input, one a line: `read` (from now on everything goes to FILE), `close` (the other end goes away),
`stop` (Ctrl-S). Ends with the command, and with its exit code; 128 + the signal's number where a signal ended it.
SIGTERM is passed on.
"""

import os
import pty
import signal
import socket
import subprocess
import sys
import threading

kind, path, *command = sys.argv[1:]
if kind == "pipe":
    far, near = os.pipe()
elif kind == "socket":
    pair = socket.socketpair()
    far, near = pair[0].detach(), pair[1].detach()
else:
    far, near = pty.openpty()

os.set_blocking(near, False)
try:
    while True:
        os.write(near, b"\n")
except BlockingIOError:
    os.set_blocking(near, True)


def read_on():
    with open(path, "wb") as file:
        try:
            while chunk := os.read(far, 65536):
                file.write(chunk)
                file.flush()
        except OSError:
            pass


readers = []


def listen():
    for line in sys.stdin:
        if line.strip() == "read":
            readers.append(threading.Thread(target=read_on, daemon=True))
            readers[-1].start()
        elif line.strip() == "close":
            os.close(far)
        elif line.strip() == "stop":
            os.write(far, b"\x13")


# A terminal that is closed sends a hang-up to those whose own it is, which the command is not.
child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=near)
os.close(near)
signal.signal(signal.SIGTERM, lambda *_: child.terminate())
threading.Thread(target=listen, daemon=True).start()
code = child.wait()
# What the command wrote last is still on its way.
for reader in readers:
    reader.join(30)
os._exit(code if code >= 0 else 128 - code)
