"""Parquet, SQLite and DuckDB, each read back with its own library: what is in a report is in the table."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from msgspec import to_builtins
from pyarrow import dataset, parquet

from dsnparse import Report, parse, with_labels
from dsnparse.cli import main
from dsnparse.encode import everything
from dsnparse.report import Recipient
from dsnparse.sinks import built
from dsnparse.sinks.arrow_rows import ArrowBlock, schema
from dsnparse.sinks.blocks import Form
from dsnparse.sinks.targets import TargetError, target

FOLDERS = ("courier", "feedback", "receipts")


@pytest.fixture
def folders(corpus: Path) -> list[str]:
    return [str(corpus / name) for name in FOLDERS]


@pytest.fixture
def reports(folders: list[str]) -> list[Report]:
    """What the outputs should hold."""
    paths = [path for folder in folders for path in sorted(Path(folder).glob("*.eml"))]
    return [parse(path.read_bytes(), source=str(path)) for path in paths]


@pytest.fixture
def write(folders: list[str], tmp_path: Path) -> Callable[..., Path]:
    def call(name: str, *options: str) -> Path:
        argv = [
            "batch",
            "--quiet",
            "-j",
            "1",
            *folders,
            str(tmp_path / "nothing"),
            "-o",
            str(tmp_path / name),
            *options,
        ]
        assert main(argv) == 1
        return tmp_path / name

    return call


def plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value of a report as a table has it: nothing is null, and pairs are structs."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        pairs = value and all(isinstance(item, tuple | list) for item in value)
        return [dict(zip(("name", "value"), map(plain, item), strict=True)) if pairs else plain(item) for item in value]
    return None if value == "" else value


def as_row(report: Report) -> dict[str, Any]:
    row = {name: plain(value) for name, value in everything(report).items()} | {"error": None}
    for recipient in row["recipients"]:
        for name in ("evidence", "labels"):
            recipient[name] = [*recipient[name].items()]
    return row


def test_arrow_rows_are_the_reports(reports: list[Report]) -> None:
    block = ArrowBlock()
    for report in reports:
        block.report(with_labels(report, ["sisimai"]))
    batch = block.batch()
    batch.validate(full=True)
    assert batch.to_pylist() == [as_row(with_labels(report, ["sisimai"])) for report in reports]
    assert block.batch().num_rows == 0


def test_the_schema_has_a_column_for_each_field() -> None:
    assert schema().names == [*Report.__struct_encode_fields__, "error"]
    recipient = schema().field("recipients").type.value_type
    assert [field.name for field in recipient] == [*Recipient.__struct_encode_fields__]


def test_parquet_is_read_back(write: Callable[..., Path], reports: list[Report], tmp_path: Path) -> None:
    *rows, last = parquet.read_table(write("out.parquet")).to_pylist()
    assert rows == [as_row(report) for report in reports]
    assert (last["source"], last["error"], last["kind"], last["recipients"]) == (
        str(tmp_path / "nothing"),
        "no such file",
        None,
        [],
    )


def test_parquet_is_divided_by_columns(write: Callable[..., Path], reports: list[Report]) -> None:
    folder = write("out.parquet", "--partition-by", "kind", "--partition-by", "vendor")
    table = dataset.dataset(folder, partitioning="hive").to_table()
    assert sorted(filter(None, table["id"].to_pylist())) == sorted(report.id for report in reports)
    assert (folder / "kind=failure" / "vendor=courier").is_dir()
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".parquet"}


def test_a_folder_with_files_is_not_replaced(
    folders: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out.parquet").mkdir()
    (tmp_path / "out.parquet" / "mine").touch()
    assert main(["batch", *folders, "-o", str(tmp_path / "out.parquet"), "--partition-by", "kind"]) == 3
    assert capsys.readouterr().err == f"dsnparse: output failed: {tmp_path}/out.parquet is a folder with files in it\n"


def test_duckdb_is_read_back(write: Callable[..., Path], reports: list[Report]) -> None:
    with duckdb.connect(str(write("out.duckdb")), read_only=True) as database:
        found = database.sql(
            "SELECT number, id, kind, complete, original.message_id FROM reports ORDER BY 1"
        ).fetchall()
        recipients = database.sql(
            "SELECT report, position, address, reason, reply_code, confidence FROM recipients ORDER BY ALL"
        ).fetchall()
        error = database.sql("SELECT error FROM reports ORDER BY number DESC LIMIT 1").fetchall()
    assert found[:-1] == [
        (number, each.id, each.kind, each.complete, each.original.message_id or None)
        for number, each in enumerate(reports, 1)
    ]
    assert (recipients, error) == (rows_of_recipients(reports), [("no such file",)])


@pytest.mark.parametrize("name", ["out.sqlite", "out.db"])
def test_sqlite_is_read_back(name: str, write: Callable[..., Path], reports: list[Report]) -> None:
    database = sqlite3.connect(write(name, "--vocabulary", "sisimai"))
    found = database.execute(
        "SELECT number, id, kind, complete, original_message_id FROM reports ORDER BY number"
    ).fetchall()
    recipients = database.execute(
        "SELECT report, position, address, reason, reply_code, confidence FROM recipients ORDER BY 1, 2"
    ).fetchall()
    [(evidence, labels)] = database.execute("SELECT evidence, labels FROM recipients WHERE report = 1 AND position = 1")
    [(error, source)] = database.execute("SELECT error, source FROM reports WHERE error IS NOT NULL")
    checked = database.execute("PRAGMA integrity_check").fetchall()
    database.close()
    assert found[:-1] == [
        (number, each.id, each.kind, each.complete, each.original.message_id or None)
        for number, each in enumerate(reports, 1)
    ]
    assert recipients == rows_of_recipients(reports)
    assert json.loads(evidence) == to_builtins(reports[0].recipients[0].evidence)
    assert json.loads(labels) == {"sisimai": reports[0].recipients[0].label("sisimai")}
    assert (error, source.rpartition("/")[2], checked) == ("no such file", "nothing", [("ok",)])


def rows_of_recipients(reports: list[Report]) -> list[tuple[Any, ...]]:
    return [
        (number, position, each.address or None, each.reason or None, each.reply_code, each.confidence)
        for number, report in enumerate(reports, 1)
        for position, each in enumerate(report.recipients, 1)
    ]


@pytest.mark.parametrize("name", ["out.parquet", "out.sqlite", "out.duckdb"])
def test_nothing_to_read_gives_empty_tables(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["batch", "--quiet", str(tmp_path / "empty"), "-o", str(tmp_path / name)]) == 0
    assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path / name}'").fetchall() == [(0,)] if "parquet" in name else True
    assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize("name", ["out.parquet", "out.sqlite", "out.duckdb"])
def test_what_could_not_be_built_is_built_by_a_later_run(
    name: str, folders: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    argv = ["batch", "--quiet", *folders, "-o", str(tmp_path / name)]
    with monkeypatch.context() as patch:
        patch.setattr(built, "settle", full)
        assert main(argv) == 3
    assert capsys.readouterr().err == "dsnparse: output failed: no space left on device\n"
    assert not (tmp_path / name).exists()
    assert main([*argv, "--resume"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_build_killed_before_it_is_told_is_done_again(
    folders: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    argv = ["batch", "--quiet", *folders, "-o", str(tmp_path / "out.parquet"), "--partition-by", "kind", "--resume"]

    def die(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(built.Built, "remove", die)
        with pytest.raises(KeyboardInterrupt):
            main(argv)
    assert (tmp_path / "out.parquet").is_dir()
    assert main(argv) == 0
    assert dataset.dataset(tmp_path / "out.parquet").count_rows() > 10
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]


def test_an_extra_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dsnparse.sinks.targets.find_spec", lambda name: None if name == "duckdb" else object())
    with pytest.raises(TargetError) as error:
        target("x.duckdb", Form("jsonl"))
    assert str(error.value) == "x.duckdb needs duckdb: pip install 'dsnparse[duckdb]'"


def test_no_extra_is_imported_without_need(corpus: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from dsnparse.cli import main; status = main(['batch', '--quiet', sys.argv[1], '-o', sys.argv[2]])\n"
        "print(status, {'pyarrow', 'duckdb', 'sqlite3', 'ray'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(corpus / "gmx"), str(tmp_path / "out.jsonl")]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"0 set()\n"


def test_a_database_that_cannot_be_written_is_status_3(
    folders: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(built, "clear", lambda _: None)
    for name in ("out.sqlite", "out.duckdb", "out.parquet"):
        (tmp_path / f".{name}.building").mkdir()
        assert main(["batch", "--quiet", folders[0], "-o", str(tmp_path / name)]) == 3
        assert capsys.readouterr().err.startswith("dsnparse: output failed: ")
