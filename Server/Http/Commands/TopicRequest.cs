namespace NettyKafka.Http.Commands;

/// <summary>Names a topic.</summary>
sealed record TopicRequest(string Topic);
