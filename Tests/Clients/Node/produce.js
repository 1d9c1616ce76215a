// Produces the records of standard input, one JSON line each, in batches and in their order.
const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = require('kafkajs')
const readline = require('readline')

CompressionCodecs[CompressionTypes.Snappy] = require('kafkajs-snappy')

const [broker, topic, codec, mode] = process.argv.slice(2)
const batchSize = 1000

const bytes = base64 => (base64 === null ? null : Buffer.from(base64, 'base64'))

function toMessage(line) {
  const record = JSON.parse(line)
  const headers = {}
  for (const { name, value } of record.headers) headers[name] = [...(headers[name] ?? []), bytes(value)]
  return { partition: record.partition, timestamp: String(record.timestamp), key: bytes(record.key), value: bytes(record.value), headers }
}

async function main() {
  const messages = []
  for await (const line of readline.createInterface({ input: process.stdin })) messages.push(toMessage(line))

  const kafka = new Kafka({ clientId: 'produce', brokers: [broker], logLevel: logLevel.ERROR })
  const producer = kafka.producer({ idempotent: mode === 'idempotent' })
  await producer.connect()
  for (let i = 0; i < messages.length; i += batchSize) {
    await producer.send({ topic, compression: CompressionTypes[codec], messages: messages.slice(i, i + batchSize) })
  }
  await producer.disconnect()
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
