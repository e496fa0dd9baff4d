<?php declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Polyring\{Health, HealthState, HealthWork, InvalidArgumentException, InvalidKeyException, InvalidProfileException,
    InvalidServersException, Ring, RouteKind, Seen};

/** What Health offers. What it decides is held by the decision script; here is how it is asked. */
final class HealthTest extends TestCase
{
    private const SERVERS = '10.0.0.1 cache=10.0.0.2:11211:1 10.0.0.3';

    private function homed(Health $health, int $server): string
    {
        for ($i = 0; $health->route("key:$i", 0)->homeIndex !== $server; $i++);
        return "key:$i";
    }

    private function refused(string $class, string $text, callable $call): void
    {
        try {
            $call();
        } catch (Throwable $error) {
            $this->assertSame($class, get_class($error), $error->getMessage());
            $this->assertStringContainsString($text, $error->getMessage());
            return;
        }
        $this->fail("no $class: $text");
    }

    /** @return array<string, array{string, string[]}> */
    public static function enums(): array
    {
        $header = file_get_contents(getenv('POLYRING_VECTORS') . '/../core/include/polyring/health.h');
        $table = function (string $name) use ($header): array {
            preg_match("/define POLYRING_$name\\(XX\\)((?:.*\\\\\n)*.*)/", $header, $body);
            preg_match_all('/XX\((\w+),/', $body[1], $names);
            return $names[1];
        };
        $listed = function (string $prefix) use ($header): array {
            preg_match_all("/^  POLYRING_{$prefix}_(\\w+)/m", $header, $names);
            return $names[1];
        };
        return [HealthState::class => [HealthState::class, $table('HEALTH_STATE_MAP')],
            Seen::class => [Seen::class, $table('SEEN_MAP')],
            RouteKind::class => [RouteKind::class, $listed('ROUTE')],
            HealthWork::class => [HealthWork::class, $listed('WORK')]];
    }

    /** @dataProvider enums */
    public function testEnumsAreThoseOfTheHeader(string $enum, array $names): void
    {
        $this->assertGreaterThanOrEqual(3, count($names));
        $camel = fn(string $name) => str_replace('_', '', ucwords(strtolower($name), '_'));
        $this->assertSame(array_map($camel, $names), array_column($enum::cases(), 'name'));
    }

    public function testAllUp(): void
    {
        $health = new Health(self::SERVERS, 'polyring/rendezvous');
        $this->assertSame(['10.0.0.1', '10.0.0.2:11211', '10.0.0.3'], $health->servers());
        $this->assertSame([[], 'polyring/rendezvous', null, null, []],
            [$health->gutter(), $health->profile(), $health->nextDue(), $health->due(9), $health->log()]);
        $ring = new Ring(self::SERVERS, 'polyring/rendezvous');
        foreach ($health->servers() as $server => $place) {
            $this->assertEquals($health->signs($server), $health->signs($place));
            $this->assertSame([HealthState::Up, Seen::Answered, HealthWork::None, 0.0, null, null, 0, 0],
                array_values((array) $health->signs($server)));
            $route = $health->route($this->homed($health, $server), now: 1);
            $this->assertSame([RouteKind::Home, $place, $place, null, $server, $server], array_values((array) $route));
            $this->assertSame($place, $ring->locate($this->homed($health, $server)));
        }
    }

    public function testDownAndUp(): void
    {
        $health = new Health(self::SERVERS, 'polyring/rendezvous', seed: 1, on_dead: 'next');
        $key = $this->homed($health, 1);
        $health->report(1, Seen::Unanswered, 1);
        $this->assertSame([HealthState::Suspect, 1], [$health->signs(1)->state, $health->signs(1)->unanswered]);
        $health->report('10.0.0.2:11211', Seen::Unreached, 1.5);
        $signs = $health->signs(1);
        $this->assertSame([HealthState::Down, Seen::Unreached, 1.5, 1.5],
            [$signs->state, $signs->reason, $signs->since, $signs->downSince]);
        $this->assertEqualsWithDelta(2.5, $signs->nextProbe, 0.25);
        $this->assertSame($signs->nextProbe, $health->nextDue());
        $route = $health->route($key, 1.5);
        $this->assertSame([RouteKind::StandIn, '10.0.0.2:11211', 10.0], [$route->kind, $route->home, $route->ttlMost]);
        $this->assertContains($route->serverIndex, [0, 2]);
        $this->assertSame($health->servers()[$route->serverIndex], $route->server);
        $this->assertSame([null, 1, null], [$health->due(2), $health->due(3), $health->due(3)]);
        $health->report(1, Seen::ProbeAnswered, 3, detail: 100);
        $this->assertSame(1, $health->due(4.0));
        $health->report(1, Seen::ProbeAnswered, 4.001, 101.0);
        $this->assertSame([HealthState::Rejoining, HealthWork::Flush], [$health->signs(1)->state, $health->signs(1)->work]);
        $health->report(1, Seen::Cleaned, 4.25);
        $this->assertSame([HealthState::Up, null], [$health->signs(1)->state, $health->signs(1)->downSince]);
        $health->report(1, Seen::Unreached, 5);
        $this->assertSame([RouteKind::Nowhere, null, null], [$health->route($key, 5)->kind,
            $health->route($key, 5)->server, $health->route($key, 5)->serverIndex]);
        $this->assertSame(['1000000 10.0.0.2:11211 UP -> SUSPECT UNANSWERED',
            '1500000 10.0.0.2:11211 SUSPECT -> DOWN UNREACHED', '3000000 10.0.0.2:11211 DOWN -> PROBING UNREACHED',
            '4001000 10.0.0.2:11211 PROBING -> REJOINING PROBE_ANSWERED',
            '4250000 10.0.0.2:11211 REJOINING -> UP CLEANED', '5000000 10.0.0.2:11211 UP -> DOWN UNREACHED'],
            $health->log());
        $this->assertSame([], $health->log());
    }

