/* The docstrings of Client, as those in docs.i. */

%feature("docstring") session
"Client(servers='', *, profile=None, topology=None, timeout=None, read_timeout=None, write_timeout=None, connect_timeout=None, idle_timeout=None, max_connections=None, max_value=None, protocol=None, dialect=None, compress=None, compress_from=None, decode_text=None, on_error=None, on_mismatch=None, announce=None, on_dead=None, rejoin=None, detect_hard=None, detect_soft=None, detect_share=None, detect_garbled=None, probe_interval=None, probe_most=None, settle=None, steady=None, stand_in_ttl=None, dead_most=None, gutter=None, warm_time=None, max_in_flight=None)
--

Reads and changes items on memcached servers; each key on the server that the ring gives it.

servers is one text: servers with blanks between them, as Ring takes them, a URL
'memcached://server,server/?name=value', or the JSON of a topology; or it is a sequence of
servers, or a Topology. The other arguments are settings, which win over those of a URL, as those
win over the settings of a topology:

    profile='ketama'       how keys are placed; a topology brings its own, and only the same one is
                           taken where this is given
    topology               path of a file with a topology, which is read again when it changes
    timeout                how long a call may take in all, for reads and changes alike
    read_timeout=0.25, write_timeout=0.5    the same, where they differ
    connect_timeout=0.1    how long connecting may take as a part of that
    idle_timeout=60        connections that nobody used for so long are closed
    max_connections=64     to each server
    max_value=1048576      bytes of the largest value, as it lies on the server
    protocol='auto'        or 'meta', 'text'
    dialect='portable'     how values are written; or 'raw'
    compress='zlib'        or 'zstd', 'none'
    compress_from=2000     bytes from which on values are compressed
    decode_text=False      True: bytes of others that are valid UTF-8 are read as str
    on_error='raise'       'miss': failed reads look like misses, but for refused keys and arguments
    on_mismatch='warn'     'refuse' or 'ignore': a server that knows another topology
    announce=True          whether the topology is written to servers that know none
    on_dead='miss'         where keys of a server go that is down: nowhere; 'next', 'gutter', or
                           'native': where the client that the profile is named after sends them
    rejoin='auto'          what is done before it is used again: 'repair', 'flush_first', 'warm' or
                           'immediate'; auto is repair with on_dead='miss', else flush_first
    detect_hard=1          a server is down after so many refused connections in a row,
    detect_soft=3          or so many calls in a row that were not answered in time,
    detect_share=50        or this percentage of the last 20 calls,
    detect_garbled=3       or so many replies in a minute that were none; 0 is never
    probe_interval=1       from then to the first probe; each that fails doubles it,
    probe_most=30          up to this
    settle=1               so long it must have answered probes; doubled each time that it goes
                           down again within steady, up to probe_most
    steady=60              so long it must be up before the doublings start anew
    stand_in_ttl=10        items live no longer than this on a server that is not their own
    dead_most=0            with more servers down than this, their keys go nowhere; 0 is a third
    gutter                 where keys of a dead server go if on_dead is 'gutter'
    warm_time=60           so long misses are asked of the stand-in if rejoin is 'warm'
    max_in_flight=1024     operations on their way to a server; further calls fail at once

Times are seconds, a timedelta, or text as in a URL ('250ms').

Keys are str, which stands for its UTF-8 bytes, or bytes-like. A value is None, a bool, an int of
64 bits, a float, a str, bytes-like, or a list, tuple or dict (with keys of str) of these; a tuple
comes back as a list, and anything bytes-like as bytes. A ttl is in whole seconds from now, or a
timedelta; 0 is for ever, below 0 gone at once.

Any number of threads may use a client, and it may be used after a fork. It connects when it is
first used; close() or with closes it.

Every method that asks servers raises UnavailableError, UnknownError, ProtocolError, ServerError,
MismatchError, InvalidKeyError, InvalidValueError or InvalidArgumentError, and for many keys or
servers PartialError. None of these looks like a miss.";

%feature("docstring") session::gets
"gets($self, key, /)
--

The Item of the key with value and cas, or None if there is none.";

%feature("docstring") session::item
"item($self, /, key, vivify=None, recache=None)
--

The Item of the key with all that the server knows of it, or None if there is none.

vivify: a miss makes an empty item, which lives for so many seconds, and the caller has won the
right to fill it. recache: the caller may win too if less than so many seconds are left to it.
Needs the meta protocol.";

%feature("docstring") session::get_many
"get_many($self, keys, /)
--

The values of an iterable of keys: a dict, under the keys as they were given; those that are not
there are left out.

Raises PartialError if any failed; with on_error='miss' only if keys were refused.";

%feature("docstring") session::append
"append($self, key, value, /)
--

Puts str or bytes behind those that are there: Outcome.NOT_STORED if there are none.";

%feature("docstring") session::prepend
"prepend($self, key, value, /)
--

