using System.Text;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// What a producer hears from a partition, in place of what a transaction coordinator said. Producers that would not try again after its errors do so after
/// NOT_ENOUGH_REPLICAS, which does not make them ask for metadata either.
/// </summary>
static class VerificationErrors
{
    const short FirstVersionWithTransactionAbortable = 11;
    const string NotAdded = "Partition was not added to the transaction";

    public static (ErrorCode Error, string? Message) For(ErrorCode error, short produceVersion) => error switch
    {
        ErrorCode.ProducerFenced => (ErrorCode.InvalidProducerEpoch, null),
        ErrorCode.InvalidTxnState => (ErrorCode.InvalidTxnState, NotAdded),
        ErrorCode.TransactionAbortable when produceVersion < FirstVersionWithTransactionAbortable => (ErrorCode.InvalidTxnState, NotAdded),
        ErrorCode.ConcurrentTransactions when produceVersion >= ProduceVerification.FirstVersionThatAdds => (error, null),
        ErrorCode.ConcurrentTransactions or ErrorCode.NetworkException or ErrorCode.CoordinatorLoadInProgress or ErrorCode.CoordinatorNotAvailable or ErrorCode.NotCoordinator =>
            (ErrorCode.NotEnoughReplicas, $"Unable to verify the partition has been added to the transaction. Underlying error: {KafkaNameOf(error)}"),
        _ => (error, null),
    };

    static string KafkaNameOf(ErrorCode error)
    {
        var name = new StringBuilder();
        foreach (var letter in error.ToString())
        {
            if (char.IsUpper(letter) && name.Length > 0)
                name.Append('_');
            name.Append(char.ToUpperInvariant(letter));
        }

        return name.ToString();
    }
}
