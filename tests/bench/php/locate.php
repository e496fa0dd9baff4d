<?php
// usage: locate.php CLASS|empty CALLS: so many calls of locate(), or the loop alone.
[, $class, $calls] = $argv;
$ring = $class === 'empty' ? null : new $class('10.0.0.1:11211 10.0.0.2:11211 10.0.0.3:11211', 'libmemcached/modula');
$key = 'user:12345';
if ($ring) {
  for ($i = 0; $i < $calls; $i++) $ring->locate($key);
} else {
  for ($i = 0; $i < $calls; $i++);
}
