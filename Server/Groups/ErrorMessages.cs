namespace NettyKafka.Server.Groups;

/// <summary>Messages that repeat what a client has sent: in an answer there is not room for all of it.</summary>
static class ErrorMessages
{
    const int MaxLength = 1000;

    public static string Shortened(this string message, int maxLength = MaxLength) => message.Length <= maxLength ? message : string.Concat(message.AsSpan(0, maxLength), "...");
}
