"""What a fake server answers wrongly, and what a client may say to it.

A row is (name, protocol, answers, allowed). answers(request) is what the server does until it is mended. allowed[n] is
the set of what the client may say to its n-th call, the last one for all that follow: RIGHT (the value, the outcome
that was acknowledged), MISS, or the status of a failure. Nothing else, a wrong value and a false success least of all.
"""

from fake import CLOSE, NUMBER, RESET, hit, right, value_of

RIGHT, MISS = "RIGHT", "MISS"
KEYS = [b"alpha", b"beta", b"gamma"]
STRAY = "a reply before the request"
SHORT = 0.4  # seconds, beyond the time that calls have here
SLOW = {"cut and silent", "silence", "reply after the deadline", "a byte each 150 ms"}  # calls run out of time


def nasty_of(key):
    return b"x\r\nEND\r\nVALUE %s 0 5\r\nwrong\r\nEND\r\n" % key


def slowly(text, pause):
    return [part for i in range(len(text)) for part in (text[i:i + 1], pause)]


def told(answers):
    """Answers to (key, n), as answers to a request."""
    return lambda request: answers(request.key, request.n)


def always(answers, *allowed):
    return answers, [set(allowed)]


def first(answers, *allowed):
    """This once; from then on the server is in order, and the client must have recovered."""
    return (lambda r: answers(r) if r.n == 0 else [right(r)]), [set(allowed), {RIGHT}]


def table(protocol, rows):
    return [(name, protocol, *row) for name, row in rows.items()]


TEXT_GETS = [(name, "text", told(answers), allowed) for name, (answers, allowed) in {
    "wrong key": always(lambda k, n: [hit(b"other")], "BAD_REPLY"),
    "a key that was asked before": always(lambda k, n: [hit(KEYS[(n + 2) % 3])], "BAD_REPLY"),
    "cut and closed": always(lambda k, n: [hit(k)[:-12], CLOSE], "UNKNOWN"),
    "closed at once": always(lambda k, n: [CLOSE], "UNKNOWN"),
    "garbage": always(lambda k, n: [b"ten green bottles\r\n"], "BAD_REPLY"),
    "control bytes": always(lambda k, n: [b"\0\1\2\xff\xfe\r\n"], "BAD_REPLY"),
    "a key of 100 kB": always(lambda k, n: [hit(b"k" * 100_000)], "BAD_REPLY"),
    "5 MB without a newline": always(lambda k, n: [b"x" * 5_000_000], "BAD_REPLY"),
    "size 2^32-1": always(lambda k, n: [hit(k, b"abc", 2**32 - 1)], "BAD_REPLY", "TOO_LARGE"),
    "size 2^64-1": always(lambda k, n: [hit(k, b"abc", 2**64 - 1)], "BAD_REPLY", "TOO_LARGE"),
    "size 2^64": always(lambda k, n: [hit(k, b"abc", 2**64)], "BAD_REPLY"),
    "size -1": always(lambda k, n: [hit(k, b"abc", -1)], "BAD_REPLY"),
    "size in hexadecimal": always(lambda k, n: [hit(k, b"0123456789", "0xa")], "BAD_REPLY"),
    "no line end behind the data": always(lambda k, n: [hit(k, end=b"XXEND\r\n")], "BAD_REPLY"),
    "half a line end behind the data": always(lambda k, n: [hit(k, end=b"\rXEND\r\n")], "BAD_REPLY"),
    "size too small": always(lambda k, n: [hit(k, size=4)], "BAD_REPLY"),
    "size too large": always(lambda k, n: [hit(k, size=len(k) + 10), b"END\r\n"], "BAD_REPLY"),
    "the key twice": always(lambda k, n: [hit(k, end=b"\r\n") + hit(k, b"another")], "BAD_REPLY"),
    "another key behind it": always(lambda k, n: [hit(k, end=b"\r\n") + hit(b"other")], "BAD_REPLY"),
    "one reply too many": always(lambda k, n: [hit(k) + hit(KEYS[(n + 1) % 3], b"stray")], RIGHT, "BAD_REPLY"),
    "value, then reset": always(lambda k, n: [hit(k, end=b"\r\n"), 0.05, RESET], "UNKNOWN"),
    "a byte each ms": always(lambda k, n: slowly(hit(k), 0.001), RIGHT),
    "replies in the value": always(lambda k, n: [hit(k, nasty_of(k))], RIGHT),
    "miss": always(lambda k, n: [b"END\r\n"], MISS),
    "SERVER_ERROR": always(lambda k, n: [b"SERVER_ERROR out of memory\r\n"], "SERVER_FAILED"),
    "ERROR": always(lambda k, n: [b"ERROR\r\n"], "REFUSED"),
    "CLIENT_ERROR": always(lambda k, n: [b"CLIENT_ERROR bad command line\r\n"], "REFUSED"),
    "STORED to a get": always(lambda k, n: [b"STORED\r\n"], "BAD_REPLY"),
    "a number to a get": always(lambda k, n: [b"17\r\n"], "BAD_REPLY"),
    "a reply of meta": always(lambda k, n: [b"VA 5\r\nwrong\r\n"], "BAD_REPLY"),
}.items()] + table("text", {
    "cut and silent": first(lambda r: [hit(r.key)[:-12]], "UNKNOWN"),
    "a reply nobody asked for": first(lambda r: [b"END\r\n" + hit(b"beta", b"stray")], MISS, "BAD_REPLY"),
    STRAY: first(lambda r: [right(r), 0.02, hit(b"beta", b"stray")], RIGHT),
    "reply after the deadline": first(lambda r: [SHORT, hit(r.key, b"late")], "UNKNOWN"),
    "a byte each 150 ms": first(lambda r: slowly(hit(r.key), 0.15), "UNKNOWN"),
})

