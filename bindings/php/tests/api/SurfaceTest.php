<?php declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Polyring\{InvalidArgumentException, InvalidKeyException, Placement, PolyringException, Ring};

/**
 * What reflection shows, exactly. Names of scenarios are those of the other languages:
 * surface, not_constructed, not_copied, error_tree.
 */
final class SurfaceTest extends TestCase
{
    private const SURFACE = <<<'END'
        class Polyring\InvalidArgumentException extends Polyring\PolyringException
        class Polyring\InvalidKeyException extends Polyring\InvalidArgumentException
        class Polyring\InvalidProfileException extends Polyring\InvalidArgumentException
        class Polyring\InvalidServersException extends Polyring\InvalidArgumentException
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
        class Polyring\PolyringException extends RuntimeException
          public getServer(): ?string
          public getPosition(): ?int
          public getStatus(): string
          private ?string $server
          private ?int $position
          private string $status
        final class Polyring\Ring
          const DEFAULT_PROFILE = 'libmemcached/ketama-weighted'
          public __construct(array|string $servers, string $profile = Polyring\Ring::DEFAULT_PROFILE)
          public locate(string $key): string
          public locateMany(array $keys): array
          public locateIndexes(array $keys): array
          public explain(string $key): Polyring\Placement
          public servers(): array
          public profile(): string
          public static profiles(): array
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
            . ($parameter->isOptional() ? " = {$parameter->getDefaultValueConstantName()}" : '');
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
        $this->refused(ReflectionException::class, 'without invoking its constructor',
            fn() => (new ReflectionClass(Ring::class))->newInstanceWithoutConstructor());
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
