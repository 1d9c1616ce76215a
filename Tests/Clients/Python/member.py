"""A member of a group on kafka-python, until it is told to leave; it commits each poll that it has told. On request in the protocol of an old version."""
import json
import sys

from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata
from kafka.errors import KafkaError

from events import leaving, tell

options = json.loads(sys.argv[1])


class Listener(ConsumerRebalanceListener):
    def on_partitions_revoked(self, revoked):
        tell("revoked", partitions=[partition.partition for partition in revoked])

    def on_partitions_assigned(self, assigned):
        tell("assigned", partitions=[partition.partition for partition in assigned])


def commit(polled):
    offsets = {partition: OffsetAndMetadata(records[-1].offset + 1, "") for partition, records in polled.items()}
    try:
        consumer.commit(offsets)
        tell("committed", offsets={partition.partition: offset.offset for partition, offset in offsets.items()})
    except KafkaError as error:
        tell("error", message=repr(error))


version = options["version"]
consumer = KafkaConsumer(
    bootstrap_servers=options["bootstrapServers"], group_id=options["groupId"], client_id=options["name"],
    enable_auto_commit=False, auto_offset_reset="earliest", max_poll_interval_ms=options["sessionTimeoutMs"], reconnect_backoff_max_ms=200, retry_backoff_ms=100,
    session_timeout_ms=options["sessionTimeoutMs"], heartbeat_interval_ms=300,
    api_version=tuple(int(part) for part in version.split(".")) if version else None)
consumer.subscribe([options["topic"]], listener=Listener())
left = leaving()
while not left.is_set():
    polled = consumer.poll(timeout_ms=100)
    for partition, records in polled.items():
        for record in records:
            tell("record", partition=partition.partition, offset=record.offset)
    if polled:
        commit(polled)
consumer.close()