META_GETS = table("meta", {
    "wrong opaque": always(lambda r: [r.found(names=r.names(opaque=b"4000000000"))], "BAD_REPLY"),
    "the opaque of the one before": first(lambda r: [r.found(names=r.names(opaque=b"%d" % (int(r.opaque) - 1)))],
                                          "BAD_REPLY"),
    "an opaque that is no number": always(lambda r: [r.found(names=r.names(opaque=b"1x"))], "BAD_REPLY"),
    "an opaque of 2^32 more": always(lambda r: [r.found(names=r.names(opaque=b"%d" % (int(r.opaque) + 2**32)))],
                                     "BAD_REPLY"),
    "wrong key": always(lambda r: [r.found(names=r.names(b"other"))], "BAD_REPLY"),
    "the start of the key": always(lambda r: [r.found(names=r.names(r.key[:-1]))], "BAD_REPLY"),
    "the key in base64": always(lambda r: [r.found(names=b" b" + r.names())], "BAD_REPLY"),
    "no opaque": always(lambda r: [r.found(names=b" k" + r.key)], "BAD_REPLY"),
    "no key": always(lambda r: [r.found(names=b" O" + r.opaque)], "BAD_REPLY"),
    "neither": always(lambda r: [r.found(names=b"")], "BAD_REPLY"),
    "no flags of the item": always(lambda r: [r.found(without=b"f")], "BAD_REPLY"),
    "flags that are no number": always(lambda r: [r.found(names=b" fx" + r.names())], "BAD_REPLY"),
    "HD for a value": always(lambda r: [b"HD f0%s\r\n" % r.names()], "BAD_REPLY"),
    "cut and closed": always(lambda r: [r.found()[:-7], CLOSE], "UNKNOWN"),
    "cut and reset": always(lambda r: [r.found()[:-7], 0.02, RESET], "UNKNOWN"),
    "cut and silent": first(lambda r: [r.found()[:-7]], "UNKNOWN"),
    "cut in its line, closed": always(lambda r: [r.found()[:6], CLOSE], "UNKNOWN"),
    "closed at once": always(lambda r: [CLOSE], "UNKNOWN"),
    "reset at once": always(lambda r: [RESET], "UNKNOWN"),
    "size -1": always(lambda r: [r.found(b"abc", -1)], "BAD_REPLY"),
    "size 2^32-1": always(lambda r: [r.found(b"abc", 2**32 - 1)], "BAD_REPLY", "TOO_LARGE"),
    "size 2^64-1": always(lambda r: [r.found(b"abc", 2**64 - 1)], "BAD_REPLY", "TOO_LARGE"),
    "size 2^64": always(lambda r: [r.found(b"abc", 2**64)], "BAD_REPLY"),
    "a size of 5,000 digits": always(lambda r: [r.found(b"abc", "9" * 5000)], "BAD_REPLY"),
    "size above the limit": always(lambda r: [r.found(b"abc", 2**30 + 1)], "BAD_REPLY", "TOO_LARGE"),
    "no size": always(lambda r: [b"VA\r\n"], "BAD_REPLY"),
    "no line end behind the data": always(lambda r: [r.found()[:-2] + b"XX"], "BAD_REPLY"),
    "half a line end behind the data": always(lambda r: [r.found()[:-1] + b"X"], "BAD_REPLY"),
    "size too small": always(lambda r: [r.found(size=4)], "BAD_REPLY"),
    "size too large": always(lambda r: [r.found(size=len(value_of(r.key)) + 1) + r.found()], "BAD_REPLY"),
    "MN to a get": always(lambda r: [b"MN\r\n"], "BAD_REPLY"),
    "MN in front": first(lambda r: [b"MN\r\n" + r.found()], "BAD_REPLY"),
    "EN in front": first(lambda r: [b"EN\r\n" + r.found()], MISS, "BAD_REPLY"),
    "EN behind": always(lambda r: [r.found() + b"EN\r\n"], RIGHT, "BAD_REPLY"),
    "one reply too many": always(lambda r: [2 * r.found()], RIGHT, "BAD_REPLY"),
    STRAY: (first(lambda r: [right(r), 0.02, r.found(b"stray")])[0], [{RIGHT}, {RIGHT, "BAD_REPLY"}, {RIGHT}]),
    "NF to a get": always(lambda r: [b"NF%s\r\n" % r.names()], "BAD_REPLY"),
    "NS to a get": always(lambda r: [b"NS%s\r\n" % r.names()], "BAD_REPLY"),
    "garbage": always(lambda r: [b"ten green bottles\r\n"], "BAD_REPLY"),
    "binary garbage": always(lambda r: [b"\x81\0\0\5\0\0\0\1\xff\xfe\x00\r\n"], "BAD_REPLY"),
    "5 MB without a newline": always(lambda r: [b"x" * 5_000_000], "BAD_REPLY"),
    "a reply of classic text": always(lambda r: [hit(r.key)], "BAD_REPLY"),
    "reply after the deadline": first(lambda r: [SHORT, r.found(b"late")], "UNKNOWN"),
    "a byte each 150 ms": first(lambda r: slowly(r.found(), 0.15), "UNKNOWN"),
    "a byte each ms": always(lambda r: slowly(r.found(), 0.001), RIGHT),
    "replies in the value": always(lambda r: [r.found(nasty_of(r.key))], RIGHT),
    "miss": always(lambda r: [b"EN\r\n"], MISS),
    "a miss that is named": always(lambda r: [b"EN%s\r\n" % r.names()], MISS),
    "a miss of another": always(lambda r: [b"EN%s\r\n" % r.names(b"other")], "BAD_REPLY"),
    "SERVER_ERROR": always(lambda r: [b"SERVER_ERROR out of memory\r\n"], "SERVER_FAILED"),
    "CLIENT_ERROR": always(lambda r: [b"CLIENT_ERROR bad data chunk\r\n"], "REFUSED"),
    "ERROR": always(lambda r: [b"ERROR\r\n"], "REFUSED"),
})

