namespace NettyKafka.Tests.Clients;

/// <summary>A broker where alice may do everything, and others only what ACLs allow; bob is a user as well.</summary>
public abstract class AclFixture : SaslFixture
{
    private protected const string Other = "bob";
    private protected const string OtherPassword = "bob's secret";

    protected override string[] Overrides =>
    [
        .. base.Overrides,
        $"sasl.users={User}:{Password},{Other}:{OtherPassword}",
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        $"super.users=User:{User}",
        "group.initial.rebalance.delay.ms=0",
    ];
}
