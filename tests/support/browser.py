"""A real Chromium without a window, driven over its DevTools pipe: no port, no other package.

    with Browser() as browser:
        browser.open(url)
        browser.wait("document.title == 'x'")
        browser.run("document.querySelector('button').click()")
"""
import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


def program():
    """The path of a Chromium, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return shutil.which(name)
    return None


class Browser:
    def __init__(self, size=(1280, 800)):
        self._profile = tempfile.mkdtemp(prefix="bandkit-browser-")
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()
        # Its ends are descriptors 3 and 4 there; ours are none of these.
        theirs = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (to_read, to_write)]
        self._process = subprocess.Popen(
            ["bash", "-c", 'exec "$@" 3<&%d 4>&%d' % tuple(theirs), "bash", program(),
             "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
             "--disable-background-networking", "--disable-dev-shm-usage",
             "--user-data-dir=" + self._profile, "--window-size=%d,%d" % size,
             "--remote-debugging-pipe", "about:blank"],
            pass_fds=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for fd in (to_read, to_write, *theirs):
            os.close(fd)
        self._session = None
        self._buffer = b""
        self._last = 0
        self.console = []
        self.requests = []
        target = self._ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._session = self._ask("Target.attachToTarget",
                                  {"targetId": target, "flatten": True})["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._ask(domain + ".enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        os.close(self._to)
        os.close(self._from)
        self._process.terminate()
        self._process.wait(10)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _receive(self, limit):
        end = time.monotonic() + limit
        while b"\0" not in self._buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._from], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            piece = os.read(self._from, 1 << 16)
            if not piece:
                raise EOFError("the browser has ended")
            self._buffer += piece
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)

    def _note(self, message):
        params = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.console.append(details.get("exception", {}).get("description", details["text"]))
        elif message.get("method") == "Runtime.consoleAPICalled":
            self.console.append(" ".join(str(a.get("value", "")) for a in params["args"]))
        elif message.get("method") == "Log.entryAdded":
            self.console.append(params["entry"]["text"])
        elif message.get("method") == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def _ask(self, method, params=None, limit=20):
        self._last += 1
        request = {"id": self._last, "method": method, "params": params or {}}
        if self._session:
            request["sessionId"] = self._session
        os.write(self._to, json.dumps(request).encode() + b"\0")
        while True:
            message = self._receive(limit)
            if message.get("id") != self._last:
                self._note(message)
            elif "error" in message:
                raise RuntimeError("%s: %s" % (method, message["error"]["message"]))
            else:
                return message["result"]

    def open(self, url):
        self._ask("Page.navigate", {"url": url})
        self.wait("document.readyState == 'complete'")

    def run(self, script):
        """The value of an expression; a promise is waited for."""
        result = self._ask("Runtime.evaluate", {
            "expression": script, "awaitPromise": True, "returnByValue": True})
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"].get("exception", {}).get(
                "description", result["exceptionDetails"]["text"]))
        return result["result"].get("value")

    def wait(self, condition, limit=10):
        """Waits until an expression is true; fails with what the page shows."""
        end = time.monotonic() + limit
        while not self.run("Boolean(%s)" % condition):
            if time.monotonic() > end:
                raise AssertionError("waited in vain until: %s\nconsole: %s\npage: %s" % (
                    condition, self.console, self.run("document.body.innerText")))
            time.sleep(0.02)

    def resize(self, width, height):
        self._ask("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def prefer(self, scheme):
        self._ask("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def press(self, key):
        for kind in ("keyDown", "keyUp"):
            self._ask("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": key})

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self._ask("Page.captureScreenshot")["data"]))
