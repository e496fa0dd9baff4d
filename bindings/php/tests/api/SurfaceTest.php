<?php declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Polyring\{InvalidArgumentException, InvalidKeyException, InvalidTopologyException, Placement, PolyringException, Ring,
    Topology};

/**
 * What reflection shows, exactly. Names of scenarios are those of the other languages:
 * surface, not_constructed, not_copied, error_tree.
 */
final class SurfaceTest extends TestCase
{
    private const SURFACE = <<<'END'
        final class Polyring\Bytes
          public __construct(string $bytes)
          public readonly string $bytes
        final class Polyring\Change
          private __construct()
          public readonly string $change
          public readonly ?string $subject
          public readonly ?string $before
          public readonly ?string $after
          public readonly ?int $oldIndex
          public readonly ?int $newIndex
        final class Polyring\Client
          public __construct(Polyring\Topology|array|string $servers = '', ?string $profile = NULL, ?string $topology = NULL, string|int|float|null $timeout = NULL, string|int|float|null $read_timeout = NULL, string|int|float|null $write_timeout = NULL, string|int|float|null $connect_timeout = NULL, string|int|float|null $idle_timeout = NULL, string|int|null $max_connections = NULL, string|int|null $max_value = NULL, ?string $protocol = NULL, ?string $dialect = NULL, ?string $compress = NULL, string|int|null $compress_from = NULL, string|bool|null $decode_text = NULL, ?string $on_error = NULL, ?string $on_mismatch = NULL, string|bool|null $announce = NULL, ?string $on_dead = NULL, ?string $rejoin = NULL, string|int|null $detect_hard = NULL, string|int|null $detect_soft = NULL, string|int|null $detect_share = NULL, string|int|null $detect_garbled = NULL, string|int|float|null $probe_interval = NULL, string|int|float|null $probe_most = NULL, string|int|float|null $settle = NULL, string|int|float|null $steady = NULL, string|int|float|null $stand_in_ttl = NULL, string|int|null $dead_most = NULL, ?string $gutter = NULL, string|int|float|null $warm_time = NULL, string|int|null $max_in_flight = NULL)
          public static persistent(string $name, Polyring\Topology|array|string $servers = '', ?string $profile = NULL, ?string $topology = NULL, string|int|float|null $timeout = NULL, string|int|float|null $read_timeout = NULL, string|int|float|null $write_timeout = NULL, string|int|float|null $connect_timeout = NULL, string|int|float|null $idle_timeout = NULL, string|int|null $max_connections = NULL, string|int|null $max_value = NULL, ?string $protocol = NULL, ?string $dialect = NULL, ?string $compress = NULL, string|int|null $compress_from = NULL, string|bool|null $decode_text = NULL, ?string $on_error = NULL, ?string $on_mismatch = NULL, string|bool|null $announce = NULL, ?string $on_dead = NULL, ?string $rejoin = NULL, string|int|null $detect_hard = NULL, string|int|null $detect_soft = NULL, string|int|null $detect_share = NULL, string|int|null $detect_garbled = NULL, string|int|float|null $probe_interval = NULL, string|int|float|null $probe_most = NULL, string|int|float|null $settle = NULL, string|int|float|null $steady = NULL, string|int|float|null $stand_in_ttl = NULL, string|int|null $dead_most = NULL, ?string $gutter = NULL, string|int|float|null $warm_time = NULL, string|int|null $max_in_flight = NULL): Polyring\Client
          public get(string $key, mixed $default = NULL): mixed
          public getAndTouch(string $key, int $ttl, mixed $default = NULL): mixed
          public gets(string $key): ?Polyring\Item
          public item(string $key, ?int $vivify = NULL, ?int $recache = NULL): ?Polyring\Item
          public getMany(array $keys): array
          public set(string $key, mixed $value, int $ttl = 0): Polyring\Outcome
          public add(string $key, mixed $value, int $ttl = 0): Polyring\Outcome
          public replace(string $key, mixed $value, int $ttl = 0): Polyring\Outcome
          public append(string $key, mixed $value): Polyring\Outcome
          public prepend(string $key, mixed $value): Polyring\Outcome
          public cas(string $key, mixed $value, int $cas, int $ttl = 0): Polyring\Outcome
          public setMany(array $items, int $ttl = 0): array
          public delete(string $key): Polyring\Outcome
          public deleteMany(array $keys): array
          public invalidate(string $key, int $ttl): Polyring\Outcome
          public touch(string $key, int $ttl): Polyring\Outcome
          public touchMany(array $keys, int $ttl): array
          public incr(string $key, int $delta = 1, ?int $initial = NULL, int $ttl = 0): string|int|null
          public decr(string $key, int $delta = 1, ?int $initial = NULL, int $ttl = 0): string|int|null
          public setCounter(string $key, int $number, int $ttl = 0): Polyring\Outcome
          public counter(string $key, mixed $default = NULL): mixed
          public flushAll(int $delay = 0, ?string $server = NULL): array
          public stats(string $arguments = '', ?string $server = NULL): array
          public version(?string $server = NULL): array
          public dump(?string $server = NULL): array
          public verbosity(int $level, ?string $server = NULL): array
          public ping(?string $server = NULL): array
          public setTopology(Polyring\Topology|array|string $topology): void
          public addServer(string $server): void
          public removeServer(string $server): void
          public tick(int|float $budget): void
          public topology(): Polyring\Topology
          public ring(): Polyring\Ring
          public statistics(): array
          public events(): array
          public setting(string $name): ?string
          public close(): void
        final class Polyring\Flow
          private __construct()
          public readonly string $source
          public readonly string $target
          public readonly float $share
        final class Polyring\Health
          public __construct(array|string $servers, string $profile = Polyring\Ring::DEFAULT_PROFILE, array|string|null $gutter = NULL, ?int $seed = NULL, ?string $on_dead = NULL, ?string $rejoin = NULL, ?int $detect_hard = NULL, ?int $detect_soft = NULL, ?int $detect_share = NULL, ?int $detect_garbled = NULL, int|float|null $probe_interval = NULL, int|float|null $probe_most = NULL, int|float|null $settle = NULL, int|float|null $steady = NULL, int|float|null $stand_in_ttl = NULL, ?int $dead_most = NULL)
          public report(string|int $server, Polyring\Seen $seen, int|float $now, int|float|null $detail = NULL): void
          public due(int|float $now): ?int
          public nextDue(): ?float
          public signs(string|int $server): Polyring\VitalSigns
          public route(string $key, int|float $now): Polyring\Route
          public log(): array
          public servers(): array
          public gutter(): array
          public profile(): string
        final class Polyring\HealthState
          const Up = \Polyring\HealthState::Up
          const Suspect = \Polyring\HealthState::Suspect
          const Down = \Polyring\HealthState::Down
          const Probing = \Polyring\HealthState::Probing
          const Rejoining = \Polyring\HealthState::Rejoining
          const Out = \Polyring\HealthState::Out
          public static cases(): array
          public readonly string $name
        final class Polyring\HealthWork
          const None = \Polyring\HealthWork::None
          const Repair = \Polyring\HealthWork::Repair
          const Flush = \Polyring\HealthWork::Flush
          public static cases(): array
          public readonly string $name
        class Polyring\InvalidArgumentException extends Polyring\PolyringException
        class Polyring\InvalidKeyException extends Polyring\InvalidArgumentException
        class Polyring\InvalidProfileException extends Polyring\InvalidArgumentException
        class Polyring\InvalidServersException extends Polyring\InvalidArgumentException
        class Polyring\InvalidTopologyException extends Polyring\InvalidArgumentException
        class Polyring\InvalidValueException extends Polyring\InvalidArgumentException
        final class Polyring\Item
          private __construct()
          public readonly mixed $value
          public readonly int $cas
          public readonly ?int $ttl
          public readonly ?int $lastAccess
          public readonly ?bool $hitBefore
          public readonly ?int $size
          public readonly int $flags
          public readonly bool $won
          public readonly bool $stale
          public readonly bool $alreadyWon
        class Polyring\MismatchException extends Polyring\PolyringException
        final class Polyring\Outcome
          const Ok = \Polyring\Outcome::Ok
          const Miss = \Polyring\Outcome::Miss
          const NotStored = \Polyring\Outcome::NotStored
          const Exists = \Polyring\Outcome::Exists
          public static cases(): array
          public readonly string $name
        class Polyring\PartialException extends Polyring\PolyringException
          public getFound(): array
          public getFailures(): array
          private array $found
          private array $failures
        final class Polyring\Placement
          private __construct()
          public readonly string $key
          public readonly string $sentKey
          public readonly string $hashedText
          public readonly string|int|null $hash
          public readonly string|int|null $point
          public readonly string $label
          public readonly string $server
          public readonly int $index
          public readonly array $ties
          public readonly string $why
        final class Polyring\Plan
          private __construct()
          public readonly float $moved
          public readonly bool $exact
          public readonly int $sample
          public readonly array $servers
          public readonly array $flows
        final class Polyring\PlannedServer
          private __construct()
          public readonly string $server
          public readonly ?int $oldIndex
          public readonly ?int $newIndex
          public readonly float $before
          public readonly float $after
        class Polyring\PolyringException extends RuntimeException
          public getServer(): ?string
          public getPosition(): ?int
          public getStatus(): string
          public getKey(): ?string
          public getStage(): ?string
          public getSpent(): ?float
          public getErrno(): ?int
          private ?string $server
          private ?int $position
          private string $status
          private ?string $key
          private ?string $stage
          private ?float $spent
          private ?int $errno
        class Polyring\ProtocolException extends Polyring\PolyringException
        final class Polyring\Ring
          const DEFAULT_PROFILE = 'libmemcached/ketama-weighted'
          public __construct(array|string $servers, string $profile = Polyring\Ring::DEFAULT_PROFILE)
          public locate(string $key): string
          public locateMany(array $keys): array
          public locateIndexes(array $keys): array
          public explain(string $key): Polyring\Placement
          public servers(): array
          public profile(): string
          public fingerprint(): string
          public plan(Polyring\Ring $other, int $sample = 0): Polyring\Plan
          public withServer(string $server): Polyring\Ring
          public withoutServer(string|int $server): Polyring\Ring
          public static profiles(): array
        final class Polyring\Route
          private __construct()
          public readonly Polyring\RouteKind $kind
          public readonly string $home
          public readonly ?string $server
          public readonly ?float $ttlMost
          public readonly int $homeIndex
          public readonly ?int $serverIndex
        final class Polyring\RouteKind
          const Home = \Polyring\RouteKind::Home
          const StandIn = \Polyring\RouteKind::StandIn
          const Gutter = \Polyring\RouteKind::Gutter
          const Nowhere = \Polyring\RouteKind::Nowhere
          public static cases(): array
          public readonly string $name
        final class Polyring\Seen
          const Answered = \Polyring\Seen::Answered
          const Unreached = \Polyring\Seen::Unreached
          const Unanswered = \Polyring\Seen::Unanswered
          const Garbled = \Polyring\Seen::Garbled
          const ProbeAnswered = \Polyring\Seen::ProbeAnswered
          const ProbeFailed = \Polyring\Seen::ProbeFailed
          const Cleaned = \Polyring\Seen::Cleaned
          const NotCleaned = \Polyring\Seen::NotCleaned
          const Forgotten = \Polyring\Seen::Forgotten
          const TakenOut = \Polyring\Seen::TakenOut
          const PutBack = \Polyring\Seen::PutBack
          public static cases(): array
          public readonly string $name
        class Polyring\ServerException extends Polyring\PolyringException
        final class Polyring\Topology
          public __construct(array|string $servers, string $profile = Polyring\Ring::DEFAULT_PROFILE, int $epoch = 0)
          public static parse(string $text): Polyring\Topology
          public profile(): string
          public epoch(): int
          public servers(): array
          public settings(): array
          public text(): string
          public digest(): string
          public ring(): Polyring\Ring
          public withServers(array|string $servers): Polyring\Topology
          public moveBucket(int $bucket, string $server): Polyring\Topology
          public diff(Polyring\Topology $other): array
        class Polyring\UnavailableException extends Polyring\PolyringException
        class Polyring\UnknownException extends Polyring\PolyringException
        final class Polyring\VitalSigns
          private __construct()
          public readonly Polyring\HealthState $state
          public readonly Polyring\Seen $reason
          public readonly Polyring\HealthWork $work
          public readonly float $since
          public readonly ?float $downSince
          public readonly ?float $nextProbe
          public readonly int $probesFailed
          public readonly int $unanswered
        END;

