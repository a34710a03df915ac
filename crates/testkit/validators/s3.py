"""A store of other people's (moto, which speaks S3 and checks signatures with Amazon's own code), for one test.

It says {"port", "allowed", "denied"} on a line and then obeys, a line of JSON each, until nobody writes any more, so that it
ends with its test. What it keeps is in memory; "down" closes its door and "up" opens it again with everything still there.
"""

import json
import logging
import os
import socket
import sys
import threading

# The requests that make the users below are not asked who they are; from the next one on, every one is.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "4"
os.environ["MOTO_S3_DEFAULT_MAX_KEYS"] = "1000"
for name in list(os.environ):
    if name.startswith("AWS_"):
        del os.environ[name]

import boto3
from botocore.config import Config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

logging.disable(logging.CRITICAL)
REGION = "eu-central-1"
application = DomainDispatcherApplication(create_backend_app)
held = threading.Event()
waiting = 0
asked = 0
changing = threading.Lock()


def door(environ, start_response):
    """The application, but that what is to be put may be made to wait."""
    global waiting, asked
    with changing:
        asked += 1
    if environ["REQUEST_METHOD"] == "PUT" and held.is_set():
        with changing:
            waiting += 1
        while held.is_set():
            held_no_more.wait(0.05)
        with changing:
            waiting -= 1
    return application(environ, start_response)


held_no_more = threading.Event()


def opened(port):
    server = make_server("127.0.0.1", port, door, threaded=True)
    server.daemon_threads = True
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


def client(service, keys, port):
    config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name=REGION,
        config=config,
        aws_access_key_id=keys["id"],
        aws_secret_access_key=keys["secret"],
    )


def user(iam, name):
    made = iam.create_access_key(UserName=name)["AccessKey"]
    return {"id": made["AccessKeyId"], "secret": made["SecretAccessKey"]}


server = opened(0)
port = server.server_port
iam = client("iam", {"id": "first", "secret": "first"}, port)
iam.create_user(UserName="allowed")
everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
iam.put_user_policy(UserName="allowed", PolicyName="all", PolicyDocument=json.dumps(everything))
allowed = user(iam, "allowed")
s3 = client("s3", allowed, port)
s3.create_bucket(Bucket="evidence", CreateBucketConfiguration={"LocationConstraint": REGION})
iam = client("iam", allowed, port)
iam.create_user(UserName="denied")
denied = user(iam, "denied")
print(json.dumps({"port": port, "allowed": allowed, "denied": denied}), flush=True)

for line in sys.stdin:
    order = json.loads(line)
    what, key = order["do"], order.get("key")
    answer = None
    if what == "down" and server is not None:
        server.shutdown()
        server.server_close()
        server = None
    elif what == "up" and server is None:
        server = opened(port)
    elif what == "hold":
        held_no_more.clear()
        held.set()
    elif what == "release":
        held.clear()
        held_no_more.set()
    elif what == "waiting":
        answer = waiting
    elif what == "asked":
        answer = asked
    elif what == "list":
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket="evidence")
        answer = [item["Key"] for page in pages for item in page.get("Contents", [])]
    elif what == "get":
        answer = s3.get_object(Bucket="evidence", Key=key)["Body"].read().hex()
    elif what == "put":
        s3.put_object(Bucket="evidence", Key=key, Body=bytes.fromhex(order["bytes"]))
    elif what == "remove":
        s3.delete_object(Bucket="evidence", Key=key)
    print(json.dumps(answer), flush=True)
