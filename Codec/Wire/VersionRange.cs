namespace NettyKafka.Codec.Wire;

/// <summary>Versions <paramref name="Min"/> to <paramref name="Max"/>, both included.</summary>
public readonly record struct VersionRange(short Min, short Max)
{
    public bool Contains(short version) => version >= Min && version <= Max;

    public override string ToString() => Min == Max ? $"{Min}" : $"{Min}-{Max}";
}