    public function testSurface(): void
    {
        $classes = (new ReflectionExtension('polyring'))->getClasses();
        ksort($classes);
        $this->assertSame(self::SURFACE, implode("\n", array_map($this->describe(...), $classes)));
    }

    private function describe(ReflectionClass $class): string
    {
        $parent = $class->getParentClass();
        $lines = [($class->isFinal() ? 'final ' : '') . "class $class->name"
            . ($parent ? " extends $parent->name" : '')];
        foreach ($class->getReflectionConstants() as $constant) {
            $lines[] = "  const $constant->name = " . var_export($constant->getValue(), true);
        }
        foreach ($class->getMethods() as $method) {
            if ($method->class === $class->name) {
                $lines[] = '  ' . implode(' ', Reflection::getModifierNames($method->getModifiers()))
                    . " $method->name(" . implode(', ', array_map($this->parameter(...), $method->getParameters())) . ')'
                    . ($method->hasReturnType() ? ": {$method->getReturnType()}" : '');
            }
        }
        foreach ($class->getProperties() as $property) {
            if ($property->class === $class->name) {
                $lines[] = '  ' . implode(' ', Reflection::getModifierNames($property->getModifiers()))
                    . " {$property->getType()} \$$property->name";
            }
        }
        return implode("\n", $lines);
    }

