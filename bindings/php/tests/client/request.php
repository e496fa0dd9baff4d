<?php
// One request to PHP's own web server, for PersistentTest.php.

use Polyring\{Client, InvalidArgumentException, Outcome};

$client = Client::persistent('web', getenv('POLYRING_SERVERS'), timeout: 5);
try {
    Client::persistent('web', 'elsewhere');
    $refused = null;
} catch (InvalidArgumentException $error) {
    $refused = 'InvalidArgumentException';
}
$client->ping();
echo json_encode([
    'number' => $client->incr('requests', 1, initial: 1),
    'truth' => array_map(boolval(...), Outcome::cases()),
    'servers' => $client->ring()->servers(),
    'connects' => array_sum(array_column($client->statistics(), 'connects')),
    'refused' => $refused,
]);
