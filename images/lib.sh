# Shared by the image builders; sourced, never run. Everything built lands in $CACHE, outside the repository.
CACHE=${UNBOUNDED_CACHE:-/var/cache/unbounded-agent}

log() { printf '[%s] %s: %s\n' "$(date +%T)" "${0##*/}" "$*" >&2; }

die() {
  log "$*"
  exit 1
}

# need COMMAND PACKAGE...: installs Debian packages unless the command is already there.
need() {
  local command=$1
  shift
  command -v "$command" >/dev/null && return
  log "installing $*"
  mkdir -p "$CACHE/log"
  DEBIAN_FRONTEND=noninteractive flock "$CACHE/log/apt.lock" sh -c '
    apt-get -qq update && apt-get -qq -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"' sh "$@" \
    >"$CACHE/log/apt-$command.log" 2>&1 </dev/null || {
    tail -n 20 "$CACHE/log/apt-$command.log" >&2
    die "cannot install $*"
  }
}

# exclusive NAME: waits until no other run of this builder is at work; the lock goes with the process.
exclusive() {
  mkdir -p "$CACHE/lock"
  exec 9>"$CACHE/lock/$1"
  flock -n 9 || {
    log "another run holds $CACHE/lock/$1, waiting"
    flock 9
  }
}

# The archive this machine's own apt uses, from either form of its source list; DEBIAN_MIRROR overrides.
debian_mirror() {
  [ -z "${DEBIAN_MIRROR:-}" ] || {
    echo "$DEBIAN_MIRROR"
    return
  }
  local uri
  uri=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list /etc/apt/sources.list 2>/dev/null |
    awk '$1 == "URIs:" { print $2 }
         $1 == "deb" { for (i = 2; i < NF; i++) if ($i ~ /^(https?|file|copy):/) { print $i; break } }' |
    grep -v security | head -n 1)
  [ -n "$uri" ] || die "apt's configuration names no Debian mirror; set DEBIAN_MIRROR"
  echo "$uri"
}

# stamp NAME VALUE / stamped NAME VALUE: a builder's finished stage and what it was made from.
stamp() { printf '%s\n' "$2" >"$1.stamp.new" && mv "$1.stamp.new" "$1.stamp"; }
stamped() { [ "$(cat "$1.stamp" 2>/dev/null)" = "$2" ]; }
