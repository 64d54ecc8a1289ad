// What a browser fetches: node bench/visit.mjs http://127.0.0.1:8080 /first /second …
// The cache is empty at first and kept from page to page. Sizes are as they went over the wire.
import { createRequire } from 'node:module';

const { chromium } = createRequire(new URL('../browser/package.json', import.meta.url))('playwright-core');
const [base, ...paths] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--disable-gpu', '--disable-background-networking'],
});
try {
  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
  const wire = await page.context().newCDPSession(page);
  await wire.send('Network.enable');
  let asked = new Map();
  wire.on('Network.requestWillBeSent', ({ requestId, request }) => asked.set(requestId, { url: request.url, bytes: 0, type: '' }));
  wire.on('Network.responseReceived', ({ requestId, type, response }) => {
    const one = asked.get(requestId);
    if (one) Object.assign(one, { type, cached: response.fromDiskCache || response.fromPrefetchCache });
  });
  wire.on('Network.requestServedFromCache', ({ requestId }) => { const one = asked.get(requestId); if (one) one.cached = true; });
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => { const one = asked.get(requestId); if (one) one.bytes = encodedDataLength; });
  await page.addInitScript(() => {
    globalThis.blocked = 0;
    new PerformanceObserver((list) => { for (const e of list.getEntries()) globalThis.blocked += Math.max(0, e.duration - 50); }).observe({ type: 'longtask', buffered: true });
  });
  const visits = [];
  for (const path of paths) {
    asked = new Map();
    await page.goto(base + path, { waitUntil: 'networkidle' });
    await page.evaluate(() => document.fonts.ready);
    const fetched = [...asked.values()].filter((one) => !one.cached && one.bytes > 0 && !one.url.startsWith('data:'));
    const sum = (all) => all.reduce((n, one) => n + one.bytes, 0);
    visits.push({
      path,
      requests: fetched.length,
      bytes: sum(fetched),
      fonts: sum(fetched.filter((one) => one.type === 'Font')),
      others: fetched.filter((one) => !one.url.startsWith(base)).length,
      blocking: await page.evaluate(() => globalThis.blocked),
      files: fetched.map((one) => `${one.url.slice(base.length)} ${one.bytes}`),
    });
  }
  console.log(JSON.stringify(visits));
} finally {
  await browser.close();
}
