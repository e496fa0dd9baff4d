<?php declare(strict_types=1);

// A caller with strict types, for ArgumentsTest.
return fn(Polyring\Ring $ring) => $ring->locate(12);
