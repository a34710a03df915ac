"""Servers of other people's that say how they read a request, for one test. Argument: flask or hypercorn, and a port.

Each answers in lines: method, decoded path, query, host, the route that its own router matches (admin, approve or other),
all values of headers as it shows them to an application, and how many requests it has seen.
"""

import sys
from urllib.parse import unquote

FORMS = ["/admin", "/admin/", "/admin/<path:rest>"]
seen = 0


def said(method, path, query, host, route, values):
    global seen
    seen += 1
    return "\n".join([method, path, query, host, route, " ".join(values), str(seen)]).encode("utf-8", "surrogateescape")


def flask(port):
    from flask import Flask, Response, request
    from werkzeug.serving import WSGIRequestHandler, make_server

    app = Flask(__name__, static_folder=None)
    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "REPORT"]
    nothing = lambda **_: ""
    for form in FORMS:
        app.add_url_rule(form, "admin", nothing, methods=methods, provide_automatic_options=False)
    for form in ["/runs/<run>/approve", "/runs/<run>/approve/"]:
        app.add_url_rule(form, "approve", nothing, methods=["POST"], provide_automatic_options=False)

    @app.before_request
    def read():
        values = [value for name, value in request.environ.items() if name.startswith("HTTP_") and name != "HTTP_HOST"]
        # The query as it came: WSGI hands it over as Latin-1.
        text = said(request.method, request.path, request.environ["QUERY_STRING"], request.host,
                    request.endpoint or "other", values)
        return Response(text, content_type="application/octet-stream", headers={"x-reached": "flask"})

    WSGIRequestHandler.protocol_version = "HTTP/1.1"
    WSGIRequestHandler.log = lambda *_: None
    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


def hypercorn(port):
    import asyncio

    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body"):
            pass
        path = scope["path"]
        parts = path.rstrip("/").split("/")
        route = "other"
        if parts[:2] == ["", "admin"]:
            route = "admin"
        elif len(parts) == 4 and parts[1] == "runs" and parts[3] == "approve" and scope["method"] == "POST":
            route = "approve"
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        host = "".join(value for name, value in headers if name == "host")
        text = said(scope["method"], unquote(scope["raw_path"].decode("latin-1").split("?")[0]),
                    scope["query_string"].decode("latin-1"), host, route, [value for name, value in headers if name != "host"])
        await send({"type": "http.response.start", "status": 200, "headers": [
            (b"x-reached", b"hypercorn"), (b"content-type", b"application/octet-stream"),
            (b"content-length", str(len(text)).encode())]})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else text})

    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.errorlog = None
    asyncio.run(serve(app, config))


{"flask": flask, "hypercorn": hypercorn}[sys.argv[1]](int(sys.argv[2]))
