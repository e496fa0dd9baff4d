<?php declare(strict_types=1);
// Values as drivers exchange them in JSON, also where there is no Polyring: then all strings are bytes.

use Polyring\Bytes;

function value_in(array $value): mixed
{
    $content = $value[1] ?? null;
    return match ($value[0]) {
        'none' => null,
        'bool', 'text' => $content,
        'int' => (int) $content,
        'float' => match ($content) { 'inf' => INF, '-inf' => -INF, 'nan' => NAN, default => (float) $content },
        'bytes' => class_exists(Bytes::class) ? new Bytes(base64_decode($content)) : base64_decode($content),
        'list' => array_map(value_in(...), $content),
        'map' => array_combine(array_column($content, 0), array_map(fn($pair) => value_in($pair[1]), $content)),
    };
}

function value_out(mixed $value): array
{
    return match (true) {
        $value === null => ['none'],
        is_bool($value) => ['bool', $value],
        is_int($value) => ['int', (string) $value],
        is_float($value) => ['float', match (true) {
            is_nan($value) => 'nan', is_infinite($value) => $value > 0 ? 'inf' : '-inf',
            default => str_replace('.0e', 'e', json_encode($value, JSON_PRESERVE_ZERO_FRACTION)) }],
        is_string($value) => preg_match('//u', $value) ? ['text', $value] : ['bytes', base64_encode($value)],
        is_object($value) => ['object', get_debug_type($value)],
        array_is_list($value) => ['list', array_map(value_out(...), $value)],
        default => ['map', array_map(fn($name) => [(string) $name, value_out($value[$name])], array_keys($value))],
    };
}
