/* The docstrings of Health, as those in docs.i. */

%feature("docstring") watch
"Health(servers, profile='libmemcached/ketama-weighted', *, gutter=None, seed=None, on_dead=None, rejoin=None, detect_hard=None, detect_soft=None, detect_share=None, detect_garbled=None, probe_interval=None, probe_most=None, settle=None, steady=None, stand_in_ttl=None, dead_most=None)
--

Says which servers may be spoken to, and where a key goes meanwhile. A Client has one inside; this
one is for those who speak to servers themselves.

It is told what was seen of each server, and when; it answers from that alone. It reads no clock
and speaks to nobody: the same events at the same times give the same answers, in every process
and every language.

servers and profile are those of Ring. gutter has the servers that keys go to with
on_dead='gutter', by the same profile. seed decides the jitter of probes; without one it is random.
The others are settings of Client, where they are described; a time is in seconds, or a timedelta.

Times of events, named now, are seconds of one clock that never goes back, such as
time.monotonic(); they are kept in microseconds.

Raises InvalidServersError, InvalidProfileError or InvalidArgumentError.";

%feature("docstring") watch::report
"report($self, /, server, seen, now, detail=None)
--

Tells what was seen of a server: a Seen.

server is an index, or (str) how it is spelled in servers. detail, of Seen.PROBE_ANSWERED, is how
long the server has been running at most, in seconds or as a timedelta: one that started after it
went down is empty, and is UP at once. A time before that of the last call counts as that.";

%feature("docstring") watch::due
"due($self, now, /)
--

The index of a server that is to be probed now, which is then PROBING until that is reported; or
None. Ask again for the next one.";

%feature("docstring") watch::next_due
"next_due($self, /)
--

When a server is to be probed next; None if none is waiting.";

%feature("docstring") watch::signs
"signs($self, server, /)
--

How a server is: VitalSigns.";

%feature("docstring") watch::route
"route($self, /, key, now)
--

Where a key goes at that time: a Route.

Raises InvalidKeyError for a key that the profile's client refuses.";

%feature("docstring") watch::log
"log($self, /)
--

The lines of the log since this was asked before: 'TIME SERVER STATE -> STATE REASON', with the
time in microseconds. The last 1024 are kept; where older ones were lost, the first line says how
many.";
