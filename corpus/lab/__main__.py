"""`python -m corpus.lab`."""

import sys

from .cli import main

sys.exit(main())
