#!/bin/sh
# Ask and tell, for a loop of your own in any language that can start a command; here in a POSIX shell. It may run in
# several terminals at once.
#
#     sh examples/shell.sh

set -u
study=${1:-runs/shell}

# The one of this project, never one that npx would fetch. Of another place: ANTHILL='node /opt/anthill/dist/cli/main.js' sh shell.sh
anthill() { ${ANTHILL:-npx --no -- anthill} "$@"; }

# Your program: it prints a number. One that it cannot work out ends with a status other than 0.
evaluate() {
  awk -v x="$1" -v shape="$2" 'BEGIN {
    if (x < -4) exit 3
    print (x - 2) ^ 2 * (shape == "steep" ? 10 : 1)
  }'
}

# Ctrl-C ends the program as well: its trial has not failed but is given back, for the next who asks.
stopped=
status=130
trap 'stopped=yes' INT TERM

while test -z "$stopped"; do
  assignments=$(anthill ask -s "$study" -n 12 -p x=-5.0..5.0 -p shape=flat,steep --minimize loss --ttl 10m --format sh) || {
    status=$?
    break
  }
  eval "$assignments" # ANTHILL_TRIAL, ANTHILL_TRIAL_DIR, ANTHILL_SEED, x and shape
  if loss=$(cd "$ANTHILL_TRIAL_DIR" && evaluate "$x" "$shape"); then
    anthill tell -s "$study" "$ANTHILL_TRIAL" "$loss" || exit
  elif test -z "$stopped"; then
    anthill tell -s "$study" "$ANTHILL_TRIAL" --failed 'it ended without a number' || exit
  else
    anthill retry -s "$study" "$ANTHILL_TRIAL"
  fi
done
test "$status" -eq 4 || exit "$status" # 4: nothing is left to ask, which is how it ends well

anthill best -s "$study"
