<?php declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Polyring\{Client, InvalidArgumentException, InvalidKeyException, InvalidProfileException, InvalidServersException,
    Outcome, PartialException, PolyringException, Ring, UnavailableException, UnknownException};

require_once __DIR__ . '/Servers.php';

/** Servers that are dead or dumb, and arguments that are refused. */
final class FailuresTest extends TestCase
{
    private Servers $servers;

    protected function setUp(): void
    {
        $this->servers = new Servers();
    }

    protected function tearDown(): void
    {
        $this->servers->stopAll();
    }

    public function testDead(): void
    {
        $dead = Servers::unused();
        $client = new Client($dead, timeout: 2);
        foreach ([fn($client) => $client->get('key', 'default'), fn($client) => $client->gets('key'),
            fn($client) => $client->item('key'), fn($client) => $client->set('key', 1),
            fn($client) => $client->add('key', [1]), fn($client) => $client->delete('key'),
            fn($client) => $client->incr('key'), fn($client) => $client->counter('key'),
            fn($client) => $client->touch('key', 1)] as $call) {
            $error = $this->refused(UnavailableException::class, $dead, fn() => $call(new Client($dead, timeout: 2)));
            $this->assertInstanceOf(PolyringException::class, $error);
            $this->assertSame(['UNAVAILABLE', $dead, 'key', 'CONNECTING', null, 111],
                [$error->getStatus(), $error->getServer(), $error->getKey(), $error->getStage(), $error->getPosition(), $error->getErrno()]);
            $this->assertIsFloat($error->getSpent());
            $this->assertLessThan(2.25, $error->getSpent());
        }
        $error = $this->refused(PartialException::class, $dead, fn() => $client->version());
        $this->assertSame([[], [$dead]], [$error->getFound(), array_keys($error->getFailures())]);
        $this->assertSame(0, $client->statistics()[0]['hits']);
        $this->assertArrayHasKey('UNAVAILABLE', $client->statistics()[0]['failures']);
    }

    public function testPartial(): void
    {
        [$live, $killed] = $this->servers->start(2);
        $client = new Client([$live, $killed], timeout: 5, profile: 'ketama');
        $keys = array_map(fn($i) => "key:$i", range(1, 50));
        $client->setMany(array_fill_keys($keys, 'x'));
        $this->assertSame(array_fill_keys($keys, 'x'), $client->getMany($keys));
        $this->servers->stop($killed);
        $ring = $client->ring();
        $there = array_values(array_filter($keys, fn($key) => $ring->locate($key) === $live));
        $lost = array_values(array_diff($keys, $there));
        foreach ([[fn() => $client->getMany($keys), 'x'], [fn() => $client->setMany(array_fill_keys($keys, 'x')), Outcome::Ok],
            [fn() => $client->touchMany($keys, 9), Outcome::Ok]] as [$call, $value]) {
            $error = $this->refused(PartialException::class, count($lost) . ' of 50 failed', $call);
            $this->assertSame('PARTIAL', $error->getStatus());
            $this->assertSame(array_fill_keys($there, $value), $error->getFound());
            $this->assertSame($lost, array_keys($error->getFailures()));
            foreach ($error->getFailures() as $key => $failure) {
                $this->assertInstanceOf(PolyringException::class, $failure);
                $this->assertSame([$key, $killed], [$failure->getKey(), $failure->getServer()]);
            }
        }
        $this->refused(PartialException::class, '1 of 2 failed', fn() => $client->ping());
    }

    public function testShownAsMiss(): void
    {
        [$live] = $this->servers->start(1);
        $dead = Servers::unused();
        $client = new Client([$live, $dead], timeout: 2, profile: 'ketama', on_error: 'miss');
        $keys = array_map(fn($i) => "key:$i", range(1, 50));
        $this->refused(PartialException::class, 'failed', fn() => $client->setMany(array_fill_keys($keys, 'x')));
        $ring = $client->ring();
        $there = array_values(array_filter($keys, fn($key) => $ring->locate($key) === $live));
        $lost = array_values(array_diff($keys, $there))[0];
        $this->assertSame(array_fill_keys($there, 'x'), $client->getMany($keys));
        $this->assertSame(['default', null, null], [$client->get($lost, 'default'), $client->get($lost), $client->gets($lost)]);
        $this->refused(UnavailableException::class, $dead, fn() => $client->set($lost, 1));
        $this->refused(UnavailableException::class, $dead, fn() => $client->incr($lost));
        $this->refused(InvalidKeyException::class, '', fn() => $client->get(''));
    }

