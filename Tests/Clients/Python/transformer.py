"""Consumes, transforms and produces in transactions on confluent-kafka, until it is told to leave. Of five transactions the first is aborted."""
import json
import sys

from confluent_kafka import OFFSET_BEGINNING, OFFSET_INVALID, Consumer, KafkaException, Producer, TopicPartition

from events import leaving, tell

BATCH = 50
LIMIT = 10

options = json.loads(sys.argv[1])
topic, output = options["topic"], options["output"]
left = leaving()


class Transformer:
    """What one producer does, which fences those before it."""

    transactions = 0

    def __init__(self):
        self.must_rewind = True
        self.producer = Producer({
            "bootstrap.servers": options["bootstrapServers"],
            "transactional.id": f"{options['groupId']}-{options['name']}",
            "transaction.timeout.ms": 10_000,
            "reconnect.backoff.max.ms": 200,
        })
        retry(self.producer.init_transactions, LIMIT)

    def step(self):
        messages = [message for message in consumer.consume(BATCH, 0.1) if message.error() is None]
        if self.must_rewind:
            self.rewind()
        elif messages:
            self.transform(messages)

    def transform(self, messages):
        is_aborted = Transformer.transactions % 5 == 0
        Transformer.transactions += 1
        offsets = {message.partition(): message.offset() + 1 for message in messages}
        try:
            self.producer.begin_transaction()
            for message in messages:
                tell("record", partition=message.partition(), offset=message.offset())
                value = f"{'aborted ' if is_aborted else ''}{message.partition()} {message.offset()}"
                self.producer.produce(output, value, partition=message.partition())
            committed = [TopicPartition(topic, partition, offset) for partition, offset in offsets.items()]
            retry(self.producer.send_offsets_to_transaction, committed, consumer.consumer_group_metadata(), LIMIT)
            if is_aborted:
                self.abort()
                return
            retry(self.producer.commit_transaction, LIMIT)
            tell("committed", offsets=offsets)
        except KafkaException as error:
            if error.args[0].fatal():
                raise
            tell("error", message=str(error))
            self.abort()

    def abort(self):
        self.must_rewind = True
        # What the broker has not got yet, the client would drop.
        self.producer.flush(LIMIT)
        retry(self.producer.abort_transaction, LIMIT)

    def rewind(self):
        """Back to what is committed; what has been consumed past it counts for nothing."""
        for committed in consumer.committed(consumer.assignment(), LIMIT):
            if committed.error is not None:
                raise KafkaException(committed.error)
            if committed.offset == OFFSET_INVALID:
                committed.offset = OFFSET_BEGINNING
            consumer.seek(committed)
        self.must_rewind = False


def retry(operation, *arguments):
    while True:
        try:
            return operation(*arguments)
        except KafkaException as error:
            if not error.args[0].retriable():
                raise
            tell("error", message=str(error))


def on_assign(consumer, partitions):
    tell("assigned", partitions=[partition.partition for partition in partitions])


def on_revoke(consumer, partitions):
    # What has been consumed of them, and is not transformed yet, is another member's from now on.
    transformer.must_rewind = True
    tell("revoked", partitions=[partition.partition for partition in partitions])


consumer = Consumer({
    "bootstrap.servers": options["bootstrapServers"],
    "group.id": options["groupId"],
    "client.id": options["name"],
    "group.instance.id": options["instanceId"],
    "session.timeout.ms": options["sessionTimeoutMs"],
    "heartbeat.interval.ms": 300,
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,
    "reconnect.backoff.max.ms": 200,
})
consumer.subscribe([topic], on_assign=on_assign, on_revoke=on_revoke)
transformer = Transformer()
while not left.is_set():
    try:
        transformer.step()
    except KafkaException as error:
        tell("error", message=str(error))
        if error.args[0].fatal():
            transformer = Transformer()
        transformer.must_rewind = True
consumer.close()