# --- changes: one call, and its like when the server is mended ---

CHANGES = ["set", "add", "cas", "incr", "delete", "touch"]


def word_of_another(r):
    return {b"set": b"DELETED", b"add": b"TOUCHED", b"cas": b"OK", b"incr": b"STORED", b"delete": b"STORED",
            b"touch": b"DELETED"}[r.verb] + b"\r\n"


def letters_of_another(r):
    """The miss of mg to what is no mg, that of others to a touch, and HD to what has a value."""
    return {b"ma": b"HD", b"mg": b"NF"}.get(r.verb, b"EN") + r.names() + b"\r\n"


def anywhere(meta):
    return {
        "ERROR": first(lambda r: [b"ERROR\r\n"], "REFUSED"),
        "SERVER_ERROR": first(lambda r: [b"SERVER_ERROR out of memory storing object\r\n"], "SERVER_FAILED"),
        "CLIENT_ERROR": first(lambda r: [b"CLIENT_ERROR bad data chunk\r\n"], "REFUSED"),
        "closed after it was sent": first(lambda r: [CLOSE], "UNKNOWN"),
        "reset after it was sent": first(lambda r: [RESET], "UNKNOWN"),
        "half a reply, closed": first(lambda r: [right(r)[:-1] if meta or r.verb != b"incr" else b"5", CLOSE],
                                      "UNKNOWN"),
        "silence": first(lambda r: [], "UNKNOWN"),
        "garbage": first(lambda r: [b"ten green bottles\r\n"], "UNKNOWN"),
        "control bytes": first(lambda r: [b"\0\1\2\xff\xfe\r\n"], "UNKNOWN"),
        "5 MB without a newline": first(lambda r: [b"x" * 5_000_000], "UNKNOWN"),
        "the reply twice": first(lambda r: [2 * right(r)], RIGHT, "UNKNOWN"),
        STRAY: first(lambda r: [right(r), 0.02, right(r)], RIGHT),
    }


