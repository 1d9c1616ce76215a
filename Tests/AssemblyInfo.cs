[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[assembly: Parallelizable(ParallelScope.All)]
[assembly: NettyKafka.Tests.Support.NoSynchronizationContext]
