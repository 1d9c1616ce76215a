namespace NettyKafka.Testing.Journal;

/// <summary>What became of a request.</summary>
public enum RequestOutcome
{
    Answered,

    /// <summary>The connection stayed open, and no answer was given: none was asked for, or a fault has lost it.</summary>
    NotAnswered,

    /// <summary>The connection was closed in place of an answer, or before there was one.</summary>
    ConnectionClosed,
}
