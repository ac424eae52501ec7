"""The files that come with the package are found wherever the package lies."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import dsnparse
from dsnparse import resource

SAYS = "from dsnparse import resource; print(len(resource.read('vendors', 'any.toml')), *resource.names('registry', '.json'))"


REGISTRY = [
    "blocklists.json",
    "causes.json",
    "checks.json",
    "enhanced.json",
    "fixes.json",
    "likely.json",
    "notes.json",
    "reasons.json",
    "remedies.json",
    "replies.json",
    "vocabularies.json",
]


def test_files_of_a_folder() -> None:
    assert resource.names("registry", ".json") == REGISTRY
    assert resource.read("registry", "reasons.json").startswith(b"[")


def test_no_such_file() -> None:
    with pytest.raises(FileNotFoundError):
        resource.read("vendors", "absent.toml")


def test_package_in_a_zip_file(tmp_path: Path) -> None:
    root = Path(dsnparse.__file__).parent
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in root.rglob("*"):
            if path.suffix in (".py", ".toml", ".json"):
                archive.write(path, Path("dsnparse") / path.relative_to(root))
    says = f"import sys; sys.path.insert(0, {str(packed)!r}); {SAYS}; print(resource.__file__)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", says], capture_output=True, check=True, text=True)
    size = len(resource.read("vendors", "any.toml"))
    assert done.stdout.split() == [
        str(size),
        *REGISTRY,
        str(packed / "dsnparse" / "resource.py"),
    ]
