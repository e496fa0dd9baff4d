<?php declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Polyring\{InvalidKeyException, Placement, Ring};

/** The golden vectors, recorded from real clients: every file in the folder $POLYRING_VECTORS. */
final class VectorsTest extends TestCase
{
    public function placementFiles(): array
    {
        return iterator_to_array($this->files('placement'));
    }

    public function hashFiles(): array
    {
        return iterator_to_array($this->files('hash'));
    }

    private function files(string $kind): iterable
    {
        $folder = getenv('POLYRING_VECTORS') . "/$kind";
        $found = new RecursiveIteratorIterator(new RecursiveDirectoryIterator($folder, FilesystemIterator::SKIP_DOTS));
        foreach ($found as $file) {
            if ($file->getExtension() === 'json') {
                yield substr($file->getPathname(), strlen($folder) + 1) => [$file->getPathname()];
            }
        }
    }

    private function read(string $path, string $schema): array
    {
        $file = json_decode(file_get_contents($path), true, 64, JSON_THROW_ON_ERROR);
        $this->assertSame($schema, $file['schema']);
        $this->assertNotEmpty($file['cases']);
        return $file;
    }

    public function testFolder(): void
    {
        $this->assertNotEmpty($this->placementFiles());
        $this->assertNotEmpty($this->hashFiles());
    }

    /** @dataProvider placementFiles */
    public function testPlacement(string $path): void
    {
        $file = $this->read($path, 'polyring-placement-1');
        $ring = new Ring($file['servers'], $file['profile']);
        foreach ($file['cases'] as $case) {
            $this->checkCase($ring, $case);
        }
    }

    /** @dataProvider placementFiles */
    public function testDigest(string $path): void
    {
        $file = $this->read($path, 'polyring-placement-1');
        $digest = $file['digest'];
        $keys = [];
        for ($n = $digest['from']; $n < $digest['from'] + $digest['count']; $n++) {
            $keys[] = str_replace('{n}', (string) $n, $digest['keys']);
        }
        $this->assertGreaterThanOrEqual(2000, count($keys));
        $ring = new Ring($file['servers'], $file['profile']);
        $indexes = implode("\n", $ring->locateIndexes($keys)) . "\n";
        $this->assertSame($digest['sha256'], hash('sha256', $indexes));
    }

    /** @dataProvider hashFiles */
    public function testHash(string $path): void
    {
        $file = $this->read($path, 'polyring-hash-1');
        $sign = $file['signed'] ? 'yes' : 'no';
        $ring = new Ring('10.0.0.1 10.0.0.2',
            "libmemcached/modula,hash=$file[function],sign=$sign,text=$file[text]");
        foreach ($file['cases'] as $case) {
            $key = rawurldecode($case['key']);
            if ($key !== '' && strlen($key) <= 250) {
                $this->assertSame($case['hash'], (string) $ring->explain($key)->hash, $case['id']);
            }
        }
    }

    private function checkCase(Ring $ring, array $case): void
    {
        $key = rawurldecode($case['key']);
        try {
            $placement = $ring->explain($key);
        } catch (InvalidKeyException $error) {
            $this->assertTrue($case['refused'] ?? $case['may_refuse'] ?? false, "$case[id]: {$error->getMessage()}");
            $this->assertSame([null], $ring->locateMany([$key]), $case['id']);
            $this->assertSame([-1], $ring->locateIndexes([$key]), $case['id']);
            $this->expectRefusal(fn() => $ring->locate($key), $case['id']);
            return;
        }
        $this->assertFalse($case['refused'] ?? false, "$case[id]: not refused");
        $this->assertContains($case['at'], $placement->ties ?: [$placement->index], $case['id']);
        $this->assertSame($placement->server, $ring->locate($key), $case['id']);
        $this->assertSame([$placement->index], $ring->locateIndexes([$key]), $case['id']);
        $this->assertSame([$placement->server], $ring->locateMany([$key]), $case['id']);
        $this->checkDerived($placement, $case);
    }

    /** Hash, point and label were derived by the reference engine. */
    private function checkDerived(Placement $placement, array $case): void
    {
        foreach (['hash' => $placement->hash, 'point' => $placement->point] as $name => $value) {
            if (isset($case[$name])) {
                $this->assertSame($case[$name], (string) $value, "$case[id]: $name");
            }
        }
        if (isset($case['label'])) {
            $this->assertSame(rawurldecode($case['label']), $placement->label, "$case[id]: label");
        }
    }

    private function expectRefusal(callable $call, string $id): void
    {
        try {
            $call();
        } catch (InvalidKeyException) {
            return;
        }
        $this->fail("$id: not refused");
    }
}
