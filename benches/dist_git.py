"""A Pagure, a lookaside cache and a server of archives on the loopback interface, as far as `packit propose-update` needs them.

It answers as the real ones do and checks nothing: the tests do that. Between two runs `reset` makes it forget what was sent.
"""
import http.server
import json
import os
import shutil
import subprocess
import threading
import urllib.parse

ARCHIVE = b"\x1f\x8b\x08\x00" + b"an archive" * 10_000


class Servers:
    """Serves the bare repository `package` as rpms/hello, with git over http from `git http-backend`."""

    def __init__(self, root, environment):
        self.root, self.environment = root, environment
        self.fork = f"{root}/forks/tester/rpms/hello.git"
        self.stored, self.requests = set(), []
        handler = type("Handler", (Handler,), {"servers": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reset(self):
        shutil.rmtree(self.fork, ignore_errors=True)
        self.stored.clear()
        self.requests.clear()

    def make_fork(self):
        package = f"{self.root}/rpms/hello.git"
        subprocess.run(["git", "clone", "-q", "--bare", package, self.fork], env=self.environment, check=True)
        subprocess.run(["git", "-C", self.fork, "config", "http.receivepack", "true"], env=self.environment, check=True)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    servers = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer(b"")

    do_HEAD = do_GET

    def do_POST(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(body)

    def say(self, status, body, media="application/json", headers=()):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in [("Content-Type", media), ("Content-Length", str(len(body))), *headers]:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer(self, body):
        path, _, query = self.path.partition("?")
        servers = self.servers
        if path.endswith(("/info/refs", "/git-upload-pack", "/git-receive-pack")):
            self.git(path, query, body)
        elif path == "/upload.cgi":
            is_check = b'name="filename"' in body
            if not is_check:
                servers.stored.add("hello")
            text = ("Available" if servers.stored else "Missing") if is_check else "File stored OK"
            self.say(200, text.encode(), "text/plain")
        elif path.startswith("/cache/"):
            self.say(200 if servers.stored else 404, b"", "text/plain")
        elif path.endswith(".tar.gz"):
            self.say(200, ARCHIVE, "application/gzip")
        elif path == "/api/0/-/whoami":
            self.say(200, {"username": "tester"})
        elif path == "/api/0/fork/tester/rpms/hello":
            if os.path.isdir(servers.fork):
                self.say(200, {"fullname": "forks/tester/rpms/hello", "parent": {"fullname": "rpms/hello"}})
            else:
                self.say(404, {"error": "Project not found", "error_code": "ENOPROJECT"})
        elif path == "/api/0/fork":
            servers.make_fork()
            self.say(200, {"message": 'Repo "rpms/hello" cloned to "tester/rpms/hello"'})
        elif path == "/api/0/rpms/hello/pull-request/new":
            servers.requests.append(urllib.parse.parse_qs(body.decode()))
            number = len(servers.requests)
            self.say(200, {"id": number, "title": "x", "full_url": f"{servers.base}/rpms/hello/pull-request/{number}"})
        elif path == "/api/0/rpms/hello/pull-requests":
            self.say(200, {"requests": [], "pagination": {"pages": 1}})
        else:
            self.say(404, {"error": f"no {path}"})

    def git(self, path, query, body):
        variables = {
            **self.servers.environment,
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROJECT_ROOT": self.servers.root,
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_USER": "tester",
            "REMOTE_ADDR": "127.0.0.1",
        }
        for variable, header in [
            ("CONTENT_TYPE", "Content-Type"),
            ("HTTP_CONTENT_ENCODING", "Content-Encoding"),
            ("GIT_PROTOCOL", "Git-Protocol"),
        ]:
            if header in self.headers:
                variables[variable] = self.headers[header]
        said = subprocess.run(["git", "http-backend"], input=body, env=variables, stdout=subprocess.PIPE, check=True).stdout
        head, _, content = said.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
        status = int(headers.pop("Status", "200")[:3])
        self.say(status, content, headers.pop("Content-Type", "text/plain"), headers.items())
