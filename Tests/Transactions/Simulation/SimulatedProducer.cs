using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support.Histories;

namespace NettyKafka.Tests.Transactions.Simulation;

/// <summary>
/// A transactional producer of transaction version 1, which adds partitions and groups itself, or 2 (KIP-890). As long as nobody else has come and its transaction is not too
/// old it is in good standing: then nothing is refused to it.
/// </summary>
sealed class SimulatedProducer(TransactionSimulation world, LateMessages late, TransactionalId id, string name, short version, int timeoutMs)
{
    readonly Dictionary<TopicPartition, int> sequences = [];
    readonly HashSet<TopicPartition> added = [];
    SimulatedBatch? unanswered;
    SimulatedBatch? last;
    bool? unansweredEnd;
    bool mustGoOn;
    bool isOutdated;
    bool hasArrived;
    long begunMs;

    public TransactionalId Id => id;

    public string Name => name;

    /// <summary>What it takes itself to be; none before it has begun, and after it was fenced.</summary>
    public ProducerIdAndEpoch Producer { get; private set; } = ProducerIdAndEpoch.None;

    public HistoryTransaction? Transaction { get; private set; }

    /// <summary>Something was not answered: it is asked for again before anything else.</summary>
    public bool OwesRetry => unanswered is not null || unansweredEnd is not null || mustGoOn;

    bool IsV2 => version >= 2;

    bool IsInGoodStanding
    {
        get
        {
            isOutdated |= Transaction is not null && world.NowMs - begunMs >= timeoutMs;
            return id.Owner == this && !isOutdated;
        }
    }

    public void Retry(Random random)
    {
        if (unansweredEnd is { } isCommit)
            End(isCommit);
        else if (unanswered is null)
            Init(goesOn: true);
        else if (random.Next(4) == 0)
            End(isCommit: false);
        else
            Send(unanswered);
    }

    /// <param name="goesOn">Whether it says what it is, to go on with another epoch (KIP-360).</param>
    public void Init(bool goesOn)
    {
        goesOn &= Producer != ProducerIdAndEpoch.None;
        var mustSucceed = !goesOn || (IsInGoodStanding && Transaction is null && unansweredEnd is null);
        id.Owner = null;
        Leave();
        var request = new InitProducerIdRequest
        {
            TransactionalId = id.Name,
            TransactionTimeoutMs = timeoutMs,
            ProducerId = goesOn ? Producer.ProducerId : RecordBatch.NoProducerId,
            ProducerEpoch = goesOn ? Producer.Epoch : RecordBatch.NoProducerEpoch,
        };
        var response = world.Ask(request, 5);
        if (response is { ErrorCode: ErrorCode.ConcurrentTransactions })
            response = world.Ask(request, 5);
        world.Note($"{this} {(goesOn ? "goes on" : "begins")}: {response?.ErrorCode}");
        if (response is null || world.IsFailure(response.ErrorCode))
            return;
        if (response.ErrorCode != ErrorCode.None)
        {
            Assert.That(mustSucceed, Is.False, $"{this} is not given an epoch: {response.ErrorCode}");
            Producer = ProducerIdAndEpoch.None;
            return;
        }

        id.Owner = this;
        isOutdated = false;
        GoOnAs(new(response.ProducerId, response.ProducerEpoch));
    }