TEXT_CHANGES = table("text", anywhere(False) | {
    "the word of another": first(lambda r: [word_of_another(r)], "UNKNOWN"),
    "a value": first(lambda r: [hit(r.key)], "UNKNOWN"),
    "END": first(lambda r: [b"END\r\n"], "UNKNOWN"),
    "a line end that is none": first(lambda r: [right(r).replace(b"\r", b"")], "UNKNOWN"),
    "a word too many": first(lambda r: [right(r)[:-2] + b" really\r\n"], "UNKNOWN"),
    "a number out of bounds": first(lambda r: [b"18446744073709551616\r\n"], "UNKNOWN"),
    "a number below nothing": first(lambda r: [b"-1\r\n"], "UNKNOWN"),
})

META_CHANGES = table("meta", anywhere(True) | {
    "done, for nobody": first(lambda r: [b"HD\r\n" if r.verb != b"ma" else b"VA 1\r\n%d\r\n" % NUMBER], "UNKNOWN"),
    "the opaque of another": first(lambda r: [right(r).replace(b" O" + r.opaque, b" O4000000000")], "UNKNOWN"),
    "the key of another": first(lambda r: [right(r).replace(b" k" + r.key, b" kother")], "UNKNOWN"),
    "no opaque": first(lambda r: [right(r).replace(b" O" + r.opaque, b"")], "UNKNOWN"),
    "no key": first(lambda r: [right(r).replace(b" k" + r.key, b"")], "UNKNOWN"),
    "letters of another": first(lambda r: [letters_of_another(r)], "UNKNOWN"),
    "a value of 3 bytes": first(lambda r: [r.found(b"abc")], "UNKNOWN"),
    "STORED": first(lambda r: [b"STORED\r\n"], "UNKNOWN"),
    "MN": first(lambda r: [b"MN\r\n"], "UNKNOWN"),
})

# --- many keys: what may be said of each of them ---


def at_last(answers):
    """Silence to the requests of a quiet pipeline, but for these answers: {place in it: answer(request)}."""
    return lambda r: [answers[r.n](r)] if r.n in answers else []


def of_kept(place, letters):
    """An answer to the request at that place, given later."""
    return lambda r: letters + [*r.before, r][place].names() + b"\r\n"


def both(*answers):
    return lambda r: b"".join(answer(r) for answer in answers)


NS, HD, DOUBT = b"NS", b"HD", {"UNKNOWN"}
NOT = {"UNKNOWN", "NOT_STORED"}

META_SETS = table("meta", {  # of three keys: the first two are quiet
    "in order": (at_last({1: of_kept(1, NS), 2: of_kept(2, HD)}), [{RIGHT}, {"NOT_STORED"}, {RIGHT}]),
    "out of order": (at_last({1: of_kept(1, NS), 2: both(of_kept(0, NS), of_kept(2, HD))}), [NOT, NOT, DOUBT]),
    "one behind the end": (at_last({2: both(of_kept(2, HD), of_kept(0, NS))}), [NOT, DOUBT, {"UNKNOWN", RIGHT}]),
    "one twice": (at_last({1: of_kept(1, NS), 2: both(of_kept(1, NS), of_kept(2, HD))}), [DOUBT, NOT, DOUBT]),
    "one that was quiet and is done": (at_last({0: of_kept(0, HD), 2: of_kept(2, HD)}), 3 * [{RIGHT, "UNKNOWN"}]),
    "an opaque of nobody": (at_last({2: lambda r: b"HD%s\r\n" % r.names(opaque=b"4000000000")}), 3 * [DOUBT]),
    "no opaque": (at_last({2: lambda r: b"HD k%s\r\n" % r.key}), 3 * [DOUBT]),
    "the wrong key": (at_last({2: lambda r: b"HD%s\r\n" % r.names(b"other")}), 3 * [DOUBT]),
    "closed at the end": (at_last({2: lambda r: CLOSE}), 3 * [DOUBT]),
    "silence": (at_last({}), 3 * [DOUBT]),
    "SERVER_ERROR in the middle": (at_last({1: lambda r: b"SERVER_ERROR out of memory\r\n", 2: of_kept(2, HD)}),
                                   3 * [DOUBT]),
    "ERROR in the middle": (at_last({1: lambda r: b"ERROR\r\n", 2: of_kept(2, HD)}), 3 * [DOUBT]),
    "MN in the middle": (at_last({1: lambda r: b"MN\r\n", 2: of_kept(2, HD)}), 3 * [DOUBT]),
    "EN in the middle": (at_last({1: lambda r: b"EN%s\r\n" % r.names(), 2: of_kept(2, HD)}), 3 * [DOUBT]),
    "a value in the middle": (at_last({1: lambda r: r.found(b"abc"), 2: of_kept(2, HD)}), 3 * [DOUBT]),
})


