using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Codec;

public sealed class ApiKeysTests
{
    [Test]
    public void Every_api_is_found_by_its_key()
    {
        Assert.That(ApiKeys.All, Has.Count.EqualTo(79));
        foreach (var api in ApiKeys.All)
            Assert.That(ApiKeys.Find(api.Key), Is.SameAs(api));
    }

    [TestCase(-1)]
    [TestCase(4, Description = "LeaderAndIsr, removed with ZooKeeper")]
    [TestCase(95)]
    [TestCase(short.MaxValue)]
    [TestCase(short.MinValue)]
    public void An_unknown_key_finds_nothing(short key) => Assert.That(ApiKeys.Find(key), Is.Null);

    [TestCase(ApiKeys.Fetch, 11, 1, 0)]
    [TestCase(ApiKeys.Fetch, 12, 2, 1)]
    [TestCase(ApiKeys.ApiVersions, 2, 1, 0)]
    [TestCase(ApiKeys.ApiVersions, 3, 2, 0, Description = "answered before the client knows what the broker speaks")]
    [TestCase(ApiKeys.SaslHandshake, 1, 1, 0)]
    public void Headers_are_flexible_where_the_message_is(short key, short version, short request, short response)
    {
        var api = ApiKeys.Find(key)!;

        Assert.That(api.RequestHeaderVersion(version), Is.EqualTo(request));
        Assert.That(api.ResponseHeaderVersion(version), Is.EqualTo(response));
    }

    [Test]
    public void Versions_that_are_not_final_are_no_stable_ones()
    {
        Assert.That(InitProducerIdRequest.Versions, Is.EqualTo(new VersionRange(0, 6)));
        Assert.That(InitProducerIdRequest.StableVersions, Is.EqualTo(new VersionRange(0, 5)));
        Assert.That(ApiKeys.Find(ApiKeys.InitProducerId)!.StableVersions, Is.EqualTo(new VersionRange(0, 5)));
    }

    [Test]
    public void A_request_knows_its_api()
    {
        Assert.That(KeyOf<FetchRequest, FetchResponse>(), Is.EqualTo(ApiKeys.Fetch));

        static short KeyOf<TRequest, TResponse>()
            where TRequest : IRequest<TRequest, TResponse>
            where TResponse : class, IMessage<TResponse> => TRequest.ApiKey;
    }
}
