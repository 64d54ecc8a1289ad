// Does the main tasks with a keyboard alone: no mouse, and no script of ours reaches into the page.
//
//   node keyboard.mjs [--all] [--only WORDS]
//
// Each story of stories.mjs is lived once: with or without JavaScript, on a wide screen or a phone, in turns; each task is done
// once, on one or the other. With --all each story is lived all four ways, each way in a demonstration of its own, and each task
// done on both.
//
// It plays a small demonstration and a programme that just begins (see served.mjs), and asks at each press of Tab that what has the focus can be seen, is
// told apart, and has a name. Exit code 0: every task was done. 1: what stood in the way. 2: it could not look.

import { parseArgs } from 'node:util'
import { openBrowser, serveWorld, withUndo } from './served.mjs'
import { BEGINNINGS, STORIES } from './stories.mjs'

const PATIENCE = 15_000 // milliseconds for one page
const PRESSES = 120 // of Tab, to reach anything on a page

class InTheWay extends Error {}

const WAYS = [
  { width: 1280, scripts: true }, { width: 390, scripts: false }, { width: 390, scripts: true }, { width: 1280, scripts: false },
]

async function main(undo) {
  const { all, only = '' } = parseArgs({ options: { all: { type: 'boolean' }, only: { type: 'string' } } }).values
  const [bases, founded] = [[], []]
  for (let i = 0; i < (all ? WAYS.length : 1); i++) {
    bases.push(await serveWorld('demonstration', undo))
    founded.push(await serveWorld('places', undo))
  }
  const browser = await openBrowser(undo)
  const turns = []
  for (const [at, [name, task]] of Object.entries(TASKS).entries()) {
    const widths = ONCE.has(name) ? [390] : all ? [1280, 390] : [at % 2 ? 390 : 1280]
    for (const width of widths) turns.push({ name, task, way: { width, scripts: true }, base: bases[0] })
  }
  const lived = (stories, worlds) => Object.entries(stories).flatMap(([name, task], at) => all
    ? WAYS.map((way, i) => ({ name, task, way, base: worlds[i] })) : [{ name, task, way: WAYS[at % WAYS.length], base: worlds[0] }])
  let failed = 0
  const live = async (lane) => {
    for (const turn of lane.filter(({ name }) => name.includes(only))) if (!await isDone(browser, turn)) failed++
  }
  await Promise.all([live([...turns, ...lived(BEGINNINGS, founded)]), live(lived(STORIES, bases))]) // in two lanes: what the tasks do is not what the stories are about
  process.exitCode = failed ? 1 : 0
}

async function isDone(browser, { name, task, way: { width, scripts }, base }) {
  const context = await browser.newContext({ viewport: { width, height: 844 }, locale: 'en-GB', reducedMotion: 'reduce', javaScriptEnabled: scripts })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE)
  const how = `${name}, ${width} wide${scripts ? '' : ', without JavaScript'}`
  const someone = new Someone(page, base, scripts)
  try {
    await task(someone)
    console.log(`${how}: done with ${someone.presses} presses${someone.said}`)
    return true
  } catch (why) {
    if (!(why instanceof InTheWay) && why.name !== 'TimeoutError') throw why
    console.log(`${how}: ${why.message.split('\n')[0]} (at ${page.url()})`)
    return false
  } finally {
    await context.close()
  }
}

// What can be done once in one demonstration is done on a phone.
const ONCE = new Set(['accept an offer letter as the LTO', 'have a say as a member'])

