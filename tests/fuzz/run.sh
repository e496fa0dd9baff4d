#!/bin/sh
# The fuzzers as tests: run.sh build FOLDER makes them there, run.sh NOUN FOLDER runs one, run.sh
# control FOLDER runs them on the corpus with a lie in each, at which they must stop.
#
# A run takes 10 seconds, with POLYRING_ALL ten minutes; POLYRING_SIZE gives a number of inputs
# instead, POLYRING_SEED another course. What fails lies in FOLDER as NOUN-crash-...: FOLDER/fuzz_NOUN
# FILE does it again. New inputs gather in FOLDER/NOUN; those worth keeping go into the corpus by
#
#   FOLDER/fuzz_NOUN -merge=1 tests/fuzz/corpus/NOUN FOLDER/NOUN
set -eu
here=$(cd "$(dirname "$0")" && pwd)
what=$1 folder=$2 skipped=77

if [ "$what" = build ]; then
  if ! command -v clang >/dev/null; then
    echo "skipped: no clang"
    exit $skipped
  fi
  # Not with the flags of the build that this is a test of.
  unset CFLAGS LDFLAGS
  cmake -S "$here" -B "$folder" -G Ninja -D CMAKE_C_COMPILER=clang >/dev/null
  cmake --build "$folder"
  exit
fi

# stops NOUN LIE: the lie is noticed.
stops() {
  if POLYRING_LIAR=$2 ASAN_OPTIONS=symbolize=0 UBSAN_OPTIONS=symbolize=0 "$folder/fuzz_$1" \
    -runs=0 -artifact_prefix="$folder/control-" "$here/corpus/$1" >"$folder/control.log" 2>&1; then
    echo "fuzz_$1 did not notice the lie '$2'"
    return 1
  fi
  grep "must be so" "$folder/control.log"
}

if [ ! -x "$folder/fuzz_url" ]; then
  echo "skipped: not built"
  exit $skipped
elif [ "$what" = control ]; then
  for noun in text meta; do
    for lie in key place pieces; do stops $noun $lie; done
  done
  stops url text
  stops topology text
else
  mkdir -p "$folder/$what"
  limit=-max_total_time=10
  [ -z "${POLYRING_ALL:-}" ] || limit=-max_total_time=600
  [ -z "${POLYRING_SIZE:-}" ] || limit=-runs=$POLYRING_SIZE
  # 77, by which it says otherwise that it has found something, is a skipped test here.
  exec "$folder/fuzz_$what" -error_exitcode=1 -timeout_exitcode=1 "$limit" -seed="${POLYRING_SEED:-1}" -timeout=10 -rss_limit_mb=1024 \
    -artifact_prefix="$folder/$what-" -print_final_stats=1 "$folder/$what" "$here/corpus/$what"
fi
