"""A real cluster of this machine, with two worker processes, which reads from and writes to an S3 server."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from pyarrow import dataset

import dsnparse.arrow
from dsnparse import parse
from dsnparse.arrow import schema
from dsnparse.cli import main

ray = pytest.importorskip("ray")
moto_server = pytest.importorskip("moto.server")
boto3 = pytest.importorskip("boto3")
s3fs = pytest.importorskip("s3fs")

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.filterwarnings("default")  # Ray's own


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a server of S3."""
    server = moto_server.ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def cluster(s3: str) -> Iterator[None]:
    """Ray, with the names and keys of the server."""
    environment = {
        "AWS_ENDPOINT_URL": s3,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PYTHONPATH": str(ROOT),
    }
    before = dict(os.environ)
    os.environ.update(environment)
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        runtime_env={"env_vars": environment, "excludes": ["*"]},
    )
    yield
    ray.shutdown()
    os.environ.clear()
    os.environ.update(before)


def expected(paths: list[Path]) -> Counter[str]:
    return Counter(parse(path.read_bytes()).kind for path in paths)


@pytest.mark.usefixtures("cluster")
def test_a_folder_is_read_by_the_cluster(corpus: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "out"
    argv = ["batch", str(corpus / "courier"), str(corpus / "receipts"), str(tmp_path / "nothing"), "--engine", "ray"]
    assert main([*argv, "-j", "2", "-o", str(output), "--partition-by", "kind"]) == 1
    paths = [*(corpus / "courier").glob("*.eml"), *(corpus / "receipts").glob("*.eml")]
    table = dataset.dataset(output, partitioning="hive").to_table()
    assert Counter(filter(None, table["kind"].to_pylist())) == expected(paths)
    unread = [row["source"] for row in table.to_pylist() if row["error"]]
    assert unread == [str(tmp_path / "nothing")]
    assert f"dsnparse: {len(paths)} messages, 1 inputs not read, in " in capfd.readouterr().err
    assert main([*argv, "-o", str(output)]) == 3  # it is there already


@pytest.mark.usefixtures("cluster")
def test_from_s3_to_s3(corpus: Path, s3: str) -> None:
    store = boto3.client("s3", endpoint_url=s3)
    store.create_bucket(Bucket="mail")
    paths = sorted((corpus / "courier").glob("*.eml"))
    for path in paths:
        store.put_object(Bucket="mail", Key=f"in/{path.name}", Body=path.read_bytes())
    assert main(["batch", "s3://mail/in/", "--engine", "ray", "-j", "2", "-o", "s3://mail/reports"]) == 0
    table = dataset.dataset("mail/reports", filesystem=s3fs.S3FileSystem(), format="parquet").to_table()
    assert Counter(table["kind"].to_pylist()) == expected(paths)
    assert {source.rpartition("/")[2] for source in table["source"].to_pylist()} == {path.name for path in paths}


@pytest.mark.usefixtures("cluster")
def test_the_pipeline_that_is_shown(corpus: Path, tmp_path: Path) -> None:
    shown = dedent(str(dsnparse.arrow.__doc__).partition("message:\n")[2].partition("\nSpark:")[0])
    (tmp_path / "in").mkdir()
    paths = sorted((corpus / "courier").glob("*.eml"))
    for path in paths:
        (tmp_path / "in" / path.name).write_bytes(path.read_bytes())
    code = shown.replace("s3://mail/2025/", f"{tmp_path}/in").replace("s3://mail/reports/", f"{tmp_path}/out")
    exec(code, {})  # noqa: S102 - our own
    rows = dataset.dataset(tmp_path / "out").to_table()
    assert Counter(rows["kind"].to_pylist()) == expected(paths)
    assert rows.schema.names == schema().names
