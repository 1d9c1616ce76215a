using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace NettyKafka.Cli;

/// <summary>The usual help, then where settings come from, and examples.</summary>
sealed class HelpWithExamples(HelpAction help, Argument argumentOfRoot) : SynchronousCommandLineAction
{
    const string Text =
        """
        Settings, the later going before the earlier:
          the profile's defaults, server.properties, the environment (KAFKA_NUM_PARTITIONS=3 sets num.partitions,
          KAFKA_CFG_* is the same), --override, and last --listen and --data.
          With a server.properties that does not say, listeners and log.dirs are Kafka's: PLAINTEXT://:9092 and /tmp/kafka-logs.

        Examples:
          nettykafka                                              a broker on 127.0.0.1:9092 with its data in ./data
          nettykafka --memory --profile dev --listen 127.0.0.1:0  for tests: no disk, a free port
          nettykafka serve config/server.properties               as kafka-server-start.sh
          nettykafka --data /var/lib/kafka --profile durable      every acknowledged record survives a power loss
          nettykafka --tls-dev                                    TLS too, on 127.0.0.1:9093; the log says what clients have to trust
          nettykafka --memory --control 127.0.0.1:9099            for tests in any language: they control it over HTTP
          nettykafka control CreateTopic name=orders partitions=3 has it do something; nettykafka control lists what
          nettykafka config server.properties                     what would be in effect, and why
          nettykafka --listen :9092 --override num.partitions=3 --override advertised.listeners=PLAINTEXT://kafka.example:9092

        """;

    public override int Invoke(ParseResult parseResult)
    {
        // Else the usage of a command would show it a second time, before the command's name.
        argumentOfRoot.Hidden = parseResult.CommandResult.Command is not RootCommand;
        var code = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(Text);
        return code;
    }
}
