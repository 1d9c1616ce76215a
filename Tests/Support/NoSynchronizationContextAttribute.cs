using NUnit.Framework.Interfaces;

namespace NettyKafka.Tests.Support;

/// <summary>NUnit's own context would move what a test completes to another thread: without one all of it runs at once, where the test is.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class NoSynchronizationContextAttribute : Attribute, ITestAction
{
    public ActionTargets Targets => ActionTargets.Test;

    public void BeforeTest(ITest test) => SynchronizationContext.SetSynchronizationContext(null);

    public void AfterTest(ITest test)
    {
    }
}
