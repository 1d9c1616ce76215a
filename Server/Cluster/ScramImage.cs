using System.Collections.Immutable;
using NettyKafka.Codec.Messages;

namespace NettyKafka.Server.Cluster;

/// <summary>The SCRAM credentials of all users, by user and mechanism.</summary>
public sealed class ScramImage
{
    public static readonly ScramImage Empty = new(ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<ScramMechanism, ScramCredential>>(StringComparer.Ordinal));

    readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<ScramMechanism, ScramCredential>> users;

    ScramImage(ImmutableSortedDictionary<string, ImmutableSortedDictionary<ScramMechanism, ScramCredential>> users) => this.users = users;

    public IEnumerable<string> Users => users.Keys;

    public ImmutableSortedDictionary<ScramMechanism, ScramCredential> CredentialsOf(string user) =>
        users.GetValueOrDefault(user) ?? ImmutableSortedDictionary<ScramMechanism, ScramCredential>.Empty;

    public ScramCredential? Find(string user, ScramMechanism mechanism) => CredentialsOf(user).GetValueOrDefault(mechanism);

    public ScramImage Replay(UserScramCredentialRecord record) =>
        new(users.SetItem(record.Name, CredentialsOf(record.Name).SetItem((ScramMechanism)record.Mechanism, ScramCredential.Of(record))));

    public ScramImage Replay(RemoveUserScramCredentialRecord record)
    {
        var left = CredentialsOf(record.Name).Remove((ScramMechanism)record.Mechanism);
        return new(left.IsEmpty ? users.Remove(record.Name) : users.SetItem(record.Name, left));
    }

    /// <summary>The records that lead to this image.</summary>
    public IEnumerable<MetadataRecord> ToRecords() =>
        from user in users
        from credential in user.Value
        select MetadataRecord.Of(credential.Value.ToRecord(user.Key, credential.Key));
}
