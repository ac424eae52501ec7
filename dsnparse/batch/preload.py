"""Imported once by the process from which workers are forked, so that none of them loads the rules again."""

import gc

import dsnparse
from dsnparse.specimen import PLAIN

dsnparse.to_json(dsnparse.parse(PLAIN))
# What is here stays for ever: no collection of a worker need look at it, or copy its pages.
gc.freeze()