const TASKS = {
  'follow a pound from the front page to what it was spent on, and back to the endowment': async (me) => {
    await me.opens('/')
    await me.skipsToContent()
    await me.activates('link', /^Tanners Reach/)
    await me.reads(/Our money/)
    await me.activates('link', /^See every pound/)
    await me.activates('link', /spent$/)
    await me.reads(/What our money was spent on/)
    await me.activates('link', /./, 'main td a[href*="/money/entries/"], main th a[href*="/money/entries/"]')
    await me.reads(/Where it went from and to.*Into it.*Together £/)
    await me.activates('link', /^What was bought/)
    await me.reads(/What was spent.*Paid to/)
    await me.activates('link', /^Payment to/)
    await me.reads(/What is paid.*Contribution beside it/)
    await me.activates('link', /^The endowment/)
    await me.reads(/The endowment.*Tanners Reach/)
  },
  'accept an offer letter as the LTO': async (me) => {
    await me.looksAroundAs('lto-approver')
    await me.activates('link', /^Read the offer/)
    await me.reads(/Do you accept this offer/)
    await me.activates('button', /^Accept this offer/)
    await me.isTold(/accepted/i)
  },
  'prepare a payment as programme finance, and release another': async (me) => {
    await me.looksAroundAs('programme-finance')
    await me.activates('link', /^Prepare the payment/)
    await me.reads(/This is what will be paid/)
    await me.activates('button', /^Prepare this payment/)
    await me.isTold(/prepared/i)
    await me.looksAroundAs('programme-finance')
    await me.activates('link', /^Release the payment/)
    await me.types('reference', 'BL 2026 10')
    await me.activates('button', /^Record that £/)
    await me.isTold(/paid|released/i)
  },
  'look around as programme finance, approve a payment, and sign out': async (me) => {
    await me.looksAroundAs('programme-finance')
    await me.reads(/payment/i)
    await me.activates('link', /^Look and approve/)
    await me.activates('button', /approve/i)
    await me.isTold(/approved/i)
    await me.activates('button', /^Sign out/)
    await me.reads(/signed out|Look around/i)
  },
  'record spending as the LTO, first wrongly and then rightly': async (me) => {
    await me.looksAroundAs('lto-finance')
    await me.activates('link', /^Record (what|spending|some)/i)
    await me.types('heading', 'Paper and pens')
    await me.activates('button', /^Record this/)
    await me.hasFocusOn('.govuk-error-summary')
    await me.reads(/There is a problem|Check/)
    await me.keeps('heading', 'Paper and pens')
    await me.types('amount', '12.50')
    await me.types('spent_on-day', '1')
    await me.types('spent_on-month', '10')
    await me.types('spent_on-year', '2026')
    await me.chooses('line')
    await me.ticks('payee_kind')
    await me.types('payee', 'Example Stationers')
    await me.activates('button', /^Record this/)
    await me.isTold(/recorded/i)
  },
  'certify spending as the LTO': async (me) => {
    await me.looksAroundAs('lto-approver')
    await me.activates('link', /^Look at it/)
    await me.reads(/Is this right/)
    await me.activates('button', /^Certify this/)
    await me.isTold(/certified/i)
  },
  'have a say as a member': async (me) => {
    await me.looksAroundAs('member')
    await me.goesTo('/areas/tanners-reach')
    await me.activates('link', /^Have your say/)
    await me.reads(/Do you agree/)
    await me.ticks('stand')
    await me.types('reason', 'People wait a long time there.')
    await me.activates('button', /^Save my answer/)
    await me.isTold(/answer/i)
    await me.keeps('reason', 'People wait a long time there.')
  },
}

// Someone who has a keyboard.
class Someone {
  presses = 0

  said = ''

  constructor(page, base, scripts) { Object.assign(this, { page, base, scripts }) }

  async opens(path) {
    await this.page.goto(new URL(path, this.base).href)
  }

  path() { return new URL(this.page.url()).pathname }

  stops(why) { throw new InTheWay(why) }

  notes(words) { this.said = `: ${words}` }

  async goesTo(path) { await this.opens(path) } // as by typing into the address bar

  async looksAroundAs(code) {
    await this.opens('/look-around')
    await this.tabTo('button', /./, `button[name=as][value="${code}"]`)
    await this.follow()
  }

  async skipsToContent() {
    await this.press('Tab')
    const words = await this.page.evaluate(() => document.activeElement.textContent)
    if (!/skip/i.test(words)) throw new InTheWay(`the first stop is “${words}”, not a way to skip to the content`)
    await this.press('Enter')
    const inside = await this.page.evaluate(() => document.activeElement?.closest('main, body') !== null && location.hash !== '')
    if (!inside) throw new InTheWay('the skip link leads nowhere')
  }

  async activates(role, name, selector) {
    await this.tabTo(role, name, selector)
    await this.follow()
  }

  // Enter on what has the focus, and the page that comes of it.
  async follow() {
    const gone = this.page.waitForEvent('load')
    await this.press('Enter')
    await gone
  }

