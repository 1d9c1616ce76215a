using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class InitProducerIdTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_gives_an_id([Range(0, 6)] short version)
    {
        var response = broker.Connect().Send(Request(), version);

        Assert.That((response.ErrorCode, response.ProducerId, response.ProducerEpoch), Is.EqualTo((ErrorCode.None, 0, (short)0)));
    }

    [Test]
    public void No_id_is_given_twice_not_even_over_blocks()
    {
        var connection = broker.Connect();

        var ids = Enumerable.Range(0, 2500).Select(_ => connection.Send(Request(), 4).ProducerId).ToList();

        Assert.That(ids, Is.Unique);
    }

    [Test]
    public void No_id_is_given_again_after_a_restart()
    {
        var before = broker.Connect().Send(Request(), 4).ProducerId;

        using var restarted = broker.Restart();

        Assert.That(restarted.Connect().Send(Request(), 4).ProducerId, Is.GreaterThan(before));
    }

    [TestCase("", ErrorCode.InvalidRequest)]
    [TestCase("tx", ErrorCode.UnsupportedVersion)]
    public void A_transactional_id_is_refused(string transactionalId, ErrorCode error) =>
        Assert.That(broker.Connect().Send(new InitProducerIdRequest { TransactionalId = transactionalId, TransactionTimeoutMs = 1000 }, 4).ErrorCode, Is.EqualTo(error));

    [TestCase(5, -1)]
    [TestCase(-1, 5)]
    public void Id_and_epoch_come_together(long producerId, short epoch) =>
        Assert.That(broker.Connect().Send(new InitProducerIdRequest { TransactionalId = null, ProducerId = producerId, ProducerEpoch = epoch }, 4).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));

    static InitProducerIdRequest Request() => new() { TransactionalId = null };
}
