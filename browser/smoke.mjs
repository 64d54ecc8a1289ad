// Walks the product in a real browser, as nobody and as every persona of "look around", and says what a person would stumble on.
//
//   node smoke.mjs [BASE_URL] [--world WORLD] [--shots DIR] [--all]
//
// Without BASE_URL it makes a world in a temporary folder (see served.mjs: a small demonstration, or an empty one) and
// serves it, with ../bin/commontable (or the program that COMMONTABLE names); forms are then also sent empty, to see the
// pages that say what is wrong; axe judges these at one width by turns, and with --all at both.
// Chromium is /usr/bin/chromium, or what CHROMIUM names.
//
// Every link is asked for without a browser, as everybody; a kind of page is a route of the program's own table. The browser
// then opens the fewest pages that show between them each kind of page as nobody sees it, and every part (element, class,
// role) that some page of that kind has for somebody. In the demonstration a GET route that nothing led to is a problem.
// Exit code 0: nothing found. 1: problems, listed. 2: it could not look.

import axe from 'axe-core'
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { BINARY, CannotLook, openBrowser, serveWorld, withUndo } from './served.mjs'
import { stopsOf } from './stops.mjs'

const WIDE = { width: 1280, height: 900 }
const PHONE = { width: 390, height: 844 }
const NARROW = { width: 320, height: 640 } // the least that WCAG 1.4.10 (reflow) asks for
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice']
const ASKED_AT_HOME = 4 // as one persona, of the addresses of one kind of page in the area that the personas come from
const ASKED_AT_MOST = 1500 // as one persona
const AT_ONCE = 2 // lanes, each with a tab of its own
const PATIENCE = 20_000 // milliseconds for one page
const PATIENCE_IN_ALL = 20 * 60_000

// What no link leads to, and why not.
const NOT_REACHED = {
  '/.well-known/security.txt': 'the demonstration has nobody to report a weakness to',
  '/sign-in/oidc/callback': 'an identity provider sends people here',
  '/metrics': 'it is for programs',
  '/passkeys/{passkey}/removal': 'passkey.mjs looks at it, with a passkey',
}

// Where somebody comes without a link, or by one that the demonstration gives no occasion for.
const TYPED = ['/sure', '/sign-in/operator', '/me.csv', '/robots.txt']

// What is done first, so that the pages are there that only a form leads to. A page is one that a link on the page before it
// leads to; what the form answers gives an address, which is looked at by the same persona or by seenBy.
const ERRANDS = [
  {
    as: 'chair', pages: ['/areas/tanners-reach/projects', '/areas/[^/]+/projects/[0-9a-f]{32}', '.*/share'],
    fill: { for_whom: 'Karen Whitfield, who was there before', contents: 'timeline', 'until-day': '1', 'until-month': '12', 'until-year': '2026' }, gives: /\/shared\/[\w-]{16,}/, seenBy: 'nobody',
  },
  {
    as: 'chair', pages: ['/areas/tanners-reach/together', '/areas/[^/]+/together/[0-9a-f]{32}/invite'],
    fill: { for_whom: 'neighbourhood inspector', 'until-day': '1', 'until-month': '12', 'until-year': '2026' }, gives: /\/shared\/take-part\/[\w-]{16,}/, seenBy: 'nobody',
  },
  {
    as: 'chair', pages: ['/areas/tanners-reach/projects', '/areas/[^/]+/projects/[0-9a-f]{32}', '.*/share'],
    fill: { for_whom: 'Hana Reid, who writes for the paper', contents: 'photos', 'until-day': '1', 'until-month': '12', 'until-year': '2026' }, gives: /\/shared\/[\w-]{16,}/, seenBy: 'nobody',
  },
  {
    as: 'programme-finance', pages: ['/areas/tanners-reach/money/paid', '/areas/[^/]+/money/entries/.*', '/areas/[^/]+/money/payments/[0-9a-f]{32}', '.*/reversal'],
    fill: { reason: 'It was paid twice' }, gives: /\/areas\/[^/]+\/money\/payments\/[0-9a-f]{32}/,
  },
  {
    as: 'chair', pages: ['/areas/tanners-reach/decisions/new?kind=other'],
    fill: { go: 'put', title: 'Who mends the hall', question: 'Shall they mend the hall?', does: 'Brightwell Homes' }, gives: /\/areas\/[^/]+\/decisions\/\d+/,
  },
  { as: 'member', pages: ['/calendar'], fill: { make: 'yes' }, gives: /\/calendar\/[\w-]+\.ics/ },
  { as: 'nobody', pages: ['/sign-in'], fill: { email: 'aneela.hussain@patchwork.example' }, gives: /\/sign-in\/check/ },
]

