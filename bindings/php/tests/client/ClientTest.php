<?php declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Polyring\{Client, HealthState, Item, Outcome, Ring, Topology};

require_once __DIR__ . '/Servers.php';

/** Every call of a client, against real servers. */
final class ClientTest extends TestCase
{
    private static Servers $servers;
    private static array $texts;
    private Client $client;

    public static function setUpBeforeClass(): void
    {
        self::$servers = new Servers();
        self::$texts = self::$servers->start(3);
    }

    public static function tearDownAfterClass(): void
    {
        self::$servers->stopAll();
    }

    protected function setUp(): void
    {
        $this->client = new Client(self::$texts, profile: 'ketama', timeout: 5, connect_timeout: 2.5);
        $this->client->flushAll();
    }

    public function testGet(): void
    {
        $this->assertNull($this->client->get('none'));
        $this->assertSame('x', $this->client->get('none', 'x'));
        $this->assertSame('x', $this->client->get('none', default: 'x'));
        $this->assertSame(Outcome::Ok, $this->client->set('none', null));
        $this->assertNull($this->client->get('none', 'x'));
        $this->assertSame(Outcome::Ok, $this->client->set('key', 'value', 100));
        $this->assertSame('value', $this->client->get(key: 'key', default: 1));
        $this->assertSame('value', $this->client->getAndTouch('key', 200));
        $this->assertSame(7, $this->client->getAndTouch('other', 200, 7));
        $this->assertNull($this->client->getAndTouch('other', ttl: 200));
    }

    public function testStores(): void
    {
        $this->assertSame(Outcome::Ok, $this->client->add('key', 'b'));
        $this->assertSame(Outcome::NotStored, $this->client->add('key', 'c'));
        $this->assertSame(Outcome::Ok, $this->client->replace('key', 'b', ttl: 10));
        $this->assertSame(Outcome::NotStored, $this->client->replace('other', 'b'));
        $this->assertSame(Outcome::Ok, $this->client->append('key', 'c'));
        $this->assertSame(Outcome::Ok, $this->client->prepend('key', 'a'));
        $this->assertSame(Outcome::NotStored, $this->client->append('other', 'c'));
        $this->assertSame('abc', $this->client->get('key'));
        $this->assertSame(Outcome::Ok, $this->client->touch('key', 5));
        $this->assertSame(Outcome::Miss, $this->client->touch('other', 5));
        $this->assertSame(Outcome::Ok, $this->client->delete('key'));
        $this->assertSame(Outcome::Miss, $this->client->delete('key'));
        $this->assertSame(Outcome::Ok, $this->client->set('gone', 1, -1));
        $this->assertNull($this->client->get('gone'));
    }

    /** Only Ok is true, in each way that PHP asks. */
    public function testOutcomesAreTrueOrFalse(): void
    {
        $added = [];
        for ($i = 0; $i < 2; $i++) {
            if ($this->client->add('once', $i)) {
                $added[] = $i;
            }
        }
        $this->assertSame([0], $added);
        foreach (Outcome::cases() as $case) {
            $ok = $case === Outcome::Ok;
            $this->assertSame([$ok, $ok, !$ok, $ok, $ok ? 1 : 2, $ok],
                [(bool) $case, !!$case, !$case, $case && true, $case ? 1 : 2, boolval($case)], $case->name);
            $this->assertSame($ok ? [$case] : [], array_filter([$case]));
            $this->assertSame($case, constant("Polyring\\Outcome::$case->name"));
        }
        $this->assertSame(['Ok', 'Miss', 'NotStored', 'Exists'], array_column(Outcome::cases(), 'name'));
        $this->assertSame(1, match ($this->client->delete('once')) { Outcome::Ok => 1, default => 2 });
        $this->assertFalse(Outcome::Ok == Outcome::Miss);
        $this->assertSame('enum(Polyring\Outcome::Miss)', trim((function () { ob_start(); var_dump(Outcome::Miss); return ob_get_clean(); })()));
    }

    public function testCas(): void
    {
        $this->assertNull($this->client->gets('key'));
        $this->client->set('key', [1]);
        $item = $this->client->gets('key');
        $this->assertSame([[1], null, null, null, null, false, false, false], [$item->value, $item->ttl, $item->lastAccess,
            $item->hitBefore, $item->size, $item->won, $item->stale, $item->alreadyWon]);
        $this->assertSame(Outcome::Ok, $this->client->cas('key', [2], $item->cas));
        $this->assertSame(Outcome::Exists, $this->client->cas('key', [3], $item->cas, 10));
        $this->assertSame(Outcome::Miss, $this->client->cas('other', 1, $item->cas));
        $this->assertSame([2], $this->client->get('key'));
    }

