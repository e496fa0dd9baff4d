<?php declare(strict_types=1);
// The unmodified php-memcached, as a driver of values.py and counters.py: open, get, get_many, set_many,
// incr, decr, types. Settings: compress none or zlib, serializer the name of one.

require __DIR__ . '/../../bindings/php/tests/values.php';

const SERIALIZERS = ['php' => Memcached::SERIALIZER_PHP, 'json' => Memcached::SERIALIZER_JSON,
    'json_array' => Memcached::SERIALIZER_JSON_ARRAY];

function open(array $request): Memcached
{
    $client = new Memcached();
    $settings = $request['settings'];
    $client->setOption(Memcached::OPT_LIBKETAMA_COMPATIBLE, true);
    $client->setOption(Memcached::OPT_SERIALIZER, SERIALIZERS[$settings['serializer'] ?? 'php']);
    $client->setOption(Memcached::OPT_COMPRESSION, $settings['compress'] === 'zlib');
    $client->setOption(Memcached::OPT_COMPRESSION_TYPE, Memcached::COMPRESSION_ZLIB);
    foreach (explode(' ', $request['servers']) as $server) {
        [$place, $port] = str_starts_with($server, 'unix:') ? [substr($server, 5), 0]
            : [trim(substr($server, 0, strrpos($server, ':')), '[]'), (int) substr(strrchr($server, ':'), 1)];
        $client->addServer($place, $port);
    }
    return $client;
}

function failure(Memcached $client): array
{
    return ['status' => $client->getResultCode(), 'text' => $client->getResultMessage()];
}

function get_many(Memcached $client, array $keys): array
{
    $answer = ['found' => [], 'failures' => []];
    foreach ($keys as $key) {
        $value = @$client->get(base64_decode($key));
        match ($client->getResultCode()) {
            Memcached::RES_SUCCESS => $answer['found'][] = [$key, value_out($value)],
            Memcached::RES_NOTFOUND => null,
            default => $answer['failures'][] = [$key, failure($client)],
        };
    }
    return $answer;
}

function set_many(Memcached $client, array $items): array
{
    $answer = ['outcomes' => [], 'failures' => []];
    foreach ($items as [$key, $value]) {
        if ($client->set(base64_decode($key), value_in($value))) {
            $answer['outcomes'][] = [$key, 'OK'];
        } else {
            $answer['failures'][] = [$key, failure($client)];
        }
    }
    return $answer;
}

function number(Memcached $client, string $method, array $request): array
{
    $number = $client->$method(base64_decode($request['key']), $request['delta']);
    return $number === false ? ['failure' => failure($client)] : ['number' => (string) $number];
}

if (extension_loaded('polyring')) {
    throw new Exception('Polyring is loaded');
}
ini_set('serialize_precision', '-1');
$client = null;
while (($line = fgets(STDIN)) !== false) {
    $request = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
    try {
        $answer = match ($request['call']) {
            'open' => ($client = open($request)) ? ['ok' => true] : [],
            'get_many' => get_many($client, $request['keys']),
            'set_many' => set_many($client, $request['items']),
            'get' => ($found = get_many($client, [$request['key']])['found']) ? ['value' => $found[0][1]] : ['miss' => true],
            'incr', 'decr' => number($client, $request['call'] . 'ement', $request),
            'types' => ['written' => get_debug_type(value_in($request['value'])),
                        'read' => get_debug_type($client->get(base64_decode($request['key'])))],
        };
    } catch (Throwable $error) {
        $answer = ['error' => get_class($error) . ': ' . $error->getMessage()];
    }
    echo json_encode($answer, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION), "\n";
}
