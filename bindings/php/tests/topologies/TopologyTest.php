<?php declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Polyring\{Change, InvalidArgumentException, InvalidProfileException, InvalidServersException,
    InvalidTopologyException, PolyringException, Ring, Topology};

/**
 * What a topology does. Names of scenarios are those of the other languages:
 * topology_from_text_and_list, topology_parts, topology_text_is_unicode, topologies_are_values,
 * topology_errors_name_the_place, topology_limits, hostile_topologies, topology_lives_alone;
 * topologies_not_copied is in api/SurfaceTest.php. Not here: threads_share_a_topology.
 */
final class TopologyTest extends TestCase
{
    private const SERVERS = ['a=10.0.0.1:11211:2', '10.0.0.2', 'c=unix:/run/c.sock'];
    private const MODULA = 'libmemcached/modula';
    private const DOCUMENT = ['polyring' => 1, 'epoch' => 7, 'profile' => self::MODULA, 'servers' => self::SERVERS,
        'settings' => ['on_dead' => "mi\u{df} \u{1f600}", 'replicas' => -2, 'sticky' => true]];

    private static function text(): string
    {
        return json_encode(self::DOCUMENT, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    }

    private function refused(string $class, string $status, callable $call): PolyringException
    {
        try {
            $call();
        } catch (PolyringException $error) {
            $this->assertSame([$class, $status], [get_class($error), $error->getStatus()], $error->getMessage());
            $this->assertMatchesRegularExpression('/^[ -~]+$/', $error->getMessage());
            return $error;
        }
        $this->fail('not refused');
    }

    public function testTopologyFromTextAndList(): void
    {
        $topology = new Topology(implode(' ', self::SERVERS), self::MODULA, 7);
        foreach ([self::SERVERS, array_combine(['x', 7, 3], self::SERVERS), implode("\n", self::SERVERS) . "\t"] as $servers) {
            $this->assertTrue(new Topology(epoch: 7, profile: self::MODULA, servers: $servers) == $topology);
        }
        $this->assertTrue(new Topology('a') == new Topology(['a'], 'ketama', 0));
        $this->assertTrue(new Topology(['12']) == new Topology([12]));
        foreach ([5 => ['good', 'a b'], 4 => ['good', '']] as $position => $servers) {
            $error = $this->refused(InvalidServersException::class, 'INVALID_SERVERS', fn() => new Topology($servers));
            $ring = $this->refused(InvalidServersException::class, 'INVALID_SERVERS', fn() => new Ring($servers));
            $this->assertSame([$ring->getMessage(), $position], [$error->getMessage(), $error->getPosition()]);
        }
    }

    public function testTopologyParts(): void
    {
        $topology = Topology::parse(self::text());
        $this->assertSame([7, self::MODULA, self::SERVERS], [$topology->epoch(), $topology->profile(), $topology->servers()]);
        $this->assertSame(['on_dead' => "mi\u{df} \u{1f600}", 'replicas' => '-2', 'sticky' => 'true'], $topology->settings());
        $this->assertSame(self::DOCUMENT, json_decode($topology->text(), true));
        $next = $topology->withServers('b');
        $this->assertSame([8, $topology->settings(), ['b']], [$next->epoch(), $next->settings(), $next->servers()]);
    }

    public function testTopologyTextIsUnicode(): void
    {
        $this->assertTrue(Topology::parse(json_encode(self::DOCUMENT)) == Topology::parse(self::text()));
        $this->assertStringContainsString("mi\u{df} \u{1f600}", Topology::parse(self::text())->text());
    }

    public function testTopologiesAreValues(): void
    {
        $topology = Topology::parse(self::text());
        $again = Topology::parse($topology->text());
        $other = $topology->withServers(self::SERVERS);
        $this->assertTrue($topology == $again);
        $this->assertEquals($topology, $again);
        $this->assertFalse($topology === $again);
        $this->assertTrue($topology != $other);
        $this->assertFalse($topology < $other || $topology > $other, 'they have no order');
        $this->assertFalse($topology == new Ring('a') || $topology == $topology->text() || $topology == null);
        $this->assertTrue(in_array($again, [$other, $topology]));
        $this->assertSame(hash('sha256', $topology->text()), $topology->digest());
    }

    public function testTopologyErrorsNameThePlace(): void
    {
        $text = str_replace('"epoch"', "\n\"epochs\"", self::text());
        $error = $this->refused(InvalidTopologyException::class, 'INVALID_TOPOLOGY', fn() => Topology::parse($text));
        $this->assertStringStartsWith('line 2, column 1: "epochs"', $error->getMessage());
        $this->assertSame([strpos($text, '"epochs"'), null, -8], [$error->getPosition(), $error->getServer(), $error->getCode()]);
        $text = str_replace('10.0.0.2', '10.0.0.2:x', self::text());
        $error = $this->refused(InvalidServersException::class, 'INVALID_SERVERS', fn() => Topology::parse($text));
        $this->assertSame([strpos($text, '"10.0.0.2'), '10.0.0.2:x'], [$error->getPosition(), $error->getServer()]);
        $this->refused(InvalidProfileException::class, 'INVALID_PROFILE', fn() => new Topology('a', 'x'));
    }

    public function testTopologyLimits(): void
    {
        $last = new Topology('a', epoch: 2 ** 53 - 1);
        $this->assertSame(2 ** 53 - 1, $last->epoch());
        foreach ([fn() => $last->withServers('b'), fn() => new Topology('a', epoch: 2 ** 53),
            fn() => new Topology('a', epoch: PHP_INT_MAX), fn() => new Topology('a', epoch: -1),
            fn() => $last->moveBucket(0, 'a'), fn() => $last->moveBucket(PHP_INT_MIN, 'a')] as $call) {
            $this->refused(InvalidArgumentException::class, 'INVALID_ARGUMENT', $call);
        }
        $this->assertTrue(Topology::parse(str_pad(self::text(), 2 ** 23)) == Topology::parse(self::text()));
        $this->refused(InvalidArgumentException::class, 'TOO_LARGE', fn() => Topology::parse(str_pad(self::text(), 2 ** 23 + 1)));
        $servers = array_map(fn($n) => "h$n", range(1, 65535));
        $this->assertSame($servers, (new Topology($servers, self::MODULA))->servers());
        $this->refused(InvalidArgumentException::class, 'TOO_LARGE', fn() => new Topology([...$servers, 'x'], self::MODULA));
    }

    public function hostileTexts(): array
    {
        $text = self::text();
        return [[''], ["\xff"], ["\0"], ["$text\0"], [str_replace('on_dead', 'on\u0000', $text)],
            [str_replace('10.0.0.2', "10.0\xff", $text)], [str_repeat('[', 100000)], [str_repeat('{"a":', 5000)],
            [substr($text, 0, -1)], ["\u{feff}$text"]];
    }

    /** @dataProvider hostileTexts */
    public function testHostileTopologies(string $text): void
    {
        $error = $this->refused(InvalidTopologyException::class, 'INVALID_TOPOLOGY', fn() => Topology::parse($text));
        $this->assertLessThanOrEqual(strlen($text), $error->getPosition());
    }

    public function wrongTypes(): iterable
    {
        $topology = new Topology('a');
        $ring = new Ring('a');
        yield [fn() => Topology::parse(12), '#parse\(\): Argument \#1 \(\$text\) must be of type string, int given$#'];
        yield [fn() => new Topology(new stdClass()), '#\(\$servers\) must be of type array\|string, stdClass given$#'];
        yield [fn() => new Topology('a', epoch: '1'), '#__construct\(\): Argument \#3 \(\$epoch\) must be of type int, string given$#'];
        yield [fn() => $topology->diff('a'), '#diff\(\): Argument \#1 \(\$other\) must be of type Polyring\\\\Topology, string given$#'];
        yield [fn() => $topology->diff($ring), '#must be of type Polyring\\\\Topology, Polyring\\\\Ring given$#'];
        yield [fn() => $ring->plan($topology), '#plan\(\): Argument \#1 \(\$other\) must be of type Polyring\\\\Ring, Polyring\\\\Topology given$#'];
        yield [fn() => $ring->plan($ring, 1.5), '#plan\(\): Argument \#2 \(\$sample\) must be of type int, float given$#'];
        yield [fn() => $ring->withoutServer(null), '#\(\$server\) must be of type string\|int, null given$#'];
        yield [fn() => $topology->moveBucket('1', 'a'), '#moveBucket\(\): Argument \#1 \(\$bucket\) must be of type int, string given$#'];
        yield [fn() => $topology->withServers([null]), '#must contain only strings and integers, null given at element 0$#'];
    }

    /** @dataProvider wrongTypes */
    public function testHostileTopologiesOfWrongTypes(callable $call, string $pattern): void
    {
        $this->expectException(TypeError::class);
        $this->expectExceptionMessageMatches($pattern);
        $call();
    }

    public function testTopologyLivesAlone(): void
    {
        $topology = Topology::parse(self::text());
        [$ring, $changes] = [$topology->ring(), $topology->diff(new Topology('z', self::MODULA))];
        unset($topology);
        $this->assertContains($ring->locate('k:1'), $ring->servers());
        $this->assertInstanceOf(Change::class, $changes[0]);
        $this->assertSame(['epoch', null, '7', '0', null, null], array_values((array) $changes[0]));
    }

    /** @group engine-memory */
    public function testDoesNotLeak(): void
    {
        $topology = new Topology(['x=a', 'b'], self::MODULA . ',layout=buckets,slots=8');
        $ring = $topology->ring();
        $round = function () use ($topology, $ring): void {
            $topology->diff($topology->moveBucket(3, 'b'));
            $ring->plan($ring->withServer('c'), 10);
            $ring->withoutServer('a')->fingerprint();
            Topology::parse($topology->text()) == $topology;
            foreach ([fn() => Topology::parse('{'), fn() => $topology->withServers(['a', 'b c']), fn() => $ring->withServer('')] as $call) {
                try {
                    $call();
                } catch (PolyringException) {
                    continue;
                }
            }
        };
        $round();
        $before = memory_get_usage();
        for ($i = 0; $i < 500; $i++) {
            $round();
        }
        $this->assertLessThan(10000, memory_get_usage() - $before);
    }

    /**
     * The memory limit ends a request in the midst of a call: an orderly end, no crash.
     *
     * @group engine-memory
     */
    public function testTheMemoryLimit(): void
    {
        $servers = 'str_repeat("h ", 60000)';
        foreach (['text' => "\$t = new Polyring\Topology($servers); for (;;) \$p[] = \$t->text();",
            'servers' => "(new Polyring\Topology($servers))->servers();",
            'differences' => '$t = new Polyring\Topology("a"); $u = new Polyring\Topology("b"); for (;;) $p[] = $t->diff($u);',
            'rings' => "(new Polyring\Topology($servers, 'libmemcached/modula'))->ring();",
            'plans' => '$t = "libmemcached/modula"; $r = new Polyring\Ring("a", $t); for ($i = 0; ; $i++) $p[] = $r->plan($r);',
            'objects' => '$t = new Polyring\Topology("a"); for ($i = 0; ; $i++) $p[] = $t->withServers("b");',
        ] as $what => $code) {
            $command = [PHP_BINARY, '-n', '-d', 'extension=' . getenv('POLYRING_PHP_EXTENSION'), '-d',
                'memory_limit=2M', '-d', 'display_errors=1', '-r', $code];
            $process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['pipe', 'w']], $pipes);
            $output = stream_get_contents($pipes[1]) . stream_get_contents($pipes[2]);
            $this->assertSame(255, proc_close($process), "$what: $output");
            $this->assertStringContainsString('Allowed memory size of 2097152 bytes exhausted', $output);
        }
    }
}
