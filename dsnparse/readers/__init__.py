"""One file per kind of part: bytes to Readings. None of them imports another."""
