#!/bin/sh
# Runs the tests under several versions of Node, one after the other, and checks the package's types with several
# versions of TypeScript. Needs the npm registry; installs into a scratch folder and leaves this repository alone.
#
#     sh test/versions.sh                          # Node 20.19, 22, 24 and 26; TypeScript 5.4, 5.9 and the latest
#     sh test/versions.sh 22 typescript@5.4        # these only
#     sh test/versions.sh 26 test/store test/cli   # these tests only
#
# Prints one line for each version, runs all of them whatever happens, and ends with status 1 if anything failed.

set -u
cd "$(dirname "$0")/.." || exit

versions='20.19 22 24 26 typescript@5.4 typescript@5.9 typescript@latest'
chosen=
tests=
for word; do
  case $word in
    test/*) tests="$tests $word" ;;
    *) chosen="$chosen $word" ;;
  esac
done

# Packages that carry the binary of Node, each for one system and one processor.
case $(uname -s) in
  Linux) system=linux ;;
  Darwin) system=darwin ;;
  *) echo "no Node for $(uname -s)" >&2; exit 2 ;;
esac
case $(uname -m) in
  x86_64) processor=x64 ;;
  arm64 | aarch64) processor=arm64 ;;
  *) echo "no Node for $(uname -m)" >&2; exit 2 ;;
esac

scratch=$(mktemp -d) || exit
echo "output in $scratch" >&2
npm run --silent build || exit

# Installs package $1 into the folder $2, where its name is $3.
install_package() {
  mkdir -p "$2" && echo '{ "private": true }' > "$2/package.json" &&
    npm install --prefix "$2" --no-audit --no-fund "$1" > "$2/npm.log" 2>&1 && test -d "$2/node_modules/$3"
}

# Runs vitest with the words given; the counts go to $folder/counts.json.
run_tests() {
  NO_COLOR=1 node node_modules/vitest/vitest.mjs run --root . --config test/vitest.config.ts \
    --reporter=default --reporter=json --outputFile.json="$folder/counts.json" "$@" > "$folder/output" 2>&1
}

counts() {
  node -p 'const c = JSON.parse(fs.readFileSync(process.argv[1], "utf8"))
    ;`${c.numPassedTests} passed, ${c.numFailedTests} failed, ${c.numPendingTests} skipped`' \
    "$folder/counts.json" 2>/dev/null || echo "the tests did not run: $folder/output"
}

failures=0
for version in ${chosen:-$versions}; do
  folder=$scratch/$version
  case $version in
    typescript@*) package=$version name=typescript ;;
    *) package=node-$system-$processor@$version name=node-$system-$processor ;;
  esac
  if ! install_package "$package" "$folder" "$name"; then
    echo "$package: not installed, see $folder/npm.log"
    failures=$((failures + 1))
    continue
  fi
  installed=$folder/node_modules/$name
  begin=$(date +%s)
  if test "$name" = typescript; then
    title="TypeScript $(node -p 'require(process.argv[1]).version' "$installed/package.json")"
    ANTHILL_COMPILERS=$installed run_tests test/package.test.ts
  else
    title="Node $("$installed/bin/node" -p process.versions.node)"
    # shellcheck disable=SC2086 # one word for each filter
    (PATH=$installed/bin:$PATH run_tests $tests)
  fi
  status=$?
  test "$status" -eq 0 || failures=$((failures + 1))
  echo "$title: $(counts), $(($(date +%s) - begin)) s$(test "$status" -eq 0 || echo ", status $status")"
done
test "$failures" -eq 0 && rm -r "$scratch"
