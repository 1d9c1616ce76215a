using NettyKafka.Codec.Wire;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Handlers;

/// <summary>Makes sure that a partition belongs to a producer's transaction; a client that has its epoch raised at each end of a transaction has it added.</summary>
public delegate Task<(ErrorCode Error, VerificationGuard? Guard)> VerifyTransaction(string transactionalId, ProducerIdAndEpoch producer, Partition partition, bool supportsEpochBump);
