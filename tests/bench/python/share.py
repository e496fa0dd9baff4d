"""The binding's own share of calls, in instructions.

    share.py CORE_LOOP       with polyring and handwritten on PYTHONPATH

Counted by callgrind as the difference of two runs, so that the start of the interpreter drops
out. Of Ring.locate against a hand-written extension: share = call - core - empty loop; profile
libmemcached/modula, a key of 10 bytes. Of Client.get_many and set_many for an item, in calls of 100
with values of 100 bytes: share = all - what the core's functions collect. Prints one line a
variant and exits with 1 if a figure is above its bar.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from servers import Servers  # noqa: E402 - of the folder above

MORE = 40000
BAR = 1.5
ITEMS = 100
CLIENT_BARS = {"get_many": 580, "set_many": 530}
CORE = ("polyring_client_run", "polyring_results_operations")
CLIENT = """
import sys, polyring
client = polyring.Client({place!r}, timeout=10)
items = {{"key:%06d" % i: b"\\xff" * 100 for i in range({count})}}
keys = list(items)
client.set_many(items)
for _ in range(int(sys.argv[1]) // {count}):
    client.{call}
"""
LOOP = """
import sys
from {module} import Ring
def run(count, ring, key):
    for _ in range(count):
        {body}
run(int(sys.argv[1]), Ring("10.0.0.1 10.0.0.2 10.0.0.3", "libmemcached/modula"), {key})
"""


def instructions(command, *options):
    result = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *options, *command],
        check=True, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": "0"})
    return int(re.search(r"Collected : (\d+)", result.stderr)[1])


def per_call(command, *options):
    few, many = (instructions([*command, str(n)], *options) for n in (1000, 1000 + MORE))
    return (many - few) / MORE


def python(module, body, key):
    code = LOOP.format(module=module, body=body, key=key)
    return per_call([sys.executable, "-S", "-c", code])


def clients():
    """Whether the client's share of an item is within its bar."""
    within = True
    servers = Servers()
    try:
        place = servers.places("unix/1")
        for name, bar in CLIENT_BARS.items():
            call = name + ("(keys)" if name == "get_many" else "(items)")
            code = CLIENT.format(place=place, call=call, count=ITEMS)
            command = [sys.executable, "-S", "-c", code]
            core = per_call(command, *(f"--toggle-collect={function}" for function in CORE))
            if core <= 0:
                sys.exit(f"the core's part of {name} is not to be seen")
            share = per_call(command) - core
            print(f"own share of an item of {name}: {share:.0f} (bar {bar})")
            within = within and share <= bar
    finally:
        servers.close()
    return within


def main():
    core = per_call([sys.argv[1]])
    loop = python("polyring", "pass", "b'user:12345'")
    print(f"core {core:.0f} instructions a call, empty loop {loop:.0f}")
    ratios = {}
    for kind, key in (("bytes", "b'user:12345'"), ("str", "'user:12345'")):
        share = {}
        for module in ("handwritten", "polyring"):
            call = python(module, "ring.locate(key)", key)
            share[module] = call - core - loop
            print(f"{module:12} {kind:6} call {call:.0f}  share {share[module]:.0f}")
        ratios[kind] = share["polyring"] / share["handwritten"]
        print(f"own share of locate({kind}) / hand-written: "
              f"ratio {ratios[kind]:.2f} (bar {BAR:.2f})")
    return 0 if clients() and max(ratios.values()) <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
