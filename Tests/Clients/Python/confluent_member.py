"""A member of a group on confluent-kafka, until it is told to leave; it commits before partitions are revoked, and in between."""
import json
import sys

from confluent_kafka import Consumer, KafkaException, TopicPartition

from events import leaving, tell

BATCH = 20

options = json.loads(sys.argv[1])
topic = options["topic"]
uncommitted = {}


def on_error(error):
    tell("error", message=str(error))


def on_assign(consumer, partitions):
    tell("assigned", partitions=[partition.partition for partition in partitions])


def on_revoke(consumer, partitions):
    commit()
    tell("revoked", partitions=[partition.partition for partition in partitions])


def on_lost(consumer, partitions):
    uncommitted.clear()
    tell("revoked", partitions=[partition.partition for partition in partitions])


def commit():
    if not uncommitted:
        return
    try:
        consumer.commit(offsets=[TopicPartition(topic, partition, offset) for partition, offset in uncommitted.items()], asynchronous=False)
        tell("committed", offsets=uncommitted)
        uncommitted.clear()
    except KafkaException as error:
        tell("error", message=str(error))


config = {
    "bootstrap.servers": options["bootstrapServers"],
    "group.id": options["groupId"],
    "client.id": options["name"],
    "group.instance.id": options["instanceId"],
    "partition.assignment.strategy": options["assignor"],
    "session.timeout.ms": options["sessionTimeoutMs"],
    "heartbeat.interval.ms": 300,
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,
    "reconnect.backoff.max.ms": 200,
    "error_cb": on_error,
}
consumer = Consumer({name: value for name, value in config.items() if value is not None})
consumer.subscribe([topic], on_assign=on_assign, on_revoke=on_revoke, on_lost=on_lost)
left = leaving()
polled = 0
while not left.is_set():
    message = consumer.poll(0.1)
    if message is not None and message.error() is None:
        tell("record", partition=message.partition(), offset=message.offset())
        uncommitted[message.partition()] = message.offset() + 1
        polled += 1
    if message is None or polled % BATCH == 0:
        commit()
consumer.close()
