using System.Collections;
using System.Reflection;
using DotNetty.Buffers;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Codec;

public sealed class MessageAllocationTests
{
    /// <summary>What a byte of a frame may cost at most: an empty list in an object's field takes one byte on the wire.</summary>
    public const int BytesPerFrameByte = 32;

    const int Elements = 2000;
    const int DeepestNesting = 4;

    public static IEnumerable<string> AllNames => MessageType.All.Select(type => type.Name);

    [TestCaseSource(nameof(AllNames))]
    public void Arrays_of_the_smallest_elements_cost_a_small_multiple_of_their_frame(string name)
    {
        var type = MessageType.Find(name)!;
        foreach (var depth in Enumerable.Range(0, DeepestNesting))
        {
            foreach (var version in Enumerable.Range(type.Versions.Min, type.Versions.Max - type.Versions.Min + 1))
            {
                var bytes = Crowded(type, (short)version, depth);
                var allocated = AllocatedBy(() => type.Read(bytes, (short)version));
                Assert.That(allocated, Is.LessThan(2048 + ((long)bytes.Length * BytesPerFrameByte)), $"v{version}, {depth} deep, frame of {bytes.Length}");
            }
        }
    }

    [Test]
    public void A_length_that_lies_costs_no_more_than_the_bytes_left()
    {
        var bytes = new byte[1 << 20];
        new byte[] { 0xff, 0xff, 0x3f }.CopyTo(bytes, 0);   // 1,048,574 elements in a compact array

        var allocated = AllocatedBy(() => Assert.That(
            () =>
            {
                var reader = new KafkaReader(bytes);
                reader.ReadStructList<Broken>(0, compact: true, minElementSize: 1);
            },
            Throws.TypeOf<ProtocolException>()));

        Assert.That(allocated, Is.LessThan(bytes.Length * BytesPerFrameByte));
    }

    [Test]
    public void All_arrays_of_a_message_together_have_a_greatest_length()
    {
        var halves = new DescribeGroupsResponse { Groups = [Group(KafkaReader.MaxElements / 2), Group(KafkaReader.MaxElements / 2)] };

        Assert.That(() => MessageEncoding.Decode<DescribeGroupsResponse>(MessageEncoding.Encode(halves, 5), 5), Throws.TypeOf<ProtocolException>());

        static DescribeGroupsResponse.DescribedGroup Group(int members) =>
            new() { Members = [.. Enumerable.Repeat(new DescribeGroupsResponse.DescribedGroupMember(), members)] };
    }

    [Test]
    public void Writing_allocates_nothing()
    {
        var buffer = Unpooled.Buffer(1 << 16);
        foreach (var (type, vector) in MessageVector.Known)
        {
            var message = type.Read(vector.Bytes, vector.Version);
            var allocated = AllocatedBy(() =>
            {
                buffer.Clear();
                type.Write(message, buffer, vector.Version);
            });
            Assert.That(allocated, Is.Zero, vector.ToString());
        }
    }

    static long AllocatedBy(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    static byte[] Crowded(MessageType type, short version, int depth)
    {
        var message = Activator.CreateInstance(type.Type)!;
        Crowd(message, depth, () => type.Write(message, version));
        return type.Write(message, version);
    }

    /// <summary>Fills every array that the version can carry: with one element on the way down, with many where <paramref name="depth"/> is reached.</summary>
    static void Crowd(object holder, int depth, Action write)
    {
        foreach (var array in holder.GetType().GetProperties().Where(field => field.PropertyType.Name == "List`1"))
        {
            var before = array.GetValue(holder);
            try
            {
                CrowdArray(holder, array, depth, write);
            }
            catch (ProtocolException)
            {
                array.SetValue(holder, before);
            }
        }
    }

    static void CrowdArray(object holder, PropertyInfo array, int depth, Action write)
    {
        var elementType = array.PropertyType.GetGenericArguments()[0];
        var element = elementType == typeof(string) ? "a" : Activator.CreateInstance(elementType)!;
        if (depth > 0)
            Crowd(element, depth - 1, () => Put(1));
        Put(depth == 0 ? Elements : 1);

        void Put(int times)
        {
            var list = (IList)Activator.CreateInstance(array.PropertyType)!;
            for (var i = 0; i < times; i++)
                list.Add(element);
            array.SetValue(holder, list);
            write();
        }
    }

    [System.Runtime.CompilerServices.InlineArray(1024)]
    struct Broken : IStruct<Broken>
    {
        byte first;

        public static Broken Read(ref KafkaReader reader, short version) => throw new ProtocolException($"no element at {reader.Position}");

        public readonly void Write(ref KafkaWriter writer, short version) => writer.WriteInt8((sbyte)first);
    }
}
