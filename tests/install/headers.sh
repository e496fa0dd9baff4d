#!/bin/sh
# Each public header compiles alone, twice included, as strict C11 and as C++17.
# usage: headers.sh INCLUDE_FOLDER C_COMPILER C++_COMPILER
set -eu
count=0
for header in "$1"/polyring/*.h; do
  name=polyring/${header##*/}
  for compiler in "$2 -x c -std=c11" "$3 -x c++ -std=c++17"; do
    # shellcheck disable=SC2086 # a compiler and its options
    printf '#include <%s>\n#include <%s>\ntypedef int not_empty;\n' "$name" "$name" |
      $compiler -pedantic-errors -Wall -Wextra -Werror -fsyntax-only -I "$1" - ||
      { echo "$name does not compile alone with: $compiler"; exit 1; }
    count=$((count + 1))
  done
done
test "$count" -gt 0
echo "$count compilations of single headers"
