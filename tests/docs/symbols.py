#!/usr/bin/env python3
"""The public headers and the shared library name the same functions, and each is documented.

usage: symbols.py SOURCE LIBRARY

A function is documented by a comment right above it, by the comment that heads the run of
declarations it stands in (a blank line ends a run), or by one at the end of its line.
"""
import re
import subprocess
import sys
from pathlib import Path


def paragraphs(text):
    """The parts of a header between blank lines, comments kept whole."""
    text = re.sub(r"/\*.*?\*/", lambda c: c[0].replace("\n\n", "\n*\n"), text, flags=re.S)
    return re.split(r"\n\s*\n", text)


def declared(headers):
    """Function -> whether a comment stands above it."""
    found = {}
    for header in headers:
        for paragraph in paragraphs(header.read_text()):
            for match in re.finditer(r"^POLYRING_API\b[^;{]*?(\w+)\([^;]*;.*", paragraph, re.M):
                found[match[1]] = "/*" in paragraph[:match.end()]
    return found


def main():
    source, library = Path(sys.argv[1]), sys.argv[2]
    functions = declared(sorted((source / "core/include/polyring").glob("*.h")))
    listing = subprocess.run(["nm", "-D", "--defined-only", library], check=True,
                             capture_output=True, text=True).stdout
    exported = set(re.findall(r" T (\w+)", listing))
    faults = [f"{name} has no comment in its header" for name, told in functions.items()
              if not told]
    faults += [f"{name} is declared, but not exported" for name in sorted(set(functions) - exported)]
    faults += [f"{name} is exported, but no header has it"
               for name in sorted(exported - set(functions))]
    if not functions:
        faults = ["no function found in the headers"]
    print("\n".join(faults) or f"{len(functions)} functions, each exported and documented")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
