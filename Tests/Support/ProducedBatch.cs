using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Support;

/// <summary>A batch as a producer sends it, and what the broker's validator says of one.</summary>
public static class ProducedBatch
{
    public const short ProduceVersion = 9;
    public const long Now = 1_800_000_000_000;

    public static LogValidationResult Validate(byte[] bytes) => Validate(Records.View(bytes), null);

    public static LogValidationResult Validate(Records? records, TopicConfig? config, short version = ProduceVersion) =>
        new LogValidator().Validate(records, version, config ?? TopicConfig.Default, Now);

    public static byte[] Batch() => Batch(new());

    public static byte[] Batch(RecordBatchBuilder builder)
    {
        using (builder)
        {
            builder.Append(Now, [1], [2], new RecordHeader("header", [3]));
            builder.Append(Now + 2, [4], null);
            builder.Append(Now + 1, [], new byte[100]);
            return builder.ToArray();
        }
    }
}
