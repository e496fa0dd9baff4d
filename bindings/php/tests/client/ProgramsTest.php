<?php declare(strict_types=1);

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/Servers.php';

/** The example, and the driver that one script for all languages drives, as programs of their own. */
final class ProgramsTest extends TestCase
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

    private function program(string $program, array $arguments, string $input): string
    {
        $process = proc_open([PHP_BINARY, '-n', '-d', 'extension=' . getenv('POLYRING_PHP_EXTENSION'),
            __DIR__ . "/../../$program", ...$arguments], [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
        fwrite($pipes[0], $input);
        fclose($pipes[0]);
        $output = stream_get_contents($pipes[1]);
        $this->assertSame(0, proc_close($process));
        return $output;
    }

    public function testExample(): void
    {
        $this->assertSame("Ada\nnobody\nthere is one already\nOk\n42\n" . '{"a":1,"b":2.5,"c":[null,true]}' . "\n",
            $this->program('examples/client.php', ['memcached://' . implode(',', self::$texts) . '/'], ''));
        $dead = Servers::unused();
        $this->assertStringContainsString($dead, $this->program('examples/client.php', [$dead], ''));
    }

    public function testDriver(): void
    {
        $key = base64_encode('12');
        $other = base64_encode("other");
        $values = [['none'], ['bool', true], ['int', '-5'], ['float', '1.5'], ['float', '1e+25'], ['text', 'é'],
            ['bytes', base64_encode("\xff")], ['list', [['int', '1'], ['text', '']]], ['map', [['a', ['none']]]]];
        $lines = [['call' => 'open', 'servers' => implode(' ', self::$texts), 'settings' => ['timeout' => '5s']]];
        $expected = [['ok' => true]];
        foreach ($values as $value) {
            array_push($lines, ['call' => 'set', 'key' => $key, 'value' => $value, 'ttl' => 0], ['call' => 'get', 'key' => $key]);
            array_push($expected, ['outcome' => 'OK'], ['value' => $value]);
        }
        array_push($lines, ['call' => 'get', 'key' => $other], ['call' => 'delete', 'key' => $other],
            ['call' => 'set_many', 'items' => [[$key, ['int', '1']]], 'ttl' => 9], ['call' => 'get_many', 'keys' => [$other, $key]],
            ['call' => 'incr', 'key' => $key, 'delta' => 4], ['call' => 'ping'], ['call' => 'nothing'],
            ['call' => 'open', 'servers' => 'a:0:0:0'], ['call' => 'get', 'key' => $key]);
        array_push($expected, ['miss' => true], ['outcome' => 'MISS'], ['outcomes' => [[$key, 'OK']], 'failures' => []],
            ['found' => [[$key, ['int', '1']]], 'failures' => []], ['number' => '5'],
            ['servers' => array_map(fn($text) => [$text, 'OK'], self::$texts), 'failures' => []]);
        $output = $this->program('tests/driver.php', [], implode("\n", array_map('json_encode', $lines)) . "\n");
        $answers = array_map(fn($line) => json_decode($line, true), explode("\n", rtrim($output)));
        $this->assertCount(count($lines), $answers);
        $this->assertSame($expected, array_slice($answers, 0, count($expected)));
        [$unknown, $refused, $closed] = array_slice($answers, count($expected));
        $this->assertStringContainsString('UnhandledMatchError', $unknown['error']);
        $this->assertSame(['INVALID_SERVERS', 'InvalidServersError'], [$refused['failure']['status'], $refused['failure']['class']]);
        $this->assertArrayHasKey('error', $closed);
    }
}
