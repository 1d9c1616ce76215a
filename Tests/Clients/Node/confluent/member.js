// A member of a group on @confluentinc/kafka-javascript, until it is told to leave; it commits each record that it has told.
const { Kafka, ErrorCodes } = require('@confluentinc/kafka-javascript').KafkaJS
const { tell, onLeave } = require('../events')

const { bootstrapServers, topic, groupId, name, assignor, protocol, sessionTimeoutMs } = JSON.parse(process.argv[2])

const classic = {
  'group.protocol': 'classic',
  'partition.assignment.strategy': assignor,
  'session.timeout.ms': sessionTimeoutMs,
  'heartbeat.interval.ms': 300,
}
const config = {
  ...(protocol === 'consumer' ? { 'group.protocol': 'consumer' } : classic),
  'group.id': groupId,
  'client.id': name,
  'bootstrap.servers': bootstrapServers,
  'auto.offset.reset': 'earliest',
  'enable.auto.commit': false,
  'reconnect.backoff.max.ms': 200,
  log_level: 3,
  // What it returned would be taken for the assignment.
  rebalance_cb: (error, partitions) => {
    tell(error.code === ErrorCodes.ERR__ASSIGN_PARTITIONS ? 'assigned' : 'revoked', { partitions: partitions.map(({ partition }) => partition) })
  },
}

async function main() {
  const consumer = new Kafka({}).consumer(config)
  async function eachMessage({ partition, message }) {
    tell('record', { partition, offset: Number(message.offset) })
    const end = Number(message.offset) + 1
    try {
      await consumer.commitOffsets([{ topic, partition, offset: String(end) }])
      tell('committed', { offsets: { [partition]: end } })
    } catch (error) {
      tell('error', { message: error.message })
    }
  }
  onLeave(() => consumer.disconnect())
  await consumer.connect()
  await consumer.subscribe({ topics: [topic] })
  await consumer.run({ eachMessage })
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
