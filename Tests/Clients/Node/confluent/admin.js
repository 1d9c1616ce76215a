// Makes the calls of standard input, [[method, ...arguments], ...], on an admin client and prints their results; an error by its protocol name.
const { KafkaJS } = require('@confluentinc/kafka-javascript')
const { readFileSync } = require('fs')

const [broker] = process.argv.slice(2)
const calls = JSON.parse(readFileSync(0, 'utf8'))

async function main() {
  const admin = new KafkaJS.Kafka({ kafkaJS: { brokers: [broker], logLevel: KafkaJS.logLevel.NOTHING } }).admin()
  await admin.connect()
  const results = []
  for (const [method, ...args] of calls) {
    results.push(await admin[method](...args).catch(error => ({ error: error.type ?? error.message })))
  }
  await admin.disconnect()
  console.log(JSON.stringify(results.map(result => result ?? null), (_, value) => (typeof value === 'bigint' ? String(value) : value)))
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
