"""The little of Redis that a worker needs: commands over one socket, and the answers. Python's own library alone."""

import socket
import ssl
import time
from urllib.parse import unquote, urlsplit


class RedisError(Exception):
    """Redis has refused a command."""


class Redis:
    """One connection. A command that a broken connection has cut is sent again, so give what must not come twice an id."""

    def __init__(self, url, patience_seconds=30):
        self.url = urlsplit(url)
        self.patience_seconds = patience_seconds
        self.file = None

    def call(self, *command):
        gives_up_at = time.monotonic() + self.patience_seconds
        while True:
            try:
                if self.file is None:
                    self.open()
                return self.exchange(command)
            except OSError:
                self.close()
                if time.monotonic() > gives_up_at:
                    raise
                time.sleep(0.5)

    def open(self):
        connection = socket.create_connection((self.url.hostname or "localhost", self.url.port or 6379), timeout=10)
        if self.url.scheme == "rediss":
            context = ssl.create_default_context()
            connection = context.wrap_socket(connection, server_hostname=self.url.hostname)
        self.file = connection.makefile("rwb")
        connection.close()  # The file holds it open.
        if self.url.password:
            user = [unquote(self.url.username)] if self.url.username else []
            self.exchange(["AUTH", *user, unquote(self.url.password)])
        if self.url.path.strip("/"):
            self.exchange(["SELECT", self.url.path.strip("/")])

    def close(self):
        if self.file is not None:
            self.file.close()
        self.file = None

    def exchange(self, command):
        parts = [str(part).encode() for part in command]
        self.file.write(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
        self.file.flush()
        return self.read()

    def read(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("Redis has closed the connection.")
        kind, value = line[:1], line[1:-2]
        if kind == b"-":
            raise RedisError(value.decode())
        if kind == b"+":
            return value.decode()
        if kind == b":":
            return int(value)
        if int(value) < 0:
            return None
        if kind == b"*":
            return [self.read() for _ in range(int(value))]
        text = self.file.read(int(value) + 2)
        if len(text) < int(value) + 2:
            raise ConnectionError("Redis has closed the connection.")
        return text[:-2].decode()
