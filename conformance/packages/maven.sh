#!/usr/bin/env bash
# Installs the Java clients of pom.xml into the folder TARGET and compiles their adapters there:
# TARGET/PROFILE holds the jars of a profile and the classes of its adapter.
# needs: mvn:maven javac:default-jdk-headless
set -euo pipefail

(($# == 1)) || { echo "usage: maven.sh TARGET" >&2; exit 2; }
mkdir -p "$1"
target=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"
adapters=../adapters
common=("$adapters"/common/{Adapter,Json,Maven}.java)
declare -A sources=(
  [elasticache-1.1]="Spymemcached Elasticache" [elasticache-1.2]="Spymemcached Elasticache"
  [xmemcached]=Xmemcached [gwhalin]=Gwhalin [folsom]=Folsom [evcache]=Evcache
)

files=(pom.xml maven.sh "${common[@]}")
for profile in "${!sources[@]}"; do
  for source in ${sources[$profile]}; do files+=("$adapters/$source.java"); done
done
sum=$(sha256sum "${files[@]}" | sort | sha256sum)
if [[ -e $target/stamp && $(<"$target/stamp") == "$sum" ]]; then exit 0; fi
rm -f "$target/stamp"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
for profile in "${!sources[@]}"; do
  folder=$target/$profile
  rm -rf "$folder"
  mvn --batch-mode --strict-checksums --activate-profiles "$profile" \
    org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies \
    "-DoutputDirectory=$folder" >"$log" 2>&1 || {
    echo "maven.sh: $profile: $(grep -m 1 -F '[ERROR]' "$log" || tail -n 1 "$log")" >&2
    exit 1
  }
  read -ra own <<<"${sources[$profile]}"
  own=("${own[@]/#/$adapters/}")
  javac --release 17 -Xlint:all -Werror -cp "$folder/*" -d "$folder" \
    "${common[@]}" "${own[@]/%/.java}"
done
printf '%s\n' "$sum" >"$target/stamp"
