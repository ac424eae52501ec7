"""A Dovecot of our own for as long as a test needs it."""

import getpass
import grp
import imaplib
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).parent
PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
PASSWORD = "secret"  # noqa: S105
TOKEN = "good:"  # noqa: S105


class Dovecot:
    """A running server; each test takes a user of its own, which needs no making."""

    def __init__(self, folder: Path, ports: dict[str, int]) -> None:
        self.folder = folder
        self.ports = ports
        self.certificate = folder / "cert.pem"
        self.clients: list[imaplib.IMAP4] = []

    def url(self, user: str, scheme: str = "imap") -> str:
        plain = "" if scheme.endswith("s") else "?tls=none"
        return f"{scheme}://{user}@127.0.0.1:{self.ports[scheme]}/{plain}"

    def imap(self, user: str) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.ports["imap"])
        client.login(user, PASSWORD)
        self.clients.append(client)
        return client

    def hang_up(self) -> None:
        """Close what tests left open."""
        while self.clients:
            self.clients.pop().shutdown()

    def deliver(self, user: str, *messages: bytes, folder: str = "INBOX") -> None:
        client = self.imap(user)
        for message in messages:
            assert client.append(folder, "", "", message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))[0] == "OK"

    def fill(self, user: str, *messages: bytes) -> None:
        """Put many messages into an inbox at once, as a delivery agent does."""
        root = self.folder / "mail" / user
        for name in ("new", "cur", "tmp"):
            (root / name).mkdir(parents=True, exist_ok=True)
        for number, message in enumerate(messages):
            (root / "new" / f"1750000000.{number:06}.test").write_bytes(message)
        if os.getuid() == 0:
            for path in (root, *root.rglob("*")):
                shutil.chown(path, "dovecot", "dovecot")

    def forget_uids(self, user: str) -> None:
        """Take away what the server knows of an inbox: its messages get other UIDs, under another UIDVALIDITY."""
        for pattern in ("dovecot-uidlist", "dovecot.index*"):
            for path in (self.folder / "mail" / user).glob(pattern):
                path.unlink()

    def start(self) -> None:
        assert PROGRAM
        subprocess.run([PROGRAM, "-c", str(self.folder / "dovecot.conf")], check=True)
        for _ in range(100):
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", self.ports["imap"])) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError((self.folder / "dovecot.log").read_text())

    def stop(self) -> None:
        self.hang_up()
        pid = int((self.folder / "run" / "master.pid").read_text())
        os.kill(pid, signal.SIGTERM)
        for _ in range(100):
            if not Path(f"/proc/{pid}").exists():
                return
            time.sleep(0.1)


@contextmanager
def dovecot(folder: Path) -> Iterator[Dovecot]:
    """Start a server with everything under `folder`."""
    with introspection() as oauth:
        ports = dict(zip(("imap", "imaps", "pop3", "pop3s", "lmtp"), free_ports(5), strict=True))
        certificate(folder)
        _configure(folder, ports, oauth)
        server = Dovecot(folder, ports)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for sock in sockets:
        sock.bind(("127.0.0.1", 0))
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports


def certificate(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)


def _configure(folder: Path, ports: dict[str, int], oauth: int) -> None:
    user = login = getpass.getuser()
    group = grp.getgrgid(os.getgid()).gr_name
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    if os.getuid() == 0:  # the login processes refuse to be root
        user, group, login = "dovecot", "dovecot", "dovenull"
        shutil.chown(folder / "mail", user, group)
        folder.chmod(0o755)
    values = {"DIR": str(folder), "USER": user, "GROUP": group, "LOGINUSER": login}
    values |= {name.upper(): str(port) for name, port in ports.items()}
    text = (HERE / "dovecot.conf.in").read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    (folder / "dovecot.conf").write_text(text)
    (folder / "oauth2.conf.ext").write_text(
        f"introspection_mode = auth\nintrospection_url = http://127.0.0.1:{oauth}/\n"
        f"tokeninfo_url = http://127.0.0.1:{oauth}/\nusername_attribute = email\nactive_attribute = active\n"
        "active_value = true\nforce_introspection = no\n"
    )


@contextmanager
def introspection() -> Iterator[int]:
    """Say of each token `good:USER` that it is that user's."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = self.path.rpartition("/")[2].replace("%3A", ":")
            good = token.startswith(TOKEN)
            body = b'{"active": true, "email": "%s"}' % token[len(TOKEN) :].encode() if good else b'{"active": false}'
            self.send_response(200 if good else 401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
