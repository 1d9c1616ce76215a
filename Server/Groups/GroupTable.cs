using System.Diagnostics.CodeAnalysis;
using NettyKafka.Server.Groups.Classic;

namespace NettyKafka.Server.Groups;

/// <summary>The groups of one shard by their id.</summary>
public sealed class GroupTable
{
    readonly Dictionary<string, Group> groups = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Group> All => groups.Values;

    public Group? Find(string groupId) => groups.GetValueOrDefault(groupId);

    public bool TryFind<T>(string groupId, [NotNullWhen(true)] out T? group)
        where T : Group => (group = Find(groupId) as T) is not null;

    /// <summary>The group, made if there is none: who commits offsets without ever joining has a group too.</summary>
    public Group GetOrCreateSimple(string groupId)
    {
        if (Find(groupId) is { } group)
            return group;
        return groups[groupId] = new ClassicGroup(groupId);
    }

    /// <summary>Adds a group, in place of one of the same id.</summary>
    public void Set(Group group) => groups[group.GroupId] = group;

    public void Remove(string groupId) => groups.Remove(groupId);
}
