namespace NettyKafka.Server.Groups.Consumer;

/// <summary>The topics that a regular expression matched.</summary>
/// <param name="Topics">Their names.</param>
/// <param name="Version">The offset of the metadata that was looked at.</param>
/// <param name="Timestamp">When, in milliseconds since 1970.</param>
sealed record ResolvedRegularExpression(TopicNames Topics, long Version, long Timestamp);
