using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage.Files;

/// <summary>Files on a disk share a bounded number of handles without noticing.</summary>
public sealed class OpenFilesTests : IDisposable
{
    const int MaxOpenHandles = 4;

    readonly TemporaryDirectory temporary = new();
    readonly DiskFileSystem files = new(MaxOpenHandles);

    public void Dispose() => temporary.Dispose();

    [Test]
    public void More_files_than_handles_are_read_and_written()
    {
        var opened = Enumerable.Range(0, 20).Select(Open).ToList();

        for (byte round = 1; round <= 3; round++)
        {
            foreach (var file in opened)
            {
                file.Write([round], round - 1);
                file.Flush();
            }
        }

        var content = new byte[5];
        Assert.That(opened.ConvertAll(file => file.Read(content, 0) == 3 && content is [1, 2, 3, ..]), Is.All.True);
        Assert.That(files.OpenHandles, Is.LessThanOrEqualTo(MaxOpenHandles + 1));
        opened.ForEach(file => file.Dispose());
        Assert.That(files.OpenHandles, Is.Zero);
    }

    [Test]
    public void A_file_with_bytes_that_are_not_flushed_keeps_its_handle()
    {
        var opened = Enumerable.Range(0, 10).Select(Open).ToList();
        opened.ForEach(file => file.Write([1], 0));
        Assert.That(files.OpenHandles, Is.EqualTo(10));

        opened.ForEach(file => file.Flush());
        using var another = Open(10);
        using var oneMore = Open(11);

        Assert.That(files.OpenHandles, Is.LessThanOrEqualTo(MaxOpenHandles + 1));
        opened.ForEach(file => file.Dispose());
    }

    [Test]
    public void A_file_without_a_handle_is_found_under_its_new_name([Values] bool directory)
    {
        using var file = Open(0);
        file.Write([7], 0);
        file.Flush();
        foreach (var other in Enumerable.Range(1, 20))
            Open(other).Dispose();
        using var others = new Disposables(Enumerable.Range(1, 20).Select(Open));

        if (directory)
            files.RenameDirectory(Path.Combine(temporary.Path, "0"), Path.Combine(temporary.Path, "renamed"));
        else
            files.RenameFile(NameOf(0), NameOf(0) + ".deleted");

        var content = new byte[1];
        Assert.That((file.Read(content, 0), content[0]), Is.EqualTo((1, (byte)7)));
        Assert.That(File.Exists(NameOf(0)), Is.False, "an evicted file must not be made anew");
    }

    [Test]
    public void A_file_whose_name_another_takes_is_read_on()
    {
        using var file = Open(0);
        file.Write([7], 0);
        file.Flush();
        using (var others = new Disposables(Enumerable.Range(1, 20).Select(Open)))
            files.RenameFile(NameOf(1), NameOf(0));
        using var more = new Disposables(Enumerable.Range(2, 20).Select(Open));

        var content = new byte[1];
        Assert.That((file.Read(content, 0), content[0]), Is.EqualTo((1, (byte)7)));
    }

    [Test]
    public void A_deleted_file_without_a_handle_is_an_error()
    {
        using var file = Open(0);
        using var others = new Disposables(Enumerable.Range(1, 20).Select(Open));
        files.DeleteFile(NameOf(0));

        Assert.That(() => file.Length, Throws.InstanceOf<FileNotFoundException>());
    }

    [Test]
    public void Reserved_room_does_not_show_in_the_length()
    {
        Directory.CreateDirectory(temporary.Path);
        using var file = files.Create(Path.Combine(temporary.Path, "reserved"), 1 << 20);

        Assert.That(file.Length, Is.Zero);
        file.Write([1, 2], 0);
        Assert.That(file.Length, Is.EqualTo(2));
    }

    IFile Open(int number)
    {
        Directory.CreateDirectory(Path.Combine(temporary.Path, $"{number}"));
        return files.Open(NameOf(number));
    }

    string NameOf(int number) => Path.Combine(temporary.Path, $"{number}", "file");

    sealed class Disposables(IEnumerable<IFile> files) : IDisposable
    {
        readonly List<IFile> opened = [.. files];

        public void Dispose() => opened.ForEach(file => file.Dispose());
    }
}
