namespace NettyKafka.Tests.Clients;

/// <summary>Tests of one client share one broker; each test has topics of its own. A failure shows the broker's log.</summary>
public abstract class BrokerFixture
{
    BrokerProcess? broker;

    private protected BrokerProcess Broker => broker ?? throw new InvalidOperationException("The broker has not been started.");

    private protected string BootstrapServers => Broker.BootstrapServers;

    protected virtual string[] Overrides => [];

    private protected virtual string Executable => BrokerProcess.Executable;

    /// <summary>Skips the fixture where its client is not installed, see <see cref="Programs.Require"/>.</summary>
    protected virtual Task RequireClientAsync() => Task.CompletedTask;

    [OneTimeSetUp]
    public async Task StartBroker()
    {
        await RequireClientAsync();
        broker = await BrokerProcess.StartAsync(Executable, Overrides);
    }

    [TearDown]
    public void ShowLogOfFailure()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Failed)
            TestContext.Out.WriteLine($"The broker's log:\n{broker?.Log}");
    }

    [OneTimeTearDown]
    public async Task StopBroker()
    {
        if (broker is null)
            return;
        await using (broker)
            await broker.StopAsync();
    }
}
