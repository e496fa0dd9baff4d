#!/bin/sh
# Starts an adapter that was built beside its client. usage: run.sh PROGRAM CONFIGURATION
program=${POLYRING_BUILT:?says where the built clients are}/$1
shift
case $program in
  *.exe) exec mono "$program" "$@" ;;
  *) exec "$program" "$@" ;;
esac
