using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Transactions;

/// <summary>Hands out producer ids from durable blocks: after a crash the rest of a block is lost, and no id is ever given twice.</summary>
public sealed class ProducerIds(Controller controller, int brokerId)
{
    readonly Lock gate = new();
    ProducerIdBlock block;
    long next;

    public async ValueTask<(ErrorCode Error, long ProducerId)> NextAsync()
    {
        while (true)
        {
            lock (gate)
            {
                if (next < block.End)
                    return (ErrorCode.None, next++);
            }

            var (error, allocated) = await controller.AllocateProducerIdsAsync(brokerId).ConfigureAwait(false);
            if (error != ErrorCode.None)
                return (error, RecordBatch.NoProducerId);
            lock (gate)
            {
                // Several callers may have found the block used up; a block that came too late is given up.
                if (next >= block.End)
                    (block, next) = (allocated, allocated.First);
            }
        }
    }
}
