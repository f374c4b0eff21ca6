#!/bin/sh
# Ask and tell in a loop of your own. Any language that can start a command will do; this is a POSIX shell. The script
# may run in several terminals at once.
#
#     sh examples/shell.sh

set -u
study=${1:-runs/shell}

# The command of this project; --no keeps npx from fetching another. For an anthill elsewhere:
# ANTHILL='node /opt/anthill/dist/cli/main.js' sh shell.sh
anthill() { ${ANTHILL:-npx --no -- anthill} "$@"; }

# Your program: it prints a number, or ends with a status other than 0 if it cannot.
evaluate() {
  awk -v x="$1" -v shape="$2" 'BEGIN {
    if (x < -4) exit 3
    print (x - 2) ^ 2 * (shape == "steep" ? 10 : 1)
  }'
}

# Ctrl-C ends the program too. Its trial has not failed then: 'retry' gives it back, for the next process that asks.
stopped=
status=130
trap 'stopped=yes' INT TERM

while test -z "$stopped"; do
  assignments=$(
    anthill ask -s "$study" -n 12 -p x=-5.0..5.0 -p shape=flat,steep --minimize loss --ttl 10m --format sh
  ) || {
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
test "$status" -eq 4 || exit "$status" # 4: nothing is left to ask for; the loop has ended well

anthill best -s "$study"
