// Walks the product in a real browser, as nobody and as every persona of "look around", and says what a person would stumble on.
//
//   node smoke.mjs [BASE_URL] [--shots DIR]
//
// Without BASE_URL it plays a small demonstration into a temporary folder and serves that, with ../bin/commontable (or
// the program that COMMONTABLE names). Chromium is /usr/bin/chromium, or what CHROMIUM names.
// Exit code 0: nothing found. 1: problems, listed. 2: it could not look.

import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const WIDE = { width: 1280, height: 900 }
const PHONE = { width: 390, height: 844 }
const NARROW = { width: 320, height: 640 } // the least that WCAG 1.4.10 (reflow) asks for
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice']
const ASKED_PER_KIND = 3 // how many addresses of one kind of page are asked for, as one persona
const ASKED_AT_MOST = 500 // as one persona
const AT_ONCE = 3 // tabs, and requests under way
const PATIENCE = 20_000 // milliseconds for one page
const PATIENCE_IN_ALL = 15 * 60_000

// Addresses of one kind: what follows these is the name of a thing, as is anything that looks like an id, a number or a day.
const COLLECTIONS = new Set(['areas', 'organisations', 'programmes', 'people', 'themes', 'regions', 'words'])
const NAME_OF_A_THING = /^(\d[\w-]*|[0-9a-f-]{16,}|[EWSN]\d{8})$/i

async function main() {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { shots: { type: 'string' } } })
  const shots = values.shots && resolve(values.shots)
  if (shots) mkdirSync(shots, { recursive: true })

  const undo = []
  const stop = async () => { while (undo.length) await undo.pop()() }
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop().finally(() => process.exit(130)))
  const late = setTimeout(() => {
    console.error(`smoke: not done after ${PATIENCE_IN_ALL / 60_000} minutes`)
    stop().finally(() => process.exit(2))
  }, PATIENCE_IN_ALL)
  try {
    const base = positionals[0] ? new URL(positionals[0]) : await serveDemonstration(undo)
    const browser = await openBrowser(undo)
    const report = new Report()
    const seen = new Set() // what axe has judged: the parts of each kind of page, and those round every page
    const personas = await personasOf(browser, base)
    if (!personas.length) report.problem('there is nobody to look around as', '/look-around', 'no button named “as”')
    for (const persona of ['nobody', ...personas.filter((name) => name !== 'nobody')]) {
      await walk({ browser, base, persona, report, seen, shots })
    }
    report.print()
    process.exitCode = report.failed ? 1 : 0
  } finally {
    clearTimeout(late)
    await stop()
  }
}

// ---- what is looked at

async function serveDemonstration(undo) {
  const binary = process.env.COMMONTABLE ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'commontable')
  if (!existsSync(binary)) throw new CannotLook(`there is no ${binary}; make build makes it`)
  const folder = mkdtempSync(join(tmpdir(), 'commontable-smoke-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  const database = ['--database', `sqlite:${join(folder, 'demonstration.db')}`]

  const demo = start(binary, ['demo', '--areas', '12', '--years', '4', '--seed', '1', ...database], folder)
  const [code] = await once(demo, 'exit')
  if (code !== 0) throw new CannotLook(`commontable demo ended with ${code}:\n${demo.said()}`)

  const port = await freePort()
  const server = start(binary, ['serve', '--listen', `127.0.0.1:${port}`, ...database], folder)
  undo.push(async () => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill('SIGTERM')
    const late = setTimeout(() => server.kill('SIGKILL'), 5000)
    await gone
    clearTimeout(late)
  })
  const base = new URL(`http://127.0.0.1:${port}/`)
  for (let tries = 0; tries < 300; tries++) {
    if (server.exitCode !== null) throw new CannotLook(`commontable serve ended with ${server.exitCode}:\n${server.said()}`)
    const answer = await fetch(new URL('/healthz', base)).catch(() => null)
    if (answer?.ok) return base
    await new Promise((next) => setTimeout(next, 100))
  }
  throw new CannotLook(`commontable serve did not say at /healthz that it is well:\n${server.said()}`)
}

function start(binary, args, folder) {
  const child = spawn(binary, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let words = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (more) => { words = (words + more).slice(-4000) })
  child.said = () => words
  return child
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

async function openBrowser(undo) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid?.() !== 0, // Chromium's sandbox refuses root
    args: ['--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--no-first-run', '--disable-gpu'],
  }).catch((why) => { throw new CannotLook(`Chromium did not start: ${why.message}`) })
  undo.push(() => browser.close())
  return browser
}

