using System.Runtime.InteropServices;
using System.Xml.Linq;

var target = Argument("target", "Default");
var configuration = Argument("configuration", "Release");
var filter = Argument("filter", "");
var install = HasArgument("install") || EnvironmentVariable("CI", false);
var results = MakeAbsolute(Directory("artifacts/test-results"));
const string ClientTests = "Tests/Clients/NettyKafka.Tests.Clients.csproj";

// Versions come from git's tags; without git the build goes on with the default one.
if (!Succeeds("git", "--version"))
    Environment.SetEnvironmentVariable("MinVerSkip", "true");

Task("Build").Does(() => DotNetBuild("NettyKafka.sln", new() { Configuration = configuration, NoLogo = true }));

Task("Test").IsDependentOn("Build").Does(() => Test("Tests/NettyKafka.Tests.csproj", "Tests/Testing/NettyKafka.Tests.Testing.csproj", ClientTests));

Task("Clients").IsDependentOn("Build").Does(() => Test(ClientTests));

// By itself: the client is compiled when it is installed, which takes some minutes and wants g++, make, python3 and Node's headers.
Task("ConfluentJavaScript").IsDependentOn("Build").Does(() =>
{
    StartProcess("npm", new ProcessSettings { Arguments = "ci --no-audit --no-fund", WorkingDirectory = "Tests/Clients/Node/confluent" });
    filter = "FullyQualifiedName~ConfluentJavaScript";
    Test(ClientTests);
});

// As long as one likes: --seeds per simulation, --seed to begin with, --kills of a broker under load.
Task("Soak").IsDependentOn("Build").Does(() =>
{
    var seed = Argument("seed", new Random().Next(1 << 30));
    Information($"The first seed is {seed}: --seed={seed} repeats this run.");
    Environment.SetEnvironmentVariable("SIMULATION_SEED", $"{seed}");
    Environment.SetEnvironmentVariable("SIMULATION_SEEDS_PER_TEST", Argument("seeds", "5000"));
    Environment.SetEnvironmentVariable("KILLS", Argument("kills", "100"));
    filter = "FullyQualifiedName~Simulation|FullyQualifiedName~KillTests";
    Test("Tests/NettyKafka.Tests.csproj", ClientTests);
});

Task("Bench").Does(() => DotNetRun("Tests/Benchmarks/NettyKafka.Benchmarks.csproj", string.Join(' ', new[] { "micro", "storage", "groups", "transactions", "connections", "embedded", "quick" }.Where(HasArgument).Select(a => $"--{a}")), new DotNetRunSettings { Configuration = "Release" }));

Task("Run").Does(() =>
{
    DotNetBuild("Server/Cli", new() { Configuration = configuration, NoLogo = true, Verbosity = DotNetVerbosity.Quiet });
    using var broker = System.Diagnostics.Process.Start("dotnet", [$"Server/Cli/bin/{configuration}/net10.0/nettykafka.dll", "serve", "--listen", "127.0.0.1:9092", "--data", "data"]);
    // Ctrl-C reaches the broker by itself; a SIGTERM to the build is passed on. Either way the build ends after the broker.
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => { signal.Cancel = true; StartProcess("kill", $"{broker.Id}"); });
    broker.WaitForExit();
    if (broker.ExitCode != 0)
        throw new CakeException(broker.ExitCode, $"The broker ended with exit code {broker.ExitCode}.");
});

Task("Publish").Does(Publish);

Task("Default").IsDependentOn("Build").IsDependentOn("Test");

void Publish()
{
    var linker = FindLinker();
    Information(linker is null ? "Publishing ReadyToRun: no clang or gcc that links with zlib (zlib1g-dev)." : $"Publishing native AOT, linked by {linker}.");
    DotNetPublish("Server/Cli", new()
    {
        Configuration = configuration,
        NoLogo = true,
        Runtime = RuntimeInformation.RuntimeIdentifier,
        SelfContained = true,
        OutputDirectory = "artifacts",
        MSBuildSettings = new DotNetMSBuildSettings().WithProperty("NativeAot", linker is null ? "false" : "true").WithProperty("CppCompilerAndLinker", linker ?? ""),
    });
}