  async types(field, words) {
    await this.tabTo('box', /./, `[name="${field}"]`)
    await this.page.keyboard.press('Control+A')
    await this.page.keyboard.type(words)
    this.presses += words.length
  }

  // In a select: the next that there is.
  async chooses(field) {
    await this.tabTo('box', /./, `select[name="${field}"]`)
    await this.press('ArrowDown')
  }

  // Fills boxes in the order of the page: words are typed, an option or a radio is chosen with the arrows, a box is ticked.
  async fills(boxes, form) {
    for (const [name, wanted] of Object.entries(boxes)) {
      const within = form ? `form[action$="${form}"] ` : ''
      await this.tabTo('box', /./, `${within}[name="${name}"]`)
      const { kind } = await this.now()
      if (kind === 'checkbox') {
        await this.arrives(name, wanted, 'Tab')
        await this.press('Space')
      } else if (kind === 'radio') {
        await this.arrives(name, wanted, 'ArrowDown')
        await this.press('Space')
      } else if (kind === 'select-one') {
        await this.arrives(name, wanted, 'ArrowDown')
      } else {
        await this.page.keyboard.press('Control+A')
        await this.page.keyboard.type(wanted)
        this.presses += wanted.length
      }
    }
  }

  // Presses a key until what has the focus is, or has chosen, what is wanted.
  async arrives(name, wanted, key) {
    const is = ({ value, words }) => wanted instanceof RegExp ? wanted.test(words) : value === wanted
    for (let i = 0; i < PRESSES; i++) {
      const now = await this.now()
      if (now.name !== name) throw new InTheWay(`${key} leaves ${name} before ${wanted}`)
      if (is(now)) return
      await this.press(key)
    }
    throw new InTheWay(`no ${wanted} in ${name}`)
  }

  async now() {
    return this.page.evaluate(() => {
      const it = document.activeElement
      return { name: it.name, kind: it.type, value: it.value, words: (it.selectedOptions?.[0] ?? it.labels?.[0])?.textContent.trim() ?? '' }
    })
  }

  async has(field) { return await this.page.$(`main [name="${field}"]`) !== null }

  async may(words) { return this.page.$$eval('main button', (all, source) => all.some((b) => new RegExp(source).test(b.innerText)), words.source) }

  // Presses the button of a form; one that asks something has Space pressed on it, for a button takes both.
  async sends(words, selector = 'main form[method=post] button') {
    await this.tabTo('button', words, selector)
    const gone = this.page.waitForEvent('load')
    await this.press('Space')
    await gone
  }

  // Shift and Tab, to a box that was passed.
  async goesBackTo(field) {
    for (let i = 0; i < PRESSES; i++) {
      await this.press('Shift+Tab')
      if ((await this.now()).name === field) return
    }
    throw new InTheWay(`Shift and Tab never come back to ${field}`)
  }

  async isWrong() { return (await this.page.title()).startsWith('Error: ') }

  // Something is wrong: the list of it has the focus, or comes first where no script moves it there; a line of it leads to
  // its box.
  async mends(words, field) {
    if (!await this.isWrong()) throw new InTheWay(`nothing is wrong, but “${await this.page.title()}”`)
    if (this.scripts) await this.hasFocusOn('.govuk-error-summary')
    else await this.skipsToContent()
    await this.press('Tab')
    const first = await this.page.evaluate(() => document.activeElement.matches('.govuk-error-summary a') && document.activeElement.innerText)
    if (!first) throw new InTheWay('the list of what is wrong is not what comes first')
    const line = await this.page.evaluate((name) => {
      const lines = [...document.querySelectorAll('.govuk-error-summary a')]
      return lines.findIndex((a) => !name || document.querySelector(`${a.hash.replace(/([.:])/g, '\\$1')}`)?.matches(`[name="${name}"], :has([name="${name}"])`))
    }, field)
    if (line < 0) throw new InTheWay(`nothing in the list leads to ${field}`)
    for (let i = 0; i < line; i++) await this.press('Tab')
    const said = await this.page.evaluate(() => document.activeElement.innerText)
    if (!words.test(said)) throw new InTheWay(`the list says “${said}”, not ${words}`)
    await this.press('Enter')
    let now = await this.now()
    if (field && now.name !== field) { // a group: its first box is the next stop
      await this.press('Tab')
      now = await this.now()
      if (now.name !== field) throw new InTheWay(`“${said}” leads to ${now.name || 'nothing'}, not ${field}`)
    }
    await this.press('Shift+Tab') // so that the box is the next stop again
  }

