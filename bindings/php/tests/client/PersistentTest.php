<?php declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Polyring\{Client, InvalidArgumentException, Outcome};

require_once __DIR__ . '/Servers.php';

/** Clients by name: in one request, and in many of one process (PHP's own web server). */
final class PersistentTest extends TestCase
{
    private static Servers $servers;
    private static array $texts;

    public static function setUpBeforeClass(): void
    {
        self::$servers = new Servers();
        self::$texts = self::$servers->start(2);
    }

    public static function tearDownAfterClass(): void
    {
        self::$servers->stopAll();
    }

    private function connections(Client $client): int
    {
        return array_sum(array_column($client->statistics(), 'connects'));
    }

    public function testSameClient(): void
    {
        $first = Client::persistent('same', self::$texts, profile: 'ketama', timeout: 5);
        $first->set('key', 1);
        $made = $this->connections($first);
        for ($i = 0; $i < 20; $i++) {
            $client = Client::persistent('same', implode(' ', self::$texts), profile: 'ketama', timeout: 5);
            $this->assertSame(1, $client->get('key'));
            $this->assertSame(self::$texts, $client->ring()->servers());
            unset($client);
        }
        $this->assertSame($made, $this->connections($first));
        $this->assertGreaterThan(0, $made);
    }

    public function testOtherConfiguration(): void
    {
        $first = Client::persistent('other', self::$texts, timeout: 5);
        foreach ([fn() => Client::persistent('other', self::$texts[0], timeout: 5), fn() => Client::persistent('other', self::$texts),
            fn() => Client::persistent('other', self::$texts, timeout: 6)] as $call) {
            try {
                $call();
                $this->fail('taken');
            } catch (InvalidArgumentException $error) {
                $this->assertStringContainsString('"other" has another configuration', $error->getMessage());
                $this->assertStringContainsString('timeout=5000000us', $error->getMessage());
            }
        }
        $this->assertSame(self::$texts, $first->ring()->servers());
        $this->assertSame(Outcome::Ok, Client::persistent('third', self::$texts[0])->ping()[self::$texts[0]]);
    }

    public function testClosed(): void
    {
        $first = Client::persistent('closed', self::$texts);
        $second = Client::persistent('closed', self::$texts);
        $first->close();
        try {
            $second->get('key');
            $this->fail('open');
        } catch (InvalidArgumentException $error) {
            $this->assertStringContainsString('closed', $error->getMessage());
        }
        $this->assertNull(Client::persistent('closed', self::$texts)->get('none'));
        $this->assertNull($first->get('none'));
    }

    public function testFailedOnesAreNotKept(): void
    {
        try {
            Client::persistent('failed', 'a:0:0:0');
            $this->fail('made');
        } catch (InvalidArgumentException) {
        }
        $this->assertNull(Client::persistent('failed', self::$texts)->get('none'));
    }

    /** Many requests of one process: one client, as many connections as servers, outcomes as ever. */
    public function testAcrossRequests(): void
    {
        $address = Servers::unused();
        $web = proc_open([PHP_BINARY, '-n', '-d', 'extension=' . getenv('POLYRING_PHP_EXTENSION'), '-S', $address,
            __DIR__ . '/request.php'], [STDIN, ['file', '/dev/null', 'w'], ['file', '/dev/null', 'w']], $pipes, null,
            ['POLYRING_SERVERS' => implode(' ', self::$texts)] + getenv());
        try {
            for ($i = 0; $i < 500 && !($socket = @stream_socket_client("tcp://$address")); $i++) {
                usleep(10000);
            }
            fclose($socket);
            $connects = [];
            for ($i = 1; $i <= 10; $i++) {
                $answer = json_decode(file_get_contents("http://$address/"), true);
                $this->assertSame([$i, [true, false, false, false], self::$texts, 'InvalidArgumentException'],
                    [$answer['number'], $answer['truth'], $answer['servers'], $answer['refused']]);
                $connects[] = $answer['connects'];
            }
            $this->assertSame($connects[0], $connects[9]);
        } finally {
            proc_terminate($web, 9);
            proc_close($web);
        }
    }
}
