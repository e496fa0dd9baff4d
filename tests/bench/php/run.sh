#!/bin/sh
# The binding's own share of one locate() in instructions: the call, less the core's part, less
# the empty loop. Measured by callgrind as the difference of two runs that are 40,000 calls apart,
# for the binding and for a hand-written extension; profile libmemcached/modula, a 10-byte key.
# And its share of an item of getMany() and setMany(), of 100 items a call: all, less what the
# core's functions collect.
#
#     run.sh POLYRING_SO HANDWRITTEN_SO     exits 1 if a figure is above its bar
set -eu
polyring=$1
handwritten=$2
here=$(dirname "$0")
calls=40000
folder=$(mktemp -d)
server=
trap 'rm -rf "$folder"; [ -z "$server" ] || kill "$server"' EXIT

# instructions CALLGRIND_OPTIONS SO PROGRAM WORD...: of one call, in hundredths
instructions() {
  options=$1 so=$2
  shift 2
  for n in 1000 $((1000 + calls)); do
    valgrind --tool=callgrind --callgrind-out-file="$folder/$n" $options \
      php -n -d extension="$so" "$here/$@" "$n" >"$folder/log" 2>&1 ||
      { cat "$folder/log" >&2; exit 3; }
  done
  low=$(sed -n 's/^summary: //p' "$folder/1000")
  high=$(sed -n 's/^summary: //p' "$folder/$((1000 + calls))")
  echo $(((high - low) * 100 / calls))
}

loop=$(instructions '' "$polyring" locate.php empty)
# share SO CLASS
share() {
  call=$(instructions '' "$1" locate.php "$2")
  core=$(instructions --toggle-collect=polyring_ring_locate "$1" locate.php "$2")
  [ "$core" -gt 0 ] || { echo "$1: polyring_ring_locate is not to be seen" >&2; exit 3; }
  own=$((call - core - loop))
  echo "$2: call $((call / 100)), core $((core / 100)), loop $((loop / 100)), own $((own / 100))" >&2
  echo "$own"
}

hand=$(share "$handwritten" HandwrittenRing)
ours=$(share "$polyring" 'Polyring\Ring')
missed=0
awk -v ours="$ours" -v hand="$hand" 'BEGIN {
  printf "php: own share of locate() / hand-written: ratio %.2f (bar 1.40)\n", ours / hand
  exit ours > 1.4 * hand
}' || missed=1

# item METHOD BAR
item() {
  all=$(instructions '' "$polyring" many.php "$folder/socket" "$1")
  core=$(instructions '--toggle-collect=polyring_client_run
    --toggle-collect=polyring_results_operations' "$polyring" many.php "$folder/socket" "$1")
  [ "$core" -gt 0 ] || { echo "$1: the core is not to be seen" >&2; exit 3; }
  own=$(((all - core) / 100))
  echo "php: own share of an item of $1(): $own (bar $2)"
  [ "$own" -le "$2" ] || missed=1
}

PATH=$PATH:/usr/bin
memcached -u root -t 1 -s "$folder/socket" &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
  [ -S "$folder/socket" ] || sleep 1
done
item getMany 460
item setMany 380
exit $missed
