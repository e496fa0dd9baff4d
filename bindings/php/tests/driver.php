<?php declare(strict_types=1);
// Does what one script tells all languages to do: a JSON object a line from standard input, an
// answer a line. Strings of PHP are bytes: what is given as text must be UTF-8 to be written so.

use Polyring\{Client, Item, Outcome, PartialException, PolyringException, Topology};

require __DIR__ . '/values.php';

const CLASSES = ['UnavailableException' => 'UnavailableError', 'UnknownException' => 'UnknownError',
    'ProtocolException' => 'ProtocolError', 'ServerException' => 'ServerError',
    'InvalidValueException' => 'InvalidValueError', 'InvalidKeyException' => 'InvalidKeyError',
    'InvalidServersException' => 'InvalidServersError', 'InvalidProfileException' => 'InvalidProfileError',
    'InvalidTopologyException' => 'InvalidTopologyError', 'InvalidArgumentException' => 'InvalidArgumentError',
    'MismatchException' => 'MismatchError', 'PartialException' => 'PartialError', 'PolyringException' => 'PolyringError'];

const OUTCOMES = ['Ok' => 'OK', 'Miss' => 'MISS', 'NotStored' => 'NOT_STORED', 'Exists' => 'EXISTS'];

/** Stands for a miss where null is a value. */
enum None
{
    case Here;
}

function failure(PolyringException $error): array
{
    $class = substr(strrchr(get_class($error), '\\'), 1);
    return ['status' => $error->getStatus(), 'class' => CLASSES[$class], 'server' => $error->getServer(),
        'stage' => $error->getStage(), 'text' => $error->getMessage(),
        'key' => $error->getKey() === null ? null : base64_encode($error->getKey())];
}

/** What a call of many came to: pairs of what completed, and of what failed. */
function pairs(string $name, callable $call, callable $show, ?array $order = null): array
{
    $failures = [];
    try {
        $found = $call();
    } catch (PartialException $error) {
        [$found, $failures] = [$error->getFound(), $error->getFailures()];
    }
    $list = fn(array $map, callable $show) => array_map(fn($key) => [$order === null ? (string) $key
        : base64_encode((string) $key), $show($map[$key])],
        array_values(array_filter($order ?? array_keys($map), fn($key) => array_key_exists($key, $map))));
    return [$name => $list($found, $show), 'failures' => $list($failures, failure(...))];
}

function outcome(Outcome $outcome): array
{
    return ['outcome' => OUTCOMES[$outcome->name]];
}

function found(mixed $value): array
{
    return $value === None::Here ? ['miss' => true] : ['value' => value_out($value)];
}

function item(?Item $item): array
{
    if (!$item) {
        return ['miss' => true];
    }
    $answer = ['value' => value_out($item->value), 'cas' => sprintf('%u', $item->cas)];
    return $item->ttl === null ? $answer : $answer + ['ttl' => $item->ttl, 'size' => $item->size,
        'won' => $item->won, 'stale' => $item->stale, 'already_won' => $item->alreadyWon];
}

function open(array $request): Client
{
    $settings = array_map(fn($value) => is_string($value) ? $value : json_encode($value), $request['settings'] ?? []);
    return new Client($request['servers'] ?? '', ...$settings);
}

function number(int|string|null $number): array
{
    return $number === null ? ['miss' => true] : ['number' => (string) $number];
}

function one(Client $client, string $call, array $request, string $key): ?array
{
    $value = isset($request['value']) ? value_in($request['value']) : null;
    $ttl = $request['ttl'] ?? 0;
    return match ($call) {
        'get', 'counter' => found($client->$call($key, None::Here)),
        'get_and_touch' => found($client->getAndTouch($key, $ttl, None::Here)),
        'gets' => item($client->gets($key)),
        'item' => item($client->item($key, $request['vivify'] ?? null, $request['recache'] ?? null)),
        'set', 'add', 'replace' => outcome($client->$call($key, $value, $ttl)),
        'append', 'prepend' => outcome($client->$call($key, $value)),
        'cas' => outcome($client->cas($key, $value, (int) $request['cas'], $ttl)),
        'delete' => outcome($client->delete($key)),
        'invalidate', 'touch' => outcome($client->$call($key, $ttl)),
        'set_counter' => outcome($client->setCounter($key, (int) $request['number'], $ttl)),
        'incr', 'decr' => number($client->$call($key, (int) ($request['delta'] ?? 1),
            isset($request['initial']) ? (int) $request['initial'] : null, $ttl)),
        default => null,
    };
}