    public function testItem(): void
    {
        $this->assertNull($this->client->item('key'));
        $this->client->set('key', 'abc', 1000);
        $item = $this->client->item('key');
        $this->assertSame(['abc', 3, false], [$item->value, $item->size, $item->hitBefore]);
        $this->assertGreaterThan(990, $item->ttl);
        $this->client->get('key');
        $this->assertTrue($this->client->item('key')->hitBefore);
        $this->client->set('key', 'abc');
        $this->assertSame(-1, $this->client->item('key')->ttl);
        $this->assertSame(Outcome::Ok, $this->client->invalidate('key', 30));
        $first = $this->client->item('key');
        $second = $this->client->item('key');
        $this->assertSame([true, true, false], [$first->stale, $first->won, $first->alreadyWon]);
        $this->assertSame([true, false, true], [$second->stale, $second->won, $second->alreadyWon]);
        $this->assertTrue($this->client->item('made', vivify: 30)->won);
        $this->assertFalse($this->client->item('made', vivify: 30)->won);
        $this->client->set('old', 1, 20);
        $this->assertTrue($this->client->item('old', recache: 30)->won);
        $this->assertFalse($this->client->item('old', vivify: null)->won);
        try {
            $first->value = 1;
            $this->fail('written');
        } catch (Error $error) {
            $this->assertStringContainsString('readonly', $error->getMessage());
        }
    }

    public function testMany(): void
    {
        $items = ['a' => 1, 'b' => 'text', 12 => [1, 'x' => 2], 'd' => null];
        $this->assertSame(['a' => Outcome::Ok, 'b' => Outcome::Ok, 12 => Outcome::Ok, 'd' => Outcome::Ok],
            $this->client->setMany($items, ttl: 100));
        $this->assertSame($items, $this->client->getMany(['a', 'b', 12, 'd', 'e']));
        $this->assertSame(['b' => 'text'], $this->client->getMany(['e', 'b', 'f']));
        $this->assertSame(['e' => Outcome::Miss, 'a' => Outcome::Ok], $this->client->touchMany(['e', 'a'], 50));
        $this->assertSame(['a' => Outcome::Ok, 'e' => Outcome::Miss], $this->client->deleteMany(['a', 'e']));
        $this->assertSame([], $this->client->getMany([]));
        $this->assertSame([], $this->client->setMany([]));
        $many = [];
        for ($i = 0; $i < 1000; $i++) {
            $many["key:$i"] = $i % 2 ? "é$i" : [$i, "ü$i"];
        }
        $this->assertSame(array_fill_keys(array_keys($many), Outcome::Ok), $this->client->setMany($many));
        $this->assertSame($many, $this->client->getMany(array_keys($many)));
    }

    public function testCounters(): void
    {
        $this->assertNull($this->client->incr('n'));
        $this->assertNull($this->client->decr('n', 5));
        $this->assertSame(10, $this->client->incr('n', 3, initial: 10, ttl: 60));
        $this->assertSame(13, $this->client->incr('n', 3, 10));
        $this->assertSame(14, $this->client->incr('n'));
        $this->assertSame(0, $this->client->decr('n', 20));
        $this->assertSame(Outcome::Ok, $this->client->setCounter('n', PHP_INT_MAX));
        $this->assertSame(PHP_INT_MAX, $this->client->counter('n'));
        $this->assertSame('9223372036854775808', $this->client->incr('n'));
        $this->assertSame('none', $this->client->counter('m', 'none'));
        $this->assertNull($this->client->counter('m'));
    }

    public function testServerCalls(): void
    {
        $this->client->set('key', 1);
        $home = $this->client->ring()->locate('key');
        $all = array_fill_keys(self::$texts, Outcome::Ok);
        $this->assertSame($all, $this->client->ping());
        $this->assertSame([$home => Outcome::Ok], $this->client->ping($home));
        $this->assertSame($all, $this->client->verbosity(0));
        $this->assertSame(self::$texts, array_keys($this->client->version(null)));
        $this->assertMatchesRegularExpression('/^\d+\.\d+\.\d+/', $this->client->version(server: $home)[$home]);
        $this->assertMatchesRegularExpression('/^\d+$/', $this->client->stats()[$home]['pid']);
        $this->assertArrayHasKey('maxbytes', $this->client->stats('settings', $home)[$home]);
        $this->assertStringContainsString('key=key', $this->client->dump()[$home]);
        $this->assertSame([$home => Outcome::Ok], $this->client->flushAll(server: $home));
        $this->assertNull($this->client->get('key'));
        $this->assertSame($all, $this->client->flushAll(100));
    }

