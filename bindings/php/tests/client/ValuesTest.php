<?php declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Polyring\{Bytes, Client, InvalidValueException};

require_once __DIR__ . '/Servers.php';

/** Each kind of value there and back, and what is refused. */
final class ValuesTest extends TestCase
{
    private static Servers $servers;
    private static Client $client;

    public static function setUpBeforeClass(): void
    {
        self::$servers = new Servers();
        self::$client = new Client(self::$servers->start(1), timeout: 5);
    }

    public static function tearDownAfterClass(): void
    {
        self::$servers->stopAll();
    }

    public function testThereAndBack(): void
    {
        $nested = [];
        for ($i = 0; $i < 63; $i++) {
            $nested = $i % 2 ? [$nested] : ['x' => $nested];
        }
        $values = [null, true, false, 0, -1, PHP_INT_MAX, PHP_INT_MIN, 0.0, -0.0, 1.5, 1e300, 0.1, '', 'text', 'é', "\0",
            "\xff\xfe", '12', str_repeat('x', 100000), str_repeat('é', 50000), str_repeat("\xff", 100000), random_bytes(5000),
            [], [1, 2.5, 'a', "\0", null, true, [], ['a' => ['b' => []]]], ['a' => 1, 'b' => [1, 2]], [1 => 'a', 0 => 'b'],
            ['é' => "é"], $nested, range(1, 10000)];
        foreach ($values as $i => $value) {
            $this->assertTrue((bool) self::$client->set('key', $value), "value $i");
            $found = self::$client->get('key', 'default');
            $this->assertSame($value, $found, "value $i");
            if (is_float($value)) {
                $this->assertSame(pack('E', $value), pack('E', $found));
            }
        }
        $items = array_combine(array_map(fn($i) => "key:$i", array_keys($values)), $values);
        self::$client->setMany($items);
        $this->assertSame($items, self::$client->getMany(array_keys($items)));
    }

    public function testKeysOfArrays(): void
    {
        $ok = \Polyring\Outcome::Ok;
        $value = 'by reference';
        $holed = [10 => 'a', 11 => 'b', 12 => 'c'];
        unset($holed[11]);
        $packed = ['a', 'b', 'c'];
        unset($packed[0], $packed[2]);
        foreach ([['x' => 1, 7 => 'seven', -7 => "\xff", 'r' => &$value], $holed, $packed, []] as $items) {
            $before = $items;
            $this->assertSame(array_map(fn() => $ok, $items), self::$client->setMany($items));
            $this->assertSame($before, $items);
            $keys = array_keys($items);
            unset($keys[1]);
            $this->assertSame(array_diff_key($items, [array_keys($items)[1] ?? '' => 0]), self::$client->getMany($keys));
        }
        $key = 'x';
        $this->assertSame(['x' => 1, 7 => 'seven'], self::$client->getMany([&$key, '7', 'x', 'none', 7]));
    }

    /** What is plainly no text is not asked of the core; it must say the same. */
    public function testTextOrBytes(): void
    {
        self::$client->set('text', 'é');
        $text = self::$client->gets('text')->flags;
        foreach (["a\u{80}", "\u{7ff}", "12345678\u{800}", "\u{ffff}b", "\u{10000}", "\u{10ffff}", 'a'] as $string) {
            self::$client->set('key', $string);
            $this->assertSame($text, self::$client->gets('key')->flags, bin2hex($string));
        }
        for ($byte = 0x80; $byte < 0x100; $byte++) {
            foreach (['', '12345678', 'abc'] as $before) {
                self::$client->set('key', $before . chr($byte));
                $this->assertNotSame($text, self::$client->gets('key')->flags, "$before and byte $byte");
            }
        }
    }

    public function testBytes(): void
    {
        self::$client->set('text', 'é');
        self::$client->set('bytes', new Bytes('é'));
        $this->assertSame(['é', 'é'], [self::$client->get('text'), self::$client->get('bytes')]);
        $this->assertNotSame(self::$client->gets('text')->flags, self::$client->gets('bytes')->flags);
        foreach ([[new Bytes('a')], ["\xff"], ['a' => ['b' => "\xff"]]] as $list) {
            $this->refused(InvalidValueException::class, 'no bytes', fn() => self::$client->set('list', $list));
        }
        $bytes = new Bytes(bytes: 'x');
        $this->assertSame('x', $bytes->bytes);
        $this->refused(Error::class, 'readonly', fn() => $bytes->bytes = 'y');
        $this->refused(Error::class, 'already constructed', fn() => $bytes->__construct('y'));
    }

    public function testReferences(): void
    {
        $one = 1;
        $list = [&$one, 2];
        self::$client->set('key', $list);
        $this->assertSame([1, 2], self::$client->get('key'));
        $loop = [1];
        $loop[] = &$loop;
        $this->refused(InvalidValueException::class, '64 deep', fn() => self::$client->set('key', $loop));
        $this->refused(InvalidValueException::class, '64 deep', fn() => self::$client->setMany(['a' => 'é', 'b' => $loop]));
    }

    public function testRefused(): void
    {
        $json = new class implements JsonSerializable {
            public function jsonSerialize(): mixed { return 1; }
        };
        $text = new class {
            public function __toString(): string { return 'x'; }
        };
        foreach ([new stdClass(), $json, $text, fn() => 1, self::$client] as $value) {
            $this->refused(InvalidValueException::class, 'class ', fn() => self::$client->set('key', $value));
            $this->refused(InvalidValueException::class, 'class ', fn() => self::$client->set('key', ['é', [$value]]));
            $this->refused(InvalidValueException::class, 'class ', fn() => self::$client->setMany(['a' => ['é'], 'b' => $value]));
        }
        $this->refused(InvalidValueException::class, 'class stdClass', fn() => self::$client->set('key', new stdClass()));
        $this->refused(InvalidValueException::class, 'resource', fn() => self::$client->set('key', STDIN));
    }

    public function testMemory(): void
    {
        $work = function (): void {
            for ($i = 0; $i < 50; $i++) {
                self::$client->set('key', ['é' => range(1, 100)]);
                self::$client->get('key');
                self::$client->getMany(['key', 'none']);
                self::$client->setMany(['é' => [1], 'b' => 'é']);
                try {
                    self::$client->setMany(['é' => [1], 'b' => new stdClass()]);
                } catch (InvalidValueException) {
                }
                self::$client->gets('key');
                self::$client->stats();
                new Client(['127.0.0.1:1', '127.0.0.1:2'], timeout: 1, profile: 'ketama');
            }
        };
        $work();
        $before = memory_get_usage();
        $work();
        $this->assertSame($before, memory_get_usage());
    }

    private function refused(string $class, string $part, callable $call): void
    {
        try {
            $call();
        } catch (Throwable $error) {
            $this->assertSame($class, get_class($error), $error->getMessage());
            $this->assertStringContainsString($part, $error->getMessage());
            return;
        }
        $this->fail("no $class");
    }
}
