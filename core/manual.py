#!/usr/bin/env python3
"""Makes the man pages of section 3 out of the public headers, which are the manual.

usage: manual.py HEADER_FOLDER OUT_FOLDER DATE

Each run of functions below one comment is a page, named after the first of them; the others are
links to it. So is each type. polyring-NAME(3) is the comment at the head of NAME.h, with a list of
what the header declares. Faults: a function or a type without a comment above its run, and a
comment of a function that does not begin with a sentence.

In comments, what is indented by two blanks or more is shown as it stands; but where each line is a
term, two blanks or more and a text, which may go on in deeper lines, it is a list.
"""
import re
import sys
import textwrap
from pathlib import Path

FUNCTION = re.compile(r"^POLYRING_API\s+([^;(]*?)(\w+)\s*\(([^;]*)\);[ \t]*(/\*.*?\*/)?", re.M | re.S)
TYPE = re.compile(r"^typedef\s+(?:struct|enum)\b[^;{]*?(?:\{.*?\n\})?\s*\b(\w+);", re.M | re.S)
MAP = re.compile(r"^#define (POLYRING_\w+_(?:MAP|TAGS))\(XX\)(.*?[^\\])\n", re.M | re.S)
TITLE = re.compile(r"^--- (.+?) ---\s*")


class Fault(Exception):
    pass


# --- a header into its parts ---

def comment_text(comment):
    """The text of a comment, without what frames it."""
    lines = comment.strip()[2:-2].split("\n")
    return "\n".join([lines[0].strip()] + [re.sub(r"^ \* ?", "", line).rstrip() for line in lines[1:]]
                     ).strip("\n")


def paragraphs(text):
    """The parts of a header between blank lines, comments and bodies kept whole."""
    hidden = re.sub(r"/\*.*?\*/", lambda c: c[0].replace("\n\n", "\n\0\n"), text, flags=re.S)
    for part in re.split(r"\n\s*\n", hidden):
        yield part.replace("\n\0\n", "\n\n").strip("\n")


class Page:
    def __init__(self, header, names, text, shown, kind):
        self.header, self.names, self.text, self.shown, self.kind = header, names, text, shown, kind

    @property
    def about(self):
        """What stands behind the name: the first sentence, or its beginning."""
        sentence = re.split(r"(?<=\w\w)[.:;](?:\s|$)|\n\n|\. ", self.text)[0]
        sentence = " ".join(sentence.split()).rstrip(".")
        if len(sentence) > 120:
            sentence = re.split(r", ", sentence)[0]
        first, _, rest = sentence.partition(" ")
        return f"{first if first.isupper() else first[:1].lower() + first[1:]} {rest}".strip()


class Header:
    """What one header says: its head, its sections, and a page for each of what it declares."""

    def __init__(self, path):
        self.name = path.name
        self.source = path.read_text()
        self.constants, self.sections, self.pages = [], [("", "", [])], []
        parts = list(paragraphs(self.source))
        title, _, self.head = comment_text(re.match(r"/\*.*?\*/", parts[0], re.S)[0]).partition("\n")
        self.title = re.sub(r"^Polyring: (.*?)\.?$", r"\1", title)
        waiting = []  # constants without a name of their own, for the next type
        for part in [re.sub(r"^/\*.*?\*/", "", parts[0], flags=re.S), *parts[1:]]:
            self.take(part.strip("\n"), waiting)

    def take(self, part, waiting):
        comment = re.match(r"/\*.*?\*/", part, re.S)
        text = comment_text(comment[0]) if comment else ""
        if TITLE.match(text):
            self.sections.append((TITLE.match(text)[1].capitalize(), TITLE.sub("", text), []))
        code = part[comment.end():].strip("\n") if comment else part
        if FUNCTION.search(code):
            self.functions(text, code)
        elif TYPE.search(code):
            name = TYPE.search(code)[1]
            if "{" in code or text:
                self.add(Page(self, [name], text, waiting[:] + [("", self.expanded(code))], "type"))
                waiting.clear()
        elif re.match(r"enum \{", code):
            waiting.append((text, code))
        elif re.match(r"#define POLYRING_\w+ ", code):
            self.constants.append(code)

    def functions(self, text, code):
        found = list(FUNCTION.finditer(code))
        names = [match[2] for match in found]
        if not text:
            raise Fault(f"{self.name}: {names[0]} has no comment above it")
        if not re.match(r"[A-Z]\w* ", text):
            raise Fault(f"{self.name}: the comment of {names[0]} does not begin with a sentence")
        remarks = [f"{match[2]}: {comment_text(match[4])}." for match in found if match[4]]
        self.add(Page(self, names, "\n\n".join([text, *remarks]), found, "function"))

    def add(self, page):
        if page.kind == "type" and not page.text:
            raise Fault(f"{self.name}: {page.names[0]} has no comment above it")
        self.pages.append(page)
        self.sections[-1][2].append(page)

    def expanded(self, code):
        """The code, with the lines of a table in place of its XX."""
        uses = re.search(r"#define XX\((.*?)\) (.+?),\n  (POLYRING_\w+)\(XX\)\n#undef XX\n", code)
        if not uses:
            return code
        table = dict(MAP.findall(self.source))[uses[3]]
        lines = []
        names = uses[1].split(", ")
        for row in re.findall(r"XX\((.*?)\)\s*(?:\\|/|$)", table, re.M):
            cells = dict(zip(names, re.split(r", (?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", row)))
            name = uses[2].partition("##")[0] + cells["name"]
            number = next((cells[n] for n in ("number", "tag") if n in cells), "")
            lines.append(f"  {name}{' = ' + number if number else ''}, /* {cells['text'][1:-1]} */")
        return code[:uses.start()] + "\n".join(lines) + "\n" + code[uses.end():]


