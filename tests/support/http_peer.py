"""A real HTTP server for the client's tests: http_peer.py FOLDER [tls]

Prints its port. With "tls" it uses FOLDER/server.pem and asks for a certificate of FOLDER/ca.pem.
"""
import http.server
import ssl
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    connections = 0

    def setup(self):
        Handler.connections += 1
        super().setup()

    def log_message(self, *_):
        pass

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        whole = b""
        while size := int(self.rfile.readline(), 16):
            whole += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return whole

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Connections", str(Handler.connections))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        if self.path == "/endless":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"5\r\nline\n\r\n")
            except OSError:
                self.close_connection = True
        elif self.path == "/silent":
            self.rfile.read(1)
        elif self.path == "/large":
            self.answer(200, b"x" * 3_000_000)
        else:
            self.answer(404 if self.path == "/none" else 200, self.path.encode())

    do_HEAD = do_GET

    def do_POST(self):
        if self.path == "/refuse":
            self.close_connection = True
            return self.answer(413, b"too large")
        if self.path == "/early":
            self.answer(413, b"not wanted")
            self.body()  # or what comes in its place
            return None
        body = self.body()
        self.answer(200, b"%d %s" % (len(body), body[:20]))


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1] + "/server.pem")
    context.load_verify_locations(sys.argv[1] + "/ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
