import { createRequire } from 'node:module'
const require = createRequire('/tmp/w/keep/browser/package.json')
const { chromium } = require('playwright-core')
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-quic','--disable-gpu','--disable-background-networking'] })
const base = process.argv[2]
for (const width of [390, 1280]) {
  const p = await (await b.newContext({ viewport: { width, height: 900 } })).newPage()
  await p.goto(base + '/look-around')
  await p.click('button[name=as][value=chair]')
  for (const [name, path] of [['history','/areas/tanners-reach/history'],['checkpoints','/checkpoints'],['home','/areas/tanners-reach']]) {
    await p.goto(base + path)
    await p.screenshot({ path: `/tmp/keepwork/${name}-${width}.png`, fullPage: name !== 'history' })
  }
}
await b.close()
