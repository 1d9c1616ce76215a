namespace NettyKafka.Server.Groups.Consumer;

/// <summary>What each member of a group is to have, as computed for one epoch of the group.</summary>
sealed class TargetAssignment
{
    /// <summary>Where there is no target any more.</summary>
    public const int NoEpoch = -1;

    readonly Dictionary<string, Assignment> members = new(StringComparer.Ordinal);

    public int Epoch { get; set; }

    public Assignment? Find(string memberId) => members.GetValueOrDefault(memberId);

    public Assignment Of(string memberId) => Find(memberId) ?? Assignment.Empty;

    public void Set(string memberId, Assignment assignment) => members[memberId] = assignment;

    public void Remove(string memberId) => members.Remove(memberId);
}
