using System.Diagnostics.CodeAnalysis;
using Microsoft.IdentityModel.Tokens;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>The public keys of who issues tokens, from a file or a URL, read again from time to time. While they cannot be read the last ones count.</summary>
sealed class JsonWebKeys(string url, TimeSpan refresh, TimeProvider time)
{
    static readonly TimeSpan MinRefresh = TimeSpan.FromSeconds(10);
    static readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = 1 << 20 };

    readonly Uri uri = new(url);
    readonly Lock gate = new();
    Task<IList<SecurityKey>>? reading;
    IList<SecurityKey> last = [];
    long lastRead;

    [SuppressMessage("Usage", "VSTHRD003", Justification = "Reading does not wait for who waits for it.")]
    public async ValueTask<IList<SecurityKey>> GetAsync()
    {
        Task<IList<SecurityKey>> current;
        lock (gate)
        {
            if (reading is null || (reading.IsCompleted && time.GetElapsedTime(lastRead) >= (reading.IsFaulted ? MinRefresh : refresh)))
                StartReading();
            current = reading!;
        }
        return await current.ConfigureAwait(false);
    }

    /// <summary>Reads the keys again, unless that was done just now; then it answers false.</summary>
    public async ValueTask<bool> RefreshAsync()
    {
        lock (gate)
        {
            if (reading is { IsCompleted: false } || time.GetElapsedTime(lastRead) < MinRefresh)
                return false;
            StartReading();
        }
        await GetAsync().ConfigureAwait(false);
        return true;
    }

    public static bool IsUnreadable(Exception e) => e is IOException or HttpRequestException or ArgumentException or TaskCanceledException or UnauthorizedAccessException;

    void StartReading() => (lastRead, reading) = (time.GetTimestamp(), ReadAsync());

    async Task<IList<SecurityKey>> ReadAsync()
    {
        try
        {
            var json = uri.IsFile ? await File.ReadAllTextAsync(uri.LocalPath).ConfigureAwait(false) : await client.GetStringAsync(uri).ConfigureAwait(false);
            return last = new JsonWebKeySet(json).GetSigningKeys();
        }
        catch (Exception e) when (last.Count > 0 && IsUnreadable(e))
        {
            return last;
        }
    }
}
