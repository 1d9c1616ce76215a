using System.Text;

namespace NettyKafka.Tests.Support;

/// <summary>Unpacks a GNU tar archive with sparse files, which System.Formats.Tar refuses: preallocated indexes are such files.</summary>
public static class SparseTar
{
    const int BlockSize = 512;
    const int SparseEntrySize = 24;

    public static void Extract(Stream archive, string directory)
    {
        var header = new byte[BlockSize];
        while (archive.ReadAtLeast(header, BlockSize, throwOnEndOfStream: false) == BlockSize && header[0] != 0)
        {
            var path = Path.Combine(directory, Text(header, 0, 100));
            switch ((char)header[156])
            {
                case '5':
                    Directory.CreateDirectory(path);
                    break;
                case 'S':
                    WriteParts(archive, path, ReadMap(archive, header), realSize: Octal(header, 483), Octal(header, 124));
                    break;
                case '0':
                    WriteParts(archive, path, [(0, Octal(header, 124))], Octal(header, 124), Octal(header, 124));
                    break;
                default:
                    throw new NotSupportedException($"{path} is an entry of type {(char)header[156]}");
            }
        }
    }

    /// <summary>Where the parts that are in the archive belong: four entries in the header, more in blocks behind it.</summary>
    static List<(long Offset, long Size)> ReadMap(Stream archive, byte[] header)
    {
        var map = new List<(long, long)>();
        AddEntries(map, header, 386, 4);
        var isExtended = header[482] != 0;
        var block = new byte[BlockSize];
        while (isExtended)
        {
            archive.ReadExactly(block);
            AddEntries(map, block, 0, 21);
            isExtended = block[504] != 0;
        }

        return map;
    }

    static void AddEntries(List<(long, long)> map, byte[] block, int position, int count)
    {
        for (var i = 0; i < count && block[position] != 0; i++, position += SparseEntrySize)
            map.Add((Octal(block, position), Octal(block, position + 12)));
    }

    static void WriteParts(Stream archive, string path, List<(long Offset, long Size)> parts, long realSize, long archivedSize)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        file.SetLength(realSize);
        foreach (var (offset, size) in parts)
        {
            var part = new byte[size];
            archive.ReadExactly(part);
            file.Position = offset;
            file.Write(part);
        }

        archive.ReadExactly(new byte[(BlockSize - (archivedSize % BlockSize)) % BlockSize]);
    }

    static long Octal(byte[] block, int position) => Convert.ToInt64(Text(block, position, 12).Trim(), 8);

    static string Text(byte[] block, int position, int length) => Encoding.ASCII.GetString(block, position, length).Split('\0')[0];
}
