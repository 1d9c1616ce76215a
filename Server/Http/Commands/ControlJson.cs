using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NettyKafka.Codec.Wire;
using NettyKafka.Testing.Faults;

namespace NettyKafka.Http.Commands;

/// <summary>How requests and responses are written as JSON.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(NoArguments))]
[JsonSerializable(typeof(CreateTopicRequest))]
[JsonSerializable(typeof(TopicRequest))]
[JsonSerializable(typeof(ControlRecords))]
[JsonSerializable(typeof(ClusterDescription))]
[JsonSerializable(typeof(GroupDescriptions))]
[JsonSerializable(typeof(NodeRequest))]
[JsonSerializable(typeof(OptionalNodeRequest))]
[JsonSerializable(typeof(KillNodeRequest))]
[JsonSerializable(typeof(AddNodeRequest))]
[JsonSerializable(typeof(PartitionRequest))]
[JsonSerializable(typeof(PartitionNodeRequest))]
[JsonSerializable(typeof(PreferredReadReplicaRequest))]
[JsonSerializable(typeof(ReplicasRequest))]
[JsonSerializable(typeof(GroupNodeRequest))]
[JsonSerializable(typeof(TransactionalIdNodeRequest))]
[JsonSerializable(typeof(SeedRequest))]
[JsonSerializable(typeof(FaultRule))]
[JsonSerializable(typeof(FaultRequest))]
[JsonSerializable(typeof(WaitForFaultRequest))]
[JsonSerializable(typeof(CapVersionsRequest))]
[JsonSerializable(typeof(ReleaseRequest))]
[JsonSerializable(typeof(FaultDescription))]
[JsonSerializable(typeof(FaultDescriptions))]
[JsonSerializable(typeof(WaitForRequestsRequest))]
[JsonSerializable(typeof(WaitForGroupRequest))]
[JsonSerializable(typeof(WaitForOffsetRequest))]
[JsonSerializable(typeof(WaitForCommittedRequest))]
[JsonSerializable(typeof(WaitForTopicRequest))]
[JsonSerializable(typeof(WaitForConsumersCaughtUpRequest))]
[JsonSerializable(typeof(AdvanceClockRequest))]
[JsonSerializable(typeof(ClockDescription))]
[JsonSerializable(typeof(CrashRequest))]
[JsonSerializable(typeof(FillUpDiskRequest))]
[JsonSerializable(typeof(DeletedSegments))]
[JsonSerializable(typeof(StartJournalRequest))]
[JsonSerializable(typeof(JournalRequest))]
[JsonSerializable(typeof(JournalDescription))]
[JsonSerializable(typeof(ControlError))]
sealed partial class ControlJson : JsonSerializerContext
{
    public static ControlJson Web { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Converters = { new KafkaNameConverter<ErrorCode>(), new KafkaNameConverter<FaultTime>(), new MillisecondsConverter() },
        // Answers are never part of a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