    /** Without its age it would have to settle. */
    public function testRestarted(): void
    {
        $health = new Health('a b');
        foreach ([[null, HealthState::Probing], [0.5, HealthState::Up]] as [$detail, $state]) {
            $health->report(0, Seen::Unreached, 1);
            $health->due(60);
            $health->report(0, Seen::ProbeAnswered, 60, $detail);
            $this->assertSame($state, $health->signs(0)->state);
        }
    }

    public function testGutter(): void
    {
        $health = new Health(['a', 'b', 'c'], 'libmemcached/modula', gutter: ['x', 'y'], on_dead: 'gutter', stand_in_ttl: 2.5);
        $this->assertSame(['x', 'y'], $health->gutter());
        $health->report(0, Seen::Unreached, 0);
        $route = $health->route($this->homed($health, 0), 0);
        $this->assertSame([RouteKind::Gutter, 'a', 2.5], [$route->kind, $route->home, $route->ttlMost]);
        $this->assertSame($health->gutter()[$route->serverIndex], $route->server);
    }

    /** Two healths draw alike only if they are told to. */
    public function testSeeds(): void
    {
        $probe = function (?int $seed): float {
            $health = new Health('a', seed: $seed);
            $health->report(0, Seen::Unreached, 0);
            return $health->nextDue();
        };
        $this->assertSame($probe(5), $probe(5));
        $this->assertNotSame($probe(5), $probe(6));
        $this->assertGreaterThan(10, count(array_unique(array_map(fn() => (string) $probe(null), range(1, 20)))));
    }

    /** Seconds cross the border to the microsecond, for as long as a machine runs. */
    public function testMicroseconds(): void
    {
        foreach ([0, 1, 0.000001, 1e-7, 86400.123456, 31536000.654321, 1e9 + 0.999999, -3.5, 10 ** 12] as $now) {
            $health = new Health('a', seed: 1);
            $health->report(0, Seen::Unreached, $now);
            $this->assertSame([sprintf('%d a UP -> DOWN UNREACHED', round($now * 1e6))], $health->log());
            $this->assertSame(round($now, 6), $health->signs(0)->since + 0.0);
        }
    }

    public function testLogOverflows(): void
    {
        $health = new Health('a', detect_soft: 0, detect_share: 0);
        for ($now = 0; $now < 600; $now++) {
            $health->report(0, Seen::Unanswered, $now);
            $health->report(0, Seen::Answered, $now);
        }
        $lines = $health->log();
        $this->assertSame([1025, '176 lines were lost'], [count($lines), $lines[0]]);
    }

    public function testRefused(): void
    {
        foreach ([[['on_dead' => 'nobody'], 'on_dead knows no "nobody"'],
            [['on_dead' => 'gutter'], 'needs the servers of the gutter'],
            [['detect_share' => 101], 'detect_share is out of its range'],
            [['detect_hard' => -1], 'detect_hard is out of its range'],
            [['probe_interval' => 2, 'probe_most' => 1], 'probe_most is out of its range']] as [$settings, $text]) {
            $this->refused(InvalidArgumentException::class, $text, fn() => new Health('a', ...$settings));
        }
        $this->refused(ValueError::class, '($settle) must be from -4e12 to 4e12', fn() => new Health('a', settle: NAN));
        $this->refused(InvalidServersException::class, '', fn() => new Health('a', gutter: 'a:x'));
        $this->refused(InvalidProfileException::class, '', fn() => new Health('a', 'nobody'));
        $this->refused(TypeError::class, '($gutter)', fn() => new Health('a', gutter: 3));
        $this->refused(TypeError::class, '($on_dead)', fn() => new Health('a', on_dead: []));
        $health = new Health('a');
        foreach ([fn() => $health->report(1, Seen::Answered, 0), fn() => $health->signs(1)] as $call) {
            $this->refused(InvalidArgumentException::class, 'there is no server 1, the list has 1', $call);
        }
        $this->refused(InvalidArgumentException::class, 'there is no server "b"', fn() => $health->signs('b'));
        $this->refused(InvalidKeyException::class, '251 bytes, the limit is 250', fn() => $health->route(str_repeat('k', 251), 0));
        $this->refused(TypeError::class, '($seen) must be of type Polyring\Seen', fn() => $health->report(0, HealthState::Up, 0));
        $this->refused(TypeError::class, '($now)', fn() => $health->due('1'));
        $this->refused(ValueError::class, '($detail)', fn() => $health->report(0, Seen::ProbeAnswered, 0, INF));
    }

    public function testNotCopied(): void
    {
        $health = new Health('a b');
        $this->refused(Error::class, 'uncloneable', fn() => clone $health);
        $this->refused(Exception::class, 'Serialization', fn() => serialize($health));
        $this->refused(Error::class, 'dynamic property', fn() => $health->extra = 1);
        $this->refused(Error::class, 'already constructed', fn() => $health->__construct('c'));
        $this->refused(Error::class, 'readonly', fn() => $health->signs(0)->since = 1.0);
        $this->refused(ReflectionException::class, 'without invoking its constructor',
            fn() => (new ReflectionClass(Health::class))->newInstanceWithoutConstructor());
        $this->assertFalse($health == new Health('a b'));
    }
}
