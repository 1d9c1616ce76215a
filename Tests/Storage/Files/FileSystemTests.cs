using System.Text;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage.Files;

/// <summary>What every kind of file system has to keep.</summary>
[TestFixture("disk")]
[TestFixture("memory")]
[TestFixture("faulty")]
public sealed class FileSystemTests(string kind) : IDisposable
{
    readonly TemporaryDirectory temporary = new();
    readonly IFileSystem files = kind switch
    {
        "disk" => new DiskFileSystem(),
        "memory" => new MemoryFileSystem(),
        _ => new FaultyFileSystem(),
    };

    string Root => Path.Combine(temporary.Path, "root");

    public void Dispose() => temporary.Dispose();

    [Test]
    public void What_is_missing_can_be_deleted()
    {
        files.DeleteFile(Path.Combine(Root, "none", "file"));
        files.DeleteDirectory(Path.Combine(Root, "none"));

        Assert.That(files.DirectoryExists(Path.Combine(Root, "none")), Is.False);
    }

    [Test]
    public void Room_that_is_reserved_is_no_part_of_the_file()
    {
        using var file = Create("a");
        file.Write([1, 2, 3], 0);

        file.Reserve(1 << 20);
        Assert.That(file.Length, Is.EqualTo(3));
        file.Write(new byte[1000], 3);
        Assert.That(file.Length, Is.EqualTo(1003));
        file.Reserve(10);
        file.SetLength(1003);
        Assert.That(file.Length, Is.EqualTo(1003));
    }

    [Test]
    public void What_is_written_is_read_back_across_all_sizes([Values(0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 400_000)] int size)
    {
        using var file = Create("a");
        var content = new byte[size];
        new Random(size).NextBytes(content);

        file.Write(content, 0);
        var read = new byte[size + 10];

        Assert.That(file.Length, Is.EqualTo(size));
        Assert.That(file.Read(read, 0), Is.EqualTo(size));
        Assert.That(read[..size], Is.EqualTo(content));
    }

    [Test]
    public void Appended_pieces_make_one_file()
    {
        using var file = Create("a");
        var content = new byte[300_000];
        new Random(1).NextBytes(content);
        for (var position = 0; position < content.Length; position += 777)
            file.Write(content.AsSpan(position, Math.Min(777, content.Length - position)), position);

        var read = new byte[100_000];
        Assert.That(file.Read(read, 123_456), Is.EqualTo(read.Length));
        Assert.That(read, Is.EqualTo(content[123_456..223_456]));
    }

    [Test]
    public void A_read_at_the_end_is_short_and_behind_it_empty()
    {
        using var file = Create("a", "hello");

        Assert.That(file.Read(new byte[10], 3), Is.EqualTo(2));
        Assert.That(file.Read(new byte[10], 5), Is.Zero);
        Assert.That(file.Read(new byte[10], 50), Is.Zero);
    }

    [Test]
    public void What_was_cut_off_does_not_come_back()
    {
        using var file = Create("a", "hello");

        file.SetLength(2);
        file.SetLength(4);

        Assert.That(files.ReadAllBytes(PathOf("a")), Is.EqualTo("he\0\0"u8.ToArray()));
    }

    [Test]
    public void A_write_behind_the_end_leaves_zeros_in_between()
    {
        using var file = Create("a", "x");

        file.Write("y"u8, 3);

        Assert.That(files.ReadAllBytes(PathOf("a")), Is.EqualTo("x\0\0y"u8.ToArray()));
    }

    [Test]
    public void A_renamed_file_keeps_its_content_and_replaces_another()
    {
        Create("a", "new").Dispose();
        Create("b", "old").Dispose();

        files.RenameFile(PathOf("a"), PathOf("b"));

        Assert.That(files.FileExists(PathOf("a")), Is.False);
        Assert.That(Encoding.UTF8.GetString(files.ReadAllBytes(PathOf("b"))), Is.EqualTo("new"));
    }

    [Test]
    public void An_open_file_can_be_read_after_it_was_renamed_and_deleted()
    {
        using var file = Create("a", "hello");

        files.RenameFile(PathOf("a"), PathOf("a.deleted"));
        files.DeleteFile(PathOf("a.deleted"));
        files.DeleteFile(PathOf("a.deleted"));

        Assert.That(files.ListFiles(Root), Is.Empty);
        Assert.That(file.Read(new byte[5], 0), Is.EqualTo(5));
    }

    [Test]
    public void Lists_have_the_names_of_one_directory()
    {
        Create("a").Dispose();
        Create("b").Dispose();
        files.CreateDirectory(PathOf("sub"));
        files.Open(Path.Combine(PathOf("sub"), "c")).Dispose();

        Assert.That(files.ListFiles(Root), Is.EquivalentTo(["a", "b"]));
        Assert.That(files.ListDirectories(Root), Is.EqualTo(["sub"]));
    }

    [Test]
    public void A_renamed_directory_takes_its_files_along()
    {
        Create("a").Dispose();
        var renamed = Path.Combine(temporary.Path, "renamed");

        files.RenameDirectory(Root, renamed);

        Assert.That(files.DirectoryExists(Root), Is.False);
        Assert.That(files.ListFiles(renamed), Is.EqualTo(["a"]));
    }

    [Test]
    public void A_deleted_directory_is_gone_with_its_files()
    {
        Create("a").Dispose();

        files.DeleteDirectory(Root);

        Assert.That(files.DirectoryExists(Root), Is.False);
        Assert.That(files.FileExists(PathOf("a")), Is.False);
    }

    [Test]
    public void A_file_in_a_missing_directory_cannot_be_opened() =>
        Assert.That(() => files.Open(PathOf("a")), Throws.InstanceOf<IOException>());

    [Test]
    public void A_missing_file_cannot_be_renamed()
    {
        files.CreateDirectory(Root);

        Assert.That(() => files.RenameFile(PathOf("a"), PathOf("b")), Throws.InstanceOf<IOException>());
    }

    [Test]
    public void A_lock_is_held_once_until_it_is_released()
    {
        files.CreateDirectory(Root);
        var held = files.TryLock(PathOf(".lock"));

        Assert.That(held, Is.Not.Null);
        Assert.That(files.TryLock(PathOf(".lock")), Is.Null);
        held!.Dispose();
        using var again = files.TryLock(PathOf(".lock"));
        Assert.That(again, Is.Not.Null);
    }

    [Test]
    public void Files_and_directories_can_be_flushed()
    {
        using var file = Create("a", "hello");

        Assert.That(file.Flush, Throws.Nothing);
        Assert.That(() => files.FlushDirectory(Root), Throws.Nothing);
    }

    [Test]
    public void A_file_replaced_as_a_whole_has_only_the_new_content()
    {
        Create("a", "a long text").Dispose();

        files.WriteAtomically(PathOf("a"), "short"u8);

        Assert.That(files.ReadAllBytes(PathOf("a")), Is.EqualTo("short"u8.ToArray()));
        Assert.That(files.ListFiles(Root), Is.EqualTo(["a"]));
    }

    IFile Create(string name, string content = "")
    {
        files.CreateDirectory(Root);
        var file = files.Open(PathOf(name));
        file.Write(Encoding.UTF8.GetBytes(content), 0);
        return file;
    }

    string PathOf(string name) => Path.Combine(Root, name);
}
