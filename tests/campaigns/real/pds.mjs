// A PDS with its directory of identities, in memory, for as long as this runs: node pds.mjs FOLDER PDS_PORT PLC_PORT
// FOLDER is where `npm install @atproto/dev-env` was done. It listens on every address: keep it to machines for tests.
import { pathToFileURL } from 'node:url'
const [folder, pds, plc] = process.argv.slice(2)
process.env.LOG_ENABLED ??= 'false'
const made = await import(pathToFileURL(`${folder}/node_modules/@atproto/dev-env/dist/index.js`))
const Network = made.TestNetworkNoAppView ?? made.default.TestNetworkNoAppView
const network = await Network.create({ pds: { port: Number(pds) }, plc: { port: Number(plc) } })
console.log('ready')
for (const sign of ['SIGTERM', 'SIGINT']) process.on(sign, () => network.close().finally(() => process.exit(0)))
