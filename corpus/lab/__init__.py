"""The lab: what we let real mail servers run into, and what is therefore true of the notices they sent.

`replies`, `zone`, `scenarios` and `messages` are the shared table: what a next hop says, how each host and each domain
behaves, who writes to whom, and the messages themselves. They are data that needs nothing but the standard library, so
that the scripted network, the scripts of the servers and the truths of the captures all read the same words.
Nothing here imports dsnparse: a truth must not be able to ask the parser.
"""
