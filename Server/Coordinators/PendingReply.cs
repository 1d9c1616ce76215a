namespace NettyKafka.Server.Coordinators;

/// <summary>An answer that a client waits for, maybe until other requests or a timer decide it.</summary>
public sealed class PendingReply<T> : IPendingReply
{
    readonly TaskCompletionSource<T> completion = new();

    public Task<T> Task => completion.Task;

    internal void Complete(T response) => completion.TrySetResult(response);

    void IPendingReply.Fail(CoordinatorException exception) => completion.TrySetException(exception);
}

/// <summary>An answer of any type, as far as it can fail.</summary>
public interface IPendingReply
{
    void Fail(CoordinatorException exception);
}
