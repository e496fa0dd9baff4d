<?php
// Every way through the extension, errors first, over and over: for runs under valgrind and other
// checkers of memory, which see what PHPUnit cannot. usage: smoke.php [ROUNDS]

use Polyring\{Bytes, Client, Health, HealthWork, InvalidArgumentException, InvalidKeyException, InvalidProfileException,
    InvalidServersException, InvalidValueException, Outcome, PartialException, Ring, Seen, Topology, UnavailableException};

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
        $weight = str_contains($profile, 'weighted-rendezvous') ? ':1' : ''; // it has no default for it
        $ring = new Ring(servers: ["n=10.0.0.1:11211$weight", "m=10.0.0.2:11211$weight"], profile: $profile);
        $ring->profile() . implode($ring->servers());
        $keys = str_ends_with($profile, '-key') ? ['12', 12, new Key('7')] // they are numbers
            : ['key', 12, 1.5, new Key('key'), str_repeat('k', 180)]; // short enough for base64
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
function healths(): void
{
    $health = new Health(['a', 'x=b'], 'libmemcached/modula', gutter: 'g h', on_dead: 'gutter', settle: 2, steady: 1.5);
    for ($time = 0; $time < 3; $time++) {
        $health->report(0, Seen::Unreached, $time);
        $health->report('b', Seen::Forgotten, $time + 0.5);
        json_encode([$health->nextDue(), $health->due(99), $health->servers(), $health->gutter(), $health->profile()]);
        foreach (range(0, 20) as $i) {
            $kept[] = [$health->route("key:$i", $time)->server, $health->signs(0)->reason];
        }
        $health->report(0, Seen::ProbeAnswered, 100, detail: 1);
    }
    count($health->log()) > 3 && $health->log() === [] or throw new Exception('no log');
    expect(ArgumentCountError::class, fn() => new Health());
    expect(InvalidServersException::class, fn() => new Health(['a'], gutter: ['b c', '']));
    expect(InvalidServersException::class, fn() => new Health(['a', '']));
    expect(InvalidArgumentException::class, fn() => new Health('a', on_dead: 'gutter'));
    expect(InvalidArgumentException::class, fn() => new Health(['a'], gutter: ['b'], on_dead: 'nobody'));
    expect(InvalidArgumentException::class, fn() => new Health(['a'], gutter: ['b'], detect_hard: -1));
    expect(TypeError::class, fn() => new Health(['a'], gutter: [[]]));
    expect(ValueError::class, fn() => new Health('a', settle: INF));
    expect(InvalidKeyException::class, fn() => $health->route('', 1));
    expect(InvalidArgumentException::class, fn() => $health->signs('nobody'));
    expect(InvalidArgumentException::class, fn() => $health->report(9, Seen::Answered, 1));
    expect(TypeError::class, fn() => $health->report(0, HealthWork::None, 1));
    expect(ValueError::class, fn() => $health->due(NAN));
    expect(Error::class, fn() => $health->__construct('a'));
    unset($health);
    $kept[0][0] . $kept[0][1]->name;
}

