#!/usr/bin/env bash
# Checks the campaign file: annotations for the review, and SARIF where it is asked for. The step does not fail, so that the
# plan is made in any case; the exit code is the output "code", with which the last step ends.
#
# FILE, FAIL_ON, NO_PLUGINS (true or anything else), SARIF (a file to write, or empty)
set -uo pipefail

options=(--fail-on "$FAIL_ON")
[ "${NO_PLUGINS:-}" = true ] && options+=(--no-plugins)

kohoctl check "$FILE" --format github "${options[@]}"
code=$?
if [ -n "${SARIF:-}" ]; then
  kohoctl check "$FILE" --format sarif "${options[@]}" >"$SARIF" || true
fi
echo "code=$code" >>"$GITHUB_OUTPUT"