function many(Client $client, string $call, array $request): ?array
{
    $keys = array_map(base64_decode(...), $request['keys'] ?? array_column($request['items'] ?? [], 0));
    $ttl = $request['ttl'] ?? 0;
    $server = $request['server'] ?? null;
    $named = fn(Outcome $outcome) => OUTCOMES[$outcome->name];
    $text = fn(string $text) => $text;
    return match ($call) {
        'get_many' => pairs('found', fn() => $client->getMany($keys), value_out(...), $keys),
        'set_many' => pairs('outcomes', fn() => $client->setMany(array_combine($keys,
            array_map(fn($item) => value_in($item[1]), $request['items'])), $ttl), $named, $keys),
        'delete_many' => pairs('outcomes', fn() => $client->deleteMany($keys), $named, $keys),
        'touch_many' => pairs('outcomes', fn() => $client->touchMany($keys, $ttl), $named, $keys),
        'flush_all' => pairs('servers', fn() => $client->flushAll($request['delay'] ?? 0, $server), $named),
        'verbosity' => pairs('servers', fn() => $client->verbosity($request['level'], $server), $named),
        'ping' => pairs('servers', fn() => $client->ping($server), $named),
        'version' => pairs('servers', fn() => $client->version($server), $text),
        'dump' => pairs('servers', fn() => $client->dump($server), $text),
        'stats' => pairs('servers', fn() => $client->stats($request['arguments'] ?? '', $server), fn($map) => (object) $map),
        default => null,
    };
}

function change(callable $call): array
{
    $call();
    return ['ok' => true];
}

/** Writes and reads all keys before and behind each change: PHP has one thread. */
function hammer(Client $client, array $request): array
{
    $lost = [];
    $rounds = 0;
    $keys = array_map(base64_decode(...), $request['keys']);
    $round = function () use ($client, $keys, &$lost, &$rounds): void {
        foreach ($keys as $key) {
            try {
                if ($client->set($key, $key) !== Outcome::Ok || $client->get($key, $key) !== $key) {
                    $lost[] = "$key: another value";
                }
            } catch (PolyringException $error) {
                $lost[] = $error->getMessage();
            }
        }
        $rounds++;
    };
    $round();
    foreach ($request['changes'] as [$call, $text]) {
        match ($call) {
            'add_server' => $client->addServer($text),
            'remove_server' => $client->removeServer($text),
            'set_topology' => $client->setTopology($text),
        };
        $round();
    }
    return ['rounds' => $rounds, 'lost' => array_slice($lost, 0, 10)];
}

/** What events say of the servers' health; they are kept until they are asked for. */
final class Noticed
{
    public static array $events = [];
    public static array $states = [];

    public static function take(Client $client): void
    {
        foreach ($client->events() as $event) {
            self::$events[] = $event;
            if ($event['kind'] === 'HEALTH') {
                self::$states[$event['server']] = explode(' ', explode(' -> ', $event['text'])[1])[0];
            }
        }
    }

    public static function events(Client $client): array
    {
        self::take($client);
        [$events, self::$events] = [self::$events, []];
        return $events;
    }

    public static function state(Client $client, string $server): string
    {
        self::take($client);
        return self::$states[$server] ?? 'UP';
    }
}

function statistics(array $of): array
{
    unset($of['latency']);
    return ['failures' => (object) $of['failures'], 'state' => strtoupper($of['state']->name)] + $of;
}

function answer(?Client &$client, array $request): array
{
    $call = $request['call'];
    if ($call === 'open') {
        $client?->close();
        $client = null;
        $client = open($request);
        [Noticed::$events, Noticed::$states] = [[], []];
        return ['ok' => true];
    }
    $key = base64_decode($request['key'] ?? '');
    return one($client, $call, $request, $key) ?? many($client, $call, $request) ?? match ($call) {
        'close' => change($client->close(...)),
        'types' => ['written' => get_debug_type(value_in($request['value'])),
            'read' => get_debug_type($client->get($key))],
        'add_server' => change(fn() => $client->addServer($request['text'])),
        'remove_server' => change(fn() => $client->removeServer($request['text'])),
        'set_topology' => change(fn() => $client->setTopology(
            ($request['object'] ?? false) ? Topology::parse($request['text']) : $request['text'])),
        'setting' => ['text' => $client->setting($request['name'])],
        'hammer' => hammer($client, $request),
        'topology' => ['text' => $client->topology()->text()],
        'fingerprint' => ['text' => $client->ring()->fingerprint()],
        'locate' => ['text' => $client->ring()->locate($key)],
        'statistics' => ['servers' => array_map(statistics(...), $client->statistics())],
        'events' => ['events' => Noticed::events($client)],
        'health' => ['state' => Noticed::state($client, $request['server'])],
        'tick' => change(fn() => $client->tick($request['budget'])),
    };
}

ini_set('serialize_precision', '-1');
$client = null;
while (($line = fgets(STDIN)) !== false) {
    try {
        $answer = answer($client, json_decode($line, true, 512, JSON_THROW_ON_ERROR));
    } catch (PolyringException $error) {
        $answer = ['failure' => failure($error)];
    } catch (Throwable $error) {
        $answer = ['error' => get_class($error) . ': ' . $error->getMessage()];
    }
    fwrite(STDOUT, json_encode($answer, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE
        | JSON_PRESERVE_ZERO_FRACTION) . "\n");
}
