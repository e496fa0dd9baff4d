<?php // Without strict_types: PHP converts scalars, as for its own functions.

use PHPUnit\Framework\TestCase;
use Polyring\Ring;

/** Arguments that are not what they seem: hostile_arguments and does_not_leak of the other languages. */
final class ArgumentsTest extends TestCase
{
    private Ring $ring;

    protected function setUp(): void
    {
        $this->ring = new Ring('10.0.0.1 10.0.0.2 10.0.0.3');
    }

    private function text(mixed $value): object
    {
        return new class ($value) {
            public function __construct(private mixed $value) {}
            public function __toString(): string { return is_callable($this->value) ? ($this->value)() : $this->value; }
        };
    }

    public function testScalarsBecomeText(): void
    {
        foreach ([12 => '12', -7 => '-7', PHP_INT_MIN => (string) PHP_INT_MIN] as $key => $text) {
            $this->assertSame($text, $this->ring->explain($key)->key);
            $this->assertSame([$this->ring->locate($text)], $this->ring->locateMany([$key]));
        }
        $this->assertSame('1.5', $this->ring->explain(1.5)->key);
        $this->assertSame('1', $this->ring->explain(true)->key);
        $this->assertSame('stringable', $this->ring->explain($this->text('stringable'))->key);
    }

    /** PHP makes integers of such keys of arrays, so a batch of array_keys() must take them. */
    public function testIntegersInBatchesAreTheirText(): void
    {
        $keys = array_keys(['12' => 1, 'a' => 1, '-3' => 1, '007' => 1]);
        $this->assertSame([12, 'a', -3, '007'], $keys);
        $this->assertSame($this->ring->locateMany(['12', 'a', '-3', '007']), $this->ring->locateMany($keys));
        $this->assertSame($this->ring->locateIndexes([(string) PHP_INT_MIN]), $this->ring->locateIndexes([PHP_INT_MIN]));
        $this->assertSame(['12'], (new Ring([12]))->servers());
    }

    public function testReferences(): void
    {
        $key = 'key';
        $alias = &$key;
        $keys = ['a', &$alias, 'b'];
        $list = &$keys;
        $expected = array_map($this->ring->locate(...), ['a', 'key', 'b']);
        $this->assertSame($expected[1], $this->ring->locate($alias));
        $this->assertSame($expected, $this->ring->locateMany($list));
        $this->assertSame($expected, call_user_func_array([$this->ring, 'locateMany'], [&$keys]));
        $this->assertSame('key', $key);
    }

    public function testArraysOfEveryShape(): void
    {
        $holes = ['a', 'b', 'c', 'd'];
        unset($holes[1]);
        $expected = $this->ring->locateMany(['a', 'c', 'd']);
        $this->assertSame($expected, $this->ring->locateMany($holes));
        $this->assertSame($expected, $this->ring->locateMany(['x' => 'a', 'y' => 'c', -5 => 'd']));
        $keys = array_map(strval(...), range(1, 300000));
        $this->assertCount(300000, $this->ring->locateIndexes($keys));
        $this->assertSame($this->ring->locate('300000'), $this->ring->locateMany($keys)[299999]);
    }

    public function wrongTypes(): iterable
    {
        $text = $this->text('x');
        $closed = fopen('php://memory', 'r');
        fclose($closed);
        foreach (['null' => null, 'bool' => true, 'float' => 1.5, 'array' => [], 'stdClass' => new stdClass(),
            get_debug_type($text) => $text, 'resource' => $closed] as $type => $value) {
            yield "$type in a batch" => [fn($ring) => $ring->locateMany(['a', $value]),
                '#^Polyring\\\\Ring::locateMany\(\): Argument \#1 \(\$keys\) must contain only strings and integers, .+ given at element 1$#'];
            yield "$type in a list of servers" => [fn() => new Ring([$value]),
                '#^Polyring\\\\Ring::__construct\(\): Argument \#1 \(\$servers\) must contain only strings and integers, .+ given at element 0$#'];
        }
        foreach (['array' => [], 'stdClass' => new stdClass()] as $type => $value) {
            yield "$type as a key" => [fn($ring) => $ring->locate($value),
                "#^Polyring\\\\Ring::locate\(\): Argument \#1 \(\\\$key\) must be of type string, $type given$#"];
            yield "$type as a profile" => [fn() => new Ring(['a', 'b'], $value),
                "#^Polyring\\\\Ring::__construct\(\): Argument \#2 \(\\\$profile\) must be of type string, $type given$#"];
        }
        yield 'a text as a batch' => [fn($ring) => $ring->locateIndexes('a'),
            '#^Polyring\\\\Ring::locateIndexes\(\): Argument \#1 \(\$keys\) must be of type array, string given$#'];
        yield 'an iterator as a batch' => [fn($ring) => $ring->locateMany(new ArrayIterator(['a'])),
            '#must be of type array, ArrayIterator given$#'];
        yield 'an object as servers' => [fn() => new Ring(new stdClass()),
            '#\(\$servers\) must be of type array\|string, stdClass given$#'];
    }