    public function testTopology(): void
    {
        $servers = array_slice(self::$texts, 0, 2);
        $client = new Client(new Topology($servers, 'ketama'));
        $this->assertSame($servers, $client->ring()->servers());
        $client->set('key', 'kept');
        $client->addServer(self::$texts[2]);
        $this->assertEquals(self::$texts, $client->ring()->servers());
        $this->assertSame(1, $client->topology()->epoch());
        $client->removeServer(self::$texts[2]);
        $this->assertSame('kept', $client->get('key'));
        $client->setTopology(self::$texts);
        $this->assertSame(self::$texts, $client->ring()->servers());
        $client->setTopology(new Topology([self::$texts[1]], 'ketama', epoch: 99));
        $this->assertSame([99, [self::$texts[1]]], [$client->topology()->epoch(), $client->ring()->servers()]);
        $this->assertNotSame('', $client->ring()->fingerprint());
        $this->assertInstanceOf(Ring::class, $client->ring());
    }

    public function testStatisticsAndEvents(): void
    {
        $client = new Client(self::$texts[0]);
        $client->set('key', 1);
        $client->get('key');
        $client->get('none');
        [$statistics] = $client->statistics();
        $this->assertSame([self::$texts[0], 1, 1, []],
            [$statistics['server'], $statistics['hits'], $statistics['misses'], $statistics['failures']]);
        $this->assertSame($statistics['exchanges'], array_sum($statistics['latency']));
        $this->assertGreaterThan(0, $statistics['bytes_sent']);
        $this->assertSame(
            ['state' => HealthState::Up, 'in_doubt' => 0, 'refused' => 0, 'redirected' => 0, 'probes' => 0],
            array_slice($statistics, -5));
        $events = $client->events();
        $this->assertContains('CONNECTED', array_column($events, 'kind'));
        $this->assertEqualsWithDelta(time(), $events[0]['time'], 60);
        $this->assertSame([], $client->events());
    }

    public function testSettings(): void
    {
        $client = new Client(self::$texts, timeout: 0.25, connect_timeout: '50ms', idle_timeout: 2, max_connections: 3,
            decode_text: true, protocol: 'text', on_error: null, announce: false);
        foreach (['timeout' => '250000us', 'connect_timeout' => '50000us',
            'idle_timeout' => '2000000us', 'max_connections' => '3', 'decode_text' => 'true', 'protocol' => 'text',
            'on_error' => 'raise', 'announce' => 'false'] as $name => $value) {
            $this->assertSame($value, $client->setting($name), $name);
        }
        $this->assertNull($client->setting('none'));
        $this->assertNull($client->setting(str_repeat('x', 1000)));
        $parameters = (new ReflectionMethod(Client::class, '__construct'))->getParameters();
        $this->assertGreaterThan(16, count($parameters));
        foreach (array_slice($parameters, 1) as $parameter) {
            $this->assertIsString($client->setting($parameter->name), $parameter->name);
        }
        $url = new Client('memcached://' . implode(',', self::$texts) . '/?profile=ketama&timeout=250ms');
        $this->assertSame('250000us', $url->setting('timeout'));
    }

    /** Four children, and the parent, on one client. */
    public function testFork(): void
    {
        for ($i = 0; $i < 100; $i++) {
            $this->client->set("key:$i", $i);
        }
        $children = [];
        for ($child = 0; $child < 4; $child++) {
            $pid = pcntl_fork();
            if (!$pid) {
                $wrong = 0;
                for ($i = 0; $i < 2000; $i++) {
                    $n = ($i * 7 + $child) % 100;
                    $wrong += $this->client->get("key:$n") !== $n;
                }
                pcntl_exec('/bin/sh', ['-c', 'exit ' . min($wrong, 100)]);
            }
            $children[] = $pid;
        }
        for ($i = 0; $i < 2000; $i++) {
            $this->assertSame($i % 100, $this->client->get('key:' . $i % 100));
        }
        foreach ($children as $pid) {
            pcntl_waitpid($pid, $status);
            $this->assertSame(0, pcntl_wexitstatus($status));
        }
    }
}