    private function parameter(ReflectionParameter $parameter): string
    {
        return "{$parameter->getType()} \$$parameter->name"
            . ($parameter->isOptional() ? ' = ' . ($parameter->getDefaultValueConstantName()
                ?? var_export($parameter->getDefaultValue(), true)) : '');
    }

    public function testSurfaceShowsNoGenerator(): void
    {
        $extension = new ReflectionExtension('polyring');
        $this->assertSame([], $extension->getFunctions());
        $this->assertSame([], $extension->getConstants());
        $this->assertSame([], $extension->getINIEntries());
        $names = [(string) $extension, ...get_declared_classes(), ...get_declared_interfaces(),
            ...get_defined_functions()['internal'], ...array_keys(get_defined_constants())];
        $this->assertSame([], preg_grep('/swig/i', $names));
        $this->assertSame([], (new ReflectionClass(Ring::class))->getInterfaceNames());
        $this->assertSame([], (new ReflectionClass(Topology::class))->getInterfaceNames());
    }

    public function testSurfaceInInformation(): void
    {
        $extension = new ReflectionExtension('polyring');
        $this->assertMatchesRegularExpression('/^\d+\.\d+\.\d+$/', $extension->getVersion());
        ob_start();
        $extension->info();
        $text = ob_get_clean();
        $this->assertStringContainsString("Polyring => {$extension->getVersion()}\n", $text);
        $this->assertStringContainsString('Thread safety => ' . (PHP_ZTS ? 'ZTS' : 'NTS') . "\n", $text);
    }

