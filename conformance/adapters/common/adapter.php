<?php
// What the PHP adapters share: the protocol polyring-adapter/1 and the server text.
// A client is an object with the methods that it can answer: servers(list of Server),
// locate(key): index, set(key, value), get(key): ?string, many(keys): an array of what was found by
// key, store(key, value), fetch(key): value or Miss. An exception becomes "no" ("skip" for a list),
// Skip "skip". PHP has one kind of string, so a text is stored like bytes, and read as bytes.

final class Skip extends Exception {}

enum Nothing { case Miss; }

const VERBS = ['servers', 'locate', 'set', 'get', 'many', 'store', 'fetch'];

final class Server {
  public string $host = '';
  public string $ip = '';
  public ?int $port = null;
  public ?string $weight = null;
  public string $path = '';

  public function __construct(public readonly string $text) {
    if (preg_match('~;|^[^:/[]*=~', $text)) {
      throw new Skip('names and attributes of servers');
    }
    $numbers = '(?::([\d.]+))?$~';
    $unix = preg_match("~^unix:([^:]*)(?::(\d+)(?=:))?$numbers", $text, $m, PREG_UNMATCHED_AS_NULL);
    if ($unix) {
      [, $this->path] = array_map('rawurldecode', [$m[0], $m[1]]);
    } else {
      $host = '(\[.*?\]|[^:/]+)(?:/(\[.*?\]|[^:]+))?';
      if (!preg_match("~^$host(?::(\d+))?$numbers", $text, $m, PREG_UNMATCHED_AS_NULL)) {
        throw new Skip("not a server: $text");
      }
      $this->host = trim(rawurldecode($m[1]), '[]');
      $this->ip = trim($m[2] ?? '', '[]');
    }
    [$port, $this->weight] = array_slice($m, -2);
    $this->port = $port === null ? null : (int) $port;
  }

  /** A plain connection, to the address beside a name if there is one. */
  public function open() {
    $host = $this->ip !== '' ? $this->ip : $this->host;
    $host = str_contains($host, ':') ? "[$host]" : $host;
    $place = $this->path === '' ? "tcp://$host:" . ($this->port ?? 11211) : "unix://$this->path";
    return stream_socket_client($place) ?: throw new RuntimeException("no connection to $place");
  }

  public function wholeWeight(int $absent): int {
    if ($this->weight !== null && !ctype_digit($this->weight)) {
      throw new Skip('fractional weights');
    }
    return (int) ($this->weight ?? $absent);
  }
}

/** A value of PHP, from the words of a request. */
function value(string $type, string $text): mixed {
  $json = fn () => json_decode($text, true, 64, JSON_THROW_ON_ERROR);
  $value = match ($type) {
    'bytes', 'text' => $text,
    'int' => filter_var($text, FILTER_VALIDATE_INT, FILTER_NULL_ON_FAILURE),
    'float' => filter_var($text, FILTER_VALIDATE_FLOAT, FILTER_NULL_ON_FAILURE),
    'bool' => ['true' => true, 'false' => false][$text] ?? null,
    'null' => null,
    'list', 'map' => is_array($json()) ? $json() : null,
    default => throw new Skip("values of the type $type"),
  };
  return $value ?? ($type === 'null' ? null : throw new UnexpectedValueException("not a $type"));
}

/** The words for a value of PHP. */
function typed(mixed $value): string {
  $json = fn () => json_encode($value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES |
    JSON_PARTIAL_OUTPUT_ON_ERROR);
  [$type, $text] = match (true) {
    is_string($value) => ['bytes', $value],
    is_int($value) => ['int', $value],
    is_float($value) => ['float', var_export($value, true)],
    is_bool($value) => ['bool', var_export($value, true)],
    is_null($value) => ['null', ''],
    is_array($value) => [array_is_list($value) ? 'list' : 'map', $json()],
    default => ['other', get_debug_type($value)],
  };
  return "typed $type " . rawurlencode($text);
}

function many(object $client, array $keys): string {
  $found = $client->many($keys);
  $word = fn ($key) => isset($found[$key]) ? '+' . rawurlencode($found[$key]) : '-';
  return 'many ' . implode(' ', array_map($word, $keys));
}

function answer(object $client, string $verb, array $words): string {
  if ($verb === 'servers') {
    $client->servers(array_map(fn ($word) => new Server($word), $words));
    return 'ok';
  }
  $bytes = array_map('rawurldecode', [$words[0] ?? '', $words[1] ?? '']);
  if ($verb === 'locate') {
    return 'at ' . $client->locate($bytes[0]);
  }
  if ($verb === 'set') {
    $client->set($bytes[0], $bytes[1]);
    return 'ok';
  }
  if ($verb === 'many') {
    return many($client, array_map('rawurldecode', $words ?: ['']));
  }
  if ($verb === 'store') {
    $client->store($bytes[0], value($bytes[1], rawurldecode($words[2] ?? '')));
    return 'ok';
  }
  if ($verb === 'fetch') {
    $value = $client->fetch($bytes[0]);
    return $value === Nothing::Miss ? 'miss' : typed($value);
  }
  $value = $client->get($bytes[0]);
  return $value === null ? 'miss' : 'value ' . rawurlencode($value);
}

function serve(object $client, string $name, string $version, string ...$facts): void {
  $verbs = array_filter(VERBS, fn ($verb) => method_exists($client, $verb));
  $facts[] = 'runtime=PHP-' . PHP_VERSION;
  while (($line = fgets(STDIN)) !== false) {
    $words = explode(' ', rtrim($line, "\n"));
    $verb = array_shift($words);
    if ($verb === 'bye') {
      return;
    }
    try {
      $reply = $verb === 'hello'
        ? "hello $name $version php " . implode(',', $verbs) . ' ' . implode(' ', $facts)
        : (in_array($verb, $verbs, true) ? answer($client, $verb, $words) : "skip $verb");
    } catch (Skip $why) {
      $reply = 'skip ' . $why->getMessage();
    } catch (Throwable $why) { // whatever the client raises: it refuses the key, or the list
      $reply = ($verb === 'servers' ? 'skip ' : 'no ') . preg_replace('/[^!-~]+/', ' ', $why->getMessage());
    }
    echo $reply, "\n";
  }
}
