"""Takes an flock on file descriptor 3, which the caller shares with this process, and ends.

The lock belongs to the open file, not to this process: it stays with the caller, and with every step that inherits
the descriptor, until the last of them is gone. Usage: lock.py try|wait. Exit 0: taken; 75: held by somebody else.
"""

import fcntl
import sys

try:
    fcntl.flock(3, fcntl.LOCK_EX | (fcntl.LOCK_NB if sys.argv[1] == "try" else 0))
except BlockingIOError:
    sys.exit(75)
