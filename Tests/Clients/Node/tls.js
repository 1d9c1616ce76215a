// Produces 1000 records over TLS with a certificate to the topic named on standard input, and consumes them.
const fs = require('fs')
const { Kafka, logLevel } = require('kafkajs')

const [broker, ca, cert, key] = process.argv.slice(2)
const count = 1000

async function main() {
  const topic = fs.readFileSync(0, 'utf8').trim()
  const ssl = { ca: [fs.readFileSync(ca)], cert: fs.readFileSync(cert), key: fs.readFileSync(key) }
  const kafka = new Kafka({ clientId: 'tls', brokers: [broker], ssl, logLevel: logLevel.ERROR })

  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: Array.from({ length: count }, (_, i) => ({ value: String(i) })) })
  await producer.disconnect()

  const consumer = kafka.consumer({ groupId: topic })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const values = []
  await new Promise(resolve => consumer.run({
    eachMessage: async ({ message }) => {
      values.push(message.value.toString())
      if (values.length === count) resolve()
    },
  }))
  await consumer.disconnect()
  console.log(`${values.length} ${values.every((value, i) => value === String(i)) ? 'in order' : 'out of order'}`)
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
