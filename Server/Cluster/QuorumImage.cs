using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>What the control records of the metadata log say of the quorum: its version, and from version 1 on the voters, as they stand there.</summary>
public sealed record QuorumImage(short KRaftVersion, ReadOnlyMemory<byte>? Voters)
{
    public static readonly QuorumImage Empty = new(0, null);

    /// <summary>The first version whose voters are in the log instead of the configuration.</summary>
    const short FirstVersionWithVoters = 1;

    public QuorumImage Replay(ControlRecordType type, ReadOnlySpan<byte> value) => type switch
    {
        ControlRecordType.KRaftVersion => this with { KRaftVersion = MessageEncoding.Decode<KRaftVersionRecord>(value.ToArray(), 0).KRaftVersion },
        ControlRecordType.KRaftVoters => this with { Voters = value.ToArray() },
        _ => this,
    };

    /// <summary>Whether the log tells the voters, so that they could change.</summary>
    public bool IsReconfigurable => KRaftVersion >= FirstVersionWithVoters;

    public IReadOnlyList<VotersRecord.Voter> ReadVoters() => Voters is { } voters ? MessageEncoding.Decode<VotersRecord>(voters.ToArray(), 0).Voters : [];

    /// <summary>The control records that say all of it.</summary>
    public IEnumerable<(ControlRecordType Type, byte[] Value)> ToRecords()
    {
        if (!IsReconfigurable)
            yield break;
        yield return (ControlRecordType.KRaftVersion, MessageEncoding.Encode(new KRaftVersionRecord { Version = 0, KRaftVersion = KRaftVersion }, 0));
        if (Voters is { } voters)
            yield return (ControlRecordType.KRaftVoters, voters.ToArray());
    }
}
