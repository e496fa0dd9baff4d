#!/bin/sh
# The binding's own share of one locate() in instructions: the call, less the core's part, less
# the empty loop. Measured by callgrind as the difference of two runs that are 40,000 calls apart,
# for the binding and for a hand-written extension; profile libmemcached/modula, a 10-byte key.
#
#     run.sh POLYRING_SO HANDWRITTEN_SO     exits 1 if the ratio is above 1.4
set -eu
polyring=$1
handwritten=$2
here=$(dirname "$0")
calls=40000
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# instructions SO CLASS [CALLGRIND_OPTION]: of one call, in hundredths
instructions() {
  for n in 1000 $((1000 + calls)); do
    valgrind --tool=callgrind --callgrind-out-file="$folder/$n" ${3-} \
      php -n -d extension="$1" "$here/locate.php" "$2" "$n" >"$folder/log" 2>&1 ||
      { cat "$folder/log" >&2; exit 3; }
  done
  low=$(sed -n 's/^summary: //p' "$folder/1000")
  high=$(sed -n 's/^summary: //p' "$folder/$((1000 + calls))")
  echo $(((high - low) * 100 / calls))
}

loop=$(instructions "$polyring" empty)
# share SO CLASS
share() {
  call=$(instructions "$1" "$2")
  core=$(instructions "$1" "$2" --toggle-collect=polyring_ring_locate)
  [ "$core" -gt 0 ] || { echo "$1: polyring_ring_locate is not to be seen" >&2; exit 3; }
  own=$((call - core - loop))
  echo "$2: call $((call / 100)), core $((core / 100)), loop $((loop / 100)), own $((own / 100))" >&2
  echo "$own"
}

hand=$(share "$handwritten" HandwrittenRing)
ours=$(share "$polyring" 'Polyring\Ring')
awk -v ours="$ours" -v hand="$hand" 'BEGIN {
  printf "php: own share of locate() / hand-written: ratio %.2f (bar 1.40)\n", ours / hand
  exit ours > 1.4 * hand
}'
