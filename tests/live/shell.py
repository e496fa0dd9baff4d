"""The command `polyring`, in the place of a language's driver."""

import base64
import json
import subprocess
from urllib.parse import quote_from_bytes, unquote_to_bytes

from drivers import Wrong, blob

LIMIT = 60  # seconds
PLAIN = {"text": str.encode, "bytes": base64.b64decode, "int": str.encode, "float": str.encode,
         "bool": lambda truth: b"true" if truth else b"false"}


def json_of(value):
    """A value of a request as JSON has it."""
    kind, content = value[0], value[1] if len(value) > 1 else None
    return {"none": lambda: None, "int": lambda: int(content), "float": lambda: float(content),
            "list": lambda: [json_of(item) for item in content],
            "map": lambda: {name: json_of(item) for name, item in content}}.get(kind, lambda: content)()


def value_of(content):
    """The value of a request that JSON shows so."""
    if content is None:
        return ["none"]
    if isinstance(content, list):
        return ["list", [value_of(item) for item in content]]
    if isinstance(content, dict):
        return ["map", [[name, value_of(item)] for name, item in content.items()]]
    if isinstance(content, (bool, str)):
        return ["bool" if isinstance(content, bool) else "text", content]
    return ["int" if isinstance(content, int) else "float", repr(content)]


class Shell:
    strings = False

    def __init__(self, name, program):
        self.name, self.program = name, program

    def open(self, servers, profile="ketama", **settings):
        self.options = ["--servers", servers, "--profile", profile, "--timeout", "20s"]
        self.options += [f"--set={name}={value}" for name, value in settings.items()]

    def run(self, command, *words, given):
        done = subprocess.run([self.program, command, "--json", *self.options, *words], input=given,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT, check=False)
        if done.returncode == 2 or done.returncode < 0:
            raise Wrong(f"polyring {command}: {done.stderr.decode().strip()}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def get_many(self, keys):
        named = {k: quote_from_bytes(base64.b64decode(k), safe="") for k in keys}
        lines = self.run("get", "--keys=-", given="".join(f"{k}\n" for k in named.values()).encode())
        answer = {"found": [], "failures": []}
        for k, said in zip(named, lines):
            if said["status"] == "OK":
                content = said["value"]
                value = blob(unquote_to_bytes(content)) if said["type"] == "bytes" else value_of(content)
                if value[0] != said["type"]:
                    raise Wrong(f"polyring get --json: {said['type']} is shown as {value[0]}")
                answer["found"].append([k, value])
            elif said["status"] != "MISS":
                answer["failures"].append([k, said])
        return answer

    def set_many(self, items):
        answer = {"outcomes": [], "failures": []}
        for k, value in items:
            kind = value[0] if value[0] in PLAIN else "json"
            given = PLAIN[kind](value[1]) if kind in PLAIN else json.dumps(json_of(value)).encode()
            name = quote_from_bytes(base64.b64decode(k), safe="")
            said = self.run("set", f"--type={kind}", "--file=-", "--", name, given=given)[0]
            if said["status"] in ("OK", "NOT_STORED"):
                answer["outcomes"].append([k, said["status"]])
            else:
                answer["failures"].append([k, said])
        return answer

    def types(self, k, value):
        name = quote_from_bytes(base64.b64decode(k), safe="")
        written = value[0] if value[0] in PLAIN else "json"
        return {"written": f"--type={written}", "read": self.run("get", name, given=b"")[0]["type"]}

    def ask(self, call, **request):
        if call == "types":
            return self.types(request["key"], request["value"])
        return self.set_many(request["items"]) if call == "set_many" else self.get_many(request["keys"])

    def end(self):
        pass
