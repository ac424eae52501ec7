"""`python -m dsnparse` is the command `dsnparse`."""

import sys

from dsnparse.cli import main

sys.exit(main())
