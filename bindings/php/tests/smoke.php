<?php
// Every way through the extension, errors first, over and over: for runs under valgrind and other
// checkers of memory, which see what PHPUnit cannot. usage: smoke.php [ROUNDS]

use Polyring\{InvalidKeyException, InvalidProfileException, InvalidServersException, Ring};

function expect(string $class, callable $call): void
{
    try {
        $call();
    } catch (Throwable $error) {
        if (get_class($error) !== $class) {
            throw $error;
        }
        if ($error instanceof Polyring\PolyringException) {
            $error->getServer() . $error->getPosition() . $error->getStatus();
        }
        return;
    }
    throw new Exception("no $class");
}

final class Key
{
    public function __construct(private mixed $text) {}
    public function __toString(): string { return $this->text; }
}

for ($round = 0; $round < ($argv[1] ?? 20); $round++) {
    expect(ArgumentCountError::class, fn() => new Ring());
    expect(ArgumentCountError::class, fn() => new Ring(profile: 'ketama'));
    expect(TypeError::class, fn() => new Ring(new stdClass()));
    expect(TypeError::class, fn() => new Ring(['a', []]));
    expect(TypeError::class, fn() => new Ring(['a', 'b'], []));
    expect(InvalidServersException::class, fn() => new Ring(''));
    expect(InvalidServersException::class, fn() => new Ring(['a', 'b:0:1:2:3']));
    expect(InvalidProfileException::class, fn() => new Ring(['a', 'b'], 'no such'));
    expect(InvalidProfileException::class, fn() => new Ring('a b', new Key('ketama,colour=red')));
    expect(Polyring\InvalidArgumentException::class, fn() => new Ring(array_fill(0, 65536, 'h')));

    foreach (Ring::profiles() as $profile) {
        $ring = new Ring(servers: ['n=10.0.0.1:11211', 'm=10.0.0.2:11211'], profile: $profile);
        $ring->profile() . implode($ring->servers());
        $keys = str_ends_with($profile, '-key') ? ['12', 12, new Key('7')] // they are numbers
            : ['key', 12, 1.5, new Key('key'), str_repeat('k', 250)];
        foreach ($keys as $key) {
            $ring->locate($key) === $ring->explain($key)->server or throw new Exception('they differ');
        }
        $ring->locateMany(['a', '', 12, str_repeat('x', 300), "a\0b"]);
        $ring->locateIndexes([5 => 'a', 2 => '', 'x' => PHP_INT_MIN]);
        $ring->locateMany([]);
        expect(InvalidKeyException::class, fn() => $ring->locate(''));
        expect(InvalidKeyException::class, fn() => $ring->explain(new Key('')));
        expect(TypeError::class, fn() => $ring->locate([]));
        expect(TypeError::class, fn() => $ring->locate(new Key(null)));
        expect(TypeError::class, fn() => $ring->locateMany(['a', new Key('b')]));
        expect(TypeError::class, fn() => $ring->locateIndexes('a'));
        expect(ArgumentCountError::class, fn() => $ring->locate());
        expect(Error::class, fn() => $ring->__construct('a'));
        expect(Error::class, fn() => clone $ring);
        expect(Exception::class, fn() => serialize($ring));
        expect(Error::class, fn() => $ring->extra = 1);
        expect(Error::class, fn() => $ring->explain('7')->extra = 1);
        expect(LogicException::class, fn() => $ring->locate(new class {
            public function __toString(): string { throw new LogicException(); }
        }));
        $kept = $ring->explain('7');
        unset($ring);
        strlen($kept->server . $kept->why);
    }
}
echo "ok\n";
