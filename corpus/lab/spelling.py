"""How addresses, status codes and encoded values may be written, and when two of them are the same."""

import re

STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
GENERIC = re.compile(r"[245]\.(?:\d\.0|7\.1)")  # a class and a subject that say little; what says more goes before it
ATOM = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")


def squeeze(text: str) -> str:
    """Return a text with every run of white space as one space."""
    return " ".join(text.split())


def same_address(ours: str, theirs: str) -> bool:
    """Compare addresses as a server may respell them: case, quotes that need not be, A-labels."""
    return canonical_address(ours) == canonical_address(theirs)


def canonical_address(address: str) -> str:
    """Return the form in which two spellings of an address are equal."""
    local_part, _, domain = address.strip("<>").lower().rpartition("@")
    if not domain.isascii():
        domain = domain.encode("idna").decode()
    return f"{local_part.replace(chr(34), '').replace(chr(92), '')}@{domain}"


def plain_address(address: str) -> str:
    """Return an address with its domain in lower case, and without quotes that it does not need."""
    local_part, _, domain = address.rpartition("@")
    bare = local_part.removeprefix('"').removesuffix('"')
    return f"{bare if ATOM.fullmatch(bare) else local_part}@{domain.lower()}"


def find_address(address: str, text: str) -> str:
    """Return an address as a text spells it, or nothing."""
    local_part, _, domain = address.rpartition("@")
    spellings = [address, f"{local_part.strip(chr(34))}@{domain}"]
    spellings += [] if domain.isascii() else [f"{local_part}@{domain.encode('idna').decode()}"]
    patterns = [rf"(?<![\w.+-]){re.escape(spelling)}(?![\w-])" for spelling in spellings]
    found = next((found for pattern in patterns if (found := re.search(pattern, text, re.IGNORECASE))), None)
    return found[0] if found else ""


def find_status(text: str) -> str:
    """Return the first enhanced status code of a text, or nothing."""
    found = STATUS.search(text)
    return found[0] if found else ""


def better_status(said: str, field: str) -> str:
    """Choose between the code inside a reply and the one of the Status field: a generic code yields to one that says more."""
    if field and (not said or (GENERIC.fullmatch(said) and not GENERIC.fullmatch(field))):
        return field
    return said


def xtext(word: str) -> str:
    """Undo the encoding of RFC 3461 section 4."""
    return re.sub(r"\+([0-9A-F]{2})", lambda code: chr(int(code[1], 16)), word)
