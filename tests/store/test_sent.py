import sqlite3
from pathlib import Path

import pytest

from dsnparse.errors import SourceError
from dsnparse.store import SentTable, open_sent_log

NOW = 1_750_000_000.0
DAY = 86_400
INES = "ines@dest.example"
CSV = f"""\
message_id,campaign,recipient,sent
<m1@origin.example>,7,{INES},{NOW:.0f}
M2@Origin.example,7,"Ada@dest.example",
"""


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "sent.csv"
    path.write_text(CSV)
    log = open_sent_log(path)
    assert log("m1@origin.example", INES, NOW)
    assert log("<M1@ORIGIN.example>", INES.upper(), NOW + 30 * DAY)
    assert not log("m1@origin.example", INES, NOW + 30 * DAY + 1)
    assert not log("m1@origin.example", INES, NOW - DAY - 1)
    assert log("m2@origin.example", "ada@dest.example", 0)
    assert not log("m1@origin.example", "ada@dest.example", NOW)
    path.write_text(CSV + f"m3,7,{INES},\n")
    assert log("m3", INES, NOW)


def test_table(tmp_path: Path) -> None:
    path = tmp_path / "odd %?#.db"
    table = SentTable(path, create=True)
    table.add("<m1@origin.example>", "Ines@dest.example", NOW)
    log = open_sent_log(path)
    assert log("M1@origin.example", INES, NOW)
    assert not log("m1@origin.example", INES, NOW + 31 * DAY)
    table.add("m2@origin.example", INES)
    assert log("m2@origin.example", INES, 0)
    assert table.clean(NOW + 1) == 1
    assert not log("m1@origin.example", INES, NOW)
    table.close()
    log.close()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the first line has no column message_id"),
        (b"message_id,address\n", "the first line has no column recipient"),
        (b"message_id,recipient,sent\na,b,yesterday\n", "sent.csv:2: sent is 'yesterday'"),
        (b"message_id,recipient\n\xff,b\n", "the sent log cannot be read: "),
    ],
)
def test_what_is_no_log(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "sent.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=said):
        open_sent_log(path)


def test_a_log_out_of_reach(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"sent\.csv: the sent log cannot be read: no such file"):
        open_sent_log(tmp_path / "sent.csv")
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE post (a)")
    connection.close()
    table = open_sent_log(path)
    with pytest.raises(SourceError, match="no such table: sent"):
        table("m1", INES, NOW)
    table.close()
    (tmp_path / "folder").mkdir()
    with pytest.raises(SourceError, match="unable to open database file"):
        SentTable(tmp_path / "folder", create=True)
    with pytest.raises(SourceError, match="file is not a database"):
        SentTable(Path(__file__), create=True)
    log_path = tmp_path / "gone.csv"
    log_path.write_text(CSV)
    log = open_sent_log(log_path)
    log_path.unlink()
    with pytest.raises(SourceError, match="no such file"):
        log("m1", INES, NOW)
