// Makes a passkey in a real browser, signs in with it and approves a payment, with the authenticator that Chromium keeps
// for tests; and is refused without it.
//
//   node passkey.mjs [--shots DIR]
//
// It begins a programme that is no demonstration, prepares a payment through /api/v1, and reads the mails that are sent.
// Exit code 0: all of it went as it must. 1: what did not. 2: it could not look.

import axe from 'axe-core'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CannotLook, openBrowser, run, serve, withUndo } from './served.mjs'

const PATIENCE = 15_000 // milliseconds for one page
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice']
const { values } = parseArgs({ options: { shots: { type: 'string' } } })
const shots = values.shots && resolve(values.shots)
if (shots) mkdirSync(shots, { recursive: true })

const wrong = []
const must = (holds, words) => { if (!holds) wrong.push(words) }

async function main(undo) {
  const { base, payment, mails } = await aPaymentToApprove(undo)
  const browser = await openBrowser(undo)
  const me = await aPerson(browser, base, mails)

  // By email alone nobody approves anything.
  await me.signsInByMail('programme-finance@example.org', payment)
  await me.sees('Use your passkey', 'the payment, by mail alone')
  await me.looks('payment-unsure')
  must(await me.page.getByRole('button', { name: /^Approve/ }).count() === 0, 'who is not sure is offered to approve')

  // They have none, so they are led to make one, and come back.
  await me.presses('link', 'Use your passkey')
  await me.sees('You have no passkey yet', 'being asked for a passkey')
  await me.looks('sure-none')
  await me.presses('link', 'Make a passkey')
  await me.looks('passkeys-none')
  await me.presses('button', 'Make a passkey') // without a name
  await me.sees('Enter a name for it', 'a passkey without a name')
  await me.looks('passkeys-wrong')
  await me.page.getByLabel('What do you call it?').fill('My phone')
  await me.presses('button', 'Make a passkey')
  await me.sees('You have a new passkey: “My phone”', 'making a passkey')
  must(new URL(me.page.url()).pathname === payment, `after a passkey is made, it goes on at ${me.page.url()}`)
  must(await me.page.getByRole('button', { name: /^Approve/ }).count() === 1, 'who has just made a passkey is not offered to approve')
  await me.page.goto(new URL('/passkeys', base).href)
  await me.looks('passkeys-one')

  // Out, and in again by the passkey; the form is sent without it first.
  await me.presses('button', 'Sign out')
  await me.page.goto(new URL(`/sign-in?next=${encodeURIComponent(payment)}`, base).href)
  await me.looks('sign-in')
  await me.presses('button', 'Sign in with a passkey')
  await me.sees('Is this right?', 'signing in by passkey')
  must(new URL(me.page.url()).pathname === payment, `signed in by passkey, it goes on at ${me.page.url()}`)

  // Another browser, by mail alone, sends the form that the first one was shown: it is kept, and sent again with the passkey.
  const other = await aPerson(browser, base, mails, me)
  await other.signsInByMail('programme-finance@example.org', '/passkeys')
  const form = await me.page.locator(`form[action="${payment}/approvals"]`).evaluate((f) => Object.fromEntries(new FormData(f)))
  await other.page.evaluate(([action, fields]) => {
    const f = Object.assign(document.createElement('form'), { method: 'post', action })
    for (const [name, value] of Object.entries(fields)) f.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
    document.body.append(f)
    f.submit()
  }, [`${payment}/approvals`, form])
  await other.sees('Use your passkey to go on', 'approving by mail alone')
  await other.looks('refused')
  await other.presses('button', 'Use your passkey')
  await other.sees('Is it really you?', 'going on with the form')
  await other.looks('sure')
  await other.presses('button', 'Use your passkey')
  await other.sees('You approved the payment of £20,000.00', 'approving with a passkey')
  await other.looks('approved')

  // A device without the passkey opens nothing, and says so kindly.
  await other.forgetsPasskeys()
  await other.presses('button', 'Sign out')
  await other.page.goto(new URL('/sign-in', base).href)
  await other.presses('button', 'Sign in with a passkey')
  await other.page.locator('[data-passkey-problem]:visible').waitFor().catch(() => wrong.push('a device without a passkey says nothing'))
  await other.looks('sign-in-problem')
  must(await other.page.getByRole('link', { name: 'Sign in' }).count() > 0, 'a device without a passkey is let in')

  for (const words of wrong) console.log(words)
  if (!wrong.length) console.log('passkey: made, signed in with, asked for before a payment is approved; nothing without it')
  process.exitCode = wrong.length ? 1 : 0
}