    public void Produce(TopicPartition partition, Random random)
    {
        Begin();
        if (!IsV2 && !Add(partition))
            return;
        var send = world.History.Send($"{name} as {Producer}", partition, [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => $"v{world.Next()}")], Transaction);
        Send(new(partition, Producer, sequences.GetValueOrDefault(partition), send, id.Name));
    }

    /// <summary>Sends the last batch again, which is there once all the same.</summary>
    public void Repeat()
    {
        if (last is not null)
            Send(last);
    }

    /// <summary>A batch before which another is missing.</summary>
    public void ProduceOutOfOrder(TopicPartition partition)
    {
        if (Transaction is not null && added.Contains(partition) && sequences.TryGetValue(partition, out var sequence))
            SendRefused(partition, sequence + 1, Transaction, id.Name);
    }

    /// <summary>A batch outside of the transaction that is open.</summary>
    public void ProducePlain(TopicPartition partition)
    {
        if (IsInGoodStanding && Transaction is not null && sequences.TryGetValue(partition, out var sequence))
            SendRefused(partition, sequence, transaction: null, transactionalId: null);
    }

    /// <summary>A transactional batch to a partition that was not added.</summary>
    public void ProduceUnadded(TopicPartition partition)
    {
        if (!IsV2 && !added.Contains(partition))
            SendRefused(partition, sequences.GetValueOrDefault(partition), Transaction, id.Name);
    }

    /// <summary>A batch that is verified now and appended when its transaction is over.</summary>
    public void ProduceDelayed(TopicPartition partition)
    {
        Begin();
        if (!Add(partition) || world.HasFailed)
            return;
        var sequence = sequences.GetValueOrDefault(partition);
        if (world.Broker.Partitions.Find(partition)!.StartTransactionVerification(Producer, sequence, supportsEpochBump: IsV2) is not { } guard)
            return;
        var send = world.History.Send($"{name} as {Producer}", partition, [$"v{world.Next()}"], Transaction);
        send.Fail();
        var batch = new SimulatedBatch(partition, Producer, sequence, send, id.Name);
        late.Add(new($"verified batch {batch}", id, Producer, Transaction, IsBatch: true, IsMarker: false, () => world.Append(batch, guard)));
    }

    public void CommitOffset(SimulatedGroup group, TopicPartition partition, Random random)
    {
        Begin();
        if (!IsV2 && !AddOffsets(group))
            return;
        var asMember = group.HasMember && random.Next(2) == 0;
        var isStale = asMember && random.Next(4) == 0;
        var offset = world.Next();
        var request = new TxnOffsetCommitRequest
        {
            TransactionalId = id.Name,
            GroupId = group.Id,
            ProducerId = Producer.ProducerId,
            ProducerEpoch = Producer.Epoch,
            MemberId = asMember ? group.MemberId : "",
            GenerationIdOrMemberEpoch = asMember ? group.Epoch - (isStale ? 1 : 0) : -1,
            Topics = [new() { Name = partition.Topic, Partitions = [new() { PartitionIndex = partition.Partition, CommittedOffset = offset, CommittedMetadata = "" }] }],
        };
        var commit = world.History.Commit(group.Id, partition, offset, Transaction);
        Record($"TxnOffsetCommit of {offset} for {group.Id}", request, (short)(IsV2 ? 5 : 3 + random.Next(2)));
        if (!TryAnswer(world.Ask(request, (short)(IsV2 ? 5 : 4))?.Topics.Single().Partitions.Single().ErrorCode, $"commits offset {offset} of {group.Id} for {partition}", out var error))
            return;
        if (error == ErrorCode.None)
        {
            Assert.That(isStale, Is.False, $"{this} commits with an epoch that {group} has no more");
            commit.Acknowledge();
            return;
        }

        commit.Fail();
        if (!isStale)
            Refused(error);
    }

    public void End(bool isCommit)
    {
        // A producer of version 1 that ends nothing may be told of the end before.
        if (Transaction is null && !IsV2)
            return;
        var wasAsked = unansweredEnd is not null;
        var mayBeRefused = !IsInGoodStanding || (!hasArrived && (isCommit || !IsV2));
        if (isCommit)
            Transaction?.Committing();
        unansweredEnd = isCommit;
        var request = new EndTxnRequest { TransactionalId = id.Name, ProducerId = Producer.ProducerId, ProducerEpoch = Producer.Epoch, Committed = isCommit };
        Record($"EndTxn {(isCommit ? "commit" : "abort")}", request, (short)(IsV2 ? 5 : 4));
        var response = world.Ask(request, (short)(IsV2 ? 5 : 4));
        if (!TryAnswer(response?.ErrorCode, isCommit ? "commits" : "aborts", out var error))
            return;
        if (error == ErrorCode.None)
            Ended(isCommit, response!);
        else
            EndRefused(isCommit, wasAsked, mayBeRefused, error);
    }

    public override string ToString() => $"{name} of {id} v{version} as {Producer}";

    void Begin()
    {
        if (Transaction is not null)
            return;
        Transaction = world.History.Begin($"{name} as {Producer}");
        begunMs = world.NowMs;
    }

    bool Add(TopicPartition partition)
    {
        if (added.Contains(partition))
            return true;
        var request = new AddPartitionsToTxnRequest
        {
            V3AndBelowTransactionalId = id.Name,
            V3AndBelowProducerId = Producer.ProducerId,
            V3AndBelowProducerEpoch = Producer.Epoch,
            V3AndBelowTopics = [new() { Name = partition.Topic, Partitions = [partition.Partition] }],
        };
        Record($"AddPartitionsToTxn of {partition}", request, 3);
        return IsAdded(partition, world.Ask(request, 3)?.ResultsByTopicV3AndBelow.Single().ResultsByPartition.Single().PartitionErrorCode);
    }

    bool AddOffsets(SimulatedGroup group)
    {
        if (added.Contains(group.Partition))
            return true;
        var request = new AddOffsetsToTxnRequest { TransactionalId = id.Name, ProducerId = Producer.ProducerId, ProducerEpoch = Producer.Epoch, GroupId = group.Id };
        Record($"AddOffsetsToTxn of {group.Id}", request, 3);
        return IsAdded(group.Partition, world.Ask(request, 3)?.ErrorCode);
    }

    bool IsAdded(TopicPartition partition, ErrorCode? answer)
    {
        if (!TryAnswer(answer, $"adds {partition}", out var error))
            return false;
        if (error == ErrorCode.None)
            return added.Add(partition);
        Refused(error);
        return false;
    }

    void Send(SimulatedBatch batch)
    {
        var request = batch.Request();
        if (batch != last)
            Record($"batch {batch}", request, (short)(IsV2 ? 12 : 11), isBatch: true);
        unanswered = null;
        var answer = world.Ask(request, (short)(IsV2 ? 12 : 11))?.Responses.Single().PartitionResponses.Single();
        if (!TryAnswer(answer?.ErrorCode, $"produces {batch}", out var error))
        {
            batch.Send.Lose();
            (unanswered, last) = (batch, batch);
        }
        else if (error == ErrorCode.None)
        {
            batch.Send.Acknowledge(answer!.Value.BaseOffset);
            sequences[batch.Partition] = batch.NextSequence;
            added.Add(batch.Partition);
            last = batch;
        }
        else
        {
            batch.Send.Fail();
            Refused(error);
        }
    }

    void SendRefused(TopicPartition partition, int sequence, HistoryTransaction? transaction, string? transactionalId)
    {
        var send = world.History.Send($"{name} as {Producer}", partition, [$"v{world.Next()}"], transaction);
        var batch = new SimulatedBatch(partition, Producer, sequence, send, transactionalId);
        var answer = world.Ask(batch.Request(), (short)(IsV2 ? 12 : 11))?.Responses.Single().PartitionResponses.Single();
        if (!TryAnswer(answer?.ErrorCode, $"produces {batch}, and may not", out var error))
            return;
        Assert.That(error, Is.Not.EqualTo(ErrorCode.None), $"{this} produces {batch}, and may not");
        send.Fail();
    }

    void Record<TRequest, TResponse>(string what, IRequest<TRequest, TResponse> request, short requestVersion, bool isBatch = false)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse> => late.Add(what, this, request, requestVersion, isBatch);

    /// <summary>The markers of the transaction, as its coordinator has sent them, and of the other end too.</summary>
    void RecordMarkers(ProducerIdAndEpoch endedAs)
    {
        foreach (var isCommit in (bool[])[true, false])
        {
            var request = new WriteTxnMarkersRequest
            {
                Markers =
                [
                    new()
                    {
                        ProducerId = endedAs.ProducerId,
                        ProducerEpoch = endedAs.Epoch,
                        TransactionResult = isCommit,
                        CoordinatorEpoch = world.CoordinatorEpochOf(id.Name),
                        TransactionVersion = (sbyte)(IsV2 ? 2 : 0),
                        Topics =
                        [
                            .. from partition in added
                               group partition.Partition by partition.Topic into topic
                               select new WriteTxnMarkersRequest.WritableTxnMarkerTopic { Name = topic.Key, PartitionIndexes = [.. topic] },
                        ],
                    },
                ],
            };
            late.Add(new($"WriteTxnMarkers {(isCommit ? "commit" : "abort")} {string.Join(' ', added)}", id, Producer, Transaction, IsBatch: false, IsMarker: true, () => world.Ask(request, 2)));
        }
    }

    void Ended(bool isCommit, EndTxnResponse response)
    {
        if (isCommit)
        {
            Assert.That(Transaction, Is.Not.Null, $"{this} commits nothing");
            Transaction!.Committed();
        }
        else
        {
            Transaction?.Aborted();
        }

        RecordMarkers(IsV2 ? Producer with { Epoch = (short)(Producer.Epoch + 1) } : Producer);
        Transaction = null;
        // What was not answered may be there, and nobody knows which sequence number comes next (KIP-360).
        mustGoOn = !IsV2 && unanswered is not null;
        Reset();
        if (IsV2)
            GoOnAs(new(response.ProducerId, response.ProducerEpoch));
    }

    void EndRefused(bool isCommit, bool wasAsked, bool mayBeRefused, ErrorCode error)
    {
        Assert.That(mayBeRefused, $"{this} is in good standing and hears {error}");
        if (!isCommit || !wasAsked)
            Transaction?.Aborted();
        var wasEmpty = !hasArrived && IsInGoodStanding;
        Transaction = null;
        Reset();
        if (!wasEmpty)
            Producer = ProducerIdAndEpoch.None;
    }

    /// <summary>False when nobody knows what has come of a request.</summary>
    bool TryAnswer(ErrorCode? answer, string what, out ErrorCode error)
    {
        error = answer ?? ErrorCode.UnknownServerError;
        world.Note($"{this} {what}: {(answer is null ? "no answer" : error)}");
        hasArrived |= answer == ErrorCode.None;
        return answer is not null && !world.IsFailure(error);
    }

    void Refused(ErrorCode error)
    {
        Assert.That(IsInGoodStanding, Is.False, $"{this} is in good standing and hears {error}");
        Leave();
        Producer = ProducerIdAndEpoch.None;
    }

    /// <summary>Gives up what is open: what it was not to commit will not be committed.</summary>
    void Leave()
    {
        if (unansweredEnd != true)
            Transaction?.Aborted();
        Transaction = null;
        Reset();
    }

    void Reset()
    {
        (unanswered, last, unansweredEnd, hasArrived) = (null, null, null, false);
        added.Clear();
    }

    void GoOnAs(ProducerIdAndEpoch producer)
    {
        if (producer != Producer)
            sequences.Clear();
        (Producer, id.Newest, mustGoOn) = (producer, producer, false);
    }
}
