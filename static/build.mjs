// Builds static/dist/{app.css,app.js,charts.js,icon.svg,icons.svg} out of static/src. `--watch` builds again on change.
import { mkdir, readFile, readdir, rename, stat, watch, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import * as esbuild from 'esbuild';
import * as sass from 'sass';

const here = path.dirname(fileURLToPath(import.meta.url));
const source = path.join(here, 'src');
const target = path.join(here, 'dist');

// Offices run 360, UOS and WeChat browsers: Chromium kernels some years behind.
const browsers = ['chrome90', 'edge90', 'firefox91', 'safari14.1'];

// First load, compressed: pages stay usable on a phone in a stairwell. Charts load apart.
const firstLoadLimit = 250_000;

// Tabler writes every color as light-dark(light, dark); there is no dark mode here, and older kernels
// do not know the function, so only the first argument stays.
function withoutDarkMode(css) {
  const opening = 'light-dark(';
  let at;
  while ((at = css.indexOf(opening)) >= 0) {
    let depth = 1;
    let comma = -1;
    let end = at + opening.length;
    for (; depth > 0; end += 1) {
      const letter = css[end];
      if (letter === '(') depth += 1;
      else if (letter === ')') depth -= 1;
      else if (letter === ',' && depth === 1 && comma < 0) comma = end;
    }
    css = css.slice(0, at) + css.slice(at + opening.length, comma).trim() + css.slice(end);
  }
  return css;
}

// Written beside and moved into place, so that a server never sends half a file.
async function publish(name, text) {
  const file = path.join(target, name);
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

async function buildStyles() {
  const { css } = sass.compile(path.join(source, 'css/app.scss'), {
    loadPaths: [path.join(here, '../node_modules')],
    quietDeps: true,
  });
  const { code } = await esbuild.transform(withoutDarkMode(css), {
    loader: 'css',
    minify: true,
    target: browsers,
    logLevel: 'error',
  });
  await publish('app.css', code);
}

async function buildScripts() {
  const built = await esbuild.build({
    entryPoints: [path.join(source, 'js/app.js'), path.join(source, 'js/charts.js')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: browsers,
    charset: 'utf8',
    legalComments: 'none',
    outdir: target,
    write: false,
    logLevel: 'warning',
  });
  await Promise.all(built.outputFiles.map((file) => publish(path.basename(file.path), file.text)));
}

async function buildIcons() {
  const names = (await readdir(path.join(source, 'icons'))).filter((name) => name.endsWith('.svg')).sort();
  const symbols = await Promise.all(
    names.map(async (name) => {
      const drawing = await readFile(path.join(source, 'icons', name), 'utf8');
      const inner = drawing.replace(/^\s*<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '').trim();
      return `<symbol id="${name.slice(0, -4)}" viewBox="0 0 24 24">${inner}</symbol>`;
    }),
  );
  await publish('icon.svg', await readFile(path.join(source, 'icon.svg'), 'utf8'));
  await publish('icons.svg', `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`);
}

async function report() {
  let first = 0;
  for (const name of ['app.css', 'app.js', 'icons.svg', 'charts.js']) {
    const bytes = await readFile(path.join(target, name));
    const packed = gzipSync(bytes, { level: 9 }).length;
    if (name !== 'charts.js') first += packed;
    console.log(`${name.padEnd(10)} ${(bytes.length / 1000).toFixed(1).padStart(7)} kB ${(packed / 1000).toFixed(1).padStart(7)} kB compressed`);
  }
  console.log(`first load ${(first / 1000).toFixed(1)} kB compressed of ${firstLoadLimit / 1000}`);
  if (first > firstLoadLimit) {
    throw new Error('The first load is over its limit.');
  }
}

async function build() {
  await mkdir(target, { recursive: true });
  await Promise.all([buildStyles(), buildScripts(), buildIcons()]);
  await report();
}

await build();
if (process.argv.includes('--watch')) {
  for await (const change of watch(source, { recursive: true })) {
    if (!(await stat(source)) || change.filename === null) continue;
    await build().catch((error) => console.error(String(error)));
  }
}
