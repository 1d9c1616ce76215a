using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace NettyKafka.Tests.Clients;

/// <summary>Clients over TLS to the published broker, since trimming and compiling ahead of time might take from TLS what it needs.</summary>
public sealed class TlsTests : TlsFixture
{
    static readonly TimeSpan limit = TimeSpan.FromSeconds(20);

    protected override string[] Overrides =>
    [
        .. base.Overrides, "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "allow.everyone.if.no.acl.found=true", "super.users=User:ANONYMOUS",
    ];

    private protected override string Executable => Repository.PublishedBroker;

    protected override Task RequireClientAsync()
    {
        if (!File.Exists(Repository.PublishedBroker))
            Programs.Skip("artifacts/nettykafka is missing; ./build.sh --target=Publish makes it.");
        return Task.CompletedTask;
    }

    [Test]
    public void Confluents_client_gets_back_what_it_sends([Values] bool withCertificate)
    {
        var topic = $"confluent-{withCertificate}";
        using (var producer = new ProducerBuilder<Null, string>(Configure(new ProducerConfig { EnableIdempotence = true }, withCertificate)).Build())
        {
            for (var i = 0; i < 2000; i++)
                producer.Produce(topic, new() { Value = Value(i) });
            producer.Flush(limit);
        }

        using var consumer = new ConsumerBuilder<Null, string>(Configure(new ConsumerConfig { GroupId = topic, AutoOffsetReset = AutoOffsetReset.Earliest }, withCertificate)).Build();
        consumer.Subscribe(topic);
        for (var i = 0; i < 2000; i++)
            Assert.That(consumer.Consume(limit)?.Message.Value, Is.EqualTo(Value(i)));
        consumer.Close();
    }

    [Test]
    public async Task A_client_is_whom_a_rule_makes_of_its_certificate()
    {
        using var admin = new AdminClientBuilder(Configure(new AdminClientConfig(), withCertificate: false)).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = "denied", NumPartitions = 1 }]);
        await admin.CreateAclsAsync([new AclBinding
        {
            Pattern = new() { Type = ResourceType.Topic, Name = "denied", ResourcePatternType = ResourcePatternType.Literal },
            Entry = new() { Principal = "User:orders", Host = "*", Operation = AclOperation.Write, PermissionType = AclPermissionType.Deny },
        }]);

        using var producer = new ProducerBuilder<Null, string>(Configure(new ProducerConfig(), withCertificate: true)).Build();

        var refused = Assert.ThrowsAsync<ProduceException<Null, string>>(() => producer.ProduceAsync("denied", new() { Value = "" }));
        Assert.That(refused?.Error.Code, Is.EqualTo(ErrorCode.TopicAuthorizationFailed));
        Assert.That(Broker.Log, Does.Contain("Principal = User:orders is Denied"));
    }

    [Test]
    public async Task Kcat_gets_back_what_it_sends()
    {
        await Programs.Require("kcat", "kcat", "-V");
        string[] tls = ["-b", BootstrapServers, "-X", "security.protocol=SSL", "-X", $"ssl.ca.location={AuthorityFile}"];
        string[] certificate = ["-X", $"ssl.certificate.location={CertificateFile}", "-X", $"ssl.key.location={KeyFile}"];
        var values = Enumerable.Range(0, 1000).Select(i => $"value {i}").ToArray();

        await Programs.RunAsync("kcat", [.. tls, .. certificate, "-P", "-t", "kcat"], values);

        Assert.That(await Programs.RunAsync("kcat", [.. tls, "-C", "-t", "kcat", "-o", "beginning", "-e", "-q"]), Is.EqualTo(values));
    }

    [Test]
    public async Task KafkaJs_gets_back_what_it_sends()
    {
        await Node.RequireKafkaJsAsync();

        var read = await Programs.RunAsync("node", [Node.Script("tls.js"), BootstrapServers, AuthorityFile, CertificateFile, KeyFile], [$"kafkajs-{Guid.NewGuid():N}"]);

        Assert.That(read, Is.EqualTo(new[] { "1000 in order" }));
        Assert.That(Broker.Log, Does.Not.Contain(" ERROR ").And.Not.Contain("Exception"));
    }

    [TestCase("-tls1_2", "TLSv1.2")]
    [TestCase("-tls1_3", "TLSv1.3")]
    public async Task OpenSsl_verifies_the_whole_chain(string option, string protocol)
    {
        var said = await OpenSslAsync([], option, "-verify_return_error");

        Assert.That(said, Does.Contain("Verify return code: 0 (ok)").And.Contains($"New, {protocol}"));
        Assert.That(said, Does.Match("0 s:CN ?= ?localhost").And.Match("1 s:CN ?= ?Intermediate CA"));
    }

    [Test]
    public async Task An_old_protocol_is_refused()
    {
        var said = await OpenSslAsync([], "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0");

        Assert.That(said, Does.Contain("Cipher is (NONE)"));
    }

    [Test]
    public async Task Renegotiation_is_refused()
    {
        var said = await OpenSslAsync(["R"], "-tls1_2");

        Assert.That(said, Does.Contain("RENEGOTIATING"));
        Assert.That(() => Broker.Log, Does.Contain("there is no renegotiation").After(2000, 20));
    }

    async Task<string> OpenSslAsync(string[] input, params string[] arguments)
    {
        await Programs.Require("openssl", "openssl", "version");
        return await Programs.RunForOutputAsync("openssl", ["s_client", "-connect", BootstrapServers, "-showcerts", "-CAfile", AuthorityFile, .. arguments], input);
    }

    static string Value(int i) => $"{i} {new string('x', i)}";
}
