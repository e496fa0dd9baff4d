"""The binding's own share of Ring.locate, in instructions, against a hand-written extension.

    share.py CORE_LOOP       with polyring and handwritten on PYTHONPATH

Counted by callgrind as the difference of two runs, so that the start of the interpreter drops
out. share = call - core - empty loop; profile libmemcached/modula, a key of 10 bytes. Prints one
line a variant and exits with 1 if a ratio is above the bar.
"""

import os
import re
import subprocess
import sys

MORE = 40000
BAR = 1.5
LOOP = """
import sys
from {module} import Ring
def run(count, ring, key):
    for _ in range(count):
        {body}
run(int(sys.argv[1]), Ring("10.0.0.1 10.0.0.2 10.0.0.3", "libmemcached/modula"), {key})
"""


def instructions(command):
    result = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
        check=True, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": "0"})
    return int(re.search(r"Collected : (\d+)", result.stderr)[1])


def per_call(command):
    few, many = (instructions([*command, str(n)]) for n in (1000, 1000 + MORE))
    return (many - few) / MORE


def python(module, body, key):
    code = LOOP.format(module=module, body=body, key=key)
    return per_call([sys.executable, "-S", "-c", code])


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
    return 0 if max(ratios.values()) <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
