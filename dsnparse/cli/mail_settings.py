"""The settings that a command line, the environment and a configuration file make together."""

import os
from argparse import Namespace

from dsnparse.errors import UsageError
from dsnparse.watch.settings import Settings, pairs, read_settings


def chosen_settings(options: Namespace) -> Settings:
    """Return the settings; there is always a mailbox in them."""
    given = {name: getattr(options, name, None) for name in Settings.__struct_fields__}
    given["actions"] = pairs(",".join(options.actions or ()))
    settings = read_settings(options.config, os.environ, given)
    if not settings.url:
        message = "name a mailbox: an URL, or `url` in the file that --config names"
        raise UsageError(message)
    return settings
