using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using NettyKafka.Testing.Hosting;

namespace NettyKafka.Tests.Testing;

public sealed class HostingTests
{
    [Test]
    public async Task The_broker_runs_while_the_host_does_and_says_so()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddNettyKafka(options => options.Topics.Add(new("orders")));
        builder.Services.AddHostedService<Reader>();
        builder.Services.AddHealthChecks().AddNettyKafka();
        using var app = builder.Build();
        var (kafka, health) = (app.Services.GetRequiredService<NettyKafkaHost>(), app.Services.GetRequiredService<HealthCheckService>());

        Assert.That((await health.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Unhealthy), "before the start");
        await app.StartAsync();
        Assert.That((await health.CheckHealthAsync()).Entries["nettykafka"], Has.Property("Status").EqualTo(HealthStatus.Healthy).And.Property("Description").EqualTo(kafka.BootstrapServers));
        await app.StopAsync();

        Assert.That((await health.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Unhealthy), "after the stop");
        Assert.That(() => kafka.BootstrapServers, Throws.InvalidOperationException);
    }

    /// <summary>A service that needs the broker as soon as it starts, and until it has stopped.</summary>
    sealed class Reader(NettyKafkaHost kafka) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken) => Assert.That(await kafka.Kafka.ReadAllAsync("orders"), Is.Empty);

        public async Task StopAsync(CancellationToken cancellationToken) => Assert.That(await kafka.Kafka.ReadAllAsync("orders"), Is.Empty);
    }
}
