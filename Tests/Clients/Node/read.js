// Prints the values of the records of a topic's partition 0 as they come, until one says "end"; isolation.level is as given.
const { Kafka, logLevel } = require('kafkajs')

const [broker, topic, isolation] = process.argv.slice(2)

async function main() {
  const kafka = new Kafka({ clientId: 'read', brokers: [broker], logLevel: logLevel.ERROR })
  const consumer = kafka.consumer({ groupId: `read-${topic}-${isolation}`, readUncommitted: isolation === 'read_uncommitted', maxWaitTimeInMs: 300 })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await new Promise(resolve => consumer.run({
    eachMessage: async ({ message }) => {
      console.log(message.value.toString())
      if (message.value.toString() === 'end') resolve()
    },
  }))
  await consumer.disconnect()
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
