[assembly: FixtureLifeCycle(LifeCycle.SingleInstance)]
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]
