"""The arguments of `parse`."""

from typing import Final

from dsnparse.cli.arguments.command import Commands, add_command
from dsnparse.cli.arguments.common import add_quiet, add_records

NAMES: Final = ("parse",)
FORMATS: Final = ("table", "jsonl", "json", "csv")
TEXT: Final = """\
Read messages and print what they report. PATH is one of

  a file        a message, an mbox, an archive (zip, tar), JSON events of a
                sending service, an Outlook message (.msg), Apple's .emlx;
                compressed or not (gzip, bzip2, xz, zstd); known by its bytes
  a folder      with all that is beneath it; a Maildir, an MH folder
  a pattern     such as 'mail/**/*.eml', if no shell expanded it
  @LIST         a file with one path a line; @- reads it from standard input
  an URL        s3://bucket/prefix/, https://..., others that fsspec knows
  -             standard input, which is also read when no PATH is given

A message of an mbox, or an event of several, is named path#1, path#2, ...; a
member of an archive is named path!member. An archive in an archive is opened,
one in that is not. Nothing is unpacked to disk.

In a folder all files are read, whatever their suffix, except those with a
leading dot. Beneath a folder that holds .eml files, files ending in .json,
.jsonl, .toml, .md, .py, .csv or .lock are taken for notes and left out. A file
named by itself is always read; one whose name begins with @ is ./@name.
"""
EXAMPLES: Final = """\
examples:
  dsnparse parse bounce.eml
  dsnparse parse ~/Maildir --kind failure --format csv --output failures.csv
  dsnparse parse /var/mail/bounces --format json > bounces.json
  cat bounce.eml | dsnparse parse --all-fields
  dsnparse parse --kind failure --kind delay bounces/ archive.mbox
  dsnparse parse bounces-2025.tar.zst s3://my-bucket/bounces/
  find . -name '*.eml' | dsnparse parse @-
  dsnparse parse --vocabulary sisimai --vocabulary ses bounces/
  dsnparse parse --rules my-vendors/ bounces/
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "parse", "read messages and print what they report", TEXT, EXAMPLES)
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="file, folder, archive, @list, URL, or - for standard input"
    )
    parser.add_argument("--format", choices=FORMATS, help="default: table on a terminal, else jsonl")
    parser.add_argument(
        "--output", default="-", metavar="FILE", help="write FILE, whole or not at all; - is standard output"
    )
    add_records(parser)
    add_quiet(parser)
