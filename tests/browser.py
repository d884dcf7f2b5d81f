"""Drives a headless Chromium by its DevTools pipe, and serves a folder to it on loopback.

The pipe needs no library: messages are JSON ended by a zero byte, commands on the browser's file
descriptor 3, answers and events on 4. `--host-resolver-rules` lets no name be looked up, so a page
that asks for anything outside this machine fails, and `Tab.requests` shows what it asked for.
"""

import contextlib
import fcntl
import functools
import http.server
import json
import os
import selectors
import shutil
import signal
import threading
import time
from urllib.parse import urlsplit

from slfkit.publish.build import BROWSERS

OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-extensions", "--disable-default-apps", "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--remote-debugging-pipe",
)  # fmt: skip
_SETTLED = """Promise.race([Promise.all(document.getAnimations().map(one => one.finished)),
    new Promise(done => setTimeout(done, 2000))]).then(() => true)"""
_DRAWN = """new Promise(done => {
    requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
    setTimeout(() => done(false), 2000);
})"""
PATIENCE = 60  # seconds until an answer or a condition is given up


class BrowserError(Exception):
    """The browser does not start, does not answer, or a script in a page failed."""


def find():
    """Return the browser: SLFKIT_CHROMIUM, else the first of the known names on PATH, or None."""
    wanted = os.environ.get("SLFKIT_CHROMIUM")
    return next(filter(None, map(shutil.which, [wanted] if wanted else BROWSERS)), None)


class Browser:
    """A running browser with its own profile folder; `close` ends it and what it started."""

    def __init__(self, program, profile):
        to_browser, self._commands = os.pipe()
        self._answers, from_browser = os.pipe()
        # Away from 3 and 4, which the browser's ends are copied to.
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in (to_browser, from_browser)]
        quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
        ends = [(os.POSIX_SPAWN_DUP2, fd, at) for fd, at in zip(high, (3, 4), strict=True)]
        command = [program, *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
        self._process = os.posix_spawn(
            program, command, os.environ, file_actions=[*quiet, *ends], setpgroup=0
        )
        for fd in (to_browser, from_browser, *high):
            os.close(fd)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._answers, selectors.EVENT_READ)
        self._number, self._buffer, self._events = 0, b"", []

    def tab(self):
        """Open a tab and return it."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        return Tab(self, attached["sessionId"])

    def call(self, method, session=None, **params):
        """Send a command and return its result; raise BrowserError for an error or no answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._commands, data) :]
        number, until = self._number, time.monotonic() + PATIENCE
        while True:
            answer = self._receive(until, method)
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._events.append(answer)

    def take_events(self, session):
        """Return and forget the events of a tab received so far."""
        mine = [event for event in self._events if event.get("sessionId") == session]
        self._events = [event for event in self._events if event.get("sessionId") != session]
        return mine

    def _receive(self, until, method):
        while b"\0" not in self._buffer:
            if not self._selector.select(max(0.0, until - time.monotonic())):
                raise BrowserError(f"{method}: no answer within {PATIENCE} s")
            data = os.read(self._answers, 1 << 20)
            if not data:
                raise BrowserError(f"{method}: the browser has ended")
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def close(self):
        """End the browser."""
        with contextlib.suppress(BrowserError, OSError):
            self.call("Browser.close")
        self._selector.close()
        os.close(self._commands)
        os.close(self._answers)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


class Tab:
    """One page of a browser, with what it asked for and what went wrong in it."""

    def __init__(self, browser, session):
        self._browser, self._session = browser, session
        self.requests, self.errors = [], []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, **params):
        """Send a command to this page, and note the events that came meanwhile."""
        result = self._browser.call(method, self._session, **params)
        for event in self._browser.take_events(self._session):
            self._note(event["method"], event["params"])
        return result

    def _note(self, method, params):
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(params["exceptionDetails"])[:500])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
            self.errors.append(json.dumps(params["args"])[:500])
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")

    def open(self, url, width=1280, height=900):
        """Load a page at a width in CSS pixels, until its scripts and its mathematics are done."""
        self.resize(width, height)
        self.requests, self.errors = [], []
        self.call("Page.navigate", url=url)
        self.wait("location.href !== 'about:blank' && document.readyState === 'complete'")
        self.run("window.MathJax?.startup?.promise?.then(() => true)")

    def resize(self, width, height=900):
        """Set the width and height of the window; below 600 pixels it is a phone's."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip

    def run(self, script):
        """Return the value of a script, its promise's if it gives one; it must fit into JSON."""
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise BrowserError(json.dumps(answer["exceptionDetails"])[:500])
        return answer["result"].get("value")

    def wait(self, condition, seconds=PATIENCE / 3):
        """Wait until a script gives true; raise BrowserError if it does not in time."""
        until = time.monotonic() + seconds
        while not self.run(condition):
            if time.monotonic() > until:
                raise BrowserError(f"not within {seconds:g} s: {condition}")
            time.sleep(0.05)

    def press(self, key, times=1):
        """Press a key of the keyboard, such as ArrowRight or Enter, where the focus is."""
        codes = {"ArrowRight": 39, "ArrowLeft": 37, "Home": 36, "End": 35, "Enter": 13, "Tab": 9}
        text = {"text": "\r"} if key == "Enter" else {}
        event = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key]}
        for _ in range(times):
            self.call("Input.dispatchKeyEvent", type="keyDown", **event, **text)
            self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def type(self, text):
        """Put text where the focus is."""
        self.call("Input.insertText", text=text)

    def scheme(self, name):
        """Let the system ask for "light" or "dark", and wait until the page's colours are."""
        wish = {"name": "prefers-color-scheme", "value": name}
        self.call("Emulation.setEmulatedMedia", features=[wish])
        self.wait(f"document.documentElement.dataset.theme === '{name}'")
        self.run(_SETTLED)

    def tap(self, selector, across=0.5):
        """Touch an element with a finger, `across` its width, in the middle of its height."""
        at = self._place(selector, across)
        self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[at])
        self.run(_DRAWN)
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def click(self, selector):
        """Click on the middle of an element with the mouse."""
        at = self._place(selector, 0.5)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **at)

    def _place(self, selector, across):
        found = f"document.querySelector({json.dumps(selector)})"
        self.run(f"{found}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        self.run(_DRAWN)  # else a touch may be matched with a picture from before the scrolling
        box = self.run(f"(b => [b.x, b.y, b.width, b.height])({found}.getBoundingClientRect())")
        return {"x": box[0] + across * box[2], "y": box[1] + box[3] / 2}


@contextlib.contextmanager
def serving(folder):
    """Serve a folder on a free port of 127.0.0.1 and give its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def leaves(url):
    """Say whether a request for this address would leave the machine."""
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob", "about") and parts.hostname != "127.0.0.1"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        """Send a file, or nothing for the icon that browsers ask every site for by themselves."""
        if self.path == "/favicon.ico":
            self.send_response(http.HTTPStatus.NO_CONTENT)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *args):
        """Keep the tests' output free of requests."""