  // What was done is said before anything else, and has the focus where a script can move it there.
  async isToldFirst(words) {
    await this.isTold(words)
    const first = await this.page.evaluate(() => {
      const told = document.querySelector('[role=alert]')
      return Boolean(told.compareDocumentPosition(document.querySelector('h1')) & Node.DOCUMENT_POSITION_FOLLOWING)
    })
    if (!first) throw new InTheWay('what was done is said after the heading')
    if (this.scripts) await this.hasFocusOn('[role=alert]')
  }

  async ticks(field) {
    await this.tabTo('box', /./, `[name="${field}"]`)
    await this.press('Space')
  }

  async keeps(field, words) {
    const value = await this.page.evaluate((name) => document.querySelector(`[name="${name}"]`)?.value, field)
    if (value !== words) throw new InTheWay(`what was typed into ${field} became “${value}”`)
  }

  async press(key) {
    this.presses++
    await this.page.keyboard.press(key)
  }

  // Presses Tab until something of a role and a name has the focus. Wherever the focus comes, it can be seen.
  async tabTo(role, name, selector) {
    const passed = new Set()
    let rounds = 0
    for (let i = 0; i < PRESSES; i++) {
      await this.press('Tab')
      const at = await this.page.evaluate(whereFocusIs, selector)
      if (!at) { // the window itself, between the last stop and the first
        if (++rounds > 2) break
        continue
      }
      if (!at.name) throw new InTheWay(`a stop without a name: ${at.html}`)
      if (!at.seen) throw new InTheWay(`the focus cannot be seen on “${at.name}”: ${at.html}`)
      if (role === at.role && name.test(at.name) && at.wanted) return
      passed.add(at.name)
    }
    throw new InTheWay(`no ${role} ${name} ${selector ?? ''} within ${PRESSES} presses, past ${[...passed].slice(-20).join(' | ')}`)
  }

  async reads(words) {
    const text = await this.page.evaluate(() => `${document.title} ${document.querySelector('main')?.innerText}`.replace(/\s+/g, ' '))
    if (!words.test(text)) throw new InTheWay(`the page does not say ${words}`)
  }

  async isTold(words) {
    const text = await this.page.evaluate(() => document.querySelector('[role=alert]')?.innerText ??
      `${document.title}: ${document.querySelector('.govuk-error-summary')?.innerText ?? ''}`.replace(/\s+/g, ' '))
    if (!await this.page.$('[role=alert]') || !words.test(text)) throw new InTheWay(`nothing said ${words}, but “${text}”`)
  }

  async hasFocusOn(selector) {
    const there = await this.page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector)
    if (!there) throw new InTheWay(`the focus is not on ${selector}`)
  }
}

// Runs in the page.
function whereFocusIs(selector) {
  const it = document.activeElement
  if (!it || it === document.body) return null
  const box = it.getBoundingClientRect()
  const style = getComputedStyle(it)
  const label = it.labels?.[0]?.innerText ?? ''
  // The ring is drawn on the thing itself, before or after it, or on the label that stands for it.
  const rings = [style, getComputedStyle(it, '::after'), ...(it.labels?.[0] ? [getComputedStyle(it.labels[0], '::before')] : [])]
  const shown = rings.some((ring) => ring.outlineStyle !== 'none' || ring.boxShadow !== 'none')
  const role = it.tagName === 'A' ? 'link' : it.tagName === 'BUTTON' || it.tagName === 'SUMMARY' ? 'button' : 'box'
  return {
    role,
    name: (it.getAttribute('aria-label') || label || it.innerText || it.textContent || it.title || it.value || '').replace(/\s+/g, ' ').trim(),
    wanted: !selector || it.matches(selector),
    seen: shown && box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
    html: it.outerHTML.slice(0, 160),
  }
}

await withUndo('keyboard', 15 * 60_000, main)