Puts str or bytes before those that are there: Outcome.NOT_STORED if there are none.";

%feature("docstring") session::cas
"cas($self, /, key, value, cas, ttl=0)
--

Stores a value if the item is still the one that gets or item gave with this cas.

Else it is Outcome.EXISTS, or Outcome.MISS if there is no item.";

%feature("docstring") session::set_many
"set_many($self, /, items, ttl=0)
--

Stores the values of a mapping: a dict of Outcome under its keys.

Raises PartialError if any failed.";

%feature("docstring") session::remove
"delete($self, key, /)
--

Deletes the item: Outcome.OK, or Outcome.MISS if there is none.";

%feature("docstring") session::remove_many
"delete_many($self, keys, /)
--

Deletes the items of an iterable of keys: a dict of Outcome under the keys.

Raises PartialError if any failed.";

%feature("docstring") session::invalidate
"invalidate($self, /, key, ttl)
--

Keeps the item as a stale one for the time ttl; the first item() of it wins the right to make it
anew. Outcome.OK or Outcome.MISS. Needs the meta protocol.";

%feature("docstring") session::touch
"touch($self, /, key, ttl)
--

Gives the item a new time to live: Outcome.OK or Outcome.MISS.";

%feature("docstring") session::touch_many
"touch_many($self, /, keys, ttl)
--

Gives the items of an iterable of keys a new time to live: a dict of Outcome under the keys.

Raises PartialError if any failed.";

%feature("docstring") session::incr
"incr($self, /, key, delta=1, initial=None, ttl=0)
--

Adds delta to a counter, modulo 2**64: the new number, or None if there is none.

initial: a counter that is not there is made with this number, to live for the time ttl (meta
protocol).";

%feature("docstring") session::decr
"decr($self, /, key, delta=1, initial=None, ttl=0)
--

Subtracts delta from a counter, not below 0: the new number, or None if there is none.

initial: a counter that is not there is made with this number, to live for the time ttl (meta
protocol).";

%feature("docstring") session::set_counter
"set_counter($self, /, key, number, ttl=0)
--

Stores a number from 0 on as incr and decr take it: Outcome.OK.";

%feature("docstring") session::flush_all
"flush_all($self, /, delay=0, server=None)
--

Deletes all items of all servers, after so many seconds: a dict of Outcome, a server each.

server: only that one, by its name or as it is spelled.";

%feature("docstring") session::stats
"stats($self, /, arguments='', server=None)
--

The statistics of all servers: a dict, a server each, of dicts of str.

arguments is the sub-command: 'items', 'slabs'. server: only that one, by its name or as it is spelled.";

%feature("docstring") session::version
"version($self, /, server=None)
--

The versions of all servers: a dict of str. server: only that one, by its name or as it is spelled.";

%feature("docstring") session::dump
"dump($self, /, server=None)
--

What keys the servers have: a dict, a server each, of the text of lru_crawler metadump, a line a
key. server: only that one, by its name or as it is spelled.";

%feature("docstring") session::verbosity
"verbosity($self, /, level, server=None)
--

How much servers write into their logs: a dict of Outcome. server: only that one, by its name or as it is spelled.";

%feature("docstring") session::ping
"ping($self, /, server=None)
--

Whether all servers answer: a dict of Outcome, a server each.

server: only that one, by its name or as it is spelled.";

%feature("docstring") session::tick
"tick($self, budget, /)
--

Does what is due for servers that failed: probes, and undoing what was missed.

Every call does that too, so only programs that make none for a while need it, some ten times a
second. It returns when nothing is on its way, or after budget: seconds, or a timedelta.";

%feature("docstring") session::set_topology
"set_topology($self, topology, /)
--

Uses another topology from now on: a Topology, its text, or servers, which keep the profile. A
topology has its own profile, which must be that of the argument profile if the client was made
with it; its settings are for clients that are made with it.

Raises InvalidTopologyError, InvalidServersError or InvalidArgumentError; the client then stays as
it is.";

%feature("docstring") session::add_server
"add_server($self, server, /)
--

Adds a server at the end of the list; the epoch grows by one.";

%feature("docstring") session::remove_server
"remove_server($self, server, /)
--

Removes a server, by its name or as it is spelled; the epoch grows by one.

Raises InvalidArgumentError if there is no such server, or more than one.";

%feature("docstring") session::topology
"topology($self, /)
--

The Topology that calls use now.";

%feature("docstring") session::ring
"ring($self, /)
--

The Ring that calls use now.";

%feature("docstring") session::statistics
"statistics($self, /)
--

What the client did with each server: a list of Statistics.";

%feature("docstring") session::events
"events($self, /)
--

What has happened since this was asked last, oldest first: a list of Event. At most 256 are kept.";

%feature("docstring") session::setting
"setting($self, name, /)
--

A setting as text, times as '250000us'; None if there is none of this name.";
