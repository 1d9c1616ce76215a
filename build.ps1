#!/usr/bin/env pwsh
# Restores the build tool and passes every argument on to build.cake: ./build.ps1 --target=Test
$ErrorActionPreference = 'Stop'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = 1
$env:DOTNET_NOLOGO = 1

function Stop-Build([string] $Reason, [object[]] $Details) {
  [Console]::Error.WriteLine("build.ps1: $Reason")
  $Details | ForEach-Object { [Console]::Error.WriteLine($_) }
  exit 1
}

Push-Location $PSScriptRoot
try {
  if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    Stop-Build 'the .NET 10 SDK is missing: there is no dotnet on the PATH.'
  }
  $ErrorActionPreference = 'Continue'
  $said = dotnet --version 2>&1
  if ($LASTEXITCODE -ne 0) { Stop-Build 'no .NET SDK here satisfies global.json, which asks for .NET 10. dotnet says:' $said }
  $said = dotnet tool restore 2>&1
  if ($LASTEXITCODE -ne 0) { Stop-Build 'the build tool could not be restored. dotnet says:' $said }
  dotnet cake build.cake @args
  exit $LASTEXITCODE
}
finally { Pop-Location }
