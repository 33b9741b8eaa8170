"""A small HTTP server that runs under rein: it sorts the lines that are posted to it.

Nothing in it forwards signals or reaps: that is what rein, its parent, is for.
"""

import os
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Sorter(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(b"post some lines\n")

    def do_POST(self):
        print("sorting", flush=True)
        lines = self.rfile.read(int(self.headers["Content-Length"]))
        # A short child for every request, as a converter or git would be.
        self.answer(subprocess.run(["sort"], input=lines, stdout=subprocess.PIPE, check=True).stdout)

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    # Otherwise the requests under way would end with the program.
    daemon_threads = False


def close(_signal, _frame):
    print("closing", flush=True)
    # Of another thread: shutdown() waits for the loop that this handler has interrupted.
    threading.Thread(target=server.shutdown).start()


server = Server((os.environ.get("HOST", ""), int(os.environ.get("PORT", "8080"))), Sorter)
# `docker stop` sends SIGTERM to rein, which passes it on.
signal.signal(signal.SIGTERM, close)
print(f"listening on port {server.server_port}", flush=True)
server.serve_forever()
server.server_close()
print("closed", flush=True)
