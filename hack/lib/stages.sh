# shellcheck shell=bash
# Stages with a time and a log each, and the count of tests from their TRX results. Sourced by hack/test.
# Expects: $logs (a directory), $passed and $failed (counters).

started=$SECONDS

# stage NAME COMMAND...: runs it with its output in a log of its own. A stage that fails counts as one failure, unless it ran tests.
stage() {
  local name=$1 from=$SECONDS status=0; shift
  printf '%-44s ' "$name"
  "$@" >"$logs/${name// /-}.log" 2>&1 </dev/null || status=$?
  ended "$name" $status $from
}

# beside NAME COMMAND...: the same, while other stages go on. join waits for all of them, and tells how each ended.
beside() {
  local name=$1 from=$SECONDS; shift
  {
    status=0
    "$@" >"$logs/${name// /-}.log" 2>&1 </dev/null || status=$?
    echo $((SECONDS - from)) >"$logs/${name// /-}.seconds"
    exit $status
  } &
  besides+=("$! $name")
}
besides=()
join() {
  local each name status
  for each in "${besides[@]}"; do
    name=${each#* } status=0
    wait "${each%% *}" || status=$?
    printf '%-44s ' "$name"
    ended "$name" $status $((SECONDS - $(cat "$logs/${name// /-}.seconds"))) || true
  done
  besides=()
}

# ended NAME STATUS FROM: says how a stage ended.
ended() {
  local name=$1 status=$2 from=$3 log=$logs/${1// /-}.log
  if [ $status = 0 ]; then
    printf 'ok      %4d s\n' $((SECONDS - from))
  else
    printf 'FAILED  %4d s   %s\n' $((SECONDS - from)) "$log"
    # The tests that failed, each with its message, or else how the log ends.
    { grep -A 30 -E '^ *Failed [A-Z][A-Za-z]*\.' "$log" | grep -v -E '^ *Passed ' | head -n 200 || true; } | sed 's/^/    /' >"$log.failed"
    if [ -s "$log.failed" ]; then cat "$log.failed"; else tail -n 40 "$log" | sed 's/^/    /'; fi
    case $name in "test "*) ;; *) failed=$((failed + 1)) ;; esac
  fi
  return $status
}

# count_trx FILE: adds the tests of one result file. No file, or an incomplete run, is a failure; so is a test that was skipped.
count_trx() {
  local counters total good
  counters=$(grep -o '<Counters [^>]*>' "$1" 2>/dev/null | head -n 1)
  total=$(sed -n 's/.* total="\([0-9]*\)".*/\1/p' <<<"$counters")
  good=$(sed -n 's/.* passed="\([0-9]*\)".*/\1/p' <<<"$counters")
  if [ -z "$total" ] || [ -z "$good" ]; then
    echo "    no results in $1"
    failed=$((failed + 1))
    return
  fi
  passed=$((passed + good))
  failed=$((failed + total - good))
  # A run that was cut short has results for some tests only; its summary says so.
  if [ "$total" = "$good" ] && ! grep -q '<ResultSummary outcome="Completed"' "$1"; then
    echo "    the run behind $1 did not end"
    failed=$((failed + 1))
  fi
  if [ "$total" = 0 ]; then
    echo "    no test ran in $(basename "$1" .trx)"
    failed=$((failed + 1))
  fi
}

# failures FILE: names of the tests of a result file that failed, without a theory's arguments. Nothing where more than a few did: that is no accident.
failures() {
  local names
  names=$(grep -o '<UnitTestResult [^>]*outcome="Failed"[^>]*>' "$1" 2>/dev/null | sed -n 's/.* testName="\([A-Za-z0-9_.]*\).*/\1/p' | sort -u)
  [ -z "$names" ] || [ "$(wc -l <<<"$names")" -gt 3 ] || echo "$names"
}

# again PROJECT RESULTS: a few tests that failed are run once more, with nothing beside them. One that then passes is unsteady: it is counted as passed, and named here and in
# the summary, since a test that a busy machine can fail is a fault of its own. What tries a promise at random instants gets no second chance: there, once is too often.
again() {
  local project=$1 results=$2 names filter before total good
  names=$(failures "$logs/$results.trx")
  [ -n "$names" ] && ! grep -q '\.Kills\.\|\.Pods\.\|\.Simulation\.\|Crash' <<<"$names" || return 0
  filter=$(sed 's/^/FullyQualifiedName=/' <<<"$names" | paste -sd '|')
  before=$(sed -n 's/.*<Counters [^>]* failed="\([0-9]*\)".*/\1/p' "$logs/$results.trx" | head -n 1)
  stage "test $(basename "$project") again" tests "$project" "$results-again" "$filter" || return 0
  total=$(sed -n 's/.*<Counters [^>]*total="\([0-9]*\)".*/\1/p' "$logs/$results-again.trx" 2>/dev/null | head -n 1)
  good=$(sed -n 's/.*<Counters [^>]* passed="\([0-9]*\)".*/\1/p' "$logs/$results-again.trx" 2>/dev/null | head -n 1)
  # A filter that names nothing is no second try.
  [ "${total:-0}" -ge "$before" ] && [ "$total" = "$good" ] || return 0
  passed=$((passed + before)) failed=$((failed - before))
  mapfile -t -O "${#unsteady[@]}" unsteady <<<"$names"
}
unsteady=()

# finish: the summary, and the exit.
finish() {
  join
  printf 'in %d min %d s, logs in %s\n' $(((SECONDS - started) / 60)) $(((SECONDS - started) % 60)) "${logs#"$PWD"/}"
  [ ${#unsteady[@]} = 0 ] || printf 'unsteady, passed the second time: %s\n' "${unsteady[@]}"
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
  exit
}
