using NettyKafka.Benchmarks.Reports;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>What a storage benchmark is given: how much to do, where, and where to say what came out.</summary>
sealed record StorageRun(StoragePlan Plan, string DataDirectory, PairReport Report, CancellationToken Stopping)
{
    /// <summary>A directory by a name; deleted first if it is there.</summary>
    public string EmptyDirectory(string name)
    {
        var path = Path.Combine(DataDirectory, name);
        Delete(path);
        return Directory.CreateDirectory(path).FullName;
    }

    public static void Delete(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    /// <summary>Lets both do the same work in every round, the first of them in turn, so that a disturbance of the machine is likely to meet both.</summary>
    public async Task<List<(T Ours, T Raw)>> TakeTurnsAsync<T>(int rounds, Func<Task<T>> ours, Func<Task<T>> raw, bool warmsUp = true)
    {
        List<(T, T)> figures = [];
        for (var round = warmsUp ? -1 : 0; round < rounds; round++)
        {
            Stopping.ThrowIfCancellationRequested();
            var isOursFirst = round % 2 == 0;
            var first = await (isOursFirst ? ours : raw)();
            var second = await (isOursFirst ? raw : ours)();
            if (round >= 0)
                figures.Add(isOursFirst ? (first, second) : (second, first));
        }

        return figures;
    }

    public Task<List<(T Ours, T Raw)>> TakeTurnsAsync<T>(int rounds, Func<Task<T>> ours, Func<T> raw, bool warmsUp = true) =>
        TakeTurnsAsync(rounds, ours, () => Task.FromResult(raw()), warmsUp);
}
