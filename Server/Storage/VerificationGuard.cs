namespace NettyKafka.Server.Storage;

/// <summary>
/// Stands for one verification that a partition belongs to a producer's transaction (KIP-890). An append that shows it is taken only if no transaction of the
/// producer has ended in the partition since.
/// </summary>
public sealed class VerificationGuard;
