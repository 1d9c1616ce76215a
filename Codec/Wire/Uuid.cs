using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace NettyKafka.Codec.Wire;

/// <summary>Kafka's uuid: 16 bytes, shown as 22 letters of URL-safe base64.</summary>
public readonly record struct Uuid(ulong MostSignificantBits, ulong LeastSignificantBits)
{
    public const int Size = 16;

    public static readonly Uuid Zero;

    /// <summary>The metadata topic's id.</summary>
    public static readonly Uuid MetadataTopicId = new(0, 1);

    public bool IsZero => this == Zero;

    /// <summary>A new random uuid; never a reserved one, never one that begins with a dash (it would look like an option on a command line).</summary>
    public static Uuid Random()
    {
        Span<byte> bytes = stackalloc byte[Size];
        while (true)
        {
            Guid.NewGuid().TryWriteBytes(bytes, bigEndian: true, out _);
            var uuid = Read(bytes);
            if (uuid.MostSignificantBits != 0 && !uuid.ToString().StartsWith('-'))
                return uuid;
        }
    }

    public static Uuid Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt64BigEndian(source[8..]));

    public static bool TryParse(string text, [NotNullWhen(true)] out Uuid? uuid)
    {
        uuid = null;
        Span<byte> bytes = stackalloc byte[Size];
        if (!Base64Url.IsValid(text, out var length) || length != Size || !Base64Url.TryDecodeFromChars(text, bytes, out _))
            return false;
        uuid = Read(bytes);
        return true;
    }

    public static Uuid Parse(string text) =>
        TryParse(text, out var uuid) ? uuid.Value : throw new FormatException($"'{text}' is no uuid: 22 letters of URL-safe base64 are expected");

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, MostSignificantBits);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], LeastSignificantBits);
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}
