using System.Buffers.Binary;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Network;

/// <summary>Finds where the records of a TLS client end, and refuses a handshake behind the handshake.</summary>
sealed class TlsRecordBounds
{
    const byte ChangeCipherSpec = 20;
    const byte Handshake = 22;
    const byte ApplicationData = 23;

    readonly byte[] header = new byte[5];
    int headerBytes;
    int bodyBytes;
    bool hasChangedCipher;
    bool hasHandshake;

    /// <summary>So many bytes can be taken without going past the header or the end of the record.</summary>
    public int Left => headerBytes < header.Length ? header.Length - headerBytes : bodyBytes;

    /// <summary>Goes on by no more than <see cref="Left"/> bytes, and answers whether the record is whole.</summary>
    /// <exception cref="ProtocolException">The client renegotiates.</exception>
    public bool Take(ReadOnlySpan<byte> bytes)
    {
        if (headerBytes < header.Length)
        {
            bytes.CopyTo(header.AsSpan(headerBytes));
            headerBytes += bytes.Length;
            if (headerBytes < header.Length)
                return false;
            bodyBytes = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3));
            CheckType(header[0]);
        }
        else
        {
            bodyBytes -= bytes.Length;
        }

        if (bodyBytes > 0)
            return false;
        headerBytes = 0;
        return true;
    }

    /// <summary>
    /// Behind a client's change of cipher comes one handshake record: the end of the handshake up to TLS 1.2, with 1.3 the second hello of who had to begin anew. All
    /// others of 1.3 look like application data.
    /// </summary>
    void CheckType(byte type)
    {
        if (type == Handshake && hasHandshake)
            throw new ProtocolException("the client asks for another handshake; there is no renegotiation");
        hasHandshake |= type == ApplicationData || (type == Handshake && hasChangedCipher);
        hasChangedCipher |= type == ChangeCipherSpec;
    }
}
