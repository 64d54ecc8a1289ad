// The program that a browser looks at: a database made in a temporary folder, served on a free port, and stopped again.

import { chromium } from 'playwright-core'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const BINARY = process.env.COMMONTABLE ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'commontable')

// That what was to be looked at is not there: no finding about the product.
export class CannotLook extends Error {}

const PLACES = `place_name,lead_la_code,lead_la_name,region,nation,match_basis,matched_lsoa_count,matched_lsoa21_codes,notes
Upper Example,E08000025,Birmingham,West Midlands,England,,0,,
Lower Example,,,,England,,0,,no authority is known
`

const BEGIN = ['init', '--development', '--programme', 'big-local', '--funder', 'Example Trust', '--operator', 'op@example.org', '--operator-name', 'Olive Perry']

// The worlds that there are to look at, and how each is made.
export const WORLDS = {
  demonstration: [['demo', '--areas', '12', '--years', '12', '--seed', '4']],
  founded: [BEGIN], // a programme without areas
  places: [BEGIN, ['import', 'areas', 'places.csv', '--programme', 'big-local']], // areas without money
  nothing: [['migrate']], // not even a programme
}

// Serves a world, and says where. What undoes it is put on undo.
export async function serveWorld(name, undo) {
  if (!existsSync(BINARY)) throw new CannotLook(`there is no ${BINARY}; make build makes it`)
  if (!WORLDS[name]) throw new CannotLook(`there is no world called ${name}, but ${Object.keys(WORLDS).join(', ')}`)
  const folder = mkdtempSync(join(tmpdir(), 'commontable-browser-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'places.csv'), PLACES)
  const database = ['--database', `sqlite:${join(folder, 'table.db')}`]
  for (const step of WORLDS[name]) await run([...step, ...database], folder)
  return serve(undo, database, folder)
}

// Runs a command of the program to its end.
export async function run(args, folder) {
  const child = start(args, folder)
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new CannotLook(`commontable ${args[0]} ended with ${code}:\n${child.said()}`)
  return child.said()
}

// Serves a database on a free port, and says where.
export async function serve(undo, database, folder, host = '127.0.0.1', more = []) {
  const port = await freePort()
  const base = new URL(`http://${host}:${port}/`)
  const server = start(['serve', '--listen', `127.0.0.1:${port}`, '--base-url', base.origin, ...more, ...database], folder)
  undo.push(async () => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill('SIGTERM')
    const late = setTimeout(() => server.kill('SIGKILL'), 5000)
    await gone
    clearTimeout(late)
  })
  for (let tries = 0; tries < 300; tries++) {
    if (server.exitCode !== null) throw new CannotLook(`commontable serve ended with ${server.exitCode}:\n${server.said()}`)
    const answer = await fetch(new URL('/healthz', base)).catch(() => null)
    if (answer?.ok) return base
    await new Promise((next) => setTimeout(next, 100))
  }
  throw new CannotLook(`commontable serve did not say at /healthz that it is well:\n${server.said()}`)
}

export async function openBrowser(undo) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid?.() !== 0, // Chromium's sandbox refuses root
    args: ['--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--no-first-run', '--disable-gpu'],
  }).catch((why) => { throw new CannotLook(`Chromium did not start: ${why.message}`) })
  undo.push(() => browser.close())
  return browser
}

// Runs work with a list of what undoes it, and undoes it whatever happens. Exit code 2: it could not look.
export async function withUndo(name, patience, work) {
  const undo = []
  const stop = async () => { while (undo.length) await undo.pop()() }
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop().finally(() => process.exit(130)))
  const late = setTimeout(() => {
    console.error(`${name}: not done after ${patience / 60_000} minutes`)
    stop().finally(() => process.exit(2))
  }, patience)
  try {
    await work(undo)
  } catch (why) {
    console.error(why instanceof CannotLook ? `${name}: ${why.message}` : why)
    process.exitCode = 2
  } finally {
    clearTimeout(late)
    await stop()
  }
}

function start(args, folder) {
  const child = spawn(BINARY, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let words = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (more) => { words = (words + more).slice(-4000) })
  child.said = () => words
  return child
}

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}
