namespace NettyKafka.Tests.Support.Histories;

/// <summary>
/// A fetch answers the batch that its offset lies in, and something where there is something (fetch-inside-batch); an answer without records has an empty set, not none
/// (null-records), and comes when the time to wait is over (fetch-waits).
/// </summary>
static class FetchRules
{
    public static IEnumerable<Violation> Check(History history) => history.Fetches.Select(fetch => Check(fetch, history.IsCompacted(fetch.Partition))).OfType<Violation>();

    static Violation? Check(HistoryFetch fetch, bool isCompacted)
    {
        var what = $"the fetch of {fetch.Partition} at offset {fetch.Offset}, readable to {fetch.Limit},";
        if (fetch.IsNull)
            return new("null-records", $"{what} has no record set");
        if (fetch.First is { } batch)
        {
            return batch.LastOffset < fetch.Offset || (batch.BaseOffset > fetch.Offset && !isCompacted)
                ? new("fetch-inside-batch", $"{what} begins with the batch {batch.BaseOffset} to {batch.LastOffset}")
                : null;
        }

        if (fetch.Offset < fetch.Limit && !isCompacted)
            return new("fetch-inside-batch", $"{what} has no batch");
        return fetch.Waited < fetch.MaxWait ? new("fetch-waits", $"{what} has waited for {fetch.Waited} instead of {fetch.MaxWait}") : null;
    }
}
