using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>Whom a SCRAM credential is of: nobody when the principal is null, and then nobody can prove it.</summary>
sealed record ScramUser(ScramCredential Credential, KafkaPrincipal? Principal, long? ExpiryMs = null, bool IsToken = false);
