"""Produces the records of standard input, one JSON line each, in their order; on request in the protocol of an old version."""
import base64
import json
import sys

from kafka import KafkaProducer

broker, topic, codec, *version = sys.argv[1:]


def decode(text):
    return None if text is None else base64.b64decode(text)


producer = KafkaProducer(
    bootstrap_servers=broker, linger_ms=5, compression_type=None if codec == "none" else codec,
    api_version=tuple(int(part) for part in version[0].split(".")) if version else None)
sent = []
for line in sys.stdin:
    record = json.loads(line)
    sent.append(producer.send(
        topic,
        partition=record["partition"],
        timestamp_ms=record["timestamp"],
        key=decode(record["key"]),
        value=decode(record["value"]),
        headers=[(header["name"], decode(header["value"])) for header in record["headers"]]))
producer.flush()
for future in sent:
    future.get(timeout=10)
producer.close()
