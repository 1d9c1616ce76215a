"""Creates, describes, extends and deletes a topic, and prints what the client was told as one line of JSON."""
import json
import sys

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions, NewTopic
from kafka.errors import KafkaError

broker, topic = sys.argv[1:]
admin = KafkaAdminClient(bootstrap_servers=broker)
results = {}


def describe():
    return admin.describe_topics([topic])[0]


admin.create_topics([NewTopic(topic, num_partitions=2, replication_factor=1, topic_configs={"retention.ms": "86400000"})])
results["created"] = describe()

described = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])[0]
entries = described.resources[0][4]
results["retention.ms"] = next(entry[1] for entry in entries if entry[0] == "retention.ms")

admin.create_partitions({topic: NewPartitions(3)})
results["extended"] = describe()

try:
    admin.create_topics([NewTopic(topic, num_partitions=2, replication_factor=1)])
except KafkaError as error:
    results["createdAgain"] = type(error).__name__

admin.delete_topics([topic])
results["deleted"] = describe()
admin.close()
print(json.dumps(results))
