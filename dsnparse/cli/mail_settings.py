"""The settings that a command line, the environment and a configuration file make together."""

import os
from argparse import Namespace

from dsnparse.errors import UsageError
from dsnparse.watch.settings import Settings, pairs, read_settings


def settings_of(options: Namespace) -> Settings:
    """Return the settings."""
    given = {name: getattr(options, name, None) for name in Settings.__struct_fields__}
    given["actions"] = pairs(",".join(given["actions"] or ()))
    return read_settings(options.config, os.environ, given)


def settings_of_mailbox(options: Namespace) -> Settings:
    """Return the settings; there is a mailbox in them."""
    settings = settings_of(options)
    if not settings.url:
        message = "name a mailbox: an URL, or `url` in the file that --config names"
        raise UsageError(message)
    return settings
