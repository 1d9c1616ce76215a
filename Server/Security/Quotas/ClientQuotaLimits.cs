using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Security.Quotas;

/// <summary>
/// The limits of one key of quotas for users and client ids. That of a user's client comes before that of the user, that of the user before that of the
/// client; and a name before the default. A default for client ids is not for clients without one.
/// </summary>
sealed class ClientQuotaLimits
{
    readonly Dictionary<Target, double> limits = [];

    ClientQuotaLimits(ClientQuotasImage image) => Image = image;

    public static ClientQuotaLimits None { get; } = new(ClientQuotasImage.Empty);

    /// <summary>What they were taken from.</summary>
    public ClientQuotasImage Image { get; }

    public bool IsEmpty => limits.Count == 0;

    public static ClientQuotaLimits Of(ClientQuotasImage image, string key)
    {
        var limits = new ClientQuotaLimits(image);
        foreach (var (entity, quotas) in image.Entities)
        {
            if (!entity.Has(ClientQuotaEntity.Ip) && quotas.TryGetValue(key, out var limit))
                limits.limits[new(PartOf(entity, ClientQuotaEntity.User), PartOf(entity, ClientQuotaEntity.ClientId))] = limit;
        }

        return limits;
    }

    /// <summary>Finds the limit of a client, and with whom it shares it.</summary>
    public bool TryFind(string user, string clientId, out double limit, out QuotaSubject subject)
    {
        var (ofUser, ofClient) = (Part.Of(user), Part.Of(clientId));
        subject = new(user, clientId);
        if (clientId.Length > 0 && (limits.TryGetValue(new(ofUser, ofClient), out limit) || limits.TryGetValue(new(ofUser, Part.Default), out limit)))
            return true;
        if (limits.TryGetValue(new(ofUser, Part.None), out limit))
            return IsOfUser(user, out subject);
        if (clientId.Length > 0 && (limits.TryGetValue(new(Part.Default, ofClient), out limit) || limits.TryGetValue(new(Part.Default, Part.Default), out limit)))
            return true;
        if (limits.TryGetValue(new(Part.Default, Part.None), out limit))
            return IsOfUser(user, out subject);
        subject = new("", clientId);
        return clientId.Length > 0 && (limits.TryGetValue(new(Part.None, ofClient), out limit) || limits.TryGetValue(new(Part.None, Part.Default), out limit));
    }

    static bool IsOfUser(string user, out QuotaSubject subject)
    {
        subject = new(user, "");
        return true;
    }

    static Part PartOf(ClientQuotaEntity entity, string type) => entity.Parts.TryGetValue(type, out var name) ? new(true, name) : Part.None;

    readonly record struct Target(Part User, Part ClientId);

    readonly record struct Part(bool IsGiven, string? Name)
    {
        public static Part None => default;

        public static Part Default => new(true, null);

        public static Part Of(string name) => new(true, name);
    }
}
