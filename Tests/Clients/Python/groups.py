"""Commits an offset for a group without members, asks and deletes what is kept of it, and prints what the client was told as one line of JSON."""
import json
import sys

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.admin import KafkaAdminClient

broker, topic, group = sys.argv[1:]
partition = TopicPartition(topic, 1)
consumer = KafkaConsumer(bootstrap_servers=broker, group_id=group, enable_auto_commit=False)
consumer.assign([partition])
consumer.commit({partition: OffsetAndMetadata(42, "a note")})
results = {"committed": consumer.committed(partition, metadata=True)}
consumer.close()

admin = KafkaAdminClient(bootstrap_servers=broker)
described = admin.describe_consumer_groups([group])[0]
results["listed"] = group in [name for name, _ in admin.list_consumer_groups()]
results["described"] = [described.group, described.state, len(described.members)]
results["offsets"] = [[offset.topic, offset.partition, committed.offset, committed.metadata] for offset, committed in admin.list_consumer_group_offsets(group).items()]
results["deleted"] = [error.__name__ for _, error in admin.delete_consumer_groups([group])]
results["deletedAgain"] = [error.__name__ for _, error in admin.delete_consumer_groups([group])]
results["listedThen"] = group in [name for name, _ in admin.list_consumer_groups()]
admin.close()
print(json.dumps(results))
