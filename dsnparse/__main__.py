"""`python -m dsnparse` is the command `dsnparse`."""

import sys

from dsnparse.cli import main

if __name__ == "__main__":  # a worker of `batch` imports this file, too
    sys.exit(main())
