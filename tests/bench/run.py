#!/usr/bin/env python3
"""Runs all benchmarks of a build, one after the other: ./bootstrap bench.

usage: run.py BUILD [--json]

Passes on what they print, or with --json one object a figure: {"bench", "figure", "value"} and,
where the figure must not be above one, "bar". Ends with 1 if a figure is above its bar.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BARRED = re.compile(r"(.*?)\s+([\d.]+) \(bar ([\d.]+)\)")
SECONDS = re.compile(r"(.*): ([\d.]+) s\b")


def benches(build):
    """Name -> command of what this build has."""
    cache = (build / "CMakeCache.txt").read_text()
    found = {language: ["cmake", "--build", build, "--target", f"bench_{language}"]
             for language in ("python", "php", "java")
             if f"POLYRING_{language.upper()}:BOOL=ON" in cache}
    if (build / "bin/polyring").exists():
        found["cli"] = [sys.executable, HERE / "cli_locate.py", build / "bin/polyring"]
    return found


def figures(name, line):
    for pattern in (BARRED, SECONDS):
        match = pattern.match(line)
        if match:
            figure = {"bench": name, "figure": " ".join(match[1].split()),
                      "value": float(match[2])}
            return {**figure, "bar": float(match[3])} if pattern is BARRED else figure
    return None


def main():
    build, as_json = Path(sys.argv[1]).resolve(), "--json" in sys.argv[2:]
    failed = False
    for name, command in benches(build).items():
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as bench:
            for line in bench.stdout:
                figure = figures(name, line.rstrip())
                if not as_json:
                    print(line, end="", flush=True)
                elif figure:
                    print(json.dumps(figure), flush=True)
        failed = failed or bench.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
