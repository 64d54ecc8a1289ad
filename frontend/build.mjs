// Makes internal/web/assets: one stylesheet, one script, the fonts with their licences, the icon, and manifest.json,
// which gives each file's name with its hash in it. Go embeds that folder; git ignores all of it but README.md.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import * as sass from 'sass';
import subsetFont from 'subset-font';

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, 'node_modules');
const out = path.join(here, '..', 'internal', 'web', 'assets');
const keep = new Set(['README.md']);
const manifest = {};
const packed = new Set(['.css', '.js', '.svg']); // kept packed by brotli too, which takes too long to do for each visit

await mkdir(out, { recursive: true });

const fonts = {
  'atkinson.woff2': ['atkinson-hyperlegible-next', 'latin-wght-normal'],
  'atkinson-ext.woff2': ['atkinson-hyperlegible-next', 'latin-ext-wght-normal'],
  'bricolage.woff2': ['bricolage-grotesque', 'latin-wght-normal'],
  'bricolage-ext.woff2': ['bricolage-grotesque', 'latin-ext-wght-normal'],
};
for (const [name, [family, cut]] of Object.entries(fonts)) await keepAs(name, await weights(await fontFile(family, cut), cut));
await keepAs('digits.woff2', await digits());
for (const family of ['atkinson-hyperlegible-next', 'bricolage-grotesque', 'figtree']) {
  await keepAs(`OFL-${family}.txt`, await readFile(path.join(modules, '@fontsource-variable', family, 'LICENSE')));
}
await keepAs('icon.svg', await readFile(path.join(here, 'images', 'icon.svg')));
await keepAs('app.css', styles());
await keepAs('app.js', await script('app.js'));
await keepAs('passkey.js', await script('passkey.js'));

await writeFile(path.join(out, 'manifest.json'), JSON.stringify(manifest, Object.keys(manifest).sort(), 2) + '\n');
keep.add('manifest.json');
for (const old of await readdir(out)) if (!keep.has(old)) await rm(path.join(out, old), { recursive: true });

// A file's name carries the hash of what is in it, so that a browser may keep it for ever.
async function keepAs(name, content) {
  const { name: stem, ext } = path.parse(name);
  const hashed = `${stem}-${createHash('sha256').update(content).digest('hex').slice(0, 8)}${ext}`;
  await writeFile(path.join(out, hashed), content);
  manifest[name] = hashed;
  keep.add(hashed);
  if (!packed.has(ext)) return;
  const small = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 } });
  await writeFile(path.join(out, `${hashed}.br`), small);
  keep.add(`${hashed}.br`);
}

function fontFile(family, cut) {
  return readFile(path.join(modules, '@fontsource-variable', family, 'files', `${family}-${cut}.woff2`));
}

// The fonts can be far thinner and fatter than anything here is: without those, a first visit is a fifth lighter. The letters
// that a font has stay the same; of plain Latin they are those of Fontsource's unicode-range.
async function weights(font, cut) {
  if (!cut.startsWith('latin-wght')) return font;
  const ranges = [[0x20, 0x7e], [0xa0, 0xff], [0x131, 0x131], [0x152, 0x153], [0x2bb, 0x2bc], [0x2c6, 0x2c6], [0x2da, 0x2da], [0x2dc, 0x2dc], [0x304, 0x304],
    [0x308, 0x308], [0x329, 0x329], [0x2000, 0x206f], [0x20ac, 0x20ac], [0x2122, 0x2122], [0x2191, 0x2191], [0x2193, 0x2193], [0x2212, 0x2212], [0x2215, 0x2215], [0xfeff, 0xfeff], [0xfffd, 0xfffd]];
  const letters = ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i))).join('');
  return subsetFont(font, letters, { targetFormat: 'woff2', variationAxes: { wght: { min: 400, max: 800 } } });
}

// Atkinson's slashed zero reads as an 8 to many people, so the digits, the pound and the per cent sign come from Figtree.
async function digits() {
  return subsetFont(await fontFile('figtree', 'latin-wght-normal'), '0123456789£%', { targetFormat: 'woff2' });
}

function styles() {
  const { css } = sass.compile(path.join(here, 'styles', 'app.scss'), { loadPaths: [modules], style: 'compressed', quietDeps: true });
  const named = css.replace(/url\("?([a-z-]+\.woff2)"?\)/g, (_, name) => {
    if (!manifest[name]) throw new Error(`app.scss asks for ${name}, which is not built`);
    return `url("${manifest[name]}")`;
  });
  return named;
}

async function script(name) {
  const { outputFiles } = await build({ entryPoints: [path.join(here, 'scripts', name)], bundle: true, minify: true, format: 'esm', target: 'es2020', write: false, legalComments: 'eof' });
  return outputFiles[0].contents;
}