    /** A server that refused once is not asked again; events say so, by the place as it is spelled. */
    public function testDown(): void
    {
        $dead = Servers::unused();
        $client = new Client($dead, timeout: 5, probe_interval: 30);
        $hiding = new Client($dead, timeout: 5, probe_interval: '30s', on_error: 'miss');
        foreach (['Connection refused', 'it is down'] as $text) {
            $this->refused(UnavailableException::class, $text, fn() => $client->get('k'));
            $this->assertSame(['x', []], [$hiding->get('k', 'x'), $hiding->getMany(['k'])]);
        }
        $client->tick(0.01);
        $events = array_filter($client->events(), fn($event) => $event['kind'] === 'HEALTH');
        $this->assertSame([[$dead, 'UP -> DOWN UNREACHED']],
            array_map(fn($event) => [$event['server'], $event['text']], array_values($events)));
        $this->assertSame('30000000us', $client->setting('probe_interval'));
        $this->refused(UnavailableException::class, 'it is down', fn() => $hiding->set('k', 1));
        $this->refused(InvalidArgumentException::class, 'a budget is 0 to 24 hours', fn() => $client->tick(-1));
        $this->refused(ValueError::class, '($budget)', fn() => $client->tick(NAN));
        $client->close();
        $this->refused(InvalidArgumentException::class, 'closed', fn() => $client->tick(0));
    }

    /** Idle, a program ticks until the server is there again; nothing else probes it. */
    public function testComesBack(): void
    {
        $place = Servers::unused();
        $client = new Client($place, timeout: 5, probe_interval: 0.05, probe_most: 0.05);
        $this->refused(UnavailableException::class, '', fn() => $client->set('k', 2));
        $this->servers->startAt($place);
        for ($end = microtime(true) + 30, $last = ''; !str_starts_with($last, 'REJOINING -> UP ');) {
            $this->assertLessThan($end, microtime(true), $last);
            $client->tick(0.1);
            foreach ($client->events() as $event) {
                $last = $event['kind'] === 'HEALTH' ? $event['text'] : $last;
            }
            usleep(10000);
        }
        $this->assertSame(Outcome::Ok, $client->set('k', 3));
    }

    /** Text has no form for such keys: nothing of them reaches the server. */
    public function testKeysThatTextCannotSay(): void
    {
        $client = new Client($this->servers->start(1), timeout: 5, protocol: 'text', on_mismatch: 'ignore');
        foreach (['a b', "a\r\nflush_all\r\n", "\0", "a\x7fb"] as $key) {
            $error = $this->refused(InvalidKeyException::class, '', fn() => $client->get($key));
            $this->assertSame($key, $error->getKey());
            $this->refused(InvalidKeyException::class, '', fn() => $client->set($key, 1));
        }
        $client->set('a', 1);
        $this->assertSame(['1'], array_values(array_column($client->stats(), 'curr_items')));
    }

    /** A server that takes everything and says nothing. */
    public function testDumb(): void
    {
        $text = Servers::unused();
        $socket = stream_socket_server("tcp://$text");
        $client = new Client($text, timeout: 0.2, protocol: 'text', on_mismatch: 'ignore', announce: false);
        $error = $this->refused(UnknownException::class, $text, fn() => $client->set('key', 1));
        $this->assertSame(['UNKNOWN', 'RECEIVING'], [$error->getStatus(), $error->getStage()]);
        $this->assertGreaterThan(0.15, $error->getSpent());
        fclose($socket);
    }

