# Runs a chromedriver until standard input ends, then ends it and every browser that it started:
# all of them are of this process group, which is the shell's own.
driver=$1
dir=$(mktemp -d "${TMPDIR:-/tmp}/grantor-test-browser.XXXXXX") || exit 1
trap : TERM
TMPDIR=$dir HOME=$dir "$driver" --port=0 2>&1 </dev/null &
while read -r _; do :; done
kill -TERM 0
wait
rm -rf "$dir" || { sleep 1; rm -rf "$dir"; }
kill -KILL 0
