"""Prints the values of the records of a topic's partition 0 as they come, until one says "end"; isolation.level is as given."""
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

broker, topic, isolation = sys.argv[1:]
consumer = Consumer({"bootstrap.servers": broker, "group.id": "unused: a partition is assigned and nothing is committed", "isolation.level": isolation})
consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
value = None
while value != "end":
    message = consumer.poll(20)
    if message is None:
        sys.exit("nothing more within 20 s")
    if message.error() is not None:
        raise KafkaException(message.error())
    value = message.value().decode()
    print(value)
consumer.close()
