<?php

/**
 * What the extension offers, in PHP's own words. PHP's gen_stub makes polyring_arginfo.h of this
 * file (./arginfo does it), so names, types and defaults here are those that reflection shows;
 * editors read it for completion. Strings are bytes: text is expected to be UTF-8.
 *
 * @generate-class-entries
 */

namespace Polyring {

    /**
     * Says on which server a key lives. Built once from a list of servers and a profile, never
     * changed.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Ring
    {
        /**
         * The profile that is used if none is named: weighted ketama, as libmemcached places it.
         *
         * @var string
         * @cvalue POLYRING_PROFILE_DEFAULT
         */
        const DEFAULT_PROFILE = UNKNOWN;

        /**
         * @param string|string[] $servers one text, the servers separated by blanks, or a list of
         *     texts: `[name=]host[/address][:port][:weight]`
         * @param string $profile name or alias of a profile, with overrides of its columns if
         *     need be: `libmemcached/modula,hash=crc`
         * @throws InvalidServersException
         * @throws InvalidProfileException
         */
        public function __construct(string|array $servers, string $profile = Ring::DEFAULT_PROFILE) {}

        /**
         * The server of a key, spelled as it was given, without name, weight and attributes.
         *
         * @throws InvalidKeyException
         */
        public function locate(string $key): string {}

        /**
         * The servers of many keys: a list in the order of the keys, with null for each key that
         * the profile's client refuses. Keys of the array play no part. Elements are strings;
         * integers are taken as their decimal text, since that is what PHP makes of such keys of
         * arrays.
         *
         * @param string[]|int[] $keys
         * @return list<?string>
         */
        public function locateMany(array $keys): array {}

        /**
         * The same as indexes into servers(), with -1 for each refused key.
         *
         * @param string[]|int[] $keys
         * @return list<int>
         */
        public function locateIndexes(array $keys): array {}

        /**
         * How a key comes to its server.
         *
         * @throws InvalidKeyException
         */
        public function explain(string $key): Placement {}

        /**
         * The servers in the order of the list, as locate() returns them.
         *
         * @return list<string>
         */
        public function servers(): array {}

        /** The name of the profile, aliases resolved, overrides included. */
        public function profile(): string {}

        /**
         * A digest of where the ring places keys, and of nothing else: rings of the same
         * fingerprint place every key alike, in whatever words their profiles and servers are
         * written.
         */
        public function fingerprint(): string {}

        /**
         * What moves if this ring is replaced by another one. It is exact where both rings hash
         * the same text alike and are rings or lists of slots; else it comes from a sample of
         * keys, always the same.
         *
         * @param int $sample so many keys, or a million for 0
         * @throws InvalidKeyException if every key of the sample is refused
         */
        public function plan(Ring $other, int $sample = 0): Plan {}

        /**
         * A new ring with one server more, behind the others.
         *
         * @throws InvalidServersException
         */
        public function withServer(string $server): Ring {}

        /**
         * A new ring with one server less.
         *
         * @param int|string $server an index, or the server as servers() spells it
         * @throws InvalidArgumentException if there is no such server, more than one, or none
         *     would be left
         */
        public function withoutServer(int|string $server): Ring {}

