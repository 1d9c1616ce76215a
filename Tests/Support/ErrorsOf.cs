using System.Collections;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Support;

/// <summary>All error codes that a response holds, wherever it has them.</summary>
static class ErrorsOf
{
    public static IEnumerable<ErrorCode> Response(object? part) => part switch
    {
        null or string => [],
        ErrorCode error => [error],
        IEnumerable many => many.Cast<object?>().SelectMany(Response),
        _ when part.GetType().Namespace == "NettyKafka.Codec.Messages" =>
            part.GetType().GetProperties().Where(property => property.GetMethod!.IsStatic == false && property.GetIndexParameters().Length == 0).SelectMany(property => Response(property.GetValue(part))),
        _ => [],
    };
}
