using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>
/// SipHash-2-4 with 128 bits: two keys are taken for one with a chance of 2^-128, and nobody who does not know the secret can make them collide. The digests of the
/// runtime cost half a microsecond a key, most of a cleaning's time.
/// </summary>
readonly struct KeyHash(ulong secret0, ulong secret1)
{
    public UInt128 Compute(ReadOnlySpan<byte> key)
    {
        var state = new State(secret0, secret1);
        var words = MemoryMarshal.Cast<byte, ulong>(key);
        foreach (var word in words)
            state.Mix(BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        var last = (ulong)key.Length << 56;
        var rest = key[(words.Length * sizeof(ulong))..];
        for (var i = 0; i < rest.Length; i++)
            last |= (ulong)rest[i] << (8 * i);
        state.Mix(last);
        return state.Finish();
    }

    struct State(ulong secret0, ulong secret1)
    {
        ulong v0 = secret0 ^ 0x736f6d6570736575;
        ulong v1 = secret1 ^ 0x646f72616e646f6d ^ 0xee;
        ulong v2 = secret0 ^ 0x6c7967656e657261;
        ulong v3 = secret1 ^ 0x7465646279746573;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Mix(ulong word)
        {
            v3 ^= word;
            Round();
            Round();
            v0 ^= word;
        }

        public UInt128 Finish()
        {
            v2 ^= 0xee;
            var low = FourRounds();
            v1 ^= 0xdd;
            return new(FourRounds(), low);
        }

        ulong FourRounds()
        {
            for (var i = 0; i < 4; i++)
                Round();
            return v0 ^ v1 ^ v2 ^ v3;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Round()
        {
            v0 += v1;
            v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
            v0 = BitOperations.RotateLeft(v0, 32);
            v2 += v3;
            v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
            v2 = BitOperations.RotateLeft(v2, 32);
        }
    }
}
