"""The report of many messages: one page that stands by itself, or Markdown."""

from base64 import b64encode
from typing import Final

from msgspec import to_builtins

from dsnparse.pages.charts import columns, share
from dsnparse.pages.environment import render, style, style_hash
from dsnparse.registry import list_of_zone
from dsnparse.registry.blocklists import lookup_page
from dsnparse.sinks.records import lines
from dsnparse.summary import Summary
from dsnparse.summary.shape import Ranking
from dsnparse.summary.tasks import title

COLUMNS: Final = ("address", "reason", "status", "last")
# Rows of the table of addresses; the file that the page carries has more.
SHOWN: Final = 50


def policy() -> str:
    """Return the Content-Security-Policy of the page: a style of its own and nothing else."""
    return f"default-src 'none'; style-src {style_hash()}; base-uri 'none'; form-action 'none'"


def html(summary: Summary) -> bytes:
    """Return the page."""
    values = {
        "summary": summary,
        "chart": columns(summary.periods),
        "rows": rows,
        "title_of": title,
        "lookup": lookup,
        "csv": b64encode(suppressions(summary)).decode(),
        "shown": summary.suppress[:SHOWN],
        "policy": policy(),
        "style": style(),
    }
    return render("report.html", values).encode()


def suppressions(summary: Summary) -> bytes:
    """Return the addresses to suppress as CSV, safe for spreadsheets."""
    return b"".join(lines(map(to_builtins, summary.suppress), COLUMNS, "csv"))


def rows(ranking: Ranking) -> list[dict[str, object]]:
    """Return the rows of a table with their bars."""
    most = max((row.count for row in ranking.rows), default=0)
    return [
        {"name": row.name, "count": row.count, "bar": share(row.count, most), "with_": row.with_}
        for row in ranking.rows
    ]


def lookup(zone: str) -> str:
    """Return the page of a block list, or nothing for a list that nobody knows."""
    found = list_of_zone(zone, "ip")
    return lookup_page(found[1], "") if found else ""
