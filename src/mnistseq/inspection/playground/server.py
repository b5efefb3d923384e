"""The server of the playground: one page, accessible only from this machine with a token."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict
from hmac import compare_digest
from importlib.resources import files
from typing import TYPE_CHECKING

from mnistseq.config.presets import preset_names
from mnistseq.errors import MissingPackageError
from mnistseq.inspection.playground.drawing import draw

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.serving import BaseWSGIServer

_HOST = "127.0.0.1"
_LARGEST_REQUEST = 100_000

_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}' 'unsafe-inline'; "
    "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
)


def serve(port: int, announce: Callable[[str], None]) -> None:
    """Serve the playground until the process is interrupted.

    Port 0 is any that is free. `announce` gets the address of the page, once it can be opened.
    """
    server, address = make_server(port)
    announce(address)
    with server:
        server.serve_forever()


def make_server(port: int) -> tuple[BaseWSGIServer, str]:
    """Return a server that listens on the loopback interface, and the address of its page."""
    try:
        from werkzeug import serving

        class _Quiet(serving.WSGIRequestHandler):
            """Logs no requests: their addresses contain the token."""

            def log_request(self, *arguments: object) -> None:
                pass

    except ImportError:
        raise MissingPackageError(
            "the playground needs the package flask; install it with: "
            "pip install 'mnistseq[playground]'"
        ) from None
    token = secrets.token_urlsafe(16)
    server = serving.make_server(
        _HOST, port, make_app(token), threaded=True, request_handler=_Quiet
    )
    return server, f"http://{_HOST}:{server.server_port}/?token={token}"


def make_app(token: str) -> Flask:
    """Return the application, which serves the page and its drawings to clients with the token."""
    from flask import Flask, Response, abort, jsonify, request

    app = Flask(__name__, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=_LARGEST_REQUEST)
    folder = files("mnistseq.inspection.playground")

    @app.before_request
    def _only_for_the_user() -> None:
        # Other sites open in the same browser know neither our host nor the token.
        host = request.host.rpartition(":")[0]
        given = request.args.get("token") or request.headers.get("X-Token") or ""
        if host not in (_HOST, "localhost") or not compare_digest(given.encode(), token.encode()):
            abort(403)

    @app.get("/")
    def page() -> Response:
        nonce = secrets.token_urlsafe(12)
        presets = "".join(f"<option>{name}</option>" for name in preset_names())
        html = folder.joinpath("page.html").read_text("utf-8")
        html = html.replace("NONCE", nonce).replace("TOKEN", token).replace("PRESETS", presets)
        policy = _POLICY.format(nonce=nonce)
        return Response(
            html,
            mimetype="text/html",
            headers={"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"},
        )

    @app.post("/draw")
    def drawing() -> Response:
        try:
            given = request.get_json()
        except RecursionError:  # nested too deeply
            abort(400)
        values = given.get("values") if isinstance(given, dict) else None
        if not isinstance(values, dict):
            abort(400)
        try:
            seed = int(given.get("seed", 0))
        except (TypeError, ValueError, OverflowError):
            abort(400)
        return jsonify(asdict(draw(values, str(given.get("texts", "")), seed)))

    return app
