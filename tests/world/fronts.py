# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""A server in front of a real registry that answers some requests in its own way, as registries, proxies and clouds do."""
import collections
import contextlib
import http.client
import http.server

import servers

Asked = collections.namedtuple("Asked", "method path headers body")


class Front(servers.HttpServer):
    """`before(asked)` may answer instead of the registry: (status, {header: value}, body), or None; `after(asked, status, headers, body)` may
    change what the registry said, and returns the same three. `requests` is (method, path, status) of everything. With a TLS `context` it is a
    proxy to every https host, and answers itself what those are asked: so it can be at port 443."""

    def __init__(self, registry, before=None, after=None, context=None):
        self.requests = []
        self.before = before or (lambda asked: None)
        self.after = after or (lambda asked, status, headers, body: (status, headers, body))
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_CONNECT(self):
                self.send_response_only(200)
                self.end_headers()
                self.connection = context.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")

            def finish(self):
                with contextlib.suppress(OSError, ValueError):
                    super().finish()
                self.connection.close()

            def do(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(self.command, self.path, dict(self.headers), body)
                answer = outer.before(asked)
                if answer is None:
                    # With the Host of the request, so that what the registry calls itself is the front.
                    connection = http.client.HTTPConnection("127.0.0.1", registry.port)
                    connection.request(self.command, self.path, body, asked.headers | ({"X-Forwarded-Proto": "https"} if context else {}))
                    reply = connection.getresponse()
                    headers = {k: v for k, v in reply.getheaders() if k.lower() not in ("transfer-encoding", "connection", "date")}
                    answer = outer.after(asked, reply.status, headers, reply.read())
                    connection.close()
                status, headers, data = answer
                outer.requests.append((self.command, self.path, status))
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() != "content-length" or self.command == "HEAD":
                        self.send_header(name, value)
                if self.command != "HEAD" and status != 204:
                    self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD" and status != 204:
                    self.wfile.write(data)

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do

            def log_message(self, *_):
                pass

        self.serve(Handler)

    def count(self, method, text, status=None):
        return sum(m == method and text in path and status in (None, s) for m, path, s in self.requests)