# --- pages ---

def escaped(line):
    line = re.sub(r"[^\0-\x7f]", lambda m: f"\\[u{ord(m[0]):04X}]", line.replace("\\", "\\e"))
    return "\\&" + line if line[:1] in (".", "'") else line


def filled(text, known, own):
    """Running text: a sentence a line, names of other pages as references."""
    text = " ".join(text.split())
    for sentence in re.split(r"(?<=[.;:])\s+(?=[\w(*\"])", text):
        line = []
        for word in sentence.split(" "):
            match = re.fullmatch(r"([(]*)(polyring_\w+)([().,;:]*)", word)
            if match and match[2] in known and match[2] not in own:
                if line:
                    yield escaped(" ".join(line))
                yield " ".join(part for part in [".Xr", match[1], match[2], "3",
                                                 *match[3].replace("()", "")] if part)
                line = []
            else:
                line.append(word)
        if line:
            yield escaped(" ".join(line))


def as_list(block):
    """Terms with their texts, or None where a block is no list."""
    items = []
    for line in block:
        match = re.match(r"(\S+(?: \S+)*?)(?:  +(\S.*))?$", line)
        if match and (match[2] or (items and re.fullmatch(r"\S+", line))):
            if match[2] and re.search(r"\S   +\S", match[2]):
                return None
            items.append([match[1], match[2] or ""])
        elif line.startswith("  ") and items:
            items[-1][1] += " " + line.strip()
        else:
            return None
    return items if len(items) > 1 else None


def blocks(text):
    """A comment as (whether it is shown as it stands, whether a blank line is before it, lines)."""
    found, blank = [], False
    for line in text.split("\n"):
        if not line:
            blank = True
            continue
        shown = line.startswith("  ")
        if found and found[-1][0] == shown and (shown or not blank):
            found[-1][2].extend([""] * blank + [line])
        else:
            found.append((shown, blank, [line]))
        blank = False
    return found


def display(lines, known, own):
    """Lines that are shown as they stand, or a list."""
    lines = textwrap.dedent("\n".join(lines)).split("\n")
    items = as_list(lines)
    if not items:
        yield from [".Bd -literal -offset 2n", *map(escaped, lines), ".Ed"]
        return
    width = "x" * min(max(len(term) for term, _ in items), 16)
    yield f".Bl -tag -width {width} -offset 2n"
    for term, told in items:
        yield f".It Li {quoted(term)}"
        yield from filled(told, known, own) if told else []
    yield ".El"


def body(text, known, own):
    """A comment as mdoc."""
    for i, (shown, blank, lines) in enumerate(blocks(text)):
        if shown:
            yield from display(lines, known, own)
        else:
            if i and blank:
                yield ".Pp"
            yield from filled(" ".join(lines), known, own)


def quoted(text):
    """An argument of a macro; short words are not taken for macros."""
    text = escaped(text).replace('"', "\\(dq")
    return f'"{text}"' if " " in text else "\\&" + text if re.fullmatch(r"\w{1,3}", text) else text