// Forms that go in steps: each answer is a page that no link leads to. In each step the boxes that are named are filled in and
// the others left as they are; '(first)' is the first of what a box has to choose from, and go is a button other than the main one.
const WALKS = [
  {
    as: 'chair', from: '/areas/tanners-reach/decisions/new?kind=spending', ends: /\/decisions\/\d+$/,
    steps: [
      { title: 'A gate for the hall', question: 'Shall we pay £900 for a gate?', words: 'Oak, with a latch that children can reach' },
      { go: 'more' },
      { 'line-1': '(first)', 'amount-1': 'a lot' },
      { 'amount-1': '900', cost: '£900, once' },
      { does: 'Brightwell Homes', hears: 'The bus company' },
      { go: 'draft' },
    ],
  },
  {
    as: 'chair', from: '/areas/tanners-reach/decisions', link: 'A bench by the bus stop', then: '/change', ends: /\/decisions\/\d+$/,
    steps: [{ title: 'A bench by the bus stop, with a back', why: 'It was asked for' }, {}, {}, { go: 'put' }],
  },
]

async function main(undo) {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { all: { type: 'boolean' }, shots: { type: 'string' }, world: { type: 'string', default: 'demonstration' } } })
  const shots = values.shots && resolve(values.shots)
  if (shots) mkdirSync(shots, { recursive: true })
  const base = positionals[0] ? new URL(positionals[0]) : await serveWorld(values.world, undo)
  const browser = await openBrowser(undo)
  const report = new Report()
  const whole = !positionals.length && values.world === 'demonstration'
  const look = { world: values.world, browser, base, report, shots, routes: new Routes(), mayWrite: !positionals.length, all: values.all, colours: new Set() }
  const met = await crawlAsEverybody(look, values.world !== 'nothing', whole)
  if (whole) look.routes.sayWhatNobodyReached(met, report)
  const seen = new Set()
  const nobodys = fewest(met.filter(({ persona }) => persona === 'nobody'), seen)
  await lookAt([...nobodys, ...fewest(met, seen)], look)
  report.print()
  process.exitCode = report.failed ? 1 : 0
}

// ---- which pages there are, asked for without a browser

async function crawlAsEverybody(look, somebody, whole) {
  const began = Date.now()
  const met = []
  let asked = 0
  const personas = somebody ? await personasOf(look) : []
  if (somebody && !personas.length) look.report.problem('there is nobody to look around as', '/look-around', 'no button named “as”')
  const everybody = ['nobody', ...personas.filter((name) => name !== 'nobody')]
  const contexts = new Map()
  for (const persona of everybody) contexts.set(persona, await contextOf(look.browser, look.base, persona))
  const landings = [...contexts.values()].map(({ landing }) => landing)
  const home = landings.map((path) => path.match(/^\/areas\/[^/]+/)?.[0]).find(Boolean)
  const given = look.mayWrite && whole ? await runErrands(contexts, look) : []
  await inTurns(everybody, async (persona) => {
    const { context, landing } = contexts.get(persona)
    const starts = [landing, home, ...TYPED, ...given.filter(({ by }) => by === persona).map(({ path }) => path)].filter(Boolean)
    const found = await crawl(context.request, look, persona, starts, home)
    asked += found.asked
    if (found.capped) console.error(`${persona}: only the first ${found.asked} addresses were asked for`)
    met.push(...found.pages)
  })
  for (const { context } of contexts.values()) await context.close()
  const kinds = new Set(met.map(({ kind }) => kind)).size
  console.error(`${asked} addresses as ${personas.length} people: ${kinds} kinds of page, ${seconds(began)}`)
  return met
}

