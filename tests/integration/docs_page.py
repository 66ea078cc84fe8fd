#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens /docs in a headless Chromium as a person would, and presses Execute for every operation.

    docs_page.py BROWSER http://127.0.0.1:8080 [screenshot.png]

Prints a line an operation with the status that the page shows, and fails when one is not 2xx, when
the page asks any other server, or when its console tells of an error. The browser is spoken to by
a pipe (file descriptors 3 and 4, texts that end with a zero byte), so nothing else is needed.
"""
import base64
import json
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time

PATIENCE_S = 60
TRIES = 4
# what the examples do not say
FILL_IN = {"id": "1", "file": "docs.css"}
# answers by design, for these examples
EXPECTED = {"/health": (200, 503)}

# Opens an operation, or closes it: many open ones make the page slow.
TOGGLE = "document.querySelectorAll('.opblock-summary-control')[%d].click()"
NAMES = """
[...document.querySelectorAll('.opblock')].map(block => [
    block.querySelector('.opblock-summary-method').textContent.trim(),
    block.querySelector('.opblock-summary-path').textContent.replace(/\\u200b/g, '').trim()])
"""
# Fills in what is asked for and empty, then presses the button; tells what stood in the way.
EXECUTE = """
((index, fill) => {
    const block = document.querySelectorAll('.opblock')[index];
    const button = block.querySelector('.btn.execute');
    if (!button) return 'no Execute';
    for (const row of block.querySelectorAll('tr[data-param-name]')) {
        const input = row.querySelector('input[type=text]');
        const wanted = fill[row.getAttribute('data-param-name')];
        if (!input || input.value || wanted === undefined) continue;
        const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
        setter.call(input, wanted); // past React's own, which would not tell it
        input.dispatchEvent(new Event('input', {bubbles: true}));
    }
    button.click();
    return '';
})(%d, %s)
"""
TEXT = "document.querySelectorAll('.opblock')[%d].innerText"
STATUS = """
(() => {
    const block = document.querySelectorAll('.opblock')[%d];
    const told = block.querySelector('.live-responses-table .response .response-col_status');
    const wrong = block.querySelector('.validation-errors');
    return wrong ? wrong.textContent : told ? told.textContent.trim() : '';
})()
"""


class Browser:
    """A Chromium with one page."""

    def __init__(self, program, folder):
        to_read, self.to_browser = os.pipe()
        self.from_browser, to_write = os.pipe()

        def pipes():
            high = [os.dup2(to_read, 100), os.dup2(to_write, 101)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--window-size=1280,1600", f"--user-data-dir={folder}",
             "--remote-debugging-pipe", "about:blank"],
            preexec_fn=pipes, close_fds=False, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.rest = b""
        self.count = 0
        self.events = []
        self.session = None
        page = next(one for one in self.call("Target.getTargets")["targetInfos"]
                    if one["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page["targetId"],
                                 flatten=True)["sessionId"]

    def message(self):
        end = time.monotonic() + PATIENCE_S
        while b"\0" not in self.rest:
            if not select.select([self.from_browser], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("the browser says nothing")
            read = os.read(self.from_browser, 1 << 20)
            if not read:
                raise EOFError("the browser has ended")
            self.rest += read
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.count += 1
        asked = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            asked["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(asked).encode() + b"\0")
        while True:
            got = self.message()
            if got.get("id") == self.count:
                if "error" in got:
                    raise RuntimeError(f"{method}: {got['error']['message']}")
                return got["result"]
            self.events.append(got)

    def value(self, expression):
        got = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in got:
            raise RuntimeError(json.dumps(got["exceptionDetails"]))
        return got["result"].get("value")

    def await_value(self, expression, patience_s=PATIENCE_S):
        end = time.monotonic() + patience_s
        while time.monotonic() < end:
            if value := self.value(expression):
                return value
            time.sleep(0.05)
        return None

    def screenshot(self, path):
        shot = self.call("Page.captureScreenshot", format="png")["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(shot))

    def end(self):
        self.process.terminate()
        self.process.wait(PATIENCE_S)


def faults_of(events, base):
    """What the page did or told beside the answers."""
    for event in events:
        method, told = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            url = told["request"]["url"]
            if not url.startswith((base + "/", "data:", "about:")):
                yield f"the page asks {url}"
        elif method == "Runtime.exceptionThrown":
            yield "exception: " + json.dumps(told["exceptionDetails"])[:300]
        elif method == "Runtime.consoleAPICalled" and told["type"] == "error":
            yield "console: " + json.dumps(told["args"])[:300]
        elif method == "Log.entryAdded" and told["entry"]["level"] == "error":
            entry = told["entry"]
            if "/docs" in entry.get("url", "") or entry["source"] in ("security", "javascript"):
                yield f"console: {entry['text'][:300]} {entry.get('url', '')}"


def try_all(browser, base, screenshot):
    for domain in ("Page", "Network", "Runtime", "Log"):
        browser.call(domain + ".enable")
    browser.call("Page.navigate", url=base + "/docs")
    faults = []
    if not browser.await_value("document.querySelectorAll('.opblock').length"):
        return ["the page shows no operation"]
    for index, (verb, path) in enumerate(browser.value(NAMES)):
        browser.value(TOGGLE % index)
        browser.await_value("document.querySelectorAll('.btn.execute').length == 1")
        status = ""
        for _ in range(TRIES):  # a press before the page has taken in the example does nothing
            status = status or browser.value(EXECUTE % (index, json.dumps(FILL_IN))) or \
                browser.await_value(STATUS % index, PATIENCE_S / TRIES)
        print(f"{verb} {path}: {status or 'no answer'}", flush=True)
        digits = status.split()[0] if status else ""
        good = EXPECTED.get(path) or range(200, 300)
        if not digits.isdigit() or int(digits) not in good:
            faults.append(f"{verb} {path}: {status}")
            print(browser.value(TEXT % index)[:2_000])
        if screenshot and path == "/query":
            browser.screenshot(screenshot)
        browser.value(TOGGLE % index)
        browser.await_value("document.querySelectorAll('.btn.execute').length == 0")
    return faults + list(faults_of(browser.events, base))


def main():
    program, base = sys.argv[1:3]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(program, folder)
        try:
            faults = try_all(browser, base.rstrip("/"), sys.argv[3] if len(sys.argv) > 3 else "")
        finally:
            browser.end()
    for fault in faults:
        print("FAULT", fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