def synopsis(page):
    yield f".In polyring/{page.header.name}"
    if page.kind == "function":
        for match in page.shown:
            arguments = " ".join(re.sub(r"/\*.*?\*/", "", match[3]).split())
            yield f".Ft {quoted(match[1].strip()).strip(chr(34))}"
            yield f".Fo {match[2]}"
            for argument in re.split(r", (?![^(]*\))", arguments):
                yield f'.Fa "{escaped(argument)}"'
            yield ".Fc"
    else:
        yield ".Bd -literal"
        yield from map(escaped, page.shown[-1][1].split("\n"))
        yield ".Ed"


def see_also(references):
    last = len(references) - 1
    for i, name in enumerate(references):
        yield f".Xr {name} 3" + (" ," if i < last else "")


def front(title, names, about, date, source):
    yield f'.\\" Made of core/include/polyring/{source} by core/manual.py.'
    yield from (f".Dd {date}", f".Dt {title.upper()} 3", ".Os", ".Sh NAME")
    for i, name in enumerate(names):
        yield f".Nm {name}" + (" ," if i < len(names) - 1 else "")
    yield f".Nd {escaped(about)}"


def page_of(page, date, known):
    overview = f"polyring-{Path(page.header.name).stem}"
    yield from front(page.names[0], page.names, page.about, date, page.header.name)
    yield ".Sh SYNOPSIS"
    yield from synopsis(page)
    yield ".Sh DESCRIPTION"
    yield from body(page.text, known, page.names)
    if page.kind == "type":
        for text, code in page.shown[:-1]:
            yield ".Pp"
            yield from body(text, known, page.names)
            yield from [".Bd -literal", *map(escaped, code.split("\n")), ".Ed"]
    shown = [one[0] if page.kind == "function" else one[1] for one in page.shown]
    told = {name for name in re.findall(r"polyring_\w+", "\n".join([page.text, *shown]))
            if name in known and name not in page.names}
    yield ".Sh SEE ALSO"
    yield from see_also(sorted([overview, *told]))


def overview_of(header, date, known):
    name = f"polyring-{Path(header.name).stem}"
    yield from front(name, [name], header.title, date, header.name)
    yield from (".Sh SYNOPSIS", f".In polyring/{header.name}", ".Sh DESCRIPTION")
    yield from body(header.head.strip("\n") or header.title, known, [])
    for title, text, pages in header.sections:
        if title:
            yield f".Ss {title}"
            yield from body(text.strip("\n"), known, []) if text.strip() else []
        elif pages:
            yield ".Ss What there is"
        if pages:
            yield ".Bl -tag -width Ds"
            for page in pages:
                yield f".It {' , '.join('Xr ' + n + ' 3' for n in page.names)}"
                yield escaped(page.about[:1].upper() + page.about[1:] + ".")
            yield ".El"
    if header.constants:
        yield ".Ss Constants"
        yield from [".Bd -literal", *map(escaped, "\n".join(header.constants).split("\n")), ".Ed"]
    yield ".Sh SEE ALSO"
    yield ".Xr polyring 1 ,"
    yield ".Xr polyring 3"


def front_page(headers, date):
    yield from front("polyring", ["polyring"], "memcached servers, and where keys live on them", date,
                     "polyring.h")
    yield from (".Sh SYNOPSIS", ".In polyring/polyring.h", ".Sh DESCRIPTION",
                "The C library of Polyring, linked with", ".Fl lpolyring .",
                "Each of its headers has a page:", ".Bl -tag -width polyring-topology(3)")
    for header in headers:
        yield f".It Xr polyring-{Path(header.name).stem} 3"
        yield escaped(header.title[:1].upper() + header.title[1:] + ".")
    yield ".El"
    yield from (".Sh SEE ALSO", ".Xr polyring 1")


def main():
    folder, out, date = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    try:
        headers = [Header(path) for path in sorted(folder.glob("*.h")) if path.name != "polyring.h"]
    except Fault as fault:
        sys.exit(f"manual.py: {fault}")
    known = {name for header in headers for page in header.pages for name in page.names}
    files = {}
    for header in headers:
        files[f"polyring-{Path(header.name).stem}"] = overview_of(header, date, known)
        for page in header.pages:
            files[page.names[0]] = page_of(page, date, known)
            files.update({alias: [f".so man3/{page.names[0]}.3"] for alias in page.names[1:]})
    files["polyring"] = front_page(headers, date)  # the last: builds look at this one
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.3"):
        old.unlink()
    for name, lines in files.items():
        (out / f"{name}.3").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