        /**
         * The names of all profiles.
         *
         * @return list<string>
         */
        public static function profiles(): array {}
    }

    /**
     * What the programs of one pool must agree on: profile, servers, settings, and an epoch, which
     * counts its versions. Never changed; two topologies are equal (==) if their canonical texts
     * are.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Topology
    {
        /**
         * A topology without settings.
         *
         * @param string|string[] $servers as for a Ring; no two have the same name
         * @throws InvalidServersException
         * @throws InvalidProfileException
         * @throws InvalidArgumentException
         */
        public function __construct(
            string|array $servers,
            string $profile = Ring::DEFAULT_PROFILE,
            int $epoch = 0,
        ) {}

        /**
         * Reads a topology, a JSON document. What is wrong is said with line and column, and
         * getPosition() is the offset of the offence.
         *
         * @throws InvalidTopologyException
         * @throws InvalidServersException
         * @throws InvalidProfileException
         * @throws InvalidArgumentException with the status NOT_SUPPORTED if the extension was
         *     built without JSON
         */
        public static function parse(string $text): Topology {}

        /** The name of the profile, aliases resolved, overrides included. */
        public function profile(): string {}

        /** The number of this version. */
        public function epoch(): int {}

        /**
         * The servers in canonical spelling, with names, weights and attributes.
         *
         * @return list<string>
         */
        public function servers(): array {}

        /**
         * The settings by their names, ascending. A number is there in decimal, a truth value as
         * "true" or "false".
         *
         * @return array<string, string>
         */
        public function settings(): array {}

        /** The canonical text: a JSON document that makes an equal topology. */
        public function text(): string {}

        /** The SHA-256 of the canonical text, in hexadecimal. */
        public function digest(): string {}

        /**
         * The ring of this topology. Server i of the one is server i of the other.
         *
         * @throws InvalidServersException if the profile's client does not take these servers
         */
        public function ring(): Ring {}

        /**
         * A topology with other servers and the next epoch; profile and settings stay.
         *
         * @param string|string[] $servers
         * @throws InvalidServersException
         * @throws InvalidArgumentException
         */
        public function withServers(string|array $servers): Topology {}

        /**
         * A topology, of the next epoch, in which a bucket belongs to another server. It is for
         * profiles of the layout buckets; no other keys move.
         *
         * @param string $server a name, or else a place as in servers()
         * @throws InvalidArgumentException for another layout, or if there is no such bucket or
         *     server
         */
        public function moveBucket(int $bucket, string $server): Topology {}

        /**
         * What changes from this topology to another one, ordered by kind.
         *
         * @return list<Change>
         */
        public function diff(Topology $other): array {}
    }

    /**
     * Speaks to memcached servers, and to each about the keys that its ring has there. It
     * connects when it is first used. A forked child may go on using it.
     *
     * Keys are bytes. Times to live are seconds from now: 0 is for ever, below 0 is gone at once.
     *
     * Values are null, bool, int, float, string and arrays of these, 64 deep at most. A string is
     * written as text if it is valid UTF-8, else as bytes; new Bytes($string) is always bytes.
     * Both are read as strings. An array that is a list (array_is_list) stays a list; any other
     * is a map, whose integer keys are written as their decimal text, and come back as PHP has
     * such keys: as integers. Arrays hold no bytes, as they are written as JSON. Objects are
     * refused.
     *
     * Every failure is an exception, and none looks like a miss, unless the setting on_error is
     * "miss": then reads show as misses what servers, the network or values that cannot be read are
     * to blame for, but never a refused key or argument. A call about many keys throws PartialException, which has what completed.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Client
    {
        /**
         * Times are seconds (0.25), or texts with their unit ("250ms"). What is null has its
         * default.
         *
         * @param string|string[]|Topology $servers a URL,
         *     `memcached://server,server/?profile=ketama&timeout=250ms`; the text of a topology;
         *     servers as for a Ring; a Topology; or nothing, if $topology names a file
         * @param string|null $profile how keys are placed: "ketama"; a topology brings its own, and
         *     only the same one is taken where this is given
         * @param string|null $topology path of a file with the text of a topology; a changed file is
         *     taken while the client is in use
         * @param int|float|string|null $timeout how long a call may take in all
         * @param int|float|string|null $read_timeout the same for reads: 0.25
         * @param int|float|string|null $write_timeout the same for changes: 0.5
         * @param int|float|string|null $connect_timeout how long connecting may take of that: 0.1
         * @param int|float|string|null $idle_timeout unused connections are closed after: 60
         * @param int|string|null $max_connections to each server, at a time: 64
         * @param int|string|null $max_value bytes of the largest value: 1048576
         * @param string|null $protocol "auto", "meta" or "text"
         * @param string|null $dialect how values are written: "portable" or "raw"
         * @param string|null $compress "zlib", "zstd" or "none"
         * @param int|string|null $compress_from bytes from which on it is done: 2000
         * @param bool|string|null $decode_text others' bytes that are UTF-8 are text: false
         * @param string|null $on_error "raise" or "miss"
         * @param string|null $on_mismatch if a server knows another topology: "warn", "refuse" or
         *     "ignore"
         * @param bool|string|null $announce the topology is written to servers that know none:
         *     true
         * @param string|null $on_dead where keys of a server go that is down: "miss", which is nowhere,
         *     "next", "gutter", or "native", where the client that the profile is named after sends them
         * @param string|null $rejoin what is done before it is used again: "auto", "repair",
         *     "flush_first", "warm" or "immediate"
         * @param int|string|null $detect_hard so many refused connections make it down: 1
         * @param int|string|null $detect_soft so many calls not answered in time, in a row: 3
         * @param int|string|null $detect_share or this percentage of the last 20: 50
         * @param int|string|null $detect_garbled or so many replies in a minute that were none: 3
         * @param int|float|string|null $probe_interval from then to the first probe: 1
         * @param int|float|string|null $probe_most doubled with each that fails, up to: 30
         * @param int|float|string|null $settle answered probes for so long, doubled with each relapse: 1
         * @param int|float|string|null $steady up for so long, the doublings start anew: 60
         * @param int|float|string|null $stand_in_ttl items live at most, away from their server: 10
         * @param int|string|null $dead_most with more down their keys go nowhere, 0 a third: 0
         * @param string|null $gutter with on_dead "gutter": where keys of a dead server go
         * @param int|float|string|null $warm_time with rejoin "warm", misses are asked elsewhere: 60
         * @param int|string|null $max_in_flight operations on their way to a server: 1024
         * @throws InvalidArgumentException
         * @throws InvalidServersException
         * @throws InvalidProfileException
         * @throws InvalidTopologyException
         */
        public function __construct(
            string|array|Topology $servers = "",
            ?string $profile = null,
            ?string $topology = null,
            int|float|string|null $timeout = null,
            int|float|string|null $read_timeout = null,
            int|float|string|null $write_timeout = null,
            int|float|string|null $connect_timeout = null,
            int|float|string|null $idle_timeout = null,
            int|string|null $max_connections = null,
            int|string|null $max_value = null,
            ?string $protocol = null,
            ?string $dialect = null,
            ?string $compress = null,
            int|string|null $compress_from = null,
            bool|string|null $decode_text = null,
            ?string $on_error = null,
            ?string $on_mismatch = null,
            bool|string|null $announce = null,
            ?string $on_dead = null,
            ?string $rejoin = null,
            int|string|null $detect_hard = null,
            int|string|null $detect_soft = null,
            int|string|null $detect_share = null,
            int|string|null $detect_garbled = null,
            int|float|string|null $probe_interval = null,
            int|float|string|null $probe_most = null,
            int|float|string|null $settle = null,
            int|float|string|null $steady = null,
            int|float|string|null $stand_in_ttl = null,
            int|string|null $dead_most = null,
            ?string $gutter = null,
            int|float|string|null $warm_time = null,
            int|string|null $max_in_flight = null,
        ) {}

        /**
         * The client of this name, which lives as long as the process and keeps its connections
         * from request to request. The first call makes it; later ones must be given the same
         * servers and settings, and add nothing to it.
         *
         * @param string|string[]|Topology $servers as for the constructor
         * @throws InvalidArgumentException also if the client of this name has another
         *     configuration
         */
        public static function persistent(
            string $name,
            string|array|Topology $servers = "",
            ?string $profile = null,
            ?string $topology = null,
            int|float|string|null $timeout = null,
            int|float|string|null $read_timeout = null,
            int|float|string|null $write_timeout = null,
            int|float|string|null $connect_timeout = null,
            int|float|string|null $idle_timeout = null,
            int|string|null $max_connections = null,
            int|string|null $max_value = null,
            ?string $protocol = null,
            ?string $dialect = null,
            ?string $compress = null,
            int|string|null $compress_from = null,
            bool|string|null $decode_text = null,
            ?string $on_error = null,
            ?string $on_mismatch = null,
            bool|string|null $announce = null,
            ?string $on_dead = null,
            ?string $rejoin = null,
            int|string|null $detect_hard = null,
            int|string|null $detect_soft = null,
            int|string|null $detect_share = null,
            int|string|null $detect_garbled = null,
            int|float|string|null $probe_interval = null,
            int|float|string|null $probe_most = null,
            int|float|string|null $settle = null,
            int|float|string|null $steady = null,
            int|float|string|null $stand_in_ttl = null,
            int|string|null $dead_most = null,
            ?string $gutter = null,
            int|float|string|null $warm_time = null,
            int|string|null $max_in_flight = null,
        ): Client {}

        /**
         * The value of a key, or $default if there is no such item.
         *
         * @throws PolyringException
         */
        public function get(string $key, mixed $default = null): mixed {}

        /** The same, and gives the item a new time to live. */
        public function getAndTouch(string $key, int $ttl, mixed $default = null): mixed {}

        /** The value with its cas; null if there is no such item. */
        public function gets(string $key): ?Item {}

        /**
         * The value with all that the server tells of it. The server must speak meta.
         *
         * @param int|null $vivify make an empty item of a miss, which lives for so many seconds, and
         *     win the right to make it anew
         * @param int|null $recache win if the item has less than so many seconds to live
         */
        public function item(string $key, ?int $vivify = null, ?int $recache = null): ?Item {}

        /**
         * The values of those keys that are there. As in all arrays of PHP, a key that is a
         * decimal number is an integer in the answer.
         *
         * @param string[]|int[] $keys
         * @return array<string|int, mixed>
         * @throws PartialException
         */
        public function getMany(array $keys): array {}

        public function set(string $key, mixed $value, int $ttl = 0): Outcome {}

        /** NotStored if there is such an item. */
        public function add(string $key, mixed $value, int $ttl = 0): Outcome {}

        /** NotStored if there is no such item. */
        public function replace(string $key, mixed $value, int $ttl = 0): Outcome {}

        /**
         * Puts a string behind the one that is there; NotStored if there is none.
         *
         * @param string|Bytes $value
         */
        public function append(string $key, mixed $value): Outcome {}

        /**
         * Puts a string before the one that is there; NotStored if there is none.
         *
         * @param string|Bytes $value
         */
        public function prepend(string $key, mixed $value): Outcome {}

        /**
         * Sets the value if the item is still the one that gets() told the cas of; else Exists,
         * or Miss.
         */
        public function cas(string $key, mixed $value, int $cas, int $ttl = 0): Outcome {}

        /**
         * @param mixed[] $items values by their keys
         * @return array<string|int, Outcome>
         * @throws PartialException
         */
        public function setMany(array $items, int $ttl = 0): array {}

        public function delete(string $key): Outcome {}

        /**
         * @param string[]|int[] $keys
         * @return array<string|int, Outcome>
         * @throws PartialException
         */
        public function deleteMany(array $keys): array {}

        /** Keeps the item as stale for so many seconds. The server must speak meta. */
        public function invalidate(string $key, int $ttl): Outcome {}

        /** Gives the item a new time to live. */
        public function touch(string $key, int $ttl): Outcome {}

        /**
         * @param string[]|int[] $keys
         * @return array<string|int, Outcome>
         * @throws PartialException
         */
        public function touchMany(array $keys, int $ttl): array {}

        /**
         * Adds to a counter, modulo 2 to the 64th. What it is now, above PHP_INT_MAX its decimal
         * digits; null if there is no such item.
         *
         * @param int|null $initial make what is missing, with this number and the time to live $ttl;
         *     the server must speak meta
         */
        public function incr(string $key, int $delta = 1, ?int $initial = null, int $ttl = 0): int|string|null {}

        /** Takes from a counter, which does not go below 0; else as incr(). */
        public function decr(string $key, int $delta = 1, ?int $initial = null, int $ttl = 0): int|string|null {}

        /** Sets a counter, whatever the dialect is. */
        public function setCounter(string $key, int $number, int $ttl = 0): Outcome {}

        /** What a counter is now, or $default if there is none. */
        public function counter(string $key, mixed $default = null): mixed {}

        /**
         * Makes all items of one server, or of all, vanish.
         *
         * @param int $delay in so many seconds
         * @return array<string, Outcome> by server
         * @throws PartialException
         */
        public function flushAll(int $delay = 0, ?string $server = null): array {}

        /**
         * @param string $arguments what is asked for, such as "items"; nothing for the general
         *     statistics
         * @return array<string, array<string, string>> values by name by server
         * @throws PartialException
         */
        public function stats(string $arguments = "", ?string $server = null): array {}

        /**
         * @return array<string, string> by server
         * @throws PartialException
         */
        public function version(?string $server = null): array {}

        /**
         * All keys that are there: a line a key, as lru_crawler metadump has it.
         *
         * @return array<string, string> by server
         * @throws PartialException
         */
        public function dump(?string $server = null): array {}

        /**
         * @return array<string, Outcome> by server
         * @throws PartialException
         */
        public function verbosity(int $level, ?string $server = null): array {}

        /**
         * Asks for nothing but an answer.
         *
         * @return array<string, Outcome> by server
         * @throws PartialException
         */
        public function ping(?string $server = null): array {}

        /**
         * Gives the client another topology. A list of servers keeps the profile; a topology has its
         * own, which must be that of the argument $profile if the client was made with it. Its
         * settings are for clients that are made with it.
         *
         * @param string|string[]|Topology $topology
         * @throws InvalidArgumentException
         * @throws InvalidServersException
         */
        public function setTopology(string|array|Topology $topology): void {}

        /**
         * Adds a server at the end of the list.
         *
         * @throws InvalidServersException
         */
        public function addServer(string $server): void {}

        /**
         * Removes a server, by its name or its spelling.
         *
         * @throws InvalidArgumentException if there is no such server, or more than one
         */
        public function removeServer(string $server): void {}

        /**
         * Does what is due for servers that failed: probes, and undoing what was missed. Every call
         * does that too, so only programs that make none for a while need it, some ten times a
         * second.
         *
         * @param int|float $budget it returns after so many seconds, or when nothing is on its way
         */
        public function tick(int|float $budget): void {}

        /** The topology that is used now. */
        public function topology(): Topology {}

        /** The ring that is used now. */
        public function ring(): Ring {}

        /**
         * What was done with each server, in the order of the list: "server", "exchanges",
         * "operations", "hits", "misses", "failures" (numbers by status), "bytes_sent",
         * "bytes_received", "connects", "connect_failures", "connections", "mismatches",
         * "latency" (numbers of exchanges by how many microseconds they took at most), "state" (the
         * HealthState now), "in_doubt" (keys whose change failed, and which are not yet deleted),
         * "refused" (operations that were not sent, as the server is not spoken to), "redirected"
         * (those that went elsewhere instead) and "probes" (that were begun).
         *
         * @return list<array<string, mixed>>
         */
        public function statistics(): array {}

        /**
         * What happened since this was asked before: "kind", "time" (seconds since 1970, as
         * microtime(true) has them), "number", "server" and "text". The client keeps the last 256.
         *
         * @return list<array<string, mixed>>
         */
        public function events(): array {}

        /** The value of a setting in canonical spelling; null if there is no such setting. */
        public function setting(string $name): ?string {}

        /** Closes all connections; every other call throws from now on. */
        public function close(): void {}
    }

    /** What a completed operation came to. Only Ok is true: `if ($client->add($key, $value))`. */
    enum Outcome
    {
        /** It is done. */
        case Ok;
        /** There is no such item. */
        case Miss;
        /** The condition of the store does not hold. */
        case NotStored;
        /** The item was changed since it was read. */
        case Exists;
    }

    /**
     * A value with what the server told of it; null is what it was not asked for.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Item
    {
        public readonly mixed $value;
        /** For Client::cas(): a number without meaning, which can be negative. */
        public readonly int $cas;
        /** Seconds left to live; -1: for ever. */
        public readonly ?int $ttl;
        /** Seconds since the last access. */
        public readonly ?int $lastAccess;
        /** Whether it was read before. */
        public readonly ?bool $hitBefore;
        /** Bytes of the body that lies there. */
        public readonly ?int $size;
        /** The flags that lie there. */
        public readonly int $flags;
        /** Whether this client is to make the item anew. */
        public readonly bool $won;
        /** Whether it was invalidated. */
        public readonly bool $stale;
        /** Whether another client is making it anew. */
        public readonly bool $alreadyWon;

        private function __construct() {}
    }

    /**
     * A string that is written as bytes, even if it is valid UTF-8.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Bytes
    {
        public readonly string $bytes;

        public function __construct(string $bytes) {}
    }

    /**
     * Says which servers may be spoken to, and where a key goes meanwhile. A Client has one inside;
     * this one is for those who speak to servers themselves.
     *
     * It is told what was seen of each server, and when; it answers from that alone. It reads no
     * clock and speaks to nobody: the same events at the same times give the same answers, in every
     * process and every language.
     *
     * Times of events, named $now, are seconds of one clock that never goes back, such as
     * hrtime(true) / 1e9; they are kept in microseconds.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Health
    {
        /**
         * The arguments behind $seed are settings of Client, which describes them; null is the
         * default.
         *
         * @param string|string[] $servers as for a Ring
         * @param string|string[]|null $gutter the servers that keys go to with on_dead "gutter", by
         *     the same profile
         * @param int|null $seed decides the jitter of probes; random where it is null
         * @throws InvalidServersException
         * @throws InvalidProfileException
         * @throws InvalidArgumentException
         */
        public function __construct(
            string|array $servers,
            string $profile = Ring::DEFAULT_PROFILE,
            string|array|null $gutter = null,
            ?int $seed = null,
            ?string $on_dead = null,
            ?string $rejoin = null,
            ?int $detect_hard = null,
            ?int $detect_soft = null,
            ?int $detect_share = null,
            ?int $detect_garbled = null,
            int|float|null $probe_interval = null,
            int|float|null $probe_most = null,
            int|float|null $settle = null,
            int|float|null $steady = null,
            int|float|null $stand_in_ttl = null,
            ?int $dead_most = null,
        ) {}

        /**
         * Tells what was seen of a server. A time before that of the last call counts as that.
         *
         * @param int|string $server an index, or the server as servers() spells it
         * @param int|float|null $detail of ProbeAnswered: how many seconds the server has been
         *     running at most; one that started after it went down is empty, and is Up at once
         * @throws InvalidArgumentException if there is no such server
         */
        public function report(
            int|string $server,
            Seen $seen,
            int|float $now,
            int|float|null $detail = null,
        ): void {}

        /**
         * The index of a server that is to be probed now, which is then Probing until that is
         * reported, or null. Ask again for the next one.
         */
        public function due(int|float $now): ?int {}

        /** When a server is to be probed next; null if none is waiting. */
        public function nextDue(): ?float {}

        /**
         * How a server is.
         *
         * @throws InvalidArgumentException if there is no such server
         */
        public function signs(int|string $server): VitalSigns {}

        /**
         * Where a key goes at that time.
         *
         * @throws InvalidKeyException
         */
        public function route(string $key, int|float $now): Route {}

        /**
         * The lines of the log since this was asked before: "TIME SERVER STATE -> STATE REASON",
         * with the time in microseconds. The last 1024 are kept; where older ones were lost, the
         * first line says how many.
         *
         * @return list<string>
         */
        public function log(): array {}

        /** @return list<string> */
        public function servers(): array {}

        /**
         * The servers of the gutter, or [].
         *
         * @return list<string>
         */
        public function gutter(): array {}

        /** The name of the profile, aliases resolved, overrides included. */
        public function profile(): string {}
    }

    /** The state of a server. Up and Suspect are spoken to; in the others it gets no calls. */
    enum HealthState
    {
        /** It answers. */
        case Up;
        /** It failed to answer in time; calls go on. */
        case Suspect;
        /** It gets no calls until a probe is due. */
        case Down;
        /** A probe is on its way, or was answered once. */
        case Probing;
        /** It answers, and what was missed is being undone. */
        case Rejoining;
        /** An operator has taken it out. */
        case Out;
    }

    /** What was seen of a server. The first four are of calls. */
    enum Seen
    {
        /** A call was answered in time. */
        case Answered;
        /** No connection: refused, unreachable, or its name does not resolve. */
        case Unreached;
        /** The time was over, or the connection lost, before the answer was here. */
        case Unanswered;
        /** What came was no reply to what was asked. */
        case Garbled;
        /** A probe on a new connection was answered. */
        case ProbeAnswered;
        /** A probe was not answered in time, or wrongly. */
        case ProbeFailed;
        /** What was missed is undone, and acknowledged. */
        case Cleaned;
        /** Undoing it failed. */
        case NotCleaned;
        /** The keys whose change failed are no longer all known. */
        case Forgotten;
        /** An operator takes it out. */
        case TakenOut;
        /** An operator puts it back: it is probed. */
        case PutBack;
    }

    /** What is to be done for a server that is Rejoining, before Cleaned is reported. */
    enum HealthWork
    {
        case None;
        /** Delete the keys whose change failed. */
        case Repair;
        /** Empty it. */
        case Flush;
    }

    /** Whither a key goes. */
    enum RouteKind
    {
        /** To its own server. */
        case Home;
        /** To another one of the list. */
        case StandIn;
        /** To one of the gutter. */
        case Gutter;
        case Nowhere;
    }

    /**
     * How a server is. Times are those of the events.
     *
     * @strict-properties
     * @not-serializable
     */
    final class VitalSigns
    {
        public readonly HealthState $state;
        /** Of the last change. */
        public readonly Seen $reason;
        public readonly HealthWork $work;
        /** It is in this state. */
        public readonly float $since;
        /** It was last spoken to; null while it is. */
        public readonly ?float $downSince;
        /** Null where no probe is waiting. */
        public readonly ?float $nextProbe;
        /** Since it was steady. */
        public readonly int $probesFailed;
        /** In a row. */
        public readonly int $unanswered;

        private function __construct() {}
    }

    /**
     * Where a key goes now, and its home.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Route
    {
        public readonly RouteKind $kind;
        public readonly string $home;
        /** Null: nowhere. */
        public readonly ?string $server;
        /** Seconds that an item may live there; null: as it is given. */
        public readonly ?float $ttlMost;
        /** In servers(). */
        public readonly int $homeIndex;
        /** In servers(), of the kind Gutter in gutter(). */
        public readonly ?int $serverIndex;

        private function __construct() {}
    }

    /**
     * The way of one key to its server. Ring::explain() makes it.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Placement
    {
        /** The key as it was asked for. */
        public readonly string $key;
        /** The key as it goes over the wire. */
        public readonly string $sentKey;
        /** The bytes that were hashed. */
        public readonly string $hashedText;
        /** The hash; null if it was not needed. Above PHP_INT_MAX its decimal digits. */
        public readonly int|string|null $hash;
        /** Ring: the point that was found; modulo: the slot; rendezvous: the highest score. */
        public readonly int|string|null $point;
        /** The text that made the point; empty for layouts without labels. */
        public readonly string $label;
        public readonly string $server;
        /** The server's index in the list. */
        public readonly int $index;
        /** Indexes of the servers among which the original leaves this key to chance, or []. */
        public readonly array $ties;
        /** The rule that chose, in words. */
        public readonly string $why;

        private function __construct() {}
    }

    /**
     * What moves if one ring is replaced by another. Ring::plan() makes it.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Plan
    {
        /** The share of the keys that move. */
        public readonly float $moved;
        /** Whether the shares are computed, not counted. */
        public readonly bool $exact;
        /** The number of keys that were tried; 0 if the plan is exact. */
        public readonly int $sample;
        /**
         * The servers of both rings, those of the old one first.
         *
         * @var list<PlannedServer>
         */
        public readonly array $servers;
        /**
         * What goes from where to where, the greatest share first.
         *
         * @var list<Flow>
         */
        public readonly array $flows;

        private function __construct() {}
    }

    /**
     * A server in either ring of a plan, with its shares of all keys.
     *
     * @strict-properties
     * @not-serializable
     */
    final class PlannedServer
    {
        /** Its name, or its place. */
        public readonly string $server;
        /** Null if it is not in the old ring. */
        public readonly ?int $oldIndex;
        /** Null if it is not in the new ring. */
        public readonly ?int $newIndex;
        public readonly float $before;
        public readonly float $after;

        private function __construct() {}
    }

    /**
     * Keys that move from one server of a plan to another.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Flow
    {
        public readonly string $source;
        public readonly string $target;
        /** Of all keys. */
        public readonly float $share;

        private function __construct() {}
    }

    /**
     * One thing that is different between two topologies. What does not apply is null.
     *
     * @strict-properties
     * @not-serializable
     */
    final class Change
    {
        /**
         * "epoch", "profile", "column", "server added", "server removed", "server renamed",
         * "server moved", "server weight", "server attributes", "order of servers" or "setting".
         */
        public readonly string $change;
        /** The column, server or setting. */
        public readonly ?string $subject;
        public readonly ?string $before;
        public readonly ?string $after;
        public readonly ?int $oldIndex;
        public readonly ?int $newIndex;

        private function __construct() {}
    }

    /**
     * The base of all failures. getCode() is the number of the status.
     *
     * @strict-properties
     */
    class PolyringException extends \RuntimeException
    {
        private ?string $server = null;
        private ?int $position = null;
        private string $status = "";
        private ?string $key = null;
        private ?string $stage = null;
        private ?float $spent = null;
        private ?int $errno = null;

        /** The server concerned, as it was spelled, or null. */
        public function getServer(): ?string {}

        /** Offset in bytes of the offence in the input, or null. */
        public function getPosition(): ?int {}

        /** The name of the status, such as "INVALID_KEY". */
        public function getStatus(): string {}

        /** The key concerned, or null. */
        public function getKey(): ?string {}

        /** How far a call to a server had come, such as "CONNECTING", or null. */
        public function getStage(): ?string {}

        /** Seconds from the call to the failure, or null if no server was called. */
        public function getSpent(): ?float {}

        /** The number of the system's error, where a system call is to blame, or null. */
        public function getErrno(): ?int {}
    }

    /** An argument breaks a rule of the call. */
    class InvalidArgumentException extends PolyringException
    {
    }

    /** The profile's client refuses this key. */
    class InvalidKeyException extends InvalidArgumentException
    {
    }

    /** The list of servers is malformed, or unfit for the profile. */
    class InvalidServersException extends InvalidArgumentException
    {
    }

    /** No such profile, or an override that it cannot take. */
    class InvalidProfileException extends InvalidArgumentException
    {
    }

    /** The text is no topology. */
    class InvalidTopologyException extends InvalidArgumentException
    {
    }

    /** The dialect has no form for the value, or what lies on the server cannot be read. */
    class InvalidValueException extends InvalidArgumentException
    {
    }

    /** The server cannot be reached, or all connections are in use: nothing was sent. */
    class UnavailableException extends PolyringException
    {
    }

    /** Sent, and no answer came in time: a change may have been made, or not. */
    class UnknownException extends PolyringException
    {
    }

    /** The server answered something else than was asked. */
    class ProtocolException extends PolyringException
    {
    }

    /** The server could not do it, or does not take the request. */
    class ServerException extends PolyringException
    {
    }

    /** The server belongs to another topology than the client's. */
    class MismatchException extends PolyringException
    {
    }

    /** Some keys, or servers, of a call failed. */
    class PartialException extends PolyringException
    {
        private array $found = [];
        private array $failures = [];

        /**
         * What the call would have returned for those that completed.
         *
         * @return array<string|int, mixed>
         */
        public function getFound(): array {}

        /**
         * Why the others failed.
         *
         * @return array<string|int, PolyringException>
         */
        public function getFailures(): array {}
    }
}