def values(*places, end=b"END\r\n"):
    """The values of the keys at these places, and the end."""
    return lambda r: [b"".join(hit(r.keys[place], end=b"\r\n") for place in places) + end]


LOST, BAD = {"UNKNOWN", RIGHT}, {"BAD_REPLY"}

MANY_GETS = {  # of three keys, in either protocol by one classic get
    "in order": (values(0, 2), [{RIGHT}, {MISS}, {RIGHT}]),
    "another order": (values(1, 0, 2), [BAD, {RIGHT, "BAD_REPLY"}, BAD]),
    "one twice": (values(0, 0, 1, 2), [{RIGHT, "BAD_REPLY"}, BAD, BAD]),
    "a key that was not asked": (lambda r: [hit(r.keys[0], end=b"\r\n") + hit(b"other")],
                                 [{RIGHT, "BAD_REPLY"}, BAD, BAD]),
    "the value of another key": (lambda r: [hit(r.keys[0], end=b"\r\n") + hit(r.keys[2], end=b"\r\n")
                                            + hit(r.keys[1])], [{RIGHT, "BAD_REPLY"}, BAD, {RIGHT, "BAD_REPLY"}]),
    "closed before the end": (lambda r: [*values(0, 1, 2, end=b"")(r), CLOSE], 3 * [LOST]),
    "closed in a value": (lambda r: [values(0, 1, 2)(r)[0][:-15], CLOSE], [LOST, LOST, {"UNKNOWN"}]),
    "reset in a value": (lambda r: [values(0, 1, 2)(r)[0][:-15], 0.02, RESET], [LOST, LOST, {"UNKNOWN"}]),
    "END in the middle": (lambda r: [values(0)(r)[0] + values(1, 2)(r)[0]], [{RIGHT, "BAD_REPLY"}, BAD, BAD]),
    "SERVER_ERROR in the middle": (values(0, end=b"SERVER_ERROR out of memory\r\n"),
                                   [{RIGHT, "BAD_REPLY", "SERVER_FAILED"}] + 2 * [{"BAD_REPLY", "SERVER_FAILED"}]),
    "MN in the middle": (lambda r: [values(0, end=b"MN\r\n")(r)[0] + values(1, 2)(r)[0]],
                         [{RIGHT, "BAD_REPLY"}, BAD, BAD]),
    "replies in a value": (lambda r: [hit(r.keys[0], nasty_of(r.keys[0]), end=b"\r\n") + hit(r.keys[2])],
                           [{RIGHT}, {MISS}, {RIGHT}]),
    "a size that is negative": (lambda r: [hit(r.keys[0], end=b"\r\n") + hit(r.keys[1], b"abc", -1)],
                                [{RIGHT, "BAD_REPLY"}, BAD, BAD]),
}
MANY_GETS = table("text", MANY_GETS) + table("meta", MANY_GETS)

# --- the question which protocol is spoken (protocol=auto) ---

ASKED = table("auto", {
    "MN twice": (lambda r: [2 * b"MN\r\n" if r.verb == b"mn" else right(r)], [{"BAD_REPLY", "UNAVAILABLE", RIGHT}]),
    "MN, then what nobody asked": (lambda r: [b"MN\r\nHD\r\n" if r.verb == b"mn" else right(r)],
                                   [{"BAD_REPLY", "UNAVAILABLE", RIGHT}]),
    "garbage": (lambda r: [b"ten green bottles\r\n"], [{"BAD_REPLY", "UNAVAILABLE"}]),
    "a value": (lambda r: [hit(b"alpha")], [{"BAD_REPLY", "UNAVAILABLE"}]),
})
