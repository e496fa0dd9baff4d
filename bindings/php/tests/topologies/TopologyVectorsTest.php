<?php declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Polyring\{InvalidArgumentException, InvalidProfileException, InvalidServersException, InvalidTopologyException,
    PolyringException, Ring, Topology};

/** The golden topologies, vectors/topology: what is read and refused, and what follows from it. */
final class TopologyVectorsTest extends TestCase
{
    private const CLASSES = [
        'INVALID_ARGUMENT' => InvalidArgumentException::class,
        'INVALID_PROFILE' => InvalidProfileException::class,
        'INVALID_SERVERS' => InvalidServersException::class,
        'INVALID_TOPOLOGY' => InvalidTopologyException::class,
    ];

    private static function vectors(): array
    {
        static $file;
        $path = getenv('POLYRING_VECTORS') . '/topology/topologies.json';
        return $file ??= json_decode(file_get_contents($path), true, 64, JSON_THROW_ON_ERROR);
    }

    private static function each(string $section): array
    {
        return array_map(fn($case) => [$case], array_column(self::vectors()[$section], null, 'id'));
    }

    public function topologies(): array { return self::each('topologies'); }
    public function refusals(): array { return self::each('refusals'); }
    public function differences(): array { return self::each('differences'); }
    public function plans(): array { return self::each('plans'); }
    public function edits(): array { return self::each('edits'); }
    public function refusedEdits(): array { return self::each('refused_edits'); }
    public function rings(): array { return self::each('rings'); }
    public function refusedRings(): array { return self::each('refused_rings'); }

    private static function parsed(string $id): Topology
    {
        return Topology::parse(self::each('topologies')[$id][0]['input']);
    }

    private function refused(array $case, callable $call): PolyringException
    {
        try {
            $call();
        } catch (PolyringException $error) {
            $this->assertSame(self::CLASSES[$case['status']], get_class($error), $error->getMessage());
            $this->assertSame($case['status'], $error->getStatus());
            $this->assertStringContainsString($case['message'], $error->getMessage());
            return $error;
        }
        $this->fail('not refused');
    }

    public function testSchema(): void
    {
        $this->assertSame('polyring-topology-1', self::vectors()['schema']);
    }

    /** @dataProvider topologies */
    public function testTopologies(array $case): void
    {
        $topology = Topology::parse($case['input']);
        $this->assertSame([$case['canonical'], $case['digest']], [$topology->text(), $topology->digest()]);
        $this->assertSame([$case['epoch'], $case['profile']], [$topology->epoch(), $topology->profile()]);
        $this->assertSame($case['servers'], $topology->servers());
        $this->assertSame($case['settings'], $topology->settings());
        $again = Topology::parse($case['canonical']);
        $this->assertTrue($again == $topology);
        $this->assertSame($topology->text(), $again->text());
        if (!$case['settings']) {
            foreach ([$case['servers'], implode(' ', $case['servers'])] as $servers) {
                $this->assertTrue(new Topology($servers, $case['profile'], $case['epoch']) == $topology);
            }
        }
    }

    /** @dataProvider topologies */
    public function testFingerprints(array $case): void
    {
        $topology = Topology::parse($case['input']);
        if (isset($case['ring'])) {
            $this->refused(['status' => $case['ring'], 'message' => ''], fn() => $topology->ring());
            return;
        }
        $this->assertSame($case['fingerprint'], $topology->ring()->fingerprint());
        $this->assertSame($case['fingerprint'], (new Ring($case['servers'], $case['profile']))->fingerprint());
    }

    /** @dataProvider refusals */
    public function testRefusals(array $case): void
    {
        $error = $this->refused($case, fn() => Topology::parse($case['input']));
        $this->assertLessThanOrEqual(strlen($case['input']), $error->getPosition());
        $line = substr_count(substr($case['input'], 0, $error->getPosition()), "\n") + 1;
        $this->assertStringStartsWith("line $line, column ", $error->getMessage());
        $this->assertMatchesRegularExpression('/^[ -~]+$/', $error->getMessage());
    }

    /** @dataProvider differences */
    public function testDifferences(array $case): void
    {
        $changes = array_map(fn($change) => ['change' => $change->change, 'subject' => $change->subject,
            'before' => $change->before, 'after' => $change->after, 'old_index' => $change->oldIndex,
            'new_index' => $change->newIndex], self::parsed($case['from'])->diff(self::parsed($case['to'])));
        $this->assertSame($case['changes'], $changes);
    }

    /** @dataProvider plans */
    public function testPlans(array $case): void
    {
        $plan = self::parsed($case['from'])->ring()->plan(self::parsed($case['to'])->ring(), sample: $case['sample']);
        $this->assertSame([$case['exact'], $case['sample']], [$plan->exact, $plan->sample]);
        $this->assertEqualsWithDelta($case['moved'], $plan->moved, $case['tolerance'] ?? 1e-13);
        if (!$case['exact']) {
            return;
        }
        $this->assertSame(count($case['servers']), count($plan->servers));
        foreach ($case['servers'] as $i => $expected) {
            $server = $plan->servers[$i];
            $this->assertSame([$expected['server'], $expected['old_index'], $expected['new_index']],
                [$server->server, $server->oldIndex, $server->newIndex]);
            $this->assertEqualsWithDelta([$expected['before'], $expected['after']], [$server->before, $server->after], 1e-13);
        }
        $this->assertSame(count($case['flows']), count($plan->flows));
        foreach ($case['flows'] as $i => $expected) {
            $flow = $plan->flows[$i];
            $this->assertSame([$expected['source'], $expected['target']], [$flow->source, $flow->target]);
            $this->assertEqualsWithDelta($expected['share'], $flow->share, 1e-13);
        }
    }

    private static function edited(array $case): Topology
    {
        return isset($case['bucket']) ? self::parsed($case['from'])->moveBucket($case['bucket'], $case['server'])
            : self::parsed($case['from'])->withServers($case['servers']);
    }

    /** @dataProvider edits */
    public function testEdits(array $case): void
    {
        $topology = self::edited($case);
        $this->assertSame([$case['canonical'], $case['digest']], [$topology->text(), $topology->digest()]);
        $this->assertTrue($topology == Topology::parse($case['canonical']));
    }

    /** @dataProvider refusedEdits */
    public function testRefusedEdits(array $case): void
    {
        $this->refused($case, fn() => self::edited($case));
    }

    private static function changed(array $case): Ring
    {
        $ring = self::parsed($case['from'])->ring();
        return isset($case['with_server']) ? $ring->withServer($case['with_server'])
            : $ring->withoutServer($case['without_server']);
    }

    /** @dataProvider rings */
    public function testRings(array $case): void
    {
        $ring = self::changed($case);
        $this->assertSame([$case['servers'], $case['fingerprint']], [$ring->servers(), $ring->fingerprint()]);
    }

    /** @dataProvider refusedRings */
    public function testRefusedRings(array $case): void
    {
        $this->refused($case, fn() => self::changed($case));
    }
}
