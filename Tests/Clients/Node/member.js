// A member of a group on kafkajs, until it is told to leave; offsets are committed as kafkajs commits them by itself.
const { Kafka, logLevel } = require('kafkajs')
const { tell, onLeave } = require('./events')

const { bootstrapServers, topic, groupId, name, sessionTimeoutMs } = JSON.parse(process.argv[2])
let owned = []

function own(partitions) {
  if (owned.length) tell('revoked', { partitions: owned })
  if (partitions.length) tell('assigned', { partitions })
  owned = partitions
}

function tellCommitted({ payload }) {
  const partitions = payload.topics.flatMap(committed => committed.partitions)
  tell('committed', { offsets: Object.fromEntries(partitions.map(({ partition, offset }) => [partition, Number(offset)])) })
}

const kafka = new Kafka({ clientId: name, brokers: [bootstrapServers], logLevel: logLevel.WARN, retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 30 } })
let consumer

async function start() {
  consumer = kafka.consumer({ groupId, sessionTimeout: sessionTimeoutMs, rebalanceTimeout: 10_000, heartbeatInterval: 300, maxWaitTimeInMs: 300 })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => own(payload.memberAssignment[topic] ?? []))
  consumer.on(consumer.events.REBALANCING, () => own([]))
  consumer.on(consumer.events.COMMIT_OFFSETS, tellCommitted)
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    own([])
    tell('error', { message: payload.error.stack })
    // kafkajs gives up when it looks for the coordinator while no broker is up; an application begins anew.
    if (!payload.restart) retry()
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({ eachMessage: async ({ partition, message }) => tell('record', { partition, offset: Number(message.offset) }) })
}

const retry = () => setTimeout(() => start().catch(retry), 200)

onLeave(() => consumer.disconnect())
start().catch(error => {
  console.error(error)
  process.exit(1)
})
