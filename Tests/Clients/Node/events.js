// What a member of a group tells the tests, one JSON line each, and the word that makes it leave.
const readline = require('readline')

const tell = (event, fields) => process.stdout.write(JSON.stringify({ event, ...fields }) + '\n')

// A closed input, as after the end of the tests, says the same.
function onLeave(leave) {
  const fail = error => {
    tell('error', { message: error.stack })
    process.exit(1)
  }
  readline.createInterface({ input: process.stdin }).once('close', () => leave().then(() => process.exit(0), fail)).once('line', function () { this.close() })
}

module.exports = { tell, onLeave }
