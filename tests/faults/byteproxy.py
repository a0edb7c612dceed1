# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""A proxy that passes bytes to a real server and does one thing wrong with the answers to some requests."""
import re
import socket
import struct
import threading
import time


class ByteProxy:
    """`fault(method, path, number)` is asked at the head of every request (`number` counts those that it has harmed): None passes it on, else one of
    ("reset", n)        the answer's first n bytes of its body (negative: of its end; None: not even the head), then RST
    ("close", n)        the same with an orderly end
    ("flip", n)         bit 0 of byte n of the body
    ("flip sent", n)    the same of what is sent, on its way to the server
    ("twice",)          the request reaches the server twice, as when a proxy in between tries again
    ("status", s, head) an answer of its own; the request does not reach the server
    ("stall", seconds)  silence before the answer
    ("endless", fields) 200 with these fields and a body that ends when the other side hangs up, at 1 GiB at the latest
    `requests` is what was asked: (method, path, headers)."""

    def __init__(self, port, fault=lambda method, path, number: None):
        self.target, self.fault, self.harmed, self.requests = port, fault, 0, []
        self.lock = threading.Lock()
        self.poured = 0  # bytes of endless bodies that were taken
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        server = socket.create_connection(("127.0.0.1", self.target))
        try:
            while self.exchange(client, server):
                pass
        except OSError:
            pass
        finally:
            client.close()
            server.close()

    @staticmethod
    def read_head(stream):
        data = b""
        while b"\r\n\r\n" not in data:
            more = stream.recv(65536)
            if not more:
                return None, b""
            data += more
        head, _, rest = data.partition(b"\r\n\r\n")
        return head, rest

    def exchange(self, client, server):
        head, rest = self.read_head(client)
        if head is None:
            return False
        method, path, _ = head.split(b"\r\n")[0].decode().split(" ", 2)
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head.decode("latin1").split("\r\n")[1:])}
        length = int(headers.get("content-length", 0))
        with self.lock:
            self.requests.append((method, path, headers))
            fault = self.fault(method, path, self.harmed)
            self.harmed += fault is not None
        passes = not (fault and fault[0] in ("status", "endless"))
        harmed = fault[1] % length if fault and fault[0] == "flip sent" and length else -1

        def passed_on(piece, start):
            at = harmed - start
            return piece[:at] + bytes([piece[at] ^ 1]) + piece[at + 1:] if 0 <= at < len(piece) else piece

        whole = head + b"\r\n\r\n" + rest
        if passes:  # names the proxy, so that Locations come back through it
            server.sendall(head + b"\r\n\r\n" + passed_on(rest, 0))
        sent = len(rest)
        while sent < length:
            more = client.recv(65536)
            if not more:
                return False
            if passes:
                server.sendall(passed_on(more, sent))
            sent += len(more)
            whole += more
        if fault and fault[0] == "endless":
            client.sendall(f"HTTP/1.1 200 Fault\r\n{fault[1]}Transfer-Encoding: chunked\r\n\r\n".encode())
            piece = b"10000\r\n" + b" " * 65536 + b"\r\n"
            for _ in range(16384):
                client.sendall(piece)
                self.poured += len(piece)
            return False
        if not passes:
            _, status, fields = fault
            body = b"as you were"
            client.sendall(f"HTTP/1.1 {status} Fault\r\n{fields}Content-Length: {len(body)}\r\n\r\n".encode() + (b"" if method == "HEAD" else body))
            return True
        if fault and fault[0] == "twice":
            self.answer(None, server, method, None)
            server.sendall(whole)
        return self.answer(client, server, method, fault)

    def answer(self, client, server, method, fault):
        head, body = self.read_head(server)
        if head is None:
            return False
        status = int(head.split(b" ", 2)[1])
        found = re.search(rb"\r\ncontent-length: (\d+)", head, re.I)
        chunked = re.search(rb"\r\ntransfer-encoding: chunked", head, re.I)
        size = 0 if method == "HEAD" or status in (204, 304) else int(found.group(1)) if found else 0
        while len(body) < size or (chunked and not body.endswith(b"0\r\n\r\n")):
            more = server.recv(65536)
            if not more:
                break
            body += more
        what = fault[0] if fault else None
        if what == "stall":
            time.sleep(fault[1])
        if what == "flip" and body:
            at = fault[1] % len(body)
            body = body[:at] + bytes([body[at] ^ 1]) + body[at + 1:]
        if what in ("reset", "close"):
            n = fault[1]
            client.sendall(b"" if n is None else head + b"\r\n\r\n" + body[:n])
            if what == "reset":
                time.sleep(0.02)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if client:
            client.sendall(head + b"\r\n\r\n" + body)
        return True
