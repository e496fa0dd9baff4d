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

        /** The server concerned, as it was spelled, or null. */
        public function getServer(): ?string {}

        /** Offset in bytes of the offence in the input, or null. */
        public function getPosition(): ?int {}

        /** The name of the status, such as "INVALID_KEY". */
        public function getStatus(): string {}
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
}
