#!/bin/sh
# What each model is worth: the same problems and seeds with some of the models left out. It uses the build in dist/.
#   sh test/benchmark/ablation.sh [seeds]
cd "$(dirname "$0")/../.." || exit 1
for models in \
  '"plain","smooth","best","forest"' \
  '"plain","smooth","best"' \
  '"plain","best","forest"' \
  '"smooth","best","forest"' \
  '"plain","smooth","forest"' \
  '"best"' \
  '"plain"' \
  '"forest"'
do
  for set in '' --held-out; do
    node test/benchmark/run.mjs --seeds "${1:-5}" $set --options "{\"models\":[$models]}" | tail -1
  done
done
