// Walks the product in a real browser, as nobody and as every persona of "look around", and says what a person would stumble on.
//
//   node smoke.mjs [BASE_URL] [--world WORLD] [--shots DIR]
//
// Without BASE_URL it makes a world in a temporary folder (see served.mjs: a small demonstration, or an empty one) and
// serves it, with ../bin/commontable (or the program that COMMONTABLE names); forms are then also sent empty, to see the
// pages that say what is wrong.
// Chromium is /usr/bin/chromium, or what CHROMIUM names.
//
// Every link is asked for without a browser, as everybody. The browser then opens the fewest pages that show between them
// each kind of page as nobody sees it, and every part (element, class, role) that some page of that kind has for somebody.
// Exit code 0: nothing found. 1: problems, listed. 2: it could not look.

import axe from 'axe-core'
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { BINARY, CannotLook, openBrowser, serveWorld, withUndo } from './served.mjs'

const WIDE = { width: 1280, height: 900 }
const PHONE = { width: 390, height: 844 }
const NARROW = { width: 320, height: 640 } // the least that WCAG 1.4.10 (reflow) asks for
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice']
const ASKED_PER_KIND = 4 // as one persona, of the addresses of one kind of page, and then the 9th, 17th, 33rd … met
const ASKED_AT_MOST = 1500 // as one persona
const AT_ONCE = 2 // lanes, each with a tab of its own
const PATIENCE = 20_000 // milliseconds for one page
const PATIENCE_IN_ALL = 10 * 60_000

// Addresses of one kind: what follows these is the name of a thing, as is anything that looks like an id, a number or a day.
const COLLECTIONS = new Set(['areas', 'organisations', 'programmes', 'people', 'themes', 'regions', 'words'])
const NAME_OF_A_THING = /^(\d[\w-]*|[0-9a-f-]{16,}|[EWSN]\d{8})$/i

async function main(undo) {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { shots: { type: 'string' }, world: { type: 'string', default: 'demonstration' } } })
  const shots = values.shots && resolve(values.shots)
  if (shots) mkdirSync(shots, { recursive: true })
  const base = positionals[0] ? new URL(positionals[0]) : await serveWorld(values.world, undo)
  const browser = await openBrowser(undo)
  const report = new Report()
  const look = { browser, base, report, shots, mayWrite: !positionals.length }
  const met = await crawlAsEverybody(look, values.world !== 'nothing')
  if (look.mayWrite && values.world === 'demonstration') sayWhatNobodyReached(met)
  const seen = new Set()
  const nobodys = fewest(met.filter(({ persona }) => persona === 'nobody'), seen)
  await lookAt([...nobodys, ...fewest(met, seen)], look)
  report.print()
  process.exitCode = report.failed ? 1 : 0
}

// ---- which pages there are, asked for without a browser

async function crawlAsEverybody({ browser, base, report }, somebody) {
  const began = Date.now()
  const met = []
  let asked = 0
  const crawlAs = async (persona) => {
    const context = await contextOf(browser, base, persona)
    const found = await crawl(context.request, base, persona, report)
    asked += found.asked
    if (found.capped) console.error(`${persona}: only the first ${found.asked} addresses were asked for`)
    met.push(...found.pages)
    await context.close()
  }
  const personas = somebody ? await personasOf(browser, base) : []
  if (somebody && !personas.length) report.problem('there is nobody to look around as', '/look-around', 'no button named “as”')
  await inTurns(['nobody', ...personas.filter((name) => name !== 'nobody')], crawlAs)
  const kinds = new Set(met.map(({ kind }) => kind)).size
  console.error(`${asked} addresses as ${personas.length} people: ${kinds} kinds of page, ${seconds(began)}`)
  return met
}

// Not a fault: the small demonstration may give no occasion for a page. But it says where nobody looked.
function sayWhatNobodyReached(met) {
  const reached = new Set(met.map(({ path }) => path.split('?')[0]))
  const files = /\.\w+$|^\/healthz$/
  const missed = JSON.parse(execFileSync(BINARY, ['routes', '--json']))
    .map(({ pattern }) => pattern.split(' ')).filter(([method, path]) => method === 'GET' && !files.test(path) && !path.startsWith('/api/v1/')).map(([, path]) => path)
    .filter((path) => {
      const shape = new RegExp(`^${path.replace('{$}', '').replace(/\{\w+\}/g, '[^/]+')}$`)
      return ![...reached].some((address) => shape.test(address))
    })
  if (missed.length) console.error(`no link led to ${missed.join(', ')}`)
}

async function personasOf(browser, base) {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(new URL('/look-around', base).href, { timeout: PATIENCE })
  const names = await page.$$eval('button[name=as]', (buttons) => buttons.map((button) => button.value))
  await context.close()
  return [...new Set(names)]
}

// What one persona's pages share: who they are.
async function contextOf(browser, base, persona) {
  const context = await browser.newContext({ viewport: WIDE, locale: 'en-GB', timezoneId: 'Europe/London', reducedMotion: 'reduce' })
  if (persona !== 'nobody') {
    const answer = await context.request.post(new URL('/look-around', base).href, { form: { as: persona }, timeout: PATIENCE })
    if (!answer.ok()) throw new CannotLook(`looking round as ${persona} answered with ${answer.status()}`)
  }
  return context
}

