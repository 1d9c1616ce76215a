// Consumes, transforms and produces in transactions on @confluentinc/kafka-javascript, until it is told to leave. Of five transactions the first is aborted.
const { spawn } = require('child_process')
const { Kafka, ErrorCodes } = require('@confluentinc/kafka-javascript').KafkaJS
const { tell, onLeave } = require('../events')

const { bootstrapServers, topic, output, groupId, name, protocol, sessionTimeoutMs } = JSON.parse(process.argv[2])
const isWorker = process.argv[3] === 'worker'

const classic = {
  'group.protocol': 'classic',
  'session.timeout.ms': sessionTimeoutMs,
  'heartbeat.interval.ms': 300,
  'group.instance.id': name,
}
const consumerConfig = {
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
const producerConfig = {
  'bootstrap.servers': bootstrapServers,
  'transactional.id': `${groupId}-${name}`,
  'transaction.timeout.ms': 10_000,
  'reconnect.backoff.max.ms': 200,
  // After a re-bootstrap librdkafka still sends offsets to the group's coordinator of before, which it never connects to again.
  'metadata.recovery.strategy': 'none',
  log_level: 3,
}

function toMessage({ offset }, partition, isAborted) {
  tell('record', { partition, offset: Number(offset) })
  return { partition, value: `${isAborted ? 'aborted ' : ''}${partition} ${offset}` }
}

async function transform(consumer, producer, { partition, messages }, isAborted) {
  const end = Number(messages.at(-1).offset) + 1
  const transaction = await producer.transaction()
  await transaction.sendBatch({ topicMessages: [{ topic: output, messages: messages.map(message => toMessage(message, partition, isAborted)) }] })
  await transaction.sendOffsets({ consumer, topics: [{ topic, partitions: [{ partition, offset: String(end) }] }] })
  if (isAborted) return transaction.abort()
  await transaction.commit()
  tell('committed', { offsets: { [partition]: end } })
}

async function work() {
  const consumer = new Kafka({}).consumer(consumerConfig)
  const producer = new Kafka({}).producer(producerConfig)
  let transactions = 0
  async function eachBatch({ batch, resolveOffset, isStale }) {
    if (isStale()) return
    try {
      if (transactions++ % 4 === 0) await transform(consumer, producer, batch, true)
      await transform(consumer, producer, batch, false)
      resolveOffset(batch.lastOffset())
    } catch (error) {
      // Whether it was committed is known when a new producer has ended it: the next worker begins where that left off.
      fail(error)
    }
  }
  onLeave(() => consumer.disconnect().then(() => producer.disconnect()))
  await producer.connect()
  await consumer.connect()
  await consumer.subscribe({ topics: [topic] })
  await consumer.run({ eachBatchAutoResolve: false, eachBatch })
}

function fail(error) {
  tell('error', { message: error.message })
  process.exit(1)
}

// A worker ends with its first error, and the next one takes its place.
function supervise() {
  let isLeaving = false
  let worker
  function start() {
    worker = spawn(process.execPath, [__filename, process.argv[2], 'worker'], { stdio: ['pipe', 'inherit', 'inherit'] })
    worker.on('exit', () => { if (!isLeaving) setTimeout(start, 200) })
  }
  start()
  onLeave(() => new Promise(resolve => {
    isLeaving = true
    worker.on('exit', resolve)
    worker.stdin.end('leave\n')
  }))
}

if (isWorker) work().catch(fail)
else supervise()