async function personasOf(browser, base) {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(new URL('/look-around', base).href, { timeout: PATIENCE })
  const names = await page.$$eval('button[name=as]', (buttons) => buttons.map((button) => button.value))
  await context.close()
  return [...new Set(names)]
}

// ---- one persona's walk

async function walk({ browser, base, persona, report, seen, shots }) {
  const like = { viewport: WIDE, locale: 'en-GB', timezoneId: 'Europe/London', reducedMotion: 'reduce' }
  const watched = await browser.newContext(like) // the content security policy holds here, and breaches of it are seen
  await watched.addInitScript(() => {
    window.__refused = []
    document.addEventListener('securitypolicyviolation', (e) => window.__refused.push(`${e.effectiveDirective} ${e.blockedURI}`))
  })
  if (persona !== 'nobody') await become(watched, base, persona)
  const storageState = await watched.storageState()
  const judged = await browser.newContext({ ...like, bypassCSP: true, storageState }) // axe puts its script into the page here
  const plain = await browser.newContext({ ...like, bypassCSP: true, javaScriptEnabled: false, storageState })

  const began = Date.now()
  const { asked, examples, capped } = await crawl(watched.request, base, persona, report)
  if (persona === 'nobody') examples.push({ path: '/there-is-no-such-page', kind: '(not found)', status: 404 })
  let judgedHere = 0
  await inTurns(examples, async (example) => {
    const where = { persona, base, report, ...example }
    const parts = await lookWatched(watched, where)
    const unseen = parts.filter((part) => !seen.has(part))
    if (!unseen.length) return
    for (const part of unseen) seen.add(part)
    judgedHere++
    await lookJudged(judged, where, shots)
    await lookPlain(plain, where)
    await lookStripped(judged, where)
  })
  await Promise.all([watched, judged, plain].map((context) => context.close()))
  const seconds = ((Date.now() - began) / 1000).toFixed(0)
  console.error(`${persona}: ${asked} addresses${capped ? ' (the most for one persona)' : ''}, ${examples.length} kinds of page, ` +
    `${judgedHere} with something new, ${seconds} s`)
}

async function become(context, base, persona) {
  const page = await context.newPage()
  await page.goto(new URL('/look-around', base).href, { timeout: PATIENCE })
  await Promise.all([
    page.waitForURL((url) => url.pathname !== '/look-around', { timeout: PATIENCE }).catch(() => {}),
    page.click(`button[name=as][value="${persona}"]`, { timeout: PATIENCE }),
  ])
  await page.close()
}

// Every address that a link or a GET form leads to, breadth first; one page of each kind is kept to be looked at.
async function crawl(request, base, persona, report) {
  const queue = []
  const met = new Set()
  const perKind = new Map()
  const examples = []
  let asked = 0

  const meet = (href, from) => {
    const url = href && URL.canParse(href, from) && new URL(href, from)
    if (!url || url.origin !== base.origin) return
    const address = url.pathname + url.search
    if (met.has(address)) return
    met.add(address)
    const kind = kindOf(url)
    const before = perKind.get(kind) ?? 0
    perKind.set(kind, before + 1)
    if (before < ASKED_PER_KIND) queue.push({ path: address, kind, from: new URL(from).pathname })
  }

  const ask = async ({ path, kind, from }) => {
    asked++
    const where = `${path} as ${persona} (link on ${from})`
    const answer = await request.get(new URL(path, base).href, { maxRedirects: 0, timeout: PATIENCE }).catch((why) => why)
    if (answer instanceof Error) return report.problem('no answer', where, answer.message.split('\n')[0])
    report.check(answer.status() < 400, `status ${answer.status()}`, where)
    const { location, 'content-type': type = '' } = answer.headers()
    if (location) meet(location, answer.url())
    if (answer.status() >= 300 || !type.startsWith('text/html')) return
    if (!examples.some((example) => example.kind === kind)) examples.push({ path, kind, status: 200 })
    for (const href of linksOf(await answer.text())) meet(href, answer.url())
  }

  meet('/', base.href)
  while (queue.length && asked < ASKED_AT_MOST) await inTurns(queue.splice(0, AT_ONCE), ask)
  return { asked, examples, capped: queue.length > 0 }
}

function kindOf(url) {
  const parts = url.pathname.split('/').slice(1)
  const path = parts.map((part, i) => {
    const [, stem, ending = ''] = part.match(/^(.*?)(\.[a-z]\w*)?$/i)
    if (NAME_OF_A_THING.test(stem)) return ':id' + ending
    return i > 0 && COLLECTIONS.has(parts[i - 1]) && part ? '{slug}' + ending : part
  })
  const query = [...new Set(url.searchParams.keys())].sort()
  return '/' + path.join('/') + (query.length ? `?${query.join('&')}` : '')
}

