<?php declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Polyring\{InvalidArgumentException, InvalidKeyException, InvalidProfileException, InvalidServersException,
    PolyringException, Ring};

/**
 * What a ring does. Names of scenarios are those of the other languages: construct_from_text,
 * construct_from_list, default_profile, overrides, servers_and_profile, one_object_a_server,
 * batch_agrees_with_single, refused_keys, text_is_utf8, nul_in_key, explain_agrees,
 * explain_fields, changed_rings, fingerprints_and_plans, profiles_listed, errors_name_the_input, limits. Not here: not_unicode (a string
 * is bytes), threads_share_a_ring (a PHP without threads).
 */
final class RingTest extends TestCase
{
    private const TEXT = '10.0.0.1 10.0.0.2:11212 web=10.0.0.3:11211:2';
    private const SPELLED = ['10.0.0.1', '10.0.0.2:11212', '10.0.0.3:11211'];
    private const MODULA = 'libmemcached/modula';

    private static function keys(): array
    {
        return array_map(fn($n) => "k:$n", range(0, 199));
    }

    public function testConstructFromText(): void
    {
        foreach ([self::TEXT, '  ' . str_replace(' ', '   ', self::TEXT) . ' '] as $text) {
            $this->assertSame(self::SPELLED, (new Ring($text))->servers());
        }
    }

    public function testConstructFromList(): void
    {
        $list = explode(' ', self::TEXT);
        $text = new Ring(self::TEXT);
        foreach ([$list, ['x' => $list[0], 7 => $list[1], 3 => $list[2]]] as $servers) {
            $ring = new Ring($servers);
            $this->assertSame(self::SPELLED, $ring->servers());
            $this->assertSame($text->locateIndexes(self::keys()), $ring->locateIndexes(self::keys()));
        }
        $this->expectException(InvalidServersException::class);
        new Ring(['10.0.0.1 10.0.0.2']);
    }

    public function testDefaultProfile(): void
    {
        $expected = (new Ring(self::TEXT, Ring::DEFAULT_PROFILE))->locateMany(self::keys());
        foreach ([new Ring(self::TEXT), new Ring(self::TEXT, 'ketama'), new Ring(self::TEXT, '')] as $ring) {
            $this->assertSame(Ring::DEFAULT_PROFILE, $ring->profile());
            $this->assertSame($expected, $ring->locateMany(self::keys()));
        }
        $this->assertNotSame($expected, (new Ring(self::TEXT, self::MODULA))->locateMany(self::keys()));
    }

    public function testOverrides(): void
    {
        $ring = new Ring(self::TEXT, self::MODULA . ',hash=crc');
        $this->assertSame(self::MODULA . ',hash=crc', $ring->profile());
        $this->assertNotSame((new Ring(self::TEXT, self::MODULA))->locateMany(self::keys()),
            $ring->locateMany(self::keys()));
    }

    public function testNamedArguments(): void
    {
        $this->assertSame(self::MODULA, (new Ring(profile: self::MODULA, servers: 'a b'))->profile());
        $this->assertContains((new Ring(servers: 'a b'))->locate(key: 'k'), ['a', 'b']);
    }

    /** Neither name nor weight nor attribute is part of the text. */
    public function testServersAndProfile(): void
    {
        $ring = new Ring('a=h:1:2 unix:/tmp/s:3 [::1]:2:1', self::MODULA);
        $this->assertSame(['h:1', 'unix:/tmp/s', '[::1]:2'], $ring->servers());
        $this->assertSame(self::MODULA, $ring->profile());
    }

    /** @group engine-memory */
    public function testOneObjectAServer(): void
    {
        $ring = new Ring(self::TEXT);
        $before = memory_get_usage();
        $found = $ring->locateMany(array_fill(0, 10000, 'key'));
        $this->assertLessThan(16384 * 16 + 20000, memory_get_usage() - $before, 'an array of shared strings');
        $this->assertCount(10000, $found);
    }

    /** A string outlives the ring that it came from. */
    public function testResultsOutliveTheRing(): void
    {
        $ring = new Ring(self::TEXT);
        [$one, $many, $placement] = [$ring->locate('key'), $ring->locateMany(['key']), $ring->explain('key')];
        unset($ring);
        $this->assertSame([$one, [$one], $one], [$one, $many, $placement->server]);
    }

    public function testBatchAgreesWithSingle(): void
    {
        $ring = new Ring(self::TEXT, self::MODULA);
        $servers = $ring->locateMany(self::keys());
        $this->assertSame(array_map($ring->locate(...), self::keys()), $servers);
        $this->assertSame($servers, array_map(fn($i) => self::SPELLED[$i], $ring->locateIndexes(self::keys())));
        $this->assertCount(3, array_unique($servers));
        $this->assertSame([[], []], [$ring->locateMany([]), $ring->locateIndexes([])]);
        $this->assertSame(array_fill(0, 500, $ring->locate(str_repeat('x', 250))),
            $ring->locateMany(array_fill(0, 500, str_repeat('x', 250))));
    }

