#!/usr/bin/env bash
# Makes the plan as Markdown, and the page that shows every message where this kohoctl makes one.
#
# FILE, PLAN (the Markdown to write), AGAINST (a commit, or empty), LANGUAGE, NO_PLUGINS, PAGE (a folder to write, or empty)
set -uo pipefail

options=()
[ "${NO_PLUGINS:-}" = true ] && options+=(--no-plugins)

# What it says of the file goes to the log, in which no line of it may be taken for a command.
token="kohoctl-$RANDOM$RANDOM$RANDOM"
echo "::stop-commands::$token"
# A little less than GitHub takes, since the comment begins with a mark.
plan=(kohoctl plan "$FILE" --format markdown --max-length 65000 --lang "$LANGUAGE" "${options[@]}")
"${plan[@]}" ${AGAINST:+--against "$AGAINST"} >"$PLAN"
[ -s "$PLAN" ] || "${plan[@]}" >"$PLAN"
if [ ! -s "$PLAN" ]; then
  case "$LANGUAGE" in
    ja) echo "ファイルに問題があり、計画を作成できません。問題は、kohoctl check の注釈のとおりです。" ;;
    *) echo "The file has problems, and no plan can be made of it: see the annotations of kohoctl check." ;;
  esac >"$PLAN"
fi
if [ -n "${PAGE:-}" ] && kohoctl preview --help >/dev/null 2>&1; then
  preview=(kohoctl preview "$FILE" -o "$PAGE" --lang "$LANGUAGE" "${options[@]}")
  "${preview[@]}" ${AGAINST:+--against "$AGAINST"}
  [ -e "$PAGE/index.html" ] || "${preview[@]}"
fi
echo "::$token::"
[ -n "${PAGE:-}" ] && [ -e "$PAGE/index.html" ] && echo "page=$PAGE" >>"$GITHUB_OUTPUT"
exit 0
