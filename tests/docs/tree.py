#!/usr/bin/env python3
"""What the documents name exists: the tree of docs/design.md, and every relative link.

usage: tree.py SOURCE

In docs/design.md the fenced block after "## The tree" lists paths in its first column. The other
way round, every folder of the first two storeys is in that list, and every module of the core and
every folder of adapters.
"""
import re
import sys
from pathlib import Path
from urllib.parse import unquote

IGNORED = {"build", "__pycache__", ".git"}
FOLDERS = ("*/", "*/*/", "core/src/*/", "conformance/adapters/*/")


def listed(design):
    block = re.search(r"^## The tree\n.*?```\w*\n(.*?)```", design, re.S | re.M)
    folder = ""
    for line in block[1].splitlines():
        indent, name = re.match(r"( *)(\S+)", line).groups()
        if len(indent) > 2:
            continue  # the second line of a remark
        if not indent:
            folder = name if name.endswith("/") else ""
        yield (folder if indent else "") + name


def links(document):
    text = re.sub(r"^```.*?^```", "", document.read_text(), flags=re.S | re.M)
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        if "://" not in target and not target.startswith("mailto:"):
            yield document.parent / unquote(target)


def main():
    source = Path(sys.argv[1])
    names = list(listed((source / "docs/design.md").read_text()))
    faults = [f"docs/design.md lists {name}, which does not exist" for name in names
              if not (source / name).exists()]
    folders = {f"{p.relative_to(source)}/" for pattern in FOLDERS
               for p in source.glob(pattern)
               if not any(part in IGNORED or part[0] == "." for part in p.relative_to(source).parts)}
    faults += [f"docs/design.md does not list {name}" for name in sorted(folders)
               if not any(n == name or n.startswith(name) for n in names)]
    documents = [*source.glob("*.md"), *source.glob("docs/*.md"), *source.glob("vectors/*.md")]
    faults += [f"{d.relative_to(source)} links to {t}, which does not exist"
               for d in sorted(documents) for t in links(d) if not t.exists()]
    print("\n".join(faults) or f"{len(names)} names of the tree exist, and all links")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
