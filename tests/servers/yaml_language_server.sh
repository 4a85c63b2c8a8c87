#!/usr/bin/env bash
# Installs the server that VS Code, Vim, Helix and others ask about YAML, from the npm registry, into .tools/.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The last of the 1st line, which runs on the Node.js of Debian 12, too; the next asks for Node.js 22.
npm install --prefix .tools/yaml-language-server --ignore-scripts --no-audit --no-fund --silent yaml-language-server@1.25.0
