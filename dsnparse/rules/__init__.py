"""Vendors as data: the format, the line tables and the catalogue made from them."""
