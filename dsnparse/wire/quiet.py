"""Keep flanker from talking: it warns of every value that it cannot read, and PLY tells of each table that it builds."""

import logging


def hush_flanker() -> None:
    """Let no record of flanker's loggers reach the caller's handlers; call it before flanker is imported."""
    logger = logging.getLogger("flanker")
    if logger.propagate:
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
