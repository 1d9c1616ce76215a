using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>SCRAM credentials as administrators alter them (KIP-554): all of a user's in a request or none, users apart from each other.</summary>
public sealed class ScramControl(ClusterMetadata cluster, Func<ScramMechanism, byte[], (byte[] StoredKey, byte[] ServerKey)> keysOf)
{
    const int MinIterations = 4096;
    const int MaxIterations = 16_384;

    /// <summary>The first metadata version with records for credentials, 3.5-IV2.</summary>
    const short FirstVersionWithScram = 11;

    public async Task<List<(string User, ApiError Error)>> AlterAsync(AlterUserScramCredentialsRequest request)
    {
        var (error, planned) = await cluster.ChangeAsync(image => Plan(image, request)).ConfigureAwait(false);
        return error == ErrorCode.None ? planned : planned.ConvertAll(one => one.Error.IsNone ? (one.User, new(error, null)) : one);
    }

    (IReadOnlyList<MetadataRecord> Records, List<(string User, ApiError Error)> Results) Plan(ClusterImage image, AlterUserScramCredentialsRequest request)
    {
        var changes = request.Deletions.Select(deletion => (deletion.Name, deletion.Mechanism, Error: Check(image, deletion), Record: RecordOf(deletion)))
            .Concat(request.Upsertions.Select(upsertion => (upsertion.Name, upsertion.Mechanism, Error: Check(image, upsertion), Record: RecordOf(upsertion))));
        List<MetadataRecord> records = [];
        List<(string User, ApiError Error)> results = [];
        foreach (var user in changes.GroupBy(change => change.Name))
        {
            var failed = user.FirstOrDefault(change => !change.Error.IsNone).Error;
            var isTwice = user.DistinctBy(change => change.Mechanism).Count() < user.Count();
            var error = isTwice ? new(ErrorCode.DuplicateResource, "A user credential cannot be altered twice in the same request") : failed;
            results.Add((user.Key, error));
            if (error.IsNone)
                records.AddRange(user.Select(change => change.Record()));
        }
        return (records, results);
    }

    static ApiError Check(ClusterImage image, AlterUserScramCredentialsRequest.ScramCredentialDeletion deletion)
    {
        var error = Check(image, deletion.Name, deletion.Mechanism);
        if (!error.IsNone)
            return error;
        return image.Scram.Find(deletion.Name, (ScramMechanism)deletion.Mechanism) is null
            ? new(ErrorCode.ResourceNotFound, "Attempt to delete a user credential that does not exist")
            : ApiError.None;
    }

    static ApiError Check(ClusterImage image, AlterUserScramCredentialsRequest.ScramCredentialUpsertion upsertion)
    {
        var error = Check(image, upsertion.Name, upsertion.Mechanism);
        if (!error.IsNone)
            return error;
        return upsertion.Iterations switch
        {
            < MinIterations => new(ErrorCode.UnacceptableCredential, "Too few iterations"),
            > MaxIterations => new(ErrorCode.UnacceptableCredential, "Too many iterations"),
            _ => ApiError.None,
        };
    }

    static ApiError Check(ClusterImage image, string user, sbyte mechanism)
    {
        if (image.MetadataVersion < FirstVersionWithScram)
            return new(ErrorCode.UnsupportedVersion, "The current metadata.version does not support SCRAM");
        if (user.Length == 0)
            return new(ErrorCode.UnacceptableCredential, "Username must not be empty");
        return (ScramMechanism)mechanism is ScramMechanism.Sha256 or ScramMechanism.Sha512
            ? ApiError.None
            : new(ErrorCode.UnsupportedSaslMechanism, "Unknown SCRAM mechanism");
    }

    static Func<MetadataRecord> RecordOf(AlterUserScramCredentialsRequest.ScramCredentialDeletion deletion) =>
        () => MetadataRecord.Of(new RemoveUserScramCredentialRecord { Name = deletion.Name, Mechanism = deletion.Mechanism });

    Func<MetadataRecord> RecordOf(AlterUserScramCredentialsRequest.ScramCredentialUpsertion upsertion) => () =>
    {
        var mechanism = (ScramMechanism)upsertion.Mechanism;
        var (storedKey, serverKey) = keysOf(mechanism, upsertion.SaltedPassword);
        return MetadataRecord.Of(new ScramCredential(upsertion.Salt, storedKey, serverKey, upsertion.Iterations).ToRecord(upsertion.Name, mechanism));
    };
}
