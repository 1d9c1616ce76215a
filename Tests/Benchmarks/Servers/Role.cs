namespace NettyKafka.Benchmarks.Servers;

/// <summary>How the null server treats the requests of a connection.</summary>
enum Role : byte
{
    Answer,

    /// <summary>Answers at once, and one waiting request of another connection with it.</summary>
    AnswerAndRelease,

    /// <summary>Waits for a release, as a fetch does for records.</summary>
    Wait,
}
