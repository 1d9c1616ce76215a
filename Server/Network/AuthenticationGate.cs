using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Security.Sasl;

namespace NettyKafka.Server.Network;

/// <summary>Which requests a connection may send while it has not said who it is, says it again, or should have said it again.</summary>
static class AuthenticationGate
{
    /// <exception cref="ProtocolException">The request must not come now: the connection closes.</exception>
    public static void Check(SaslAuthentication sasl, short apiKey)
    {
        if (sasl.TakesRawTokens)
            throw new ProtocolException("a Kafka request came where a message of a SASL mechanism was expected");
        if (sasl.IsExchanging)
            Require(apiKey == SaslAuthenticateRequest.ApiKey, apiKey, "SASL authentication");
        else if (!sasl.IsComplete)
            Require(apiKey is ApiKeys.ApiVersions || apiKey == SaslHandshakeRequest.ApiKey, apiKey, "SASL handshake");
        else if (sasl.IsExpired && apiKey != SaslHandshakeRequest.ApiKey)
            throw new ProtocolException("the session has expired and was not authenticated again");
    }

    static void Require(bool condition, short apiKey, string phase)
    {
        if (!condition)
            throw new ProtocolException($"unexpected Kafka request of type {ApiKeys.Find(apiKey)!.Name} during {phase}");
    }
}
