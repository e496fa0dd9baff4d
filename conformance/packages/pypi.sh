#!/usr/bin/env bash
# Installs the Python clients of requirements.txt into the folder TARGET, for PYTHONPATH.
# usage: pypi.sh TARGET
# needs: python3-pip python3-dev build-essential
set -euo pipefail
[[ $# == 1 ]] || { echo "usage: pypi.sh TARGET" >&2; exit 2; }
manifest=$(dirname "${BASH_SOURCE[0]}")/requirements.txt
target=$1
stamp=$(sha256sum <"$manifest")
[[ $(cat "$target/stamp" 2>/dev/null) == "$stamp" ]] && exit 0

rm -rf "$target"
mkdir -p "$target"
if ! /usr/bin/python3 -m pip --disable-pip-version-check install --root-user-action ignore \
  --no-deps --target "$target" --requirement "$manifest" >"$target/log" 2>&1; then
  echo "pypi.sh: $(grep -m 1 ^ERROR "$target/log" || tail -n 1 "$target/log")" >&2
  exit 1
fi
echo "$stamp" >"$target/stamp"
