using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace NettyKafka.Testing.Hosting;

/// <summary>Healthy while the broker runs with all its data directories.</summary>
sealed class NettyKafkaHealthCheck(NettyKafkaHost host) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var offline = await host.Kafka.OfflineDirectoriesAsync().ConfigureAwait(false);
            return offline.Count == 0
                ? HealthCheckResult.Healthy($"{host.BootstrapServers}")
                : new(context.Registration.FailureStatus, $"Offline: {string.Join(", ", offline)}");
        }
        catch (InvalidOperationException e)
        {
            return new(context.Registration.FailureStatus, e.Message);
        }
    }
}
