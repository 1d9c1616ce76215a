using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Security.Quotas;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Benchmarks.Micro;

/// <summary>What quotas add to a produce request: without any, with those of others, and with one of its own that is not reached.</summary>
public class QuotaBenchmarks
{
    BrokerStorage? storage;
    Broker? broker;
    ClientQuotas? quotas;

    [Params("", "other", "app")]
    public string QuotaOf { get; set; } = "";

    [GlobalSetup]
    public async Task Open()
    {
        var config = BrokerConfig.Create(new Dictionary<string, string> { ["log.dirs"] = "data" }, Profile.Dev);
        storage = await BrokerStorage.OpenAsync(config, new MemoryFileSystem(), TimeProvider.System, NullLoggerFactory.Instance);
        broker = await Broker.OpenAsync(config, storage, TimeProvider.System, NullLoggerFactory.Instance);
        quotas = broker.Quotas;
        if (QuotaOf.Length == 0)
            return;
        var entity = ClientQuotaEntity.Of((ClientQuotaEntity.ClientId, QuotaOf));
        await broker.Cluster.ChangeAsync<bool>(_ => (
        [
            MetadataRecord.Of(ClientQuotasImage.RecordOf(entity, ClientQuotaKeys.ProducerByteRate, 1e15)),
            MetadataRecord.Of(ClientQuotasImage.RecordOf(entity, ClientQuotaKeys.RequestPercentage, 1e9)),
        ], true));
    }

    [GlobalCleanup]
    public async Task Close() => await broker!.DisposeAsync();

    [Benchmark]
    public int Produce()
    {
        var started = quotas!.Request.Start();
        var ofBytes = quotas.Produce.Find("ANONYMOUS", "app")?.Record(1000) ?? 0;
        return ofBytes + quotas.Request.Record("ANONYMOUS", "app", quotas.Request.Elapsed(started));
    }
}
