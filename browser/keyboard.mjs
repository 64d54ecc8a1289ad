// Does the main tasks with a keyboard alone: no mouse, and no script of ours reaches into the page.
//
//   node keyboard.mjs
//
// It plays a small demonstration (see served.mjs) and asks at each press of Tab that what has the focus can be seen, is
// told apart, and has a name. Exit code 0: every task was done. 1: what stood in the way. 2: it could not look.

import { openBrowser, serveWorld, withUndo } from './served.mjs'

const PATIENCE = 15_000 // milliseconds for one page
const PRESSES = 120 // of Tab, to reach anything on a page

class InTheWay extends Error {}

async function main(undo) {
  const base = await serveWorld('demonstration', undo)
  const browser = await openBrowser(undo)
  let failed = 0
  for (const [name, task] of Object.entries(TASKS)) {
    for (const width of ONCE.has(name) ? [390] : [1280, 390]) {
      const context = await browser.newContext({ viewport: { width, height: 844 }, locale: 'en-GB', reducedMotion: 'reduce' })
      const page = await context.newPage()
      page.setDefaultTimeout(PATIENCE)
      try {
        const someone = new Someone(page, base)
        await task(someone)
        console.log(`${name}, ${width} wide: done with ${someone.presses} presses`)
      } catch (why) {
        if (!(why instanceof InTheWay) && why.name !== 'TimeoutError') throw why
        failed++
        console.log(`${name}, ${width} wide: ${why.message.split('\n')[0]} (at ${page.url()})`)
      }
      await context.close()
    }
  }
  process.exitCode = failed ? 1 : 0
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

  constructor(page, base) { Object.assign(this, { page, base }) }

  async opens(path) { await this.page.goto(new URL(path, this.base).href) }

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
    for (let i = 0; i < PRESSES; i++) {
      await this.press('Tab')
      const at = await this.page.evaluate(whereFocusIs, selector)
      if (!at) continue // the window itself, between the last stop and the first
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
    const text = await this.page.evaluate(() => document.querySelector('[role=alert]')?.innerText ?? '')
    if (!words.test(text)) throw new InTheWay(`nothing said ${words}, but “${text}”`)
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

await withUndo('keyboard', 5 * 60_000, main)
