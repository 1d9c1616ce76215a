using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NettyKafka.Benchmarks.Reports;
using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks.Idle;

/// <summary>What idle connections cost a broker: its memory before they are opened, when they are, and after each has sent a request.</summary>
sealed class ConnectionBench(BenchOptions options, ServerPrograms programs, string dataDirectory, TextWriter output)
{
    static readonly string[] settings = ["socket.listen.backlog.size=2000", "connections.max.idle.ms=-1"];

    public void Run()
    {
        var plan = options.ConnectionPlan;
        Conditions.WriteTo(output, programs.Broker, ServerPrograms.FlavourOf(programs.Broker), dataDirectory, settings);
        output.WriteLine("Memory:     resident memory of the process; managed memory is what a full collection leaves, and known of a program with a probe only");
        output.WriteLine();
        var table = new Table(output, "connections", "open, resident B each", "after a request, resident B each", "managed B each") { FirstWidth = 24 };
        table.WriteHead();
        Measure(table, $"{plan.Plaintext:#,0} plaintext", "plaintext", plan.Plaintext, isTls: false);
        Measure(table, $"{plan.Tls:#,0} TLS 1.3", "tls", plan.Tls, isTls: true, TlsSettings());
    }

    void Measure(Table table, string name, string directory, int count, bool isTls, params string[] more)
    {
        using var broker = ServerPrograms.StartProbedBroker(programs.Broker, Path.Combine(dataDirectory, directory), [.. settings, .. more]);
        using (var first = new IdleConnection(broker.Port, isTls))
            first.Ask();
        var managed = broker.ManagedBytes();
        var before = Resident(broker);
        List<IdleConnection> connections = [];
        try
        {
            for (var i = 0; i < count; i++)
                connections.Add(new(broker.Port, isTls));
            var open = Resident(broker);
            connections.ForEach(connection => connection.Ask());
            var asked = Resident(broker);
            table.WriteRow(name, Each(open - before), Each(asked - before), broker.ManagedBytes() - managed is { } kept ? Each(kept) : Figure.None);
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }

        string Each(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / count:#,0}");
    }

    static long Resident(ServerProcess broker)
    {
        broker.WaitUntilIdle();
        return broker.ResidentBytes;
    }

    string[] TlsSettings()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var keystore = Path.Combine(dataDirectory, "server.pem");
        File.WriteAllText(keystore, $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
        return ["listener.security.protocol.map=PLAINTEXT:SSL", "ssl.keystore.type=PEM", $"ssl.keystore.location={keystore}"];
    }
}
