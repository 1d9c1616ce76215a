"""Prints all records of a topic, each partition from its first offset to its end, one JSON line each; on request in the protocol of an old version."""
import base64
import json
import sys

from kafka import KafkaConsumer, TopicPartition

broker, topic, *version = sys.argv[1:]


def encode(value):
    return None if value is None else base64.b64encode(value).decode()


consumer = KafkaConsumer(
    bootstrap_servers=broker, group_id=None, consumer_timeout_ms=10_000,
    api_version=tuple(int(part) for part in version[0].split(".")) if version else None)
partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic))]
consumer.assign(partitions)
consumer.seek_to_end()
ends = {partition: consumer.position(partition) for partition in partitions}
consumer.seek_to_beginning()

while any(consumer.position(partition) < ends[partition] for partition in partitions):
    polled = consumer.poll(timeout_ms=10_000)
    if not polled:
        sys.exit("nothing more within 10 s")
    for records in polled.values():
        for record in records:
            print(json.dumps({
                "partition": record.partition,
                "offset": record.offset,
                "timestamp": -1 if record.timestamp is None else record.timestamp,
                "key": encode(record.key),
                "value": encode(record.value),
                "headers": [{"name": name, "value": encode(value)} for name, value in record.headers]}))
consumer.close()
