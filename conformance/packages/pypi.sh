#!/usr/bin/env bash
# Installs the Python clients of requirements.txt into the folder TARGET, for PYTHONPATH, and those
# of requirements-NAME.txt, other versions of a client that is there too, into TARGET/NAME.
# usage: pypi.sh TARGET
# needs: python3-pip python3-dev build-essential
set -euo pipefail
[[ $# == 1 ]] || { echo "usage: pypi.sh TARGET" >&2; exit 2; }
here=$(dirname "${BASH_SOURCE[0]}")
target=$1
stamp=$(cat "$here"/requirements*.txt | sha256sum)
[[ $(cat "$target/stamp" 2>/dev/null) == "$stamp" ]] && exit 0

rm -rf "$target"
mkdir -p "$target"
for manifest in "$here"/requirements.txt "$here"/requirements-*.txt; do
  name=$(basename "$manifest" .txt)
  name=${name#requirements}
  if ! /usr/bin/python3 -m pip --disable-pip-version-check install --root-user-action ignore \
    --no-deps --target "$target/${name#-}" --requirement "$manifest" \
    >>"$target/log" 2>&1; then
    echo "pypi.sh: $(grep -m 1 ^ERROR "$target/log" || tail -n 1 "$target/log")" >&2
    exit 1
  fi
done
echo "$stamp" >"$target/stamp"