    /** PHP itself makes no object of a final class of an extension without its constructor. */
    public function testNotConstructed(): void
    {
        foreach ([Ring::class, Topology::class] as $class) {
            $this->refused(ReflectionException::class, 'without invoking its constructor',
                fn() => (new ReflectionClass($class))->newInstanceWithoutConstructor());
        }
    }

    public function testNotCopied(): void
    {
        $ring = new Ring('a b');
        $this->refused(Error::class, 'uncloneable', fn() => clone $ring);
        $this->refused(Exception::class, 'Serialization', fn() => serialize($ring));
        $this->refused(Exception::class, 'Unserialization', fn() => unserialize('O:13:"Polyring\Ring":0:{}'));
        $this->refused(Error::class, 'dynamic property', fn() => $ring->extra = 1);
        $this->refused(Error::class, 'already constructed', fn() => $ring->__construct('c'));
        $this->assertSame(['a', 'b'], $ring->servers());
        $this->assertFalse($ring == new Ring('a b'), 'two rings are two');
        $this->assertTrue($ring == $ring);
    }

    public function testTopologiesNotCopied(): void
    {
        $topology = new Topology('a b');
        $this->refused(Error::class, 'uncloneable', fn() => clone $topology);
        $this->refused(Exception::class, 'Serialization', fn() => serialize($topology));
        $this->refused(Exception::class, 'Unserialization', fn() => unserialize('O:17:"Polyring\Topology":0:{}'));
        $this->refused(Error::class, 'dynamic property', fn() => $topology->extra = 1);
        $this->refused(Error::class, 'Polyring\Topology object is already constructed', fn() => $topology->__construct('c'));
        $this->assertSame(['a', 'b'], $topology->servers());
    }