// Sends what is to be sent before anybody looks, and says which addresses that gave.
async function runErrands(contexts, { base, report }) {
  const given = []
  for (const { as, pages, fill, gives, seenBy } of ERRANDS) {
    const { request } = contexts.get(as).context
    let address = new URL(pages[0], base).href
    let html = await (await request.get(address)).text()
    for (const wanted of pages.slice(1)) {
      const link = linksOf(html).find((href) => new RegExp(`^${wanted}$`).test(href))
      if (!link) { report.problem('an errand found no way', `${wanted} as ${as}`); break }
      address = new URL(link, base).href
      html = await (await request.get(address)).text()
    }
    const [, action, fields] = html.slice(html.search(/<main\b/i)).match(/<form\s[^>]*method="post"[^>]*?action="([^"]*)"[^>]*>(.*?)<\/form>/s) ?? []
    const form = { ...fill }
    for (const [, name, value] of (fields ?? '').matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)) form[name] ??= value
    const answer = await request.post(new URL(action ?? address, base).href, { form })
    const got = (answer.url() + ' ' + await answer.text()).match(gives)?.[0]
    if (got) given.push({ by: seenBy ?? as, path: got })
    else report.problem('an errand came to nothing', `${address} as ${as}`, `status ${answer.status()}`)
  }
  return given
}

// The program's own table of routes: each is a kind of page.
class Routes {
  patterns = JSON.parse(execFileSync(BINARY, ['routes', '--json'])).map(({ pattern }) => {
    const [method, path] = pattern.split(' ')
    const parts = path.replace('{$}', '').split('/').map((part) => part.startsWith('{') ? '' : part)
    return { method, path, parts, fixed: parts.filter(Boolean).length }
  }).sort((a, b) => b.fixed - a.fixed)

  // The pattern that answers a path: the one with the most fixed words.
  of(method, path) {
    const asked = path.split('/')
    return this.patterns.find(({ method: own, parts }) => own === method && parts.length === asked.length &&
      parts.every((part, i) => part === asked[i] || (part === '' && asked[i] !== '' && parts.length > 2) ))?.path ?? path
  }

  sayWhatNobodyReached(met, report) {
    const reached = new Set(met.map(({ route }) => route))
    const pages = this.patterns.filter(({ method, path }) => method === 'GET' && path !== '/healthz' && !path.startsWith('/api/v1/'))
    for (const { path } of pages) report.check(reached.has(path) !== path in NOT_REACHED, reached.has(path) ? 'reached, though it is told not to be' : 'no link led to', path)
  }
}

async function personasOf({ browser, base }) {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(new URL('/look-around', base).href, { timeout: PATIENCE })
  const names = await page.$$eval('button[name=as]', (buttons) => buttons.map((button) => button.value))
  await context.close()
  return [...new Set(names)]
}

// What one persona's pages share: who they are. And where looking around led them.
async function contextOf(browser, base, persona) {
  const context = await browser.newContext({ viewport: WIDE, locale: 'en-GB', timezoneId: 'Europe/London', reducedMotion: 'reduce' })
  if (persona === 'nobody') return { context, landing: '/' }
  const answer = await context.request.post(new URL('/look-around', base).href, { form: { as: persona }, timeout: PATIENCE })
  if (!answer.ok()) throw new CannotLook(`looking round as ${persona} answered with ${answer.status()}`)
  return { context, landing: new URL(answer.url()).pathname }
}

// Every address that a link or a GET form leads to, breadth first and at home first, with what each page is built from.
async function crawl(request, { base, report, routes }, persona, starts, home) {
  const [near, far] = [[], []]
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
    const route = routes.of('GET', url.pathname)
    const kind = kindOf(route, url)
    const atHome = !route.startsWith('/areas/{area}') || url.pathname === home || url.pathname.startsWith(home + '/')
    const counted = (atHome ? 'at home ' : '') + kind
    const before = perKind.get(counted) ?? 0
    perKind.set(counted, before + 1)
    // Elsewhere, and of files and of lists in another order, the 1st, and of all then the 2nd, 5th, 17th, 65th … met.
    const isPlain = !/[?.]/.test(kind)
    if (before < (atHome && isPlain ? ASKED_AT_HOME : 1) || Number.isInteger(Math.log2(before) / 2)) (atHome ? near : far).push({ path: address, route, kind, from: new URL(from).pathname })
  }

  const ask = async ({ path, route, kind, from, wanted = 200 }) => {
    asked++
    const where = `${path} as ${persona}` + (from ? ` (link on ${from})` : '')
    const answer = await request.get(new URL(path, base).href, { maxRedirects: 0, timeout: PATIENCE }).catch((why) => why)
    if (answer instanceof Error) return report.problem('no answer', where, answer.message.split('\n')[0])
    const status = answer.status()
    report.check(status === wanted || (status >= 300 && status < 400), `status ${status}`, where)
    const { location, 'content-type': type = '' } = answer.headers()
    if (location) meet(location, answer.url())
    const isPage = status === wanted && type.startsWith('text/html')
    const html = isPage ? await answer.text() : ''
    if (status === wanted || location) pages.push({ persona, path, route, kind, status, isPage, parts: partsOf(html, route, routes) })
    for (const href of linksOf(html)) meet(href, answer.url())
  }

  for (const start of ['/', ...starts]) meet(start, base.href)
  while (near.length + far.length && asked < ASKED_AT_MOST) await ask(near.shift() ?? far.shift())
  const capped = near.length + far.length > 0
  await ask({ path: '/there-is-no-such-page', route: '(not found)', kind: '(not found)', wanted: 404 })
  return { asked, pages, capped }
}

