using NettyKafka.Codec.Records.Compression;

namespace NettyKafka.Server.Storage;

/// <summary>
/// How many bytes one request may go through on its event loop, and how many it may compress there. Once something did not fit it is used up, and the rest of the
/// request is left to threads that may take their time.
/// </summary>
public sealed class InlineBudget(int bytes, int bytesToCompress)
{
    int toCompress = bytesToCompress;

    /// <summary>More than 0 until it is used up.</summary>
    public int Remaining { get; private set; } = bytes;

    public bool IsUsedUp { get; private set; }

    public bool TrySpend(int count)
    {
        if (IsUsedUp || count >= Remaining)
            return UseUp();
        Remaining -= count;
        return true;
    }

    /// <summary>Spends what was decompressed into a buffer that could take what remained; false where that was not enough.</summary>
    public bool TrySpend(DecompressionResult result, int count)
    {
        if (result == DecompressionResult.Done)
            return TrySpend(count);
        // How far a codec came before it failed is not known.
        UseUp();
        return result != DecompressionResult.TooLarge;
    }

    public bool TryCompress(int count)
    {
        if (IsUsedUp || count > toCompress)
            return UseUp();
        toCompress -= count;
        return true;
    }

    /// <summary>Leaves the rest of the request to others; always false.</summary>
    public bool UseUp()
    {
        IsUsedUp = true;
        return false;
    }
}
