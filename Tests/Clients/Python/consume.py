"""Prints all records of a topic, each partition from its first offset to its end, one JSON line each."""
import base64
import json
import sys

from kafka import KafkaConsumer, TopicPartition

broker, topic = sys.argv[1:]


def encode(value):
    return None if value is None else base64.b64encode(value).decode()


consumer = KafkaConsumer(bootstrap_servers=broker, group_id=None, consumer_timeout_ms=10_000)
partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic))]
consumer.assign(partitions)
consumer.seek_to_beginning()
ends = consumer.end_offsets(partitions)

while any(consumer.position(partition) < ends[partition] for partition in partitions):
    polled = consumer.poll(timeout_ms=10_000)
    if not polled:
        sys.exit("nothing more within 10 s")
    for records in polled.values():
        for record in records:
            print(json.dumps({
                "partition": record.partition,
                "offset": record.offset,
                "timestamp": record.timestamp,
                "key": encode(record.key),
                "value": encode(record.value),
                "headers": [{"name": name, "value": encode(value)} for name, value in record.headers]}))
consumer.close()
