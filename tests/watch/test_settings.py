from pathlib import Path

import pytest

from dsnparse.errors import UsageError
from dsnparse.mailbox.action import Action
from dsnparse.watch.plan import read_plan
from dsnparse.watch.settings import read_settings

FILE = 'url = "maildir:/a"\ninterval = 5\nfolders = ["A", "B"]\n[actions]\nfailure = "move:Done"\n'


def test_options_go_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(FILE)
    environment = {"DSNPARSE_INTERVAL": "6", "DSNPARSE_FOLDERS": "C, D", "DSNPARSE_LOG": "json", "OTHER": "x"}
    settings = read_settings(str(path), environment, {"log": "text", "interval": None})
    assert (settings.url, settings.interval, settings.folders, settings.log) == ("maildir:/a", 6.0, ("C", "D"), "text")
    assert settings.actions == {"failure": "move:Done"}


def test_a_table_in_the_environment() -> None:
    settings = read_settings("", {"DSNPARSE_ACTIONS": "failure=move:A, delay=keep"}, {})
    assert settings.actions == {"failure": "move:A", "delay": "keep"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour = 1", "unknown field `colour`"),
        ("interval = 'often'", "interval"),
        ("log = 'loud'", "log"),
        ("url = ", "settings.toml"),
        ("password = 'x'", "unknown field `password`"),
    ],
)
def test_a_file_that_is_wrong_is_named(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"settings\.toml") as caught:
        read_settings(str(path), {}, {})
    assert words in str(caught.value)


def test_the_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the environment: "):
        read_settings("", {"DSNPARSE_INTERVAL": "often"}, {})
    with pytest.raises(UsageError, match="no such file"):
        read_settings(str(tmp_path / "nothing"), {}, {})


def test_any_is_what_is_not_named() -> None:
    plan = read_plan({"any": "move:A", "delay": "keep", "unreadable": "flag:x"})
    assert plan.action("failure", "") == Action("move", "A")
    assert plan.action("delay", "") == plan.action("other", "") == Action("keep")
    assert plan.action("other", "it broke") == Action("flag", "x")


@pytest.mark.parametrize("actions", [{"other": "delete"}, {"fail": "keep"}, {"failure": "burn"}])
def test_actions_that_are_refused(actions: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        read_plan(actions)
