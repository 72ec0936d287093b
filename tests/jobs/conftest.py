"""What a job needs, and a mail server of the smallest kind."""

import socketserver
import threading

import pytest

from registry.jobs.runner import Works
from tests.settings import settings


@pytest.fixture
def works(engine):
    return Works(
        engine, settings("sqlite://")["AUDIT_KEYS"], "", "registry@example.org", "https://registry.example"
    )


class Postbox(socketserver.StreamRequestHandler):
    """A mail server of the smallest kind: takes what comes."""

    def handle(self):
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                letter = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    letter += part
                self.server.letters.append(letter.decode())
            refused = verb == b"RCPT" and self.server.refuses
            answer = b"550 nobody" if refused else b"221 bye" if verb == b"QUIT" else b"250 ok"
            self.wfile.write(answer + b"\r\n")
            if verb == b"QUIT":
                return


@pytest.fixture
def postbox():
    with socketserver.TCPServer(("127.0.0.1", 0), Postbox) as server:
        server.letters, server.refuses = [], False
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


@pytest.fixture
def sending(works, postbox):
    """Works with that mail server."""
    address = f"smtp://127.0.0.1:{postbox.server_address[1]}"
    return Works(works.engine, works.audit_keys, address, "r@example.org", "")
