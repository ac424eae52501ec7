"""What shells are told of the command line: its words, and a script for each shell that completes them.

Made from the parser each time, so that they cannot tell of options that are not there. The scripts hold all words: none of them
starts a Python while somebody waits for a key.
"""
