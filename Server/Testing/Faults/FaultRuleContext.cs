using System.Text.Json.Serialization;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Faults;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(KafkaNameConverter<ErrorCode>), typeof(KafkaNameConverter<FaultTime>), typeof(MillisecondsConverter)])]
[JsonSerializable(typeof(FaultRule))]
sealed partial class FaultRuleContext : JsonSerializerContext;