string FindLinker() => IsRunningOnUnix() ? new[] { "clang", "gcc" }.FirstOrDefault(c => Succeeds(c, "-shared -x c /dev/null -lz -o /dev/null")) : null;

void Test(params string[] projects)
{
    InstallPrograms();
    CleanDirectory(results);
    var failed = false;
    foreach (var project in projects)
    {
        if (project == ClientTests)
            PrepareClientTests();
        DotNetTest(project, new()
        {
            Configuration = configuration,
            NoBuild = true,
            NoLogo = true,
            // Explicit tests would be counted as skipped.
            Filter = filter == "" ? "FullyQualifiedName!~ConfluentJavaScript" : filter,
            ResultsDirectory = results,
            Loggers = [$"trx;LogFileName={File(project).Path.GetFilenameWithoutExtension()}.trx"],
            ArgumentCustomization = arguments => arguments.Append("--blame-hang-timeout 3m --blame-hang-dump-type none"),
            HandleExitCode = code => { failed |= code != 0; return true; },
        });
    }
    var counters = GetFiles($"{results}/*.trx").SelectMany(trx => XDocument.Load(trx.FullPath).Descendants().Where(e => e.Name.LocalName == "Counters")).ToList();
    int Sum(string counter) => counters.Sum(c => (int)c.Attribute(counter));
    Information($"{Sum("passed")} passed, {Sum("executed") - Sum("passed")} failed, {Sum("total") - Sum("executed")} skipped");
    if (failed || Sum("passed") == 0)
        throw new CakeException("Tests failed, or none ran.");
}

void PrepareClientTests()
{
    Publish();
    if (Succeeds("npm", "--version"))
        StartProcess("npm", new ProcessSettings { Arguments = "ci --no-audit --no-fund", WorkingDirectory = "Tests/Clients/Node" });
}

void InstallPrograms()
{
    if (!install)
        return;
    List<string> packages = [];
    if (!Succeeds("kcat", "-V")) packages.Add("kcat");
    if (!Succeeds("node", "--version")) packages.Add("nodejs");
    if (!Succeeds("npm", "--version")) packages.Add("npm");
    if (!Succeeds("/usr/bin/python3", "-c \"import kafka, snappy, lz4, xxhash, zstandard\"")) packages.AddRange(["python3-kafka", "python3-snappy", "python3-lz4", "python3-xxhash", "python3-zstandard"]);
    if (!Succeeds("/usr/bin/python3", "-c \"import confluent_kafka\"")) packages.Add("python3-confluent-kafka");
    if (FindLinker() is null && (Succeeds("gcc", "--version") || Succeeds("clang", "--version"))) packages.Add("zlib1g-dev");
    if (packages.Count == 0)
        return;
    if (!Succeeds("apt-get", "--version"))
        throw new CakeException($"Only apt-get is known to install programs; install what provides Debian's {string.Join(", ", packages)} by hand.");
    var sudo = Environment.IsPrivilegedProcess ? "" : "sudo ";
    foreach (var arguments in new[] { "update -q", $"install -y -q --no-install-recommends {string.Join(' ', packages)}" })
        if (StartProcess("/bin/sh", $"-c \"{sudo}env DEBIAN_FRONTEND=noninteractive apt-get {arguments}\"") != 0)
            throw new CakeException($"apt-get {arguments} failed.");
}

bool Succeeds(string program, string arguments)
{
    try { return StartProcess(program, new ProcessSettings { Arguments = arguments, RedirectStandardOutput = true, RedirectStandardError = true, Silent = true }) == 0; }
    catch (Exception e) when (e is System.ComponentModel.Win32Exception or CakeException) { return false; }
}

RunTarget(target);
