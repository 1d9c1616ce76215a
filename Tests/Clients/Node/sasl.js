// Logs in with kafkajs and prints the cluster's id, or the reason why it may not.
const { Kafka, logLevel } = require('kafkajs')

const [broker, mechanism, username, password] = process.argv.slice(2)

async function main() {
  const admin = new Kafka({ clientId: 'sasl', brokers: [broker], sasl: { mechanism, username, password }, logLevel: logLevel.NOTHING }).admin({ retry: { retries: 0 } })
  await admin.connect()
  console.log((await admin.describeCluster()).clusterId)
  await admin.disconnect()
}

main().catch(error => console.log((error.cause ?? error).message))