function linksOf(html) {
  const found = []
  for (const [, attributes] of html.matchAll(/<a\s([^>]*)>/gi)) found.push(attributes.match(/(?:^|\s)href="([^"]*)"/i)?.[1])
  for (const [, attributes] of html.matchAll(/<form\s([^>]*)>/gi)) {
    if (!/(?:^|\s)method="?post/i.test(attributes)) found.push(attributes.match(/(?:^|\s)action="([^"]*)"/i)?.[1])
  }
  return found.filter(Boolean).map((href) => href.replaceAll('&amp;', '&').replaceAll('&#34;', '"').replaceAll('&#39;', "'"))
}

// ---- one page, three ways

// As a person's browser shows it. Returns what the page is built from: nothing, where it did not load.
async function lookWatched(context, where) {
  const page = await context.newPage()
  const complaints = []
  page.on('console', (message) => {
    const ownStatus = message.location().url === page.url() && /status of 404/.test(message.text()) && where.status === 404
    if (message.type() === 'error' && !ownStatus) complaints.push(message.text().slice(0, 200))
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  try {
    const answer = await go(page, where)
    if (!answer) return []
    const note = noteFor(where, 'JavaScript on')
    note(answer.status() === where.status, `status ${answer.status()}, not ${where.status}`)
    note(Boolean(answer.headers()['content-security-policy']), 'no content security policy')
    const facts = await page.evaluate(factsOfPage)
    note(facts.title.trim() !== '', 'no <title>')
    note(facts.h1 === 1, `${facts.h1} h1 headings, not one`)
    note(!facts.lostAnchors.length, 'a link to a part of the page that is not there', facts.lostAnchors.join(', '))
    for (const size of [WIDE, PHONE, NARROW]) {
      await page.setViewportSize(size)
      await layoutOf(page, noteFor(where, `${size.width} wide, JavaScript on`))
    }
    const refused = await page.evaluate(() => window.__refused)
    const policy = complaints.filter((text) => /Content Security Policy/i.test(text))
    const others = complaints.filter((text) => !/Content Security Policy/i.test(text))
    note(!policy.length && !refused.length, 'the content security policy was breached', [...refused, ...policy].join(' | '))
    note(!others.length, 'an error in the console', others.join(' | '))
    return facts.built.map(({ within, part }) => `${within ? where.kind : 'round every page'} ${part}`)
  } finally {
    await page.close()
  }
}

// With axe, at two widths; the pictures are taken here.
async function lookJudged(context, where, shots) {
  const page = await context.newPage()
  try {
    if (!await go(page, where)) return
    for (const size of [WIDE, PHONE]) {
      await page.setViewportSize(size)
      await judge(page, noteFor(where, `${size.width} wide, JavaScript on`))
      if (!shots) continue
      const kind = where.kind.replace(/[{}:()]/g, '').replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'home'
      await page.screenshot({ path: join(shots, `${kind}.${where.persona}.${size.width}.png`), fullPage: true })
    }
  } finally {
    await page.close()
  }
}

// With JavaScript off.
async function lookPlain(context, where) {
  const page = await context.newPage()
  try {
    if (!await go(page, where)) return
    for (const size of [WIDE, NARROW, PHONE]) {
      await page.setViewportSize(size)
      await layoutOf(page, noteFor(where, `${size.width} wide, JavaScript off`))
    }
  } finally {
    await page.close()
  }
}

// As it is without JavaScript, with axe. axe needs timers, and no timer runs where scripts are switched off: so scripts are
// on, the page's own are cut out, and what <noscript> holds is let out.
async function lookStripped(context, where) {
  const page = await context.newPage()
  await page.route((url) => url.href === new URL(where.path, where.base).href, async (route) => {
    const answer = await route.fetch()
    const html = await answer.text()
    await route.fulfill({ response: answer, body: html.replace(/<script\b.*?<\/script>/gis, '').replace(/<\/?noscript>/gi, '') })
  })
  try {
    await page.setViewportSize(PHONE)
    if (await go(page, where)) await judge(page, noteFor(where, `${PHONE.width} wide, JavaScript off`))
  } finally {
    await page.close()
  }
}

async function go(page, { path, base, report, persona }) {
  try {
    const answer = await page.goto(new URL(path, base).href, { waitUntil: 'load', timeout: PATIENCE })
    await page.evaluate(() => document.fonts.ready.then(() => true))
    return answer
  } catch (why) {
    report.problem('the page did not load', `${path} as ${persona}`, why.message.split('\n')[0])
    return null
  }
}

async function judge(page, note) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode().analyze()
  note(!violations.length, null)
  for (const { id, impact, help, nodes } of violations) {
    const example = nodes[0].html.replace(/\s+/g, ' ').slice(0, 160)
    note(false, `axe ${id} (${impact}): ${help}`, `${nodes.length} × ${nodes[0].target.join(' ')}: ${example}`)
  }
}

async function layoutOf(page, note) {
  const { wider, culprit, small } = await page.evaluate(layoutFacts)
  note(wider <= 0, 'the page scrolls sideways', `${wider} px, by ${culprit}`)
  note(!small.length, 'something to press is under 24 px', small.slice(0, 4).join(', '))
}

// These two run in the page.

function factsOfPage() {
  const main = document.querySelector('main') ?? document.body
  const built = [...document.body.querySelectorAll('*')].map((element) => {
    const classes = [...element.classList].sort().join('.')
    const part = `${element.localName}.${classes}[${element.getAttribute('role') ?? ''}${element.getAttribute('type') ?? ''}]`
    return { within: main.contains(element), part }
  })
  return {
    title: document.title,
    h1: document.querySelectorAll('h1').length,
    lostAnchors: [...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute('href'))
      .filter((href) => href.length > 1 && !document.getElementById(decodeURIComponent(href.slice(1)))),
    built,
  }
}

function layoutFacts() {
  const root = document.documentElement
  const name = (element) => element.localName + (element.id ? `#${element.id}` : '') +
    [...element.classList].map((c) => `.${c}`).join('')
  const shown = (element) => {
    const box = element.getBoundingClientRect()
    // Hidden from eyes but not from screen readers (a skip link, the words that complete a link) is a box of a pixel or a clipped one.
    return box.width > 1 && box.height > 1 && element.checkVisibility({ visibilityProperty: true, opacityProperty: false }) &&
      !/inset\(50%\)/.test(getComputedStyle(element).clipPath)
  }

  const wider = root.scrollWidth - root.clientWidth
  let culprit = ''
  if (wider > 0) {
    const beyond = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 0.5)
    const deepest = beyond.filter((e) => ![...e.children].some((child) => beyond.includes(child)))
    culprit = (deepest.length ? deepest : beyond).slice(0, 2).map(name).join(' and ') || 'something'
  }

  const small = []
  const links = [...document.querySelectorAll('a[href]')].filter(shown)
  const targets = document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], [role=menuitem]')
  for (const target of targets) {
    if (!shown(target) || target.disabled) continue
    if (target.localName === 'a' && getComputedStyle(target).display === 'inline') {
      if (!target.ownerSVGElement) continue // in a line of text
      // A shape in a picture may be small where a plain link beside the picture goes to the same place (WCAG 2.5.8, equivalent).
      const address = new URL(target.href.baseVal, location.href).href
      if (links.some((link) => !link.ownerSVGElement && link.href === address)) continue
    }
    let { width, height } = target.getBoundingClientRect()
    for (const label of target.labels ?? []) { // pressing the label presses the field
      const box = label.getBoundingClientRect()
      width = Math.max(width, box.width)
      height = Math.max(height, box.height)
    }
    if (width < 23.5 || height < 23.5) small.push(`${name(target)} ${Math.round(width)}×${Math.round(height)}`)
  }
  return { wider, culprit, small }
}

// ---- keeping count

class CannotLook extends Error {}

class Report {
  passed = 0
  failed = 0
  problems = new Map() // what is wrong → where

  check(right, what, where, detail) {
    if (right) this.passed++
    else this.problem(what, where, detail)
  }

  problem(what, where, detail) {
    this.failed++
    if (!this.problems.has(what)) this.problems.set(what, [])
    this.problems.get(what).push(detail ? `${where}\n      ${detail}` : where)
  }

  print() {
    for (const [what, places] of this.problems) {
      console.log(`\n${what}`)
      for (const place of places.slice(0, 6)) console.log(`    ${place}`)
      if (places.length > 6) console.log(`    … and ${places.length - 6} more`)
    }
    console.log(`\n${this.passed} passed, ${this.failed} failed`)
  }
}

function noteFor({ report, path, persona }, how) {
  return (right, what, detail) => {
    if (right || what) report.check(right, what, `${path} as ${persona}, ${how}`, detail)
  }
}

async function inTurns(items, work) {
  const waiting = [...items]
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (waiting.length) await work(waiting.shift())
  }))
}

main().catch((why) => {
  console.error(why instanceof CannotLook ? `smoke: ${why.message}` : why)
  process.exitCode = 2
})
