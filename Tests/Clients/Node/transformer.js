// Consumes, transforms and produces in transactions on kafkajs, until it is told to leave. Of five transactions the first is aborted.
const { Kafka, KafkaJSNonRetriableError, logLevel } = require('kafkajs')
const { tell, onLeave } = require('./events')

const { bootstrapServers, topic, output, groupId, name, sessionTimeoutMs } = JSON.parse(process.argv[2])
const kafka = new Kafka({ clientId: name, brokers: [bootstrapServers], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 30 } })
let owned = []
let transactions = 0
let consumer, producer

function own(partitions) {
  if (owned.length) tell('revoked', { partitions: owned })
  if (partitions.length) tell('assigned', { partitions })
  owned = partitions
}

function toMessage({ offset }, partition, isAborted) {
  tell('record', { partition, offset: Number(offset) })
  return { partition, value: `${isAborted ? 'aborted ' : ''}${partition} ${offset}` }
}

async function inTransaction(batch, isAborted) {
  const { partition } = batch
  const offset = String(Number(batch.lastOffset()) + 1)
  const transaction = await producer.transaction()
  await transaction.send({ topic: output, messages: batch.messages.map(message => toMessage(message, partition, isAborted)) })
  await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions: [{ partition, offset }] }] })
  if (isAborted) return transaction.abort()
  await transaction.commit()
  tell('committed', { offsets: { [partition]: Number(offset) } })
}

// A batch that is not resolved is fetched again.
async function eachBatch({ batch, resolveOffset, heartbeat, isRunning, isStale }) {
  if (!isRunning() || isStale()) return
  const isAborted = transactions++ % 5 === 0
  try {
    await inTransaction(batch, isAborted)
  } catch (error) {
    // Whether it was committed is known when a new producer has ended it: then the consumer begins anew where that left off.
    throw new KafkaJSNonRetriableError(error)
  }
  if (!isAborted) resolveOffset(batch.lastOffset())
  await heartbeat()
}

async function start() {
  producer = kafka.producer({ transactionalId: `${groupId}-${name}`, transactionTimeout: 10_000, maxInFlightRequests: 1, idempotent: true })
  await producer.connect()
  consumer = kafka.consumer({ groupId, sessionTimeout: sessionTimeoutMs, rebalanceTimeout: 10_000, heartbeatInterval: 300, maxWaitTimeInMs: 300 })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => own(payload.memberAssignment[topic] ?? []))
  consumer.on(consumer.events.REBALANCING, () => own([]))
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    own([])
    tell('error', { message: payload.error.stack })
    if (!payload.restart) restart()
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch })
}

const restart = () => setTimeout(() => producer.disconnect().then(start).catch(restart), 200)

onLeave(() => consumer.disconnect().then(() => producer.disconnect()))
start().catch(restart)
