#!/usr/bin/env python3
"""Holds the tree to core/LAYERS, and the shared library to its prefix.

usage: layers.py SOURCE [LIBRARY]     every #include against the list; no cycles; exported symbols
       layers.py --control SOURCE     copies of the tree with one fault each, which must be found
"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCES = {".c", ".h", ".i", ".def"}
INCLUDE = re.compile(r'^[ \t]*[#%][ \t]*(?:include|import)[ \t]*["<]([^">]+)[">]', re.M)


def read_layers(source):
    """Module -> the set of modules it may include."""
    layers = {}
    for line in (source / "core/LAYERS").read_text().splitlines():
        line = line.partition("#")[0].strip()
        if line:
            module, allowed = line.split(":")
            layers[module] = set(allowed.split())
    return layers


def module_of(path, source):
    """"base" for core/src/base/…, "public" for core/include, else the room at the top level."""
    parts = path.relative_to(source).parts
    if parts[:2] == ("core", "src"):
        return parts[2]
    return "public" if parts[:2] == ("core", "include") else parts[0]


def files_of(source):
    for room in ("core/src", "core/include", "bindings", "conformance"):
        yield from (p for p in sorted((source / room).rglob("*")) if p.suffix in SOURCES)


def target_of(path, name, source):
    """The file of the tree that an include names, or None: the system's, or a generated one."""
    for folder in (path.parent, source / "core/src", source / "core/include", source / "bindings"):
        target = (folder / name).resolve()
        if target.is_file() and target.is_relative_to(source):
            return target
    return None


def cycle_in(graph):
    """One cycle of {node: set of nodes} as a list, or None."""
    done, way = set(), []

    def walk(node):
        if node in way:
            return way[way.index(node):] + [node]
        if node in done:
            return None
        way.append(node)
        found = next(filter(None, map(walk, sorted(graph.get(node, ())))), None)
        way.pop()
        done.add(node)
        return found

    return next(filter(None, map(walk, sorted(graph))), None)


def check_tree(source):
    source = source.resolve()
    layers = read_layers(source)
    faults, graph = [], {}
    folders = {p.name for p in (source / "core/src").iterdir() if p.is_dir()}
    for module in sorted(folders ^ (set(layers) - {"bindings", "conformance"})):
        faults.append(f"core/LAYERS and the folders of core/src differ in {module}")
    for path in files_of(source):
        module, shown = module_of(path, source), path.relative_to(source)
        allowed = layers.get(module, set()) | {module, "public"}
        if module == "public":
            allowed = {"public"}
        for name in INCLUDE.findall(path.read_text()):
            target = target_of(path, name, source)
            if target is None:
                continue
            graph.setdefault(str(shown), set()).add(str(target.relative_to(source)))
            if module_of(target, source) not in allowed:
                faults.append(f'{shown} includes "{name}", which core/LAYERS does not allow')
    for what, edges in (("core/LAYERS", layers), ("the includes", graph)):
        cycle = cycle_in(edges)
        if cycle:
            faults.append(f"a cycle in {what}: {' -> '.join(cycle)}")
    return faults


def check_symbols(library):
    symbols = subprocess.run(["nm", "-D", "--defined-only", library], check=True,
                             capture_output=True, text=True).stdout.split("\n")
    names = [line.split()[-1] for line in symbols if line and line.split()[-2] != "A"]
    if not names:
        return [f"{library} exports nothing"]
    return [f"{library} exports {name}" for name in names if not re.match("polyring_[^_]", name)]


# A fault, the file it is written to, and the words by which it must be found.
FAULTS = [
    ('#include "placement/columns.h"\n', "core/src/hash/hash.c", "core/src/hash/hash.c includes"),
    ('#include "../hash/hash.h"\n', "core/src/base/status.c", "core/src/base/status.c includes"),
    ('#include "base/error.h"\n', "core/include/polyring/ring.h", "ring.h includes"),
    ('#include "../core/src/base/error.h"\n', "bindings/facade.h", "bindings/facade.h includes"),
    ('#include "polyring/ring.h"\n', "core/include/polyring/bytes.h", "a cycle in the includes"),
    ("base: placement\n", "core/LAYERS", "a cycle in core/LAYERS"),
    ("nowhere: base\n", "core/LAYERS", "differ in nowhere"),
]


def control(source):
    """Plants each fault in a copy of the tree; returns the faults that were not found."""
    missed = []
    for text, file, finding in FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder)
            for room in ("core", "bindings", "conformance"):
                shutil.copytree(source / room, copy / room)
            with open(copy / file, "a") as f:
                f.write(text)
            if not any(finding in fault for fault in check_tree(copy)):
                missed.append(f"{text.strip()} at the end of {file} was not found")
    return missed


def main(arguments):
    if arguments[0] == "--control":
        faults, fine = control(Path(arguments[1])), "every planted fault is found"
    else:
        fine = "the layers hold"
        faults = check_tree(Path(arguments[0]))
        faults += [fault for library in arguments[1:] for fault in check_symbols(library)]
    print("\n".join(faults) or fine)
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
