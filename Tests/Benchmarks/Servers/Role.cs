namespace NettyKafka.Benchmarks.Servers;

/// <summary>How the null server treats the requests of a connection.</summary>
enum Role : byte
{
    Answer,

    /// <summary>Answers at once, and one waiting request of another connection with it.</summary>
    AnswerAndRelease,

    /// <summary>Waits for a release, as a fetch does for records.</summary>
    Wait,

    /// <summary>Appends the bytes of the requests to a file, then answers.</summary>
    AppendAndAnswer,

    /// <summary>Answers out of a file in the page cache, all but the answer's head.</summary>
    AnswerFromFile,
}
