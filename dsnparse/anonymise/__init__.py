"""A message without its people: who, where and which machine are replaced all over it, what happened stays.

Pure like the parser: bytes in, bytes out. `rewrite.py` walks the message, `lexer.py` finds what to replace in a text, `mapping.py` and
`hosts.py` say by what, `check.py` looks for what was forgotten, `compare.py` whether the message still says the same.
"""
