"""The programs of the languages, and the forms of what is told to them."""

import base64
import contextlib
import json
import os
import re
import selectors
import shlex
import struct
import subprocess
import time

PATIENT = {"timeout": "20s", "connect_timeout": "20s"}  # a busy machine is no failure
# A server that failed is asked again by the next call, and nothing is undone: what one call comes to is told apart.
NEVER_DOWN = {"detect_hard": "0", "detect_soft": "0", "detect_share": "0", "detect_garbled": "0", "rejoin": "immediate"}
ANSWER_LIMIT = 60
OWN_FILES = ["unshare", "-m", "sh", "-c", "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\""]
FAKES = r"127\.98\.9\.1:\d+"  # the servers of fake.py


class Wrong(Exception):
    """An answer that is not the expected one."""


def key(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def text(value):
    return ["text", value]


def blob(value):
    return ["bytes", base64.b64encode(value).decode()]


def plain(value, strings=False):
    """A value in a form of its own: floats by their bits, maps in order of their names. strings: the language has no
    texts but strings of bytes, which its driver shows as text where they are UTF-8."""
    kind = value[0]
    if strings and kind == "bytes":
        with contextlib.suppress(UnicodeDecodeError):
            return ["text", base64.b64decode(value[1]).decode()]
    if kind == "float":
        return [kind, struct.pack(">d", float(value[1])).hex()]
    if kind == "list":
        return [kind, [plain(item, strings) for item in value[1]]]
    if kind == "map":
        return [kind, sorted([name, plain(item, strings)] for name, item in value[1])]
    return value


class Driver:
    """The program of one language."""

    def __init__(self, name, command, names=None):
        """names: a file to be its /etc/resolv.conf, where we may do that."""
        self.name = name
        own = names and subprocess.run([*OWN_FILES, names, "true"], stderr=subprocess.DEVNULL).returncode == 0
        self.asks_us = bool(own)
        self.strings = name == "php"
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *([*OWN_FILES, names] if own else []),
                                         *shlex.split(command)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)
        self.rest = b""
        self.told = {}

    def note(self, label, answer):
        """Keeps what it says of failures, in a form that all languages must share."""
        failures = [[None, answer["failure"]]] if "failure" in answer else answer.get("failures", [])
        for subject, failure in failures:
            none = {"class": None, "server": failure["server"] or None,
                    "stage": None if failure["stage"] == "NONE" else failure["stage"]}
            shown = re.sub(r"after \d+\.\d+ ms", "after TIME", json.dumps([subject, {**failure, **none}]))
            self.told.setdefault(label, []).append(re.sub(FAKES, "FAKE", shown))

    def ask(self, call, **request):
        self.process.stdin.write(json.dumps({"call": call, **request}).encode() + b"\n")
        self.process.stdin.flush()
        end = time.monotonic() + ANSWER_LIMIT
        while b"\n" not in self.rest:
            if not self.selector.select(max(0, end - time.monotonic())):
                raise Wrong(f"{call}: no answer in {ANSWER_LIMIT} s")
            block = os.read(self.process.stdout.fileno(), 1 << 20)
            if not block:
                raise Wrong(f"{call}: the driver ended with status {self.process.wait()}")
            self.rest += block
        line, self.rest = self.rest.split(b"\n", 1)
        answer = json.loads(line)
        if "error" in answer:
            raise Wrong(f"{call}: {answer['error']}")
        return answer

    def open(self, servers, **settings):
        self.want({"ok": True}, "open", servers=servers, settings={**PATIENT, **NEVER_DOWN, **settings})

    def want(self, expected, call, **request):
        """Asks; the answer must be the expected one, or a function of it must be true."""
        answer = self.ask(call, **request)
        fits = expected(answer) if callable(expected) else same(answer, expected, self.strings)
        if not fits:
            shown = "what it should be" if callable(expected) else short(expected)
            raise Wrong(f"{call} {short(request)}: {short(answer)} is not {shown}")
        return answer

    def fails(self, status, call, stage=None, server=None, **request):
        """Asks for what must fail so."""
        def fits(answer):
            failure = answer.get("failure", {})
            return (failure.get("status") == status and failure.get("text") and
                    (failure.get("class") or self.name == "c") and stage in (None, failure.get("stage")) and
                    server in (None, failure.get("server")))
        answer = self.want(fits, call, **request)
        self.note(f"{call} {short(request)}", answer)
        return answer["failure"]

    def end(self):
        self.process.stdin.close()
        if self.process.wait(timeout=20) != 0:
            raise Wrong(f"the driver exits with {self.process.returncode}")


def same(answer, expected, strings):
    answer = {**answer}
    expected = {**expected}
    if "value" in answer and "value" in expected:
        answer["value"], expected["value"] = (plain(of["value"], strings) for of in (answer, expected))
    return answer == expected


def short(what):
    shown = json.dumps(what)
    return shown if len(shown) <= 300 else shown[:290] + "..."


def compare(drivers):
    """All languages must say the same of the same failures; returns of how many. A failure that came at another moment
    is not the same."""
    first, *others = drivers
    count = 0
    for driver in others:
        for label in first.told.keys() & driver.told.keys():
            pairs = [pair for pair in zip(first.told[label], driver.told[label])
                     if len({json.loads(said)[1]["status"] for said in pair}) == 1]
            count += len(pairs)
            for one, other in pairs:
                if one != other:
                    raise Wrong(f"{label}: {other} is not what {first.name} says: {one}")
    return count