// Every address that a link or a GET form leads to, breadth first, with what each page is built from.
async function crawl(request, base, persona, report) {
  const queue = []
  const met = new Set()
  const perKind = new Map()
  const pages = []
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
    if (before < ASKED_PER_KIND || Number.isInteger(Math.log2(before))) queue.push({ path: address, kind, from: new URL(from).pathname })
  }

  const ask = async ({ path, kind, from, wanted = 200 }) => {
    asked++
    const where = `${path} as ${persona}` + (from ? ` (link on ${from})` : '')
    const answer = await request.get(new URL(path, base).href, { maxRedirects: 0, timeout: PATIENCE }).catch((why) => why)
    if (answer instanceof Error) return report.problem('no answer', where, answer.message.split('\n')[0])
    const status = answer.status()
    report.check(status === wanted || (status >= 300 && status < 400), `status ${status}`, where)
    const { location, 'content-type': type = '' } = answer.headers()
    if (location) meet(location, answer.url())
    if (status !== wanted || !type.startsWith('text/html')) return
    const html = await answer.text()
    pages.push({ persona, path, kind, status, parts: partsOf(html, kind) })
    for (const href of linksOf(html)) meet(href, answer.url())
  }

  meet('/', base.href)
  while (queue.length && asked < ASKED_AT_MOST) await ask(queue.shift())
  const capped = queue.length > 0
  await ask({ path: '/there-is-no-such-page', kind: '(not found)', wanted: 404 })
  return { asked, pages, capped }
}

