<?php
// usage: many.php SOCKET getMany|setMany ITEMS: the call with 100 items each, until so many.
[, $socket, $method, $items] = $argv;
$client = new Polyring\Client("unix:$socket", timeout: 10);
$map = [];
for ($i = 0; $i < 100; $i++) $map[sprintf('key:%06d', $i)] = str_repeat("\xff", 100);
$argument = $method === 'setMany' ? $map : array_keys($map);
$client->setMany($map);
for ($i = 0; $i < $items; $i += 100) $client->$method($argument);