const ATTRIBUTES = Object.fromEntries(['class', 'role', 'type', 'method', 'action'].map((key) => [key, new RegExp(`(?:^|\\s)${key}="([^"]*)"`, 'i')]))

// What a page is built from: its elements with their classes and roles and the forms it sends, within main for its kind and
// round it for all.
function partsOf(html, route, routes) {
  const body = html.slice(html.search(/<body\b/i))
  const [start, end] = [body.search(/<main\b/i), body.search(/<\/main>/i)]
  const parts = new Set()
  for (const { 1: name, 2: attributes, index } of body.matchAll(/<([a-z][\w-]*)((?:[^>"]|"[^"]*")*)>/gi)) {
    const value = (key) => attributes.match(ATTRIBUTES[key])?.[1] ?? ''
    const inMain = index >= start && index < end
    const classes = value('class').split(/\s+/).sort().join('.')
    parts.add(`${inMain ? route : 'round every page'} ${name}.${classes}[${value('role')}${value('type')}]`)
    if (inMain && name === 'form' && value('method') === 'post') parts.add(`${route} sends ${routes.of('POST', value('action').split('?')[0])}`)
  }
  return parts
}

// The fewest pages that show every part that is not yet seen.
function fewest(pages, seen) {
  const chosen = []
  const unseen = ({ parts }) => [...parts].filter((part) => !seen.has(part)).length
  for (let left = pages.filter(({ isPage }) => isPage); left.length;) {
    left = left.map((page) => ({ page, news: unseen(page) })).filter(({ news }) => news > 0)
      .sort((a, b) => b.news - a.news).map(({ page }) => page)
    if (!left.length) break
    chosen.push(left[0])
    for (const part of left[0].parts) seen.add(part)
  }
  return chosen
}

function kindOf(route, url) {
  const query = [...new Set(url.searchParams.keys())].sort()
  return route + (query.length ? `?${query.join('&')}` : '')
}

function linksOf(html) {
  const found = []
  for (const [, attributes] of html.matchAll(/<a\s([^>]*)>/gi)) found.push(attributes.match(/(?:^|\s)href="([^"]*)"/i)?.[1])
  for (const [, attributes] of html.matchAll(/<img\s([^>]*)>/gi)) found.push(attributes.match(/(?:^|\s)src="([^"]*)"/i)?.[1])
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
    if (!contexts.has(persona)) contexts.set(persona, (await contextOf(look.browser, look.base, persona)).context)
  }
  const byPersona = [...contexts.keys()].flatMap((persona) => pages.filter((page) => page.persona === persona))
  const frames = new Set() // personas without scripts, of whom one page was looked at whatever scripts do to it
  await inTurns(byPersona, (page, lane) => inTab(lane, contexts.get(page.persona), (tab) => lookAtPage(tab, { ...page, ...look }, frames)))
  console.error(`${byPersona.length} pages looked at in ${seconds(began)}`)
  if (look.mayWrite && look.world === 'demonstration' && contexts.has('chair')) await walkThroughSteps(contexts, look)
  if (look.mayWrite) await sendFormsEmpty(byPersona, contexts, look)
  for (const context of contexts.values()) await context.close()
}

// Each form of each kind of page is sent once with every box empty, when every page has been looked at: what is sent may
// change them. A form without boxes would do something: it is left alone.
async function sendFormsEmpty(pages, contexts, look) {
  const began = Date.now()
  const forms = []
  const known = new Set()
  for (const page of pages.filter(({ status }) => status === 200)) {
    for (const form of [...page.parts].filter((part) => part.startsWith(page.route + ' sends '))) {
      if (known.has(form)) continue
      known.add(form)
      forms.push({ ...page, ...look, action: form.split(' sends ')[1] })
    }
  }
  forms.sort((a, b) => a.action.endsWith('/stepping-out') - b.action.endsWith('/stepping-out')) // who steps out answers no more
  let sent = 0
  const lanes = [...contexts.keys()].flatMap((persona) => forms.filter((form) => form.persona === persona))
  await inTurns(lanes, (form, lane) => inTab(lane, contexts.get(form.persona), async (tab) => {
    const wrong = await sendEmpty(tab, form)
    if (!wrong) return
    // A form was judged at both widths as it was before it was sent: with what is wrong, at one of them by turns.
    wrong.judgedAt = look.all ? undefined : [WIDE, PHONE][sent % 2]
    sent++
    const same = await tab.page.evaluate(asItWasSent, wrong.html)
    await lookWithScripts(tab, wrong)
    if (same) return
    await tab.scripts(false)
    await tab.page.reload({ waitUntil: 'load', timeout: PATIENCE }) // sends the form again, as empty as it was
    await tab.scripts(true)
    await lookWithoutScripts(tab.page, wrong)
  }))
  console.error(`${sent} forms sent empty, looked at in ${seconds(began)}`)
}

// Looks at each page of a form that goes in steps, and that the last one ends where it should.
async function walkThroughSteps(contexts, look) {
  for (const { as, from, link, then, steps, ends } of WALKS) {
    const tab = await newTab(contexts.get(as))
    let where = { ...look, persona: as, path: from, kind: from, status: 200 }
    if (!await go(tab, where, WIDE)) continue
    if (link && !await go(tab, { ...where, path: await tab.page.getByRole('link', { name: link }).first().getAttribute('href') + then }, WIDE)) continue
    for (const [at, { go: button, ...boxes }] of steps.entries()) {
      const answered = tab.page.waitForResponse((answer) => answer.request().method() === 'POST', { timeout: PATIENCE })
      await Promise.all([tab.page.waitForEvent('load', { timeout: PATIENCE }), tab.page.locator('main form[method=post]').first().evaluate(fillStep, { button, boxes })])
      const status = (await answered).status()
      where = { ...where, status, path: `${from} (after step ${at + 1})`, kind: `${from} after step ${at + 1}` }
      if (status === 303) break
      await lookWithScripts(tab, where)
      await tab.scripts(false)
      await tab.page.reload({ waitUntil: 'load', timeout: PATIENCE }) // sends the step again
      await tab.scripts(true)
      await lookWithoutScripts(tab.page, where)
    }
    look.report.check(ends.test(new URL(tab.page.url()).pathname), 'a form in steps ended elsewhere', `${from} as ${as}`, tab.page.url())
    await tab.page.close()
  }
}

// Runs in the page.
function fillStep(form, { button, boxes }) {
  for (const [name, value] of Object.entries(boxes)) {
    const box = form.elements[name]
    box.value = value === '(first)' ? [...box.options].find((option) => option.value).value : value
  }
  form.noValidate = true
  form.requestSubmit(button ? form.querySelector(`button[name=go][value=${button}]`) : undefined)
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

// One page with JavaScript; and without where that makes it another page, which most are not but for what is round them.
async function lookAtPage(tab, where, frames) {
  const answer = await go(tab, where, WIDE)
  if (!answer) return
  const same = await tab.page.evaluate(asItWasSent, await answer.text())
  await lookWithScripts(tab, where)
  if (same && frames.has(where.persona)) return
  frames.add(where.persona)
  await tab.scripts(false)
  const loaded = await go(tab, where, PHONE)
  await tab.scripts(true) // axe needs timers; the page was read without, and its own scripts stay unrun
  if (loaded) await lookWithoutScripts(tab.page, where)
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
    if (size === WIDE) await stopsIn(page, sized)
    if (isJudged(where, size)) await judge(page, sized, (size === WIDE || where.judgedAt) && await hasNewColours(page, where))
    if (where.shots) await picture(page, where, size)
  }
  const refused = await page.evaluate(() => window.__refused)
  const policy = complaints.filter((text) => /Content Security Policy/i.test(text))
  const others = complaints.filter((text) => !/Content Security Policy/i.test(text))
  note(!policy.length && !refused.length, 'the content security policy was breached', [...refused, ...policy].join(' | '))
  note(!others.length, 'an error in the console', others.join(' | '))
}

async function lookWithoutScripts(page, where) {
  for (const size of [WIDE, PHONE, NARROW]) {
    await page.setViewportSize(size)
    await layoutOf(page, noteFor(where, `${size.width} wide, JavaScript off`))
    if (size === NARROW || !isJudged(where, size)) continue
    await judge(page, noteFor(where, `${size.width} wide, JavaScript off`), (size === WIDE || where.judgedAt) && await hasNewColours(page, where))
  }
}

const isJudged = ({ judgedAt }, size) => !judgedAt || judgedAt === size

async function sendEmpty(tab, where) {
  if (!await go(tab, where, WIDE)) return null
  const actions = await tab.page.$$eval('main form[method=post]', (forms) => forms.map((form) =>
    form.querySelector('input:not([type=hidden]), textarea, select') ? new URL(form.action).pathname : ''))
  const at = actions.findIndex((action) => action && where.routes.of('POST', action) === where.action)
  if (at < 0) return null
  const answered = tab.page.waitForResponse((answer) => answer.request().method() === 'POST', { timeout: PATIENCE })
  await Promise.all([
    tab.page.waitForEvent('load', { timeout: PATIENCE }),
    tab.page.locator('main form[method=post]').nth(at).evaluate((form) => {
      for (const box of form.querySelectorAll('input:not([type=hidden]), textarea, select')) {
        if (box.type === 'checkbox' || box.type === 'radio') box.checked = false
        else box.value = ''
      }
      form.noValidate = true
      form.requestSubmit()
    }),
  ])
  const status = (await answered).status()
  const html = status === 422 ? await (await answered).text() : ''
  noteFor(where, 'its form sent empty')(status < 400 || status === 422, `a form sent empty answers with ${status}`, where.action) // all may be optional
  return status === 422 ? { ...where, kind: `${where.kind} wrong ${where.action}`, path: `${where.path} (sent empty to ${where.action})`, status, html } : null
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

// What takes the longest is to measure contrast. Colours are the same at every width, and come from classes alone (there are no
// styles in the page): what stands in the same classes, from the page down, on a page that was measured has the same colours.
async function hasNewColours(page, { colours }) {
  const nests = await page.evaluate(nestsOfText)
  const known = colours.size
  for (const nest of nests) colours.add(nest)
  return colours.size > known
}

async function judge(page, note, contrast = true) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe.source + ';0')
  const violations = await page.evaluate(([tags, contrast]) =>
    window.axe.run(document, { runOnly: tags, rules: { 'color-contrast': { enabled: contrast } }, resultTypes: ['violations'] }).then((found) => found.violations), [RULES, contrast])
  note(!violations.length, null)
  for (const { id, impact, help, nodes } of violations) {
    const example = nodes[0].html.replace(/\s+/g, ' ').slice(0, 160)
    note(false, `axe ${id} (${impact}): ${help}`, `${nodes.length} × ${nodes[0].target.join(' ')}: ${example}`)
  }
}

