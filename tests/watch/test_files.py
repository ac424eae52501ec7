"""`dsnparse fetch` of a Maildir and an mbox."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from letters import addresses, bounce, events, ordinary

from dsnparse.errors import SourceError
from dsnparse.mailbox import Caps, open_mailbox
from dsnparse.mailbox.action import read_action
from dsnparse.mailbox.address import read_address
from dsnparse.mailbox.secret import Credentials

Run = Callable[..., tuple[int, str, str]]

FROM = b"From robot Mon Jun  2 10:00:00 2025\n"


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    root = tmp_path / "mail"
    for name in ("new", "cur", "tmp"):
        (root / name).mkdir(parents=True)
    (root / "new" / "1.a").write_bytes(bounce(1))
    (root / "new" / "2.b").write_bytes(ordinary(2))
    (root / "cur" / "3.c:2,F").write_bytes(bounce(3))
    (root / "tmp" / "4.d").write_bytes(bounce(4))
    return root


def names(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_a_maildir_is_read_and_not_touched(maildir: Path, run: Run, tmp_path: Path) -> None:
    before = names(maildir)
    for _ in range(2):
        assert run("fetch", f"maildir:{maildir}", "--jsonl", tmp_path / "events")[0] == 0
    assert addresses(tmp_path / "events") == ["user1@dest.example", "user3@dest.example"]
    assert names(maildir) == before


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("failure=move:Done", [".Done/cur/1.a:2,", ".Done/cur/3.c:2,F", "new/2.b", "tmp/4.d"]),
        ("failure=seen", ["cur/1.a:2,S", "cur/3.c:2,FS", "new/2.b", "tmp/4.d"]),
        ("failure=delete", ["new/2.b", "tmp/4.d"]),
    ],
)
def test_actions_are_renames(action: str, expected: list[str], maildir: Path, run: Run) -> None:
    assert "acted=2" in run("fetch", f"maildir:{maildir}", "--action", action)[2]
    assert names(maildir) == expected


def test_a_folder_of_a_maildir(maildir: Path, run: Run, tmp_path: Path) -> None:
    run("fetch", f"maildir:{maildir}", "--action", "any=move:Done")
    run(
        "fetch",
        f"maildir:{maildir}",
        "--folder",
        "Done",
        "--store",
        f"sqlite:///{tmp_path}/other",
        "--jsonl",
        tmp_path / "e",
    )
    assert len(events(tmp_path / "e")) == 2


@pytest.mark.parametrize("folder", ["../x", "a/b", ".."])
def test_no_folder_leads_out_of_a_maildir(folder: str, maildir: Path, run: Run) -> None:
    assert run("fetch", f"maildir:{maildir}", "--folder", folder)[0] == 1
    assert run("fetch", f"maildir:{maildir}", "--action", f"any=move:{folder}")[0] == 1
    assert names(maildir) == ["cur/3.c:2,F", "new/1.a", "new/2.b", "tmp/4.d"]


def test_messages_that_move_while_they_are_read_are_found(maildir: Path) -> None:
    for number in range(200):
        (maildir / "new" / f"{number + 10}.x").write_bytes(bounce(number + 10))

    def move() -> None:
        for path in sorted((maildir / "new").iterdir()):
            path.rename(maildir / "cur" / f"{path.name}:2,S")

    mailbox = open_mailbox(read_address(f"maildir:{maildir}"), Credentials(), Caps())
    mailbox.open("INBOX", read_only=True)
    keys = [key for page in mailbox.pages() for key in page]
    mover = threading.Thread(target=move)
    mover.start()
    letters = [letter for batch in mailbox.fetch(keys) for letter in batch]
    mover.join()
    assert (len(letters), len({letter.raw for letter in letters})) == (203, 203)
    assert len(mailbox.act([letter.key for letter in letters], read_action("move:Done"))) == 203


def test_what_is_no_maildir(tmp_path: Path, run: Run) -> None:
    assert run("fetch", f"maildir:{tmp_path}") == (
        1,
        "",
        f"dsnparse: {tmp_path}: is no Maildir: it has no new/ and cur/\n",
    )


def test_an_mbox_is_read_and_read_on(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "mbox"
    path.write_bytes(FROM + bounce(1) + b"\n" + FROM + ordinary(1) + b"\n")
    for number in (2, 3):
        assert run("fetch", f"mbox:{path}", "--jsonl", tmp_path / "events")[0] == 0
        with path.open("ab") as file:
            file.write(FROM + bounce(number) + b"\n")
    assert addresses(tmp_path / "events") == ["user1@dest.example", "user2@dest.example"]


def test_an_mbox_that_is_rewritten_gives_nothing_twice(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "mbox"
    for numbers in ((1, 2, 3), (3, 4), (4, 2)):
        path.write_bytes(b"".join(FROM + bounce(number) + b"\n" for number in numbers))
        run("fetch", f"mbox:{path}", "--jsonl", tmp_path / "events")
    assert addresses(tmp_path / "events") == [f"user{number}@dest.example" for number in (1, 2, 3, 4)]


def test_an_mbox_is_never_written(tmp_path: Path, run: Run) -> None:
    (tmp_path / "mbox").write_bytes(FROM + bounce(1))
    assert run("fetch", f"mbox:{tmp_path / 'mbox'}", "--action", "any=delete")[0] == 2
    assert run("fetch", f"mbox:{tmp_path / 'nothing'}")[0] == 1


def test_a_flag_that_a_maildir_has_not(maildir: Path) -> None:
    mailbox = open_mailbox(read_address(f"maildir:{maildir}"), Credentials(), Caps())
    with pytest.raises(SourceError, match="only the flags"):
        mailbox.act(["1.a"], read_action("flag:$Bounce"))


@pytest.mark.parametrize(("sent", "status"), [("r-unknown@mail.origin.example", 1), ("another@mail.origin.example", 0)])
def test_only_what_is_proven_suppresses_at_once(
    sent: str, status: int, maildir: Path, run: Run, tmp_path: Path
) -> None:
    sample = Path(__file__).parents[2] / "corpus" / "postfix" / "unknown-user.eml"
    (maildir / "new" / "5.e").write_bytes(sample.read_bytes())
    (tmp_path / "sent.csv").write_text(f"message_id,recipient\n{sent},unknown@dest.example\n")
    store = f"sqlite:///{tmp_path}/proven.db"
    config = tmp_path / "settings.toml"
    config.write_text(f'store = "{store}"\n[trust]\nsent_log = "{tmp_path}/sent.csv"\n')
    assert run("fetch", f"maildir:{maildir}", "--config", config)[0] == 0
    assert run("suppressions", "check", "unknown@dest.example", "--store", store)[0] == status


def test_a_table_of_trust_that_is_wrong(maildir: Path, run: Run, tmp_path: Path) -> None:
    config = tmp_path / "settings.toml"
    config.write_text("[trust]\ndomains = 3\n")
    status, _, err = run("fetch", f"maildir:{maildir}", "--config", config)
    assert (status, "[trust]" in err) == (2, True)
