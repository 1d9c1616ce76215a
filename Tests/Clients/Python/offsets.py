"""Prints the offset of partition 0 for each timestamp, one line each."""
import sys

from kafka import KafkaConsumer, TopicPartition

broker, topic, *timestamps = sys.argv[1:]
consumer = KafkaConsumer(bootstrap_servers=broker, group_id=None)
partition = TopicPartition(topic, 0)
for timestamp in timestamps:
    found = consumer.offsets_for_times({partition: int(timestamp)})[partition]
    print(found and found.offset)
consumer.close()
