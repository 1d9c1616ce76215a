// Controls a broker over HTTP while kafkajs works with it, and prints what was seen.
const { Kafka, logLevel } = require('kafkajs')

const [broker, control] = process.argv.slice(2)

async function command(name, body = {}) {
  const response = await fetch(`http://${control}/control/${name}`, { method: 'POST', body: JSON.stringify(body) })
  const answer = await response.json()
  if (!response.ok) {
    throw new Error(`${name}: ${response.status} ${answer.error}`)
  }
  return answer
}

async function main() {
  const kafka = new Kafka({ clientId: 'controlled', brokers: [broker], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 10 } })
  await command('CreateTopic', { name: 'orders' })
  await command('StartJournal')
  const fault = await command('AddFault', { apis: ['Produce'], topic: 'orders', error: 'NOT_LEADER_OR_FOLLOWER', count: 2 })
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ value: 'first' }] })
  await command('WaitForFault', { id: fault.id, hits: 2 })
  const tries = (await command('Journal', { api: 'Produce' })).entries.map(entry => entry.partitionErrors.map(error => error.error).join())

  const values = []
  const consumer = kafka.consumer({ groupId: 'readers' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => values.push(message.value.toString()) })
  await command('WaitForGroup', { group: 'readers', members: 1 })
  const nodes = (await command('Cluster')).nodes.map(node => node.id)
  await command('MoveLeader', { topic: 'orders', partition: 0, node: nodes[1] })
  await command('MoveGroupCoordinator', { group: 'readers', node: nodes[1] })
  await producer.send({ topic: 'orders', messages: [{ value: 'second' }] })
  await command('WaitForCommitted', { group: 'readers', topic: 'orders', partition: 0, offset: 2 })
  await consumer.disconnect()
  await producer.disconnect()

  const refused = await command('MoveLeader', { topic: 'orders', partition: 7, node: 1 }).catch(error => error.message)
  console.log(JSON.stringify({ tries, values, refused }))
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
