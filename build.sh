#!/usr/bin/env bash
# Restores the build tool and passes every argument on to build.cake: ./build.sh --target=Test
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if ! command -v dotnet > /dev/null; then
  echo "build.sh: the .NET 10 SDK is missing: there is no dotnet on the PATH." >&2
  exit 1
fi
if ! dotnet --version > /dev/null 2>&1; then
  echo "build.sh: no .NET SDK here satisfies global.json, which asks for .NET 10. dotnet says:" >&2
  dotnet --version >&2 || exit 1
fi

if ! restored=$(dotnet tool restore 2>&1); then
  echo "build.sh: the build tool could not be restored. dotnet says:" >&2
  echo "$restored" >&2
  exit 1
fi
exec dotnet cake build.cake "$@"
