"""A mailbox watched: read what is new, keep its records, feed the outputs, and only then do with the messages what was asked for.

The steps of one message, each finished before the next begins: fetched without a trace, parsed, committed to the store with its
place, handed to every output that is configured, moved or flagged. A crash between two of them is made good at the next start: what
is committed is not parsed into a second record, and what is committed and not yet moved is moved then.
"""
