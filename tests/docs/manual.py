#!/usr/bin/env python3
"""The man pages made of the public headers: each function has its page or a link to it, no page is of
something else, and mandoc has nothing to complain about.

usage: manual.py SOURCE MAN_FOLDER
       manual.py --control SOURCE

With --control each comment above functions of client.h is taken away in turn, and once more cut to a
remark: the generator must refuse each.
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from symbols import declared, paragraphs


def generated(source, headers, out):
    return subprocess.run([sys.executable, source / "core/manual.py", headers, out, "May 1, 2026"],
                          capture_output=True, text=True)


def page_faults(name, page):
    text = page.read_text()
    target = re.fullmatch(r"\.so man3/(\w+\.3)\n", text)
    if target:
        page = page.parent / target[1]
        if not page.exists():
            return [f"{name}.3 is a link to {target[1]}, which does not exist"]
        text = page.read_text()
    if not re.search(rf"^\.Nm {name}( ,)?$", text, re.M):
        return [f"{page.name} does not name {name}"]
    if target:
        return []
    lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True,
                          text=True)
    return lint.stdout.splitlines()


def faults_of(source, folder):
    headers = sorted((source / "core/include/polyring").glob("*.h"))
    text = "".join(header.read_text() for header in headers)
    pages = {page.stem: page for page in folder.glob("*.3")}
    functions = set(declared(headers))
    types = set(re.findall(r"^\} (polyring_\w+);|^typedef struct \w+ (polyring_\w+);", text, re.M))
    known = functions | {name for pair in types for name in pair if name}
    known |= {f"polyring-{header.stem}" for header in headers} | {"polyring"}
    faults = [f"{name} has no man page" for name in sorted(functions - set(pages))]
    faults += [f"{name}.3 is about nothing that there is" for name in sorted(set(pages) - known)]
    faults += [f"polyring_{name} has no man page" for name in ("operation", "verb", "error", "value")
               if f"polyring_{name}" not in pages]
    for name in sorted(set(pages) & known):
        faults += page_faults(name, pages[name])
    return faults + ["no page found"] * (not pages), len(pages)


def control(source):
    """How many spoiled headers were tried, and those that the generator took."""
    headers = source / "core/include/polyring"
    text = (headers / "client.h").read_text()
    tried, taken = 0, []
    with tempfile.TemporaryDirectory() as folder:
        for paragraph in paragraphs(text):
            comment = re.match(r"/\*.*?\*/\n", paragraph, re.S)
            if not comment or "\nPOLYRING_API" not in paragraph:
                continue
            for instead in ("", "/* 1, or 0. */\n"):
                spoiled = text.replace(paragraph, instead + paragraph[comment.end():], 1)
                for header in headers.glob("*.h"):
                    Path(folder, header.name).write_text(
                        spoiled if header.name == "client.h" else header.read_text())
                tried += 1
                if not generated(source, folder, Path(folder, "man3")).returncode:
                    taken.append(paragraph.splitlines()[-1])
    return tried, taken


def main():
    if sys.argv[1] == "--control":
        tried, taken = control(Path(sys.argv[2]))
        print("\n".join(["taken without its comment:", *taken] if taken else
                        [f"{tried} headers without a comment, each refused"]))
        return bool(taken) or not tried
    faults, count = faults_of(Path(sys.argv[1]), Path(sys.argv[2]))
    print("\n".join(faults) or f"{count} man pages, in order")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
