namespace NettyKafka.Benchmarks.Storage;

/// <summary>What this process holds at one moment, after a collection of its garbage.</summary>
readonly record struct ProcessUse(long Managed, long Resident, int OpenFiles)
{
    const string Descriptors = "/proc/self/fd";

    public static ProcessUse Now()
    {
        var managed = GC.GetTotalMemory(forceFullCollection: true);
        return new(managed, Environment.WorkingSet, Directory.Exists(Descriptors) ? Directory.GetFileSystemEntries(Descriptors).Length : 0);
    }
}
