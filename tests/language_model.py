"""A language model on a free port: real HTTP, answers that a test chooses, questions kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[str], tuple[int, bytes]]


class LanguageModel:
    """What was asked, and how the next questions are answered."""

    def __init__(self) -> None:
        self.questions: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.reply: Reply = says("")
        self.url = ""


def says(text: str | Callable[[str], str], *, tokens: int = 120, finish: str = "stop") -> Reply:
    """Answer every question with a text, or with what a function makes of the question."""

    def reply(question: str) -> tuple[int, bytes]:
        said = text if isinstance(text, str) else text(question)
        choice = {"message": {"role": "assistant", "content": said}, "finish_reason": finish}
        body = {"choices": [choice], "usage": {"total_tokens": tokens}}
        return 200, json.dumps(body).encode()

    return reply


def answers(status: int, body: bytes) -> Reply:
    """Answer with these bytes, whatever is asked."""
    return lambda _: (status, body)


@contextmanager
def language_model() -> Iterator[LanguageModel]:
    """Run a model until the block ends."""
    model = LanguageModel()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.path == "/v1/chat/completions"
            model.questions.append(question)
            model.keys.append(self.headers.get("Authorization"))
            status, body = model.reply(question["messages"][0]["content"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
