"""The tables of docs/values.md that tests make, and hold the document to; and those of values.py."""

import difflib
import sys

import wire
from drivers import blob, plain
from samples import as_php_reads, as_php_writes, as_strings

LANGUAGES = {"c": "C", "python": "Python", "php": "PHP", "java": "Java", "shell": "shell"}
THEIRS, DEFAULT = "php-memcached", "php-memcached, default serializer"
ALONE = {"none", "true, false", "integer", "float"}  # kinds of one size


def code(word):
    return f"`{word}`" if word else "nothing"


def listed(words):
    return ", ".join(dict.fromkeys(words))


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def size_class(matrix, i):
    sample = matrix.samples[i]
    if sample.kind in ALONE:
        return "any"
    if len(wire.body(sample.value)) < wire.COMPRESS_FROM:
        return "below 2,000"
    packed = matrix.wire["c", "zlib"][i][0] & wire.PACKED
    return "from 2,000" if packed else "from 2,000, noise"


def groups(matrix):
    """Samples of one kind and class of size, by their numbers."""
    found = {}
    for i, sample in enumerate(matrix.samples):
        found.setdefault((sample.kind, size_class(matrix, i)), []).append(i)
    kinds = list(dict.fromkeys(sample.kind for sample in matrix.samples))
    return sorted(found.items(), key=lambda group: kinds.index(group[0][0]))


def types_table(matrix):
    rows = []
    for kind in dict.fromkeys(sample.kind for sample in matrix.samples):
        row = [kind]
        for language in LANGUAGES:
            told = sorted(matrix.types[language, kind], reverse=True)
            written, got = (listed(code(pair[i].replace("POLYRING_VALUE_", "")) for pair in told) for i in (0, 1))
            row.append(written if written == got else f"{written}; read: {got}")
        rows.append(row)
    return table(["value", *LANGUAGES.values()], rows)


def example(body):
    text = body.decode("latin-1")
    return code(text) if len(text) <= 20 and text.isprintable() and text.isascii() and "`" not in text else None


def wire_table(matrix):
    rows = []
    for (kind, size), members in groups(matrix):
        row = [kind, size]
        for packing in ("none", "zlib", "zstd"):
            row.append(listed(str(matrix.wire["c", packing][i][0]) for i in members))
        plain_bodies = [example(matrix.wire["c", "none"][i][1]) for i in members]
        row.append(listed([body for body in plain_bodies if body][:5]))
        rows.append(row)
    return table(["value", "bytes", "flags, plain", "with zlib", "with zstd", "bodies, for example"], rows)


def verdict(pairs):
    """What a reader made of samples: pairs of what it read and what was written. PHP has one kind of string."""
    pairs = [(read and content(read), content(value)) for read, value in pairs]
    if all(read is None for read, _ in pairs):
        return "the get fails"
    equal = sum(read is not None and plain(read) == plain(value) for read, value in pairs)
    if equal == len(pairs):
        return "equal"
    whole = all(read is not None and plain(read) == plain(as_strings(value)) for read, value in pairs)
    return "equal, but 1.0 is 1" if whole else f"{equal} of {len(pairs)} equal"


def to_php_table(matrix):
    """One row a group; what differs between the writers would be a row of its own, and there is none."""
    rows = []
    for (kind, size), members in groups(matrix):
        row = [kind, size]
        for name in (THEIRS, DEFAULT):
            row.append(listed(sorted(code(read) for _, read in matrix.types[name, kind])))
        for packing in ("none", "zlib", "zstd"):
            said = []
            for writer in LANGUAGES:
                seen = matrix.seen[writer, packing, THEIRS]
                said.append(verdict([(seen[i], as_php_reads(matrix.samples[i].value)) for i in members]))
            row.append(listed(said))
        rows.append(row)
    return table(["value", "bytes", "PHP has, by `JSON_ARRAY`", "by another serializer", "plain", "zlib", "zstd"], rows)


def kind_of(value):
    return "true, false" if value[0] == "bool" else {"int": "integer"}.get(value[0], value[0])


def content(value):
    return blob(value[1].encode()) if value[0] == "text" else value


def from_php_table(matrix):
    rows = []
    for (kind, size), members in groups(matrix):
        row = [kind, size]
        for packing in ("none", "zlib"):
            row.append(listed(str(matrix.wire[THEIRS, packing][i][0]) for i in members))
        got = matrix.seen[THEIRS, "none", "c"]
        row.append(listed(kind_of(got[i]) for i in members))
        said = []
        for packing in ("none", "zlib"):
            for reader in ("c", "python", "java", "shell"):
                seen = matrix.seen[THEIRS, packing, reader]
                said.append(verdict([(seen[i], as_php_writes(matrix.samples[i].value)) for i in members]))
        row.append(listed(said))
        rows.append(row)
    return table(["value", "bytes", "flags, plain", "with zlib", "Polyring reads", "which is"], rows)


def made(matrix):
    return (f"What a value is in each language, as it is given to `set` and comes from `get`; in C, tags without\n"
            f"their `POLYRING_VALUE_`; in the shell, the option of `polyring set` and the type of `polyring get --json`:\n\n"
            f"{types_table(matrix)}\n"
            f"What lies on the server, whoever of them writes it; bytes are those of the plain body:\n\n"
            f"{wire_table(matrix)}\n"
            f"What the unmodified php-memcached reads, whoever of them wrote it:\n\n"
            f"{to_php_table(matrix)}\n"
            "What php-memcached writes, with `SERIALIZER_JSON_ARRAY` and zlib, and each language reads:\n\n"
            f"{from_php_table(matrix)}")


def differences(name, old, new):
    return list(difflib.unified_diff(old.splitlines(), new.splitlines(), name, "what was seen", lineterm="", n=0))


def hold(document, mark, made, write):
    """Whether the document, between the marks of a test, differs from what the test made."""
    begin, end = f"<!-- begin: {mark} -->\n", f"<!-- end: {mark} -->\n"
    content = document.read_text()
    before, _, rest = content.partition(begin)
    old, _, after = rest.partition(end)
    new = f"\n{made}\n"
    if write:
        document.write_text(f"{before}{begin}{new}{end}{after}")
        return False
    if len(differences("", new.replace("equal", "other", 1), new)) != 5:
        raise SystemExit("a wrong word in the tables is not noticed")
    lines = differences(document.name, old, new)
    if lines:
        print(f"the tables are not what {mark} saw; its --write mends them:", *lines, sep="\n", file=sys.stderr)
    return bool(lines)


def compare(document, matrix, write):
    """Whether the document differs from what was seen."""
    missing = ({*LANGUAGES} | {THEIRS}) - {writer.name for writer in matrix.writers}
    if missing:
        print(f"SKIP tables: without {', '.join(sorted(missing))} there is not all to see")
        return False
    return hold(document, "tests/live/values.py", made(matrix), write)
