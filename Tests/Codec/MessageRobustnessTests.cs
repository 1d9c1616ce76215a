using System.Buffers.Binary;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Codec;

/// <summary>Whatever bytes arrive: a message or a <see cref="ProtocolException"/>, and no more memory than the bytes can pay for.</summary>
public sealed class MessageRobustnessTests
{
    const int Mutations = 100_000;

    /// <summary>What an exception with its trace, and the first objects of a message, may take.</summary>
    const int FixedBytes = 16 * 1024;

    public static IEnumerable<string> KnownNames => MessageVectorTests.KnownNames;

    [TestCaseSource(nameof(KnownNames))]
    public void A_truncated_message_is_refused_or_is_a_shorter_one(string name)
    {
        var type = MessageType.Find(name)!;
        foreach (var vector in MessageVector.ByName[name])
        {
            for (var length = 0; length < vector.Bytes.Length; length++)
            {
                if (Misbehaviour(type, vector.Bytes.AsMemory(0, length), vector.Version) is { } misbehaviour)
                    Assert.Fail($"{misbehaviour}: the first {length} bytes of {vector}");
            }
        }
    }

    [Test]
    public void A_damaged_message_is_refused_or_is_another_one([Values(1, 2)] int half)
    {
        var seed = Environment.TickCount ^ half;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var vectors = MessageVector.Known.ToArray();
        for (var i = 0; i < Mutations / 2; i++)
        {
            var (type, vector) = vectors[random.Next(vectors.Length)];
            var bytes = Damage(vector.Bytes, random);
            if (Misbehaviour(type, bytes, vector.Version) is { } misbehaviour)
                Assert.Fail($"{misbehaviour}: {type} v{vector.Version} {Convert.ToHexStringLower(bytes)}");
        }
    }

    /// <summary>What happened when it is neither a message nor a refusal, at the price of the frame; else null.</summary>
    static string? Misbehaviour(MessageType type, Memory<byte> bytes, short version) =>
        // What a process does but once, such as loading what an exception needs, is not the message's price.
        Try(type, bytes, version) is null ? null : Try(type, bytes, version);

    static string? Try(MessageType type, Memory<byte> bytes, short version)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            type.Read(bytes, version);
        }
        catch (ProtocolException)
        {
            // What a damaged frame deserves.
        }
        catch (Exception e)
        {
            return e.ToString();
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated > FixedBytes + ((long)bytes.Length * MessageAllocationTests.BytesPerFrameByte) ? $"{allocated} bytes allocated" : null;
    }

    static byte[] Damage(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.InsertRange(at, SomeLength(random));
                    break;
                case 3:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at + 1));
                    break;
                default:
                    bytes.AddRange(new byte[random.Next(2000)]);
                    break;
            }
        }

        return [.. bytes];
    }

    static byte[] SomeLength(Random random)
    {
        var bytes = new byte[VarInt.MaxLongSize];
        switch (random.Next(3))
        {
            case 0:
                BinaryPrimitives.WriteInt32BigEndian(bytes, random.Next());
                return bytes[..4];
            case 1:
                BinaryPrimitives.WriteInt16BigEndian(bytes, (short)random.Next());
                return bytes[..2];
            default:
                return bytes[..VarInt.WriteUnsigned(bytes, (ulong)random.Next() >> random.Next(31))];
        }
    }
}
