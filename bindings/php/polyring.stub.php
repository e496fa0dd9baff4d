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
         * The names of all profiles.
         *
         * @return list<string>
         */
        public static function profiles(): array {}
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
}
