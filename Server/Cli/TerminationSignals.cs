using System.Runtime.InteropServices;

namespace NettyKafka.Cli;

/// <summary>SIGTERM and Ctrl-C: the first asks for a clean stop, the second takes its usual course and ends the process at once.</summary>
sealed class TerminationSignals : IDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly PosixSignalRegistration[] registrations;

    public TerminationSignals() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => stop.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        stop.Dispose();
    }

    internal void Handle(PosixSignalContext context)
    {
        context.Cancel = !stop.IsCancellationRequested;
        stop.Cancel();
    }
}
