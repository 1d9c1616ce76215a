// Makes the calls of standard input, [[method, ...arguments], ...], on an admin client and prints their results; an error by its protocol name.
const { Kafka, logLevel } = require('kafkajs')
const { readFileSync } = require('fs')

const [broker, username, password] = process.argv.slice(2)
const sasl = username && { mechanism: 'plain', username, password }
const calls = JSON.parse(readFileSync(0, 'utf8'))

async function main() {
  const admin = new Kafka({ clientId: 'admin', brokers: [broker], sasl, logLevel: logLevel.NOTHING }).admin({ retry: { retries: 2 } })
  await admin.connect()
  const results = []
  for (const [method, ...args] of calls) {
    results.push(await admin[method](...args).catch(error => ({ error: error.type ?? error.cause?.type ?? error.message })))
  }
  await admin.disconnect()
  console.log(JSON.stringify(results.map(result => result ?? null)))
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
