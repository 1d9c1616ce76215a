namespace NettyKafka.Server.Security.Quotas;

/// <summary>Who shares what there is of a quota: a user, a client id, or a client id of a user; empty stands for all.</summary>
readonly record struct QuotaSubject(string User, string ClientId);
