#!/usr/bin/env bash
# Prints the commit to compare with: what the pull request would be merged into. Nothing where it is not at hand.
#
# BASE and HEAD_SHA are the commits of the pull request as GitHub names them. A checkout of its merge has the newest commit of
# the branch as its first parent, if fetch-depth is 2 or more; any other checkout has BASE, if it was fetched or can be.
set -uo pipefail
git() { command git -c core.fsmonitor=false -c core.hooksPath=/dev/null "$@" 2>/dev/null; }

[ -n "${BASE:-}" ] || exit 0
if [ -n "${HEAD_SHA:-}" ] && [ "$(git rev-parse --verify --quiet HEAD^2)" = "$HEAD_SHA" ]; then
  git rev-parse --verify --quiet "HEAD^1^{commit}"
  exit 0
fi
[[ "$BASE" =~ ^[0-9a-f]{40,64}$ ]] || exit 0
git cat-file -e "$BASE^{commit}" || git fetch --quiet --no-tags --depth=1 origin "$BASE"
git rev-parse --verify --quiet "$BASE^{commit}" || true
