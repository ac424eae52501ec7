"""The servers of the lab, one file each."""

import importlib
import pkgutil

from corpus.lab.errors import LabError
from corpus.lab.server import Server


def all_servers() -> dict[str, Server]:
    """Return every server by its name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {server.name: server for module in modules for server in getattr(module, "SERVERS", ())}


def find_servers(names: list[str]) -> list[Server]:
    """Find the servers of these names, each once."""
    known = all_servers()
    if unknown := [name for name in names if name not in known]:
        msg = f"no such server: {', '.join(unknown)} (there are: {', '.join(known)})"
        raise LabError(msg)
    return [known[name] for name in dict.fromkeys(names)]
