"""Firefox without a driver: WebDriver BiDi, spoken over tornado's web socket (which Jupyter brings)."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import subprocess
import threading
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any


class Firefox:
    """One headless Firefox with a new profile; `log`: errors of the console, `requests`: addresses asked for."""

    def __init__(self, program: str, profile: Path) -> None:
        profile.mkdir()
        # nothing of its own over the network
        (profile / "user.js").write_text('user_pref("app.update.enabled", false);\n', encoding="utf-8")
        command = [program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        # in a thread of its own: Playwright's loop, if one runs, holds the main thread's
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.number = 0
        self.socket: Any = None
        self.log: list[str] = []
        self.requests: list[str] = []
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        assert self.process.stderr is not None
        address = next(m[1] for line in self.process.stderr if (m := re.search(r"(ws://[\d.:]+)", line)))
        self.socket = self._wait(self._connect(address + "/session"))
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self.tab = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    async def _connect(self, address: str) -> Any:
        from tornado.websocket import websocket_connect

        return await websocket_connect(address, max_message_size=2**28)

    def ask(self, method: str, **params: Any) -> Any:
        self.number += 1
        message = json.dumps({"id": self.number, "method": method, "params": params})
        return self._wait(self._answer(message, self.number))

    async def _answer(self, message: str, number: int) -> Any:
        await self.socket.write_message(message)
        while True:
            answer = json.loads(await self.socket.read_message())
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] in ("error", "warn"):
                self.log.append(str(answer["params"]["text"]))
            elif answer.get("method") == "network.beforeRequestSent":
                self.requests.append(answer["params"]["request"]["url"])
            elif answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    def open(self, file: Path, *, size: tuple[int, int] = (1366, 768)) -> None:
        self.ask("browsingContext.setViewport", context=self.tab, viewport={"width": size[0], "height": size[1]})
        self.ask("browsingContext.navigate", context=self.tab, url=file.as_uri(), wait="complete")
        self.until("document.documentElement.dataset.drawn === '1'")

    def run(self, code: str) -> Any:
        """The value of an expression in the page, as a text, number or flag."""
        result = self.ask("script.evaluate", expression=code, target={"context": self.tab}, awaitPromise=True)
        assert result["type"] == "success", result
        return result["result"].get("value")

    def until(self, code: str) -> None:
        end = time.monotonic() + 20
        while not self.run(code):
            assert time.monotonic() < end, code
            time.sleep(0.05)

    def picture(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self.ask("browsingContext.captureScreenshot", context=self.tab)["data"]))

    async def _hang_up(self) -> None:
        if self.socket is not None:
            self.socket.close()

    def close(self) -> None:
        # a socket left to the garbage collector complains in whatever test runs by then
        self._wait(self._hang_up())
        self.process.terminate()
        self.process.wait(20)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(20)