    /** @dataProvider wrongTypes */
    public function testHostileArguments(callable $call, string $pattern): void
    {
        try {
            $call($this->ring);
            $this->fail('accepted');
        } catch (TypeError $error) {
            $this->assertMatchesRegularExpression($pattern, $error->getMessage());
        }
    }

    public function testStrictTypesAreTheCallers(): void
    {
        $this->expectException(TypeError::class);
        $this->expectExceptionMessage('must be of type string, int given');
        (include __DIR__ . '/../strict.php')($this->ring);
    }

    public function testNullIsDeprecatedAsEverywhere(): void
    {
        $said = null;
        set_error_handler(function (int $level, string $text) use (&$said) { $said = $text; return true; }, E_DEPRECATED);
        try {
            $this->ring->locate(null);
        } catch (Polyring\InvalidKeyException) {
            $this->assertStringContainsString('Passing null to parameter #1 ($key) of type string is deprecated', $said);
        } finally {
            restore_error_handler();
        }
        $this->assertNotNull($said);
    }

    public function counts(): iterable
    {
        return [
            [fn() => new Ring(), 'Polyring\Ring::__construct() expects at least 1 argument, 0 given'],
            [fn() => new Ring('a', 'ketama', 1), 'Polyring\Ring::__construct() expects at most 2 arguments, 3 given'],
            [fn($ring) => $ring->locate(), 'Polyring\Ring::locate() expects exactly 1 argument, 0 given'],
            [fn($ring) => $ring->locate('a', 'b'), 'Polyring\Ring::locate() expects exactly 1 argument, 2 given'],
            [fn($ring) => $ring->servers(1), 'Polyring\Ring::servers() expects exactly 0 arguments, 1 given'],
            [fn() => Ring::profiles(1), 'Polyring\Ring::profiles() expects exactly 0 arguments, 1 given'],
            [fn() => new Ring(profile: 'ketama'), 'Polyring\Ring::__construct(): Argument #1 ($servers) not passed'],
        ];
    }

    /** @dataProvider counts */
    public function testCounts(callable $call, string $text): void
    {
        $this->expectException(ArgumentCountError::class);
        $this->expectExceptionMessage($text);
        $call($this->ring);
    }

    public function testUnknownNamesOfParameters(): void
    {
        $this->expectException(Error::class);
        $this->expectExceptionMessage('Unknown named parameter $node');
        $this->ring->locate(node: 'a');
    }

    /** A key's __toString runs inside the call: what it throws comes out, what it drops lives on. */
    public function testCodeThatRunsInsideTheCall(): void
    {
        $thrown = new LogicException('from __toString');
        try {
            $this->ring->locate($this->text(fn() => throw $thrown));
            $this->fail('accepted');
        } catch (LogicException $error) {
            $this->assertSame($thrown, $error);
        }
        $expected = $this->ring->locate('key');
        $ring = new Ring('10.0.0.1 10.0.0.2 10.0.0.3');
        $this->assertSame($expected, $ring->locate($this->text(function () use (&$ring) {
            $ring = null;
            gc_collect_cycles();
            return 'key';
        })));
    }

    /** @group engine-memory */
    public function testDoesNotLeak(): void
    {
        $fill = fn() => [$this->attempt(fn() => new Ring(['a', 'b'], [])),
            $this->attempt(fn() => new Ring(['a', 'b'], 'no such')),
            $this->attempt(fn() => (new Ring(['a', 'b']))->locateMany(['a', 7, ''])),
            $this->attempt(fn() => $this->ring->explain($this->text('key'))),
            $this->attempt(fn() => $this->ring->locateMany(['a', []])),
            $this->attempt(fn() => $this->ring->locate($this->text(str_repeat('x', 1000))))];
        $fill();
        $before = memory_get_usage();
        for ($i = 0; $i < 1000; $i++) {
            $fill();
        }
        $this->assertLessThan(10000, memory_get_usage() - $before);
    }

    private function attempt(callable $call): bool
    {
        try {
            $call();
            return true;
        } catch (Throwable) {
            return false;
        }
    }

    public function testABatchAboveFourGigabytesIsRefused(): void
    {
        $this->expectException(Polyring\InvalidArgumentException::class);
        $this->expectExceptionMessage('4294967295 bytes');
        $this->ring->locateMany(array_fill(0, 257, str_repeat('x', 1 << 24)));
    }

    /**
     * The memory limit ends a request in the midst of a call: an orderly end, no crash.
     *
     * @group engine-memory
     */
    public function testTheMemoryLimit(): void
    {
        foreach (['texts of servers' => 'new Polyring\Ring(str_repeat("h ", 60000), "libmemcached/modula");',
            'flat keys' => '(new Polyring\Ring("a b"))->locateMany(array_fill(0, 100000, "a rather long key"));',
            'servers()' => '$ring = new Polyring\Ring(str_repeat("h ", 9000), "libmemcached/modula");
                for ($i = 0; ; $i++) $lists[] = $ring->servers();',
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
