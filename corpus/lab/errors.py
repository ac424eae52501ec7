"""What the lab raises when it cannot go on; the command prints it as one line."""


class LabError(Exception):
    """Something of the lab went wrong: a root, a namespace, a server that does not start."""