function edits(): void
{
    $ring = new Ring('a b c');
    $more = $ring->withServer('n=d:11211')->withoutServer(0)->withoutServer('b');
    $ring->fingerprint() . json_encode($ring->plan($more)) . json_encode($ring->plan(new Ring('a', 'libmemcached/modula'), 99));
    expect(InvalidServersException::class, fn() => $ring->withServer('x y'));
    expect(InvalidArgumentException::class, fn() => $ring->withoutServer(new Key('z')));
    expect(InvalidArgumentException::class, fn() => $ring->withoutServer(-1));
    expect(InvalidArgumentException::class, fn() => $ring->plan($ring, -1));
    expect(TypeError::class, fn() => $ring->withoutServer([]));
    expect(TypeError::class, fn() => $ring->withoutServer(new Key(null)));
    expect(TypeError::class, fn() => $ring->plan(new Topology('a')));
    expect(TypeError::class, fn() => $ring->plan($ring, 'many'));

    $topology = new Topology(['x=a;zone=1', 'b'], profile: 'libmemcached/modula,layout=buckets,slots=8', epoch: 7);
    $moved = $topology->moveBucket(3, new Key('b'));
    $topology == $moved and throw new Exception('they are equal');
    $topology == $topology->withServers('c d') and throw new Exception('they are equal');
    $topology->text() . $topology->digest() . $topology->profile() . $topology->epoch();
    json_encode([$topology->servers(), $topology->settings(), $topology->diff($moved)]);
    $ring = $moved->ring();
    unset($moved);
    $ring->locate('key');
    try {
        Topology::parse($topology->text()) == $topology or throw new Exception('they differ');
    } catch (InvalidArgumentException $error) {
        $error->getStatus() === 'NOT_SUPPORTED' or throw $error;
    }
    foreach (['', '{', '[]', "\0", "\xff", str_repeat('[', 9999), '{"polyring":1,"profile":"x","servers":["a"]}'] as $text) {
        expect(get_class(failure(fn() => Topology::parse($text))), fn() => Topology::parse($text));
    }
    expect(InvalidServersException::class, fn() => new Topology(['a', 'b c']));
    expect(InvalidServersException::class, fn() => $topology->withServers(['a', '']));
    expect(InvalidProfileException::class, fn() => new Topology('a', 'no such'));
    expect(InvalidArgumentException::class, fn() => new Topology('a', epoch: -1));
    expect(InvalidArgumentException::class, fn() => $topology->moveBucket(8, 'b'));
    expect(TypeError::class, fn() => new Topology(['a', []]));
    expect(TypeError::class, fn() => new Topology('a', 'ketama', 'first'));
    expect(TypeError::class, fn() => $topology->diff($ring));
    expect(TypeError::class, fn() => Topology::parse([]));
    expect(ArgumentCountError::class, fn() => $topology->moveBucket(8));
    expect(Error::class, fn() => $topology->__construct('a'));
    expect(Error::class, fn() => clone $topology);
    expect(LogicException::class, fn() => $topology->moveBucket(3, new class {
        public function __toString(): string { throw new LogicException(); }
    }));
}

function failure(callable $call): Throwable
{
    try {
        $call();
    } catch (Throwable $error) {
        return $error;
    }
    throw new Exception('taken');
}

// No server listens here: what there is to see is what becomes of arguments and failures.
function clients(): void
{
    $client = new Client(['127.0.0.1:1', '127.0.0.1:2'], timeout: 0.5, decode_text: true);
    $kept = Client::persistent('smoke', '127.0.0.1:1', timeout: '1s');
    Client::persistent('smoke', '127.0.0.1:1', timeout: '1s')->setting('timeout') . json_encode($kept->topology()->servers());
    expect(InvalidArgumentException::class, fn() => Client::persistent('smoke', '127.0.0.1:2'));
    expect(InvalidArgumentException::class, fn() => new Client('127.0.0.1:1', protocol: 'none'));
    expect(TypeError::class, fn() => new Client('127.0.0.1:1', timeout: '1s', protocol: []));
    expect(TypeError::class, fn() => new Client(['127.0.0.1:1', new Key('a')]));
    $loop = ['é'];
    $loop[] = &$loop;
    foreach ([null, 1, 'a', 'é', "\xff", new Bytes('é'), [1, ['é' => [2.5, null]]], range(1, 999)] as $value) {
        expect(UnavailableException::class, fn() => $client->set('key', $value));
        expect(PartialException::class, fn() => $client->setMany(['key' => $value, 12 => 'é']));
    }
    expect(InvalidValueException::class, fn() => $client->set('key', $loop));
    $loop = null; // else the cycle of this test is what valgrind finds
    expect(InvalidValueException::class, fn() => $client->setMany(['a' => ['é'], 'b' => new stdClass()]));
    expect(TypeError::class, fn() => $client->set('key', ['é'], []));
    expect(TypeError::class, fn() => $client->setMany(['a' => 'é'], 'x'));
    expect(TypeError::class, fn() => $client->getMany(['a', []]));
    expect(UnavailableException::class, fn() => $client->get('key', 'default'));
    expect(InvalidKeyException::class, fn() => $client->get(''));
    expect(PartialException::class, fn() => $client->getMany(['a', 'b', 12]));
    expect(PartialException::class, fn() => $client->stats());
    $client->addServer('127.0.0.1:3');
    $client->setTopology(['127.0.0.1:2', '127.0.0.1:1']);
    $client->setTopology($kept->topology()->withServers('127.0.0.1:1 127.0.0.1:4')->withServers('127.0.0.1:5'));
    json_encode([$client->statistics(), $client->events(), $client->ring()->servers(), $client->topology()->text()]);
    $client->close();
    expect(InvalidArgumentException::class, fn() => $client->setMany(['a' => ['é']]));
    Outcome::Miss and throw new Exception('a miss is true');
}

for ($round = 0; $round < ($argv[1] ?? 20); $round++) {
    edits();
    healths();
    clients();
}
echo "ok\n";