    public function testRefusedKeys(): void
    {
        $ring = new Ring(self::TEXT);
        foreach (['', str_repeat('k', 251), str_repeat("\u{e9}", 126)] as $key) {
            foreach ([$ring->locate(...), $ring->explain(...)] as $method) {
                try {
                    $method($key);
                    $this->fail('not refused');
                } catch (InvalidKeyException $error) {
                    $this->assertSame('INVALID_KEY', $error->getStatus());
                }
            }
            $this->assertSame([$ring->locate('a'), null, $ring->locate('b')], $ring->locateMany(['a', $key, 'b']));
            $this->assertSame([-1, $ring->explain('b')->index], $ring->locateIndexes([9 => $key, 3 => 'b']));
        }
        $this->assertContains($ring->locate(str_repeat('k', 250)), self::SPELLED);
        $this->assertContains($ring->locate(str_repeat("\u{e9}", 125)), self::SPELLED);
    }

    /** Strings are bytes and cross as they are, beyond the basic plane too. */
    public function testTextIsUtf8(): void
    {
        $ring = new Ring(self::TEXT, self::MODULA);
        foreach (["\u{1F600}" => 'f09f9880', "\u{e9}" => 'c3a9', "\u{65e5}" => 'e697a5', "\xff\xfe" => 'fffe'] as $key => $bytes) {
            $placement = $ring->explain($key);
            $this->assertSame(array_fill(0, 3, $bytes),
                array_map(bin2hex(...), [$placement->key, $placement->sentKey, $placement->hashedText]));
            $this->assertSame([$ring->locate(hex2bin($bytes))], $ring->locateMany([$key]));
        }
    }

    public function testNulInKey(): void
    {
        $ring = new Ring(self::TEXT, self::MODULA);
        $keys = array_map(fn($n) => "a\0$n", range(0, 49));
        $this->assertSame("a\0b", $ring->explain("a\0b")->hashedText);
        $this->assertCount(3, array_unique($ring->locateMany($keys)));
        $this->assertSame(array_map($ring->locate(...), $keys), $ring->locateMany($keys));
    }

    public function testExplainAgrees(): void
    {
        foreach (Ring::profiles() as $profile) {
            $weight = str_contains($profile, 'weighted-rendezvous') ? ':1' : ''; // it has no default for it
            $ring = new Ring(array_map(fn($i) => "10.0.0.$i:11211$weight", [1, 2, 3]), $profile);
            $keys = array_map(strval(...), range(0, 999)); // digits: some rows take nothing else
            foreach ($ring->locateMany($keys) as $i => $server) {
                $placement = $ring->explain($keys[$i]);
                $this->assertSame([$server, $server], [$placement->server, $ring->servers()[$placement->index]]);
                $this->assertContains($placement->index, $placement->ties ?: [$placement->index]);
            }
        }
    }

    public function testExplainFields(): void
    {
        $placement = (new Ring('10.0.0.1 10.0.0.2'))->explain('k:1');
        $this->assertSame(['k:1', 'k:1', 'k:1'], [$placement->key, $placement->sentKey, $placement->hashedText]);
        $this->assertGreaterThanOrEqual($placement->hash, $placement->point, 'the first point from the hash up');
        $this->assertSame(['10.0.0.1', '10.0.0.2'][$placement->index], $placement->server);
        $this->assertStringStartsWith("$placement->server-", $placement->label);
        $this->assertSame([], $placement->ties);
        $this->assertGreaterThan(3, strlen($placement->why));
        $alone = (new Ring('10.0.0.1'))->explain('k:1');
        $this->assertSame([null, null, 0], [$alone->hash, $alone->point, $alone->index]);
    }

    public function testProfilesListed(): void
    {
        $profiles = Ring::profiles();
        $this->assertSame(Ring::DEFAULT_PROFILE, $profiles[0]);
        $this->assertSame($profiles, array_unique($profiles));
        $this->assertSame([], array_diff([self::MODULA, 'libmemcached/ketama', 'spymemcached/ketama', 'dalli/ring',
            'pymemcache/hash-client', 'python-memcached/default'], $profiles));
    }

    public function testChangedRings(): void
    {
        $ring = new Ring(self::TEXT, self::MODULA);
        $more = $ring->withServer('10.0.0.4:11211');
        $this->assertSame([...self::SPELLED, '10.0.0.4:11211'], $more->servers());
        $this->assertSame(self::SPELLED, $ring->servers());
        $expected = (new Ring(self::TEXT . ' 10.0.0.4:11211', self::MODULA))->locateMany(self::keys());
        foreach ([$more->withoutServer(3), $more->withoutServer('10.0.0.4:11211')] as $less) {
            $this->assertSame($ring->fingerprint(), $less->fingerprint());
        }
        unset($ring);
        $this->assertSame($expected, $more->locateMany(self::keys()));
        $twice = new Ring('a a', self::MODULA);
        foreach (['a', 'b', '0', -1, 2, PHP_INT_MAX, PHP_INT_MIN, "a\0"] as $server) {
            try {
                $twice->withoutServer($server);
                $this->fail('taken');
            } catch (InvalidArgumentException $error) {
                $this->assertSame('INVALID_ARGUMENT', $error->getStatus());
                $this->assertMatchesRegularExpression('/^[ -~]+$/', $error->getMessage());
            }
        }
    }

