using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace NettyKafka.Testing.Hosting;

/// <summary>A broker among the services of an application.</summary>
public static class NettyKafkaExtensions
{
    const string CheckName = "nettykafka";

    /// <summary>Runs a broker with the host; a <see cref="NettyKafkaHost"/> says where. It logs as the host does.</summary>
    public static IServiceCollection AddNettyKafka(this IServiceCollection services, Action<EmbeddedKafkaOptions>? configure = null)
    {
        services.AddSingleton(provider =>
        {
            var options = new EmbeddedKafkaOptions();
            if (provider.GetService<ILoggerFactory>() is { } loggers)
                options.LoggerFactory = loggers;
            configure?.Invoke(options);
            return new NettyKafkaHost(options);
        });
        return services.AddHostedService(provider => provider.GetRequiredService<NettyKafkaHost>());
    }

    /// <summary>A health check of the broker that <see cref="AddNettyKafka(IServiceCollection, Action{EmbeddedKafkaOptions}?)"/> runs.</summary>
    public static IHealthChecksBuilder AddNettyKafka(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<NettyKafkaHealthCheck>(CheckName);
    }
}