    public function testRefusedArguments(): void
    {
        $client = new Client('127.0.0.1:1 127.0.0.1:2', timeout: 1);
        foreach (['', str_repeat('x', 300)] as $key) {
            $error = $this->refused(InvalidKeyException::class, '', fn() => $client->get($key));
            $this->assertSame($key, $error->getKey());
            $this->refused(InvalidKeyException::class, '', fn() => $client->set($key, 1));
        }
        $this->refused(InvalidArgumentException::class, 'negative', fn() => $client->incr('key', -1));
        $this->refused(TypeError::class, 'array', fn() => $client->getMany('key'));
        $this->refused(TypeError::class, 'array', fn() => $client->setMany('key'));
        $this->refused(TypeError::class, 'stdClass', fn() => $client->getMany([new stdClass()]));
        $this->refused(TypeError::class, 'array given', fn() => $client->get([]));
        $this->refused(TypeError::class, 'given', fn() => $client->set('key', ['é'], 'x'));
        $this->refused(TypeError::class, 'given', fn() => $client->item('key', 'x'));
        $this->refused(TypeError::class, 'given', fn() => $client->addServer([]));
        $this->refused(ArgumentCountError::class, 'exactly 1', fn() => $client->addServer());
        $this->refused(ArgumentCountError::class, 'at least 1', fn() => $client->get());
        $this->refused(ArgumentCountError::class, 'at most 2', fn() => $client->get('a', 1, 2));
        $this->refused(ArgumentCountError::class, 'exactly 2', fn() => $client->touch('a'));
        $this->refused(ArgumentCountError::class, 'at least 2', fn() => $client->set('a'));
        $this->refused(Error::class, 'Unknown named parameter $tll', fn() => $client->set('a', 1, tll: 1));
        $this->refused(InvalidArgumentException::class, '', fn() => $client->removeServer('c'));
        $this->refused(InvalidArgumentException::class, '', fn() => $client->ping('c'));
    }

    public function testRefusedConfigurations(): void
    {
        $this->refused(InvalidServersException::class, '', fn() => new Client('a:0:0:0'));
        $this->refused(InvalidServersException::class, '', fn() => new Client(['a', 'b c']));
        $this->refused(InvalidProfileException::class, '', fn() => new Client('127.0.0.1:1', profile: 'none'));
        $this->refused(InvalidArgumentException::class, 'colour', fn() => new Client('memcached://127.0.0.1/?colour=red'));
        $this->refused(InvalidArgumentException::class, 'protocol', fn() => new Client('127.0.0.1:1', protocol: 'x&y=1'));
        $this->refused(Error::class, 'Unknown named parameter $colour', fn() => new Client('127.0.0.1:1', colour: 'red'));
        $this->refused(TypeError::class, '($timeout) must be of type string|int|float|null, array given', fn() => new Client('127.0.0.1:1', timeout: []));
        $this->refused(TypeError::class, '($profile) must be of type ?string, int given', fn() => new Client('127.0.0.1:1', profile: 1));
        $this->refused(ValueError::class, '($timeout)', fn() => new Client('127.0.0.1:1', timeout: -1));
        $this->refused(ValueError::class, '($timeout)', fn() => new Client('127.0.0.1:1', timeout: NAN));
        $this->refused(TypeError::class, '($servers)', fn() => new Client(new stdClass()));
        $this->refused(TypeError::class, '($servers)', fn() => new Client(new Ring('a b')));
        $client = new Client('127.0.0.1:1');
        $this->refused(Error::class, 'already constructed', fn() => $client->__construct('127.0.0.1:2'));
        $this->refused(Error::class, 'uncloneable', fn() => clone $client);
        $this->refused(Exception::class, 'Serialization', fn() => serialize($client));
        $this->refused(Error::class, 'dynamic property', fn() => $client->extra = 1);
        $this->refused(ReflectionException::class, 'without invoking its constructor',
            fn() => (new ReflectionClass(Client::class))->newInstanceWithoutConstructor());
    }

    public function testClosed(): void
    {
        $client = new Client('127.0.0.1:1');
        $client->close();
        $client->close();
        $client->setting('timeout');
        foreach ([fn() => $client->get('key'), fn() => $client->getMany(['key']), fn() => $client->ping(),
            fn() => $client->topology(), fn() => $client->ring(), fn() => $client->statistics(), fn() => $client->events(),
            fn() => $client->addServer('127.0.0.1:2'), fn() => $client->set('key', [1])] as $call) {
            $this->refused(InvalidArgumentException::class, 'closed', $call);
        }
    }

    private function refused(string $class, string $part, callable $call): Throwable
    {
        try {
            $call();
        } catch (Throwable $error) {
            $this->assertSame($class, get_class($error), $error->getMessage());
            $this->assertStringContainsString($part, $error->getMessage());
            return $error;
        }
        $this->fail("no $class");
    }
}
