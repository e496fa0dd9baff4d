<?php
// The unmodified php-memcached, for test_value_php.py: a request a line, as JSON; an answer a line.
//
//   ["set", KEY, SERIALIZER, COMPRESSION (null: off), EXPRESSION]   true, or the result's message
//   ["get", KEY, SERIALIZER]                                        type and value: see shown()
ini_set('memcached.compression_threshold', '2000');
ini_set('serialize_precision', '17');

$clients = [];

function client(string $serializer, ?string $compression): Memcached
{
    global $argv, $clients;
    $client = $clients["$serializer $compression"] ?? new Memcached();
    if (!$client->getServerList()) {
        $client->addServer($argv[1], 0);
        $client->setOption(Memcached::OPT_SERIALIZER,
                           constant("Memcached::SERIALIZER_" . strtoupper($serializer)));
        $client->setOption(Memcached::OPT_COMPRESSION, $compression !== null);
        if ($compression !== null) {
            $client->setOption(Memcached::OPT_COMPRESSION_TYPE,
                               constant("Memcached::COMPRESSION_" . strtoupper($compression)));
        }
    }
    return $clients["$serializer $compression"] = $client;
}

// A value that JSON carries without loss: strings in hexadecimal, floats by their bits.
function shown(mixed $value): array
{
    if (is_array($value)) {
        $items = [];
        foreach ($value as $key => $item) {
            $items[] = array_is_list($value) ? shown($item) : [bin2hex((string)$key), shown($item)];
        }
        return [array_is_list($value) ? 'list' : 'map', $items];
    }
    return match (true) {
        is_string($value) => ['string', bin2hex($value)],
        is_float($value) => ['float', bin2hex(pack('E', $value))],
        is_int($value) => ['int', (string)$value],
        is_bool($value) => ['bool', $value],
        $value === null => ['null'],
        default => ['other', get_debug_type($value)],
    };
}

while (($line = fgets(STDIN)) !== false) {
    $request = json_decode($line, true);
    if ($request[0] === 'set') {
        [, $key, $serializer, $compression, $expression] = $request;
        $client = client($serializer, $compression);
        $answer = $client->set($key, eval("return $expression;")) ?: $client->getResultMessage();
    } else {
        [, $key, $serializer] = $request;
        $client = client($serializer, null);
        $value = @$client->get($key);
        $code = $client->getResultCode();
        $answer = $code === Memcached::RES_SUCCESS ? shown($value) : ['failed', $code];
    }
    echo json_encode($answer), "\n";
}