// A payment that waits for approval, in a programme that is no demonstration.
async function aPaymentToApprove(undo) {
  const folder = mkdtempSync(join(tmpdir(), 'commontable-passkey-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'places.csv'), 'place_name,lead_la_code,lead_la_name,region,nation,match_basis,matched_lsoa_count,matched_lsoa21_codes,notes\nUpper Example,E08000025,Birmingham,West Midlands,England,,0,,\n')
  const database = ['--database', `sqlite:${join(folder, 'table.db')}`]
  await run(['init', '--development', '--programme', 'big-local', '--funder', 'Example Trust', '--operator', 'op@example.org', '--operator-name', 'Olive Perry', ...database], folder)
  await run(['import', 'areas', 'places.csv', '--programme', 'big-local', ...database], folder)
  const tokens = {}
  for (const who of ['programme-officer', 'chair', 'lto-approver']) {
    const said = await run(['token', `${who}@example.org`, '--for', 'a test', ...database], folder)
    tokens[who] = said.match(/ct_\w+/)?.[0] ?? said
  }
  const mails = await catchMail(undo)
  const base = await serve(undo, database, folder, 'localhost', ['--smtp', `smtp://127.0.0.1:${mails.port}?tls=none`, '--mail-from', 'Common Table <table@example.org>'])

  let calls = 0
  const as = async (who, path, body) => {
    const answer = await fetch(new URL(`/api/v1/areas/upper-example${path}`, base), {
      method: 'POST', headers: { authorization: `Bearer ${tokens[who]}`, 'content-type': 'application/json', 'idempotency-key': `passkey-test-${++calls}` }, body: JSON.stringify(body ?? {}),
    })
    const text = await answer.text()
    if (!answer.ok) throw new CannotLook(`POST ${path} as ${who}: ${answer.status} ${text}`)
    return { at: answer.headers.get('location'), ...JSON.parse(text) }
  }
  const pounds = (n) => ({ minor: n * 100, currency: 'GBP' })
  const today = new Date().toISOString().slice(0, 10)
  const year = new Date().getFullYear()
  await as('programme-officer', '/allocations', { amount: pounds(100_000), on: today, note: 'First' })
  const plan = await as('chair', '/plan/versions', { vision: 'Benches', from_year: year, until_year: year + 2, lines: [{ priority: 'Green', name: 'Benches', theme: 'green-spaces', budget: pounds(60_000) }] })
  const heard = await as('chair', '/plan/consultations', { title: 'At the doors' })
  await as('chair', `/plan/consultations/${heard.number}/heard`, { heard: [{ words: 'Somewhere to sit' }] })
  // The partnership, of which Mo is all so far, agrees to the plan: the chair records it.
  await as('programme-officer', '/members', { name: 'Mo Baker', email: 'mo@example.org', kind: 'resident', from: today })
  tokens.mo = (await run(['token', 'mo@example.org', '--for', 'a test', ...database], folder)).match(/ct_\w+/)[0]
  const asked = await as('chair', '/decisions', { kind: 'plan', plan_version: 1, title: 'Our plan', question: 'Shall this be our plan?', ask_everybody: true })
  await as('mo', '/decisions/1/position', { hash: asked.hash, stand: 'support' })
  await recordsAgreement(base)
  await as('chair', '/ltos', { organisation: 'example-community-trust', from: today, decision: 'Meeting of today, item 2' })
  const offer = await as('programme-officer', '/offers', { organisation: 'example-community-trust', decision: 1, instalments: [{ due_on: today, line: plan.lines[0].id, amount: pounds(20_000) }] })
  await as('lto-approver', '/offers/1/acceptance')
  const { at } = await as('programme-officer', '/payments', { instalment: offer.instalments[0].id })
  return { base, payment: at.replace('/api/v1', '').replace('/payments/', '/money/payments/'), mails }
}

// The chair records that everybody agrees: no program can.
async function recordsAgreement(base) {
  const cookies = (answer) => answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ')
  const send = (path, form, cookie) => fetch(new URL(path, base), {
    method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded', ...(cookie && { cookie }) }, body: new URLSearchParams(form),
  })
  const cookie = cookies(await send('/look-around', { as: 'chair' }))
  const room = '/areas/upper-example/decisions/1'
  const page = await (await fetch(new URL(`${room}/steps`, base), { headers: { cookie } })).text()
  const form = page.match(/name="form" value="([^"]+)"/)?.[1]
  const answer = await send(`${room}/agreement`, { form, outcome: 'agreed' }, cookie)
  if (answer.status !== 303) throw new CannotLook(`recording the agreement answered with ${answer.status}: ${(await answer.text()).replace(/<[^>]*>/g, ' ').slice(0, 600)}`)
}

// A server that takes every mail and keeps the latest to each address.
async function catchMail(undo) {
  const latest = new Map()
  const server = createServer((to) => {
    let text = '', data = false, who = ''
    to.write('220 here\r\n')
    to.on('data', (more) => {
      text += more
      for (let end; (end = text.indexOf(data ? '\r\n.\r\n' : '\r\n')) >= 0;) {
        const said = text.slice(0, end)
        text = text.slice(end + (data ? 5 : 2))
        if (data) { latest.set(who, said); data = false; to.write('250 kept\r\n'); continue }
        if (/^RCPT TO:/i.test(said)) who = said.match(/<(.*?)>/)[1]
        if (/^DATA/i.test(said)) { data = true; to.write('354 go on\r\n'); continue }
        if (/^QUIT/i.test(said)) { to.end('221 bye\r\n'); return }
        to.write('250 ok\r\n')
      }
    })
    to.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  undo.push(() => server.close())
  return {
    port: server.address().port,
    async codeFor(address) {
      for (let tries = 0; tries < 200; tries++) {
        const code = latest.get(address)?.match(/\b[B-Z0-9]{4}-[B-Z0-9]{4}\b/)?.[0]
        if (code) { latest.delete(address); return code }
        await new Promise((next) => setTimeout(next, 100))
      }
      throw new CannotLook(`no mail with a code came to ${address}`)
    },
  }
}

// A person in a browser of their own, with an authenticator: theirs, or one that holds the same passkeys as another's.
async function aPerson(browser, base, mails, like) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE)
  page.on('pageerror', (why) => wrong.push(`a script failed at ${page.url()}: ${why.message}`))
  page.on('console', (line) => { if (/Content Security Policy|Refused to/.test(line.text())) wrong.push(`at ${page.url()}: ${line.text()}`) })
  const cdp = await context.newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  })
  if (like) for (const credential of (await like.passkeys()).credentials) await cdp.send('WebAuthn.addCredential', { authenticatorId, credential })
  return {
    page,
    passkeys: () => cdp.send('WebAuthn.getCredentials', { authenticatorId }),
    forgetsPasskeys: () => cdp.send('WebAuthn.clearCredentials', { authenticatorId }),
    async signsInByMail(address, next) {
      await page.goto(new URL(`/sign-in?next=${encodeURIComponent(next)}`, base).href)
      await page.getByLabel('Your email address').fill(address)
      await page.getByRole('button', { name: 'Send me a link' }).click()
      await page.getByLabel('Code from the email').fill(await mails.codeFor(address))
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
    },
    presses: (role, name) => page.getByRole(role, { name, exact: true }).first().click(),
    async sees(words, doing) {
      await page.getByText(words).first().waitFor().catch(async () => wrong.push(`${doing}: “${words}” is not there, but at ${page.url()}: ${(await page.locator('main').innerText()).slice(0, 300)}`))
    },
    async looks(name) {
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 })
        await page.evaluate(axe.source)
        const { violations } = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules }), RULES)
        for (const v of violations) wrong.push(`${name}, ${width} wide: ${v.id}, ${v.nodes[0].html}`)
        if (shots) await page.screenshot({ path: join(shots, `${name}-${width}.png`), fullPage: true })
      }
      await page.setViewportSize({ width: 1280, height: 900 })
    },
  }
}

await withUndo('passkey', 3 * 60_000, main)
