using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Testing;

/// <summary>The disk of an embedded broker that was started with <see cref="EmbeddedKafkaOptions.FaultyDisk"/>: it lies in memory, and fails when it is told to.</summary>
public sealed class EmbeddedDisk
{
    readonly FaultyFileSystem files;
    readonly string directory;

    internal EmbeddedDisk(FaultyFileSystem files, string directory) => (this.files, this.directory) = (files, directory);

    /// <summary>From now on everything on the disk fails: the data directory goes offline, and partitions answer KAFKA_STORAGE_ERROR until <see cref="Repair"/> and a restart (<see cref="EmbeddedKafka.CrashAsync"/>, <see cref="EmbeddedKafka.RecoverAsync"/>).</summary>
    public void Fail() => files.FailsUnder = directory;

    /// <summary>Lets the disk be full when so many more bytes are written.</summary>
    public void FillUp(long bytesLeft = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytesLeft);
        files.FreeBytes = bytesLeft;
    }

    /// <summary>The disk works again. A data directory that has gone offline stays so until a restart, as Kafka's does.</summary>
    public void Repair() => files.Repair();

    internal void LoseUnflushed() => files.Crash(static _ => 0);
}
