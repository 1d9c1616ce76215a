namespace NettyKafka.Http.Commands;

/// <summary>There is nothing to say: <c>{}</c>.</summary>
sealed record NoArguments;