// What a page is built from: its elements with their classes and roles, within main for its kind and round it for all.
function partsOf(html, kind) {
  const body = html.slice(html.search(/<body\b/i))
  const [start, end] = [body.search(/<main\b/i), body.search(/<\/main>/i)]
  const parts = new Set()
  for (const { 1: name, 2: attributes, index } of body.matchAll(/<([a-z][\w-]*)((?:[^>"]|"[^"]*")*)>/gi)) {
    const value = (key) => attributes.match(new RegExp(`(?:^|\\s)${key}="([^"]*)"`, 'i'))?.[1] ?? ''
    const classes = value('class').split(/\s+/).sort().join('.')
    parts.add(`${index >= start && index < end ? kind : 'round every page'} ${name}.${classes}[${value('role')}${value('type')}]`)
  }
  return parts
}

// The fewest pages that show every part that is not yet seen.
function fewest(pages, seen) {
  const chosen = []
  const unseen = ({ parts }) => [...parts].filter((part) => !seen.has(part)).length
  for (let left = pages; left.length;) {
    left = left.map((page) => ({ page, news: unseen(page) })).filter(({ news }) => news > 0)
      .sort((a, b) => b.news - a.news).map(({ page }) => page)
    if (!left.length) break
    chosen.push(left[0])
    for (const part of left[0].parts) seen.add(part)
  }
  return chosen
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

// ---- the pages, in the browser

async function lookAt(pages, look) {
  const began = Date.now()
  const contexts = new Map()
  for (const { persona } of pages) {
    if (!contexts.has(persona)) contexts.set(persona, await contextOf(look.browser, look.base, persona))
  }
  const byPersona = [...contexts.keys()].flatMap((persona) => pages.filter((page) => page.persona === persona))
  let wrongForms = 0
  await inTurns(byPersona, async (page, lane) => {
    const context = contexts.get(page.persona)
    const where = { ...page, ...look }
    const sent = await inTab(lane, context, (tab) => lookAtPage(tab, where))
    wrongForms += sent
  })
  for (const context of contexts.values()) await context.close()
  console.error(`${byPersona.length} pages and ${wrongForms} forms sent empty, looked at in ${seconds(began)}`)
}

// A lane keeps its tab from page to page, until the next persona's turn.
async function inTab(lane, context, work) {
  if (lane.context !== context) {
    await lane.tab?.page.close()
    lane.context = context
    lane.tab = await newTab(context)
  }
  return work(lane.tab)
}

async function newTab(context) {
  const page = await context.newPage()
  const chrome = await context.newCDPSession(page)
  const tab = { page, complaints: [], scripts: (on) => chrome.send('Emulation.setScriptExecutionDisabled', { value: !on }) }
  await page.addInitScript(() => {
    window.__refused = []
    document.addEventListener('securitypolicyviolation', (e) => window.__refused.push(`${e.effectiveDirective} ${e.blockedURI}`))
  })
  page.on('console', (message) => {
    const ownStatus = message.location().url === page.url() && /status of (404|422)/.test(message.text())
    if (message.type() === 'error' && !ownStatus) tab.complaints.push(message.text().slice(0, 200))
  })
  page.on('pageerror', (error) => tab.complaints.push(String(error)))
  return tab
}

// One page with JavaScript and without, and what its form answers when it is sent empty.
async function lookAtPage(tab, where) {
  if (await go(tab, where, WIDE)) await lookWithScripts(tab, where)
  await tab.scripts(false)
  const loaded = await go(tab, where, PHONE)
  await tab.scripts(true) // axe needs timers; the page was read without, and its own scripts stay unrun
  if (loaded) await lookWithoutScripts(tab.page, where)
  if (!where.mayWrite || where.status !== 200) return 0
  const wrong = await sendEmpty(tab, where)
  if (wrong) await lookWithScripts(tab, wrong)
  return wrong ? 1 : 0
}

async function lookWithScripts({ page, complaints }, where) {
  const note = noteFor(where, 'JavaScript on')
  const facts = await page.evaluate(factsOfPage)
  note(facts.title.trim() !== '', 'no <title>')
  note(facts.title.startsWith('Error: ') === (where.status === 422), `the title is “${facts.title}”`)
  note(facts.h1 === 1, `${facts.h1} h1 headings, not one`)
  note(!facts.code, 'the page shows what was meant for the program', facts.code)
  note(!facts.lostAnchors.length, 'a link to a part of the page that is not there', facts.lostAnchors.join(', '))
  for (const size of [WIDE, PHONE, NARROW]) {
    const sized = noteFor(where, `${size.width} wide, JavaScript on`)
    await page.setViewportSize(size)
    await layoutOf(page, sized)
    if (size === NARROW) continue
    await judge(page, sized)
    if (where.shots) await picture(page, where, size)
  }
  const refused = await page.evaluate(() => window.__refused)
  const policy = complaints.filter((text) => /Content Security Policy/i.test(text))
  const others = complaints.filter((text) => !/Content Security Policy/i.test(text))
  note(!policy.length && !refused.length, 'the content security policy was breached', [...refused, ...policy].join(' | '))
  note(!others.length, 'an error in the console', others.join(' | '))
}

async function lookWithoutScripts(page, where) {
  for (const size of [PHONE, NARROW]) {
    await page.setViewportSize(size)
    await layoutOf(page, noteFor(where, `${size.width} wide, JavaScript off`))
    if (size === PHONE) await judge(page, noteFor(where, `${size.width} wide, JavaScript off`))
  }
}

// Sends the page's form with every box empty. A form without boxes would do something: it is left alone.
async function sendEmpty(tab, where) {
  const forms = tab.page.locator('main form[method=post]').filter({ has: tab.page.locator('input[type=text], input:not([type]), textarea') })
  if (!await forms.count() || !await go(tab, where, WIDE)) return null
  const answered = tab.page.waitForResponse((answer) => answer.request().method() === 'POST', { timeout: PATIENCE })
  await Promise.all([
    tab.page.waitForEvent('load', { timeout: PATIENCE }),
    forms.first().evaluate((form) => {
      for (const box of form.querySelectorAll('input:not([type=hidden]), textarea, select')) {
        if (box.type === 'checkbox' || box.type === 'radio') box.checked = false
        else box.value = ''
      }
      form.noValidate = true
      form.requestSubmit()
    }),
  ])
  const status = (await answered).status()
  noteFor(where, 'its form sent empty')(status < 400 || status === 422, `a form sent empty answers with ${status}`) // all may be optional
  return status === 422 ? { ...where, kind: where.kind + ' wrong', path: where.path + ' (sent empty)', status } : null
}

async function go({ page, complaints }, { path, base, report, persona, status }, size) {
  try {
    complaints.length = 0
    await page.setViewportSize(size)
    const answer = await page.goto(new URL(path, base).href, { waitUntil: 'load', timeout: PATIENCE })
    await page.evaluate(() => document.fonts.ready.then(() => true))
    report.check(answer.status() === status, `status ${answer.status()}, not ${status}`, `${path} as ${persona}`)
    report.check('content-security-policy' in answer.headers(), 'no content security policy', `${path} as ${persona}`)
    return answer
  } catch (why) {
    report.problem('the page did not load', `${path} as ${persona}`, why.message.split('\n')[0])
    return null
  }
}

async function judge(page, note) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe.source + ';0')
  const violations = await page.evaluate((tags) =>
    window.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }).then((found) => found.violations), RULES)
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

async function picture(page, { kind, persona, path, shots }, { width }) {
  const plain = (text) => text.replace(/[{}:()]/g, '').replace(/\W+/g, '-').replace(/^-|-$/g, '')
  const area = path.match(/^\/areas\/([^/?]+)/)?.[1] ?? ''
  const name = [plain(kind) || 'home', persona, area, width].filter(Boolean).join('.')
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
}

// These two run in the page.

function factsOfPage() {
  return {
    title: document.title,
    h1: document.querySelectorAll('h1').length,
    code: document.body.innerText.match(/@\w+\.\w+[({]|%![a-z]?\(|\bundefined\b|<nil>|0001-01-01|1 January 0001/i)?.[0],
    lostAnchors: [...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute('href'))
      .filter((href) => href.length > 1 && !document.getElementById(decodeURIComponent(href.slice(1)))),
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
    const lane = {}
    while (waiting.length) await work(waiting.shift(), lane)
  }))
}

const seconds = (began) => `${((Date.now() - began) / 1000).toFixed(0)} s`

await withUndo('smoke', PATIENCE_IN_ALL, main)