// Everything that can be pressed is a stop for a keyboard, in the order in which it is read, and shows that it has the focus.
async function stopsIn(page, note) {
  await page.keyboard.press('Tab')
  const wrong = await page.evaluate(stopsOf)
  note(!wrong.length, 'a keyboard does not come through in order', wrong.slice(0, 4).join('; '))
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

// These run in the page.

// The classes in which each text stands, from the page down; in a table also which row it is in, for rows may be striped.
function nestsOfText() {
  const nests = new Map()
  const nestOf = (element) => {
    if (!element) return ''
    if (!nests.has(element)) {
      const state = ['type', 'aria-current', 'aria-selected', 'disabled', 'open', 'fill'].map((name) => element.getAttribute(name) ?? '').join()
      const row = element.localName === 'tr' ? [...element.parentElement.children].indexOf(element) % 2 : ''
      nests.set(element, `${nestOf(element.parentElement)}/${element.localName}.${[...element.classList].sort().join('.')}[${state}]${row}`)
    }
    return nests.get(element)
  }
  const found = new Set()
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) if (texts.currentNode.data.trim()) found.add(nestOf(texts.currentNode.parentElement))
  for (const box of document.querySelectorAll('input, select, textarea')) found.add(nestOf(box))
  return [...found]
}

// Whether scripts left all that the page says as it was sent, but that what is wrong has the focus.
function asItWasSent(html) {
  const main = (page) => page.querySelector('main').innerHTML.replace(/ (data-[\w-]+-init=""|tabindex="-1")/g, '')
  return main(new DOMParser().parseFromString(html, 'text/html')) === main(document)
}

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