    public function testNotCopiedNorChangedRecords(): void
    {
        $plan = (new Ring('a b'))->plan(new Ring('a b c'));
        [$change] = (new Topology('a'))->diff(new Topology('b'));
        foreach ([$plan, $plan->servers[0], $plan->flows[0], $change] as $record) {
            $property = (new ReflectionObject($record))->getProperties()[0]->name;
            $this->refused(Error::class, 'readonly', fn() => $record->$property = 1);
            $this->refused(Error::class, 'dynamic property', fn() => $record->extra = 1);
            $this->refused(Error::class, 'private', fn() => new ($record::class)());
            $this->refused(Exception::class, 'Serialization', fn() => serialize($record));
            $this->assertEquals($record, clone $record);
        }
    }

    public function testNotCopiedNorChangedPlacement(): void
    {
        $placement = (new Ring('a b'))->explain('key');
        $this->refused(Error::class, 'readonly', fn() => $placement->index = 1);
        $this->refused(Error::class, 'readonly', function () use ($placement) { unset($placement->key); });
        $this->refused(Error::class, 'dynamic property', fn() => $placement->extra = 1);
        $this->refused(Error::class, 'private', fn() => new Placement());
        $this->refused(Exception::class, 'Serialization', fn() => serialize($placement));
        $this->assertEquals($placement, clone $placement);
    }

    public function testErrorTree(): void
    {
        $error = $this->refused(InvalidKeyException::class, 'empty', fn() => (new Ring('a b'))->locate(''));
        $this->assertInstanceOf(InvalidArgumentException::class, $error);
        $this->assertInstanceOf(PolyringException::class, $error);
        $this->assertInstanceOf(RuntimeException::class, $error);
        $this->assertTrue(is_subclass_of(InvalidTopologyException::class, InvalidArgumentException::class));
        $mine = new class ('mine', 7) extends PolyringException {};
        $this->assertSame(['mine', 7, null, null, ''],
            [$mine->getMessage(), $mine->getCode(), $mine->getServer(), $mine->getPosition(), $mine->getStatus()]);
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
