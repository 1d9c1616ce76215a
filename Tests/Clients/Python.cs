namespace NettyKafka.Tests.Clients;

/// <summary>Where Python's clients and the programs on them are.</summary>
static class Python
{
    // Debian's packages are seen by its own Python alone.
    public const string Program = "/usr/bin/python3";

    public static string Script(string name) => Repository.Path("Tests", "Clients", "Python", name);

    public static Task RequireKafkaAsync() =>
        Programs.Require("python3-kafka with python3-snappy, python3-lz4, python3-xxhash and python3-zstandard", Program, "-c", "import kafka, snappy, lz4.frame, xxhash, zstandard");

    public static Task RequireConfluentAsync() => Programs.Require("python3-confluent-kafka", Program, "-c", "import confluent_kafka");
}