    public function testFingerprintsAndPlans(): void
    {
        $ring = new Ring(self::TEXT, self::MODULA);
        $this->assertMatchesRegularExpression('/^pr1:[0-9a-f]{64}$/', $ring->fingerprint());
        $same = $ring->plan($ring);
        $this->assertSame([0.0, true, 0, []], [$same->moved, $same->exact, $same->sample, $same->flows]);
        $this->assertSame(['10.0.0.1', '10.0.0.2:11212', 'web'], array_column($same->servers, 'server'));
        $plan = $ring->plan(other: $ring->withServer('10.0.0.4'), sample: 1000);
        $this->assertTrue($plan->exact);
        $this->assertEqualsWithDelta($plan->moved, array_sum(array_column($plan->flows, 'share')), 1e-12);
        $this->assertSame(['10.0.0.4', null, 3, 0.0], array_slice(array_values((array) $plan->servers[3]), 0, 4));
        $hashes = $ring->plan(new Ring(self::TEXT, self::MODULA . ',hash=crc'), 1000);
        $this->assertSame([false, 1000], [$hashes->exact, $hashes->sample]);
        foreach ([-1, 1 << 32, PHP_INT_MAX] as $sample) {
            try {
                $ring->plan($ring, $sample);
                $this->fail('taken');
            } catch (InvalidArgumentException $error) {
                $this->assertStringContainsString('4294967295', $error->getMessage());
            }
        }
    }

    public function failures(): iterable
    {
        $make = fn(mixed ...$arguments) => fn() => new Ring(...$arguments);
        $ring = new Ring('a b');
        return [
            'no server' => [$make(''), InvalidServersException::class, 'INVALID_SERVERS', 'empty'],
            'an empty list' => [$make([]), InvalidServersException::class, 'INVALID_SERVERS', 'empty'],
            'a malformed server' => [$make('a b:0:1:2:3'), InvalidServersException::class, 'INVALID_SERVERS', 'b:0:1:2:3'],
            'a negative weight' => [$make(['a:1:-4']), InvalidServersException::class, 'INVALID_SERVERS', 'a:1:-4'],
            'a blank in a list' => [$make(['a b']), InvalidServersException::class, 'INVALID_SERVERS', ''],
            'a NUL in a server' => [$make("a\0b"), InvalidServersException::class, 'INVALID_SERVERS', ''],
            'too many servers' => [$make(array_fill(0, 65536, 'h')), InvalidArgumentException::class, 'TOO_LARGE', '65536'],
            'an unknown profile' => [$make('a', 'ketema'), InvalidProfileException::class, 'INVALID_PROFILE', 'ketama'],
            'an unknown column' => [$make('a', 'ketama,colour=red'), InvalidProfileException::class, 'INVALID_PROFILE', 'colour'],
            'a NUL in a profile' => [$make('a', "ketama\0"), InvalidProfileException::class, 'INVALID_PROFILE', ''],
            'an empty key' => [fn() => $ring->locate(''), InvalidKeyException::class, 'INVALID_KEY', 'empty'],
            'an empty key explained' => [fn() => $ring->explain(''), InvalidKeyException::class, 'INVALID_KEY', 'empty'],
            'a key of 251 bytes' => [fn() => $ring->locate(str_repeat('x', 251)), InvalidKeyException::class, 'INVALID_KEY', '250'],
        ];
    }

    /** @dataProvider failures */
    public function testErrorsNameTheInput(callable $call, string $class, string $status, string $part): void
    {
        try {
            $call();
            $this->fail("no $class");
        } catch (PolyringException $error) {
            $this->assertSame($class, get_class($error), $error->getMessage());
            $this->assertSame($status, $error->getStatus());
            $this->assertLessThan(0, $error->getCode());
            $this->assertStringContainsString($part, $error->getMessage());
            $this->assertStringNotContainsString("\0", $error->getMessage());
        }
    }

    public function testErrorsNameTheServerAndThePlace(): void
    {
        try {
            new Ring('10.0.0.1 10.0.0.2:99999');
            $this->fail('accepted');
        } catch (InvalidServersException $error) {
            $this->assertSame('10.0.0.2:99999', $error->getServer());
            $this->assertGreaterThanOrEqual(9, $error->getPosition());
        }
        try {
            (new Ring('a b', 'python-memcached/default'))->locate('a b');
            $this->fail('accepted');
        } catch (InvalidKeyException $error) {
            $this->assertSame([null, 1, -2], [$error->getServer(), $error->getPosition(), $error->getCode()]);
        }
    }

    public function testLimits(): void
    {
        $servers = array_map(fn($n) => "h$n", range(1, 65535));
        $ring = new Ring($servers, self::MODULA);
        $this->assertSame($servers, $ring->servers());
        $this->assertSame($servers[$ring->explain('key')->index], $ring->locate('key'));
        $this->expectException(InvalidArgumentException::class);
        $this->expectExceptionMessage('65535');
        new Ring([...$servers, 'one-more'], self::MODULA);
    }
}
