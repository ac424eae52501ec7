"""RFC 5322 and MIME: bytes to spans and text; has never heard of a bounce."""
