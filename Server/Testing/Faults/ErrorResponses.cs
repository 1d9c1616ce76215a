using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Faults;

/// <summary>What Kafka answers when a request fails as a whole: the error at the top, or in each item that was asked for where the top has no place for it.</summary>
static class ErrorResponses
{
    /// <summary>Makes the response to a request of a version.</summary>
    public delegate object Make<in TRequest>(TRequest request, short version, ErrorCode error);

    static readonly Dictionary<short, Make<object>> makers = [];

    static ErrorResponses()
    {
        TopLevelErrors.AddTo(makers);
        ItemErrors.AddTo(makers);
        GroupErrors.AddTo(makers);
    }

    public static IReadOnlyCollection<short> Apis => makers.Keys;

    public static object Of(short apiKey, object request, short version, ErrorCode error) => makers[apiKey](request, version, error);

    public static void Add<TRequest>(this Dictionary<short, Make<object>> makers, short apiKey, Make<TRequest> make) =>
        makers.Add(apiKey, (request, version, error) => make((TRequest)request, version, error));

    public static void Add(this Dictionary<short, Make<object>> makers, short apiKey, Func<ErrorCode, object> make) => makers.Add(apiKey, (_, _, error) => make(error));
}
