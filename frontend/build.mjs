// Builds static/build/: the styles, the scripts and a .gz beside each text file.
// Run by `make build` as `npm run build`; needs what `npm install` brought.

import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const sources = join(root, 'frontend')
const packages = join(root, 'node_modules')
const target = join(root, 'static', 'build')
const work = `${target}.new`

const copies = {
  'nhsuk.js': 'nhsuk-frontend/dist/nhsuk/nhsuk-frontend.min.js',
  'htmx.js': 'htmx.org/dist/htmx.min.js',
  'leaflet.js': 'leaflet/dist/leaflet.js',
  'leaflet.css': 'leaflet/dist/leaflet.css',
  images: 'leaflet/dist/images',
  ...icons('arrow-down', 'arrow-up', 'arrow-up-down', 'cross')
}

for (const name of ['sass', ...Object.values(copies).map((path) => path.split('/')[0])]) {
  if (!existsSync(join(packages, name))) {
    console.error(`${name} is not installed: run 'npm install' first`)
    process.exit(1)
  }
}
const sass = await import('sass')

rmSync(work, { recursive: true, force: true })
mkdirSync(work, { recursive: true })

for (const theme of ['app', 'nhs']) {
  const { css } = sass.compile(join(sources, `${theme}.scss`), {
    style: 'compressed',
    loadPaths: [packages],
    quietDeps: true
  })
  writeFileSync(join(work, `${theme}.css`), css)
}

for (const [name, path] of Object.entries(copies)) {
  cpSync(join(packages, path), join(work, name), { recursive: true })
}
cpSync(join(sources, 'favicon.svg'), join(work, 'favicon.svg'))

for (const name of readdirSync(work).filter((file) => file.endsWith('.js'))) {
  const text = readFileSync(join(work, name), 'utf8')
  writeFileSync(join(work, name), text.replace(/\/\/# sourceMappingURL=.*\s*$/, ''))
}

// An import carries the hash of what it imports, as the addresses in the pages do, so that a
// browser never runs a new script with an old one from its cache.
for (const name of ['app.js', 'queue.js', 'quick-log.js', 'quick-log-worker.js', 'scribe.js', 'timeout.js']) {
  const text = readFileSync(join(sources, name), 'utf8')
  writeFileSync(
    join(work, name),
    text.replace(/from '\.\/([\w-]+\.js)'/g, (_, file) => `from './${file}?v=${hash(file)}'`)
  )
}

for (const name of readdirSync(work)) {
  if (['.css', '.js', '.svg'].includes(extname(name))) {
    writeFileSync(join(work, `${name}.gz`), gzipSync(readFileSync(join(work, name)), { level: 9 }))
  }
}

rmSync(target, { recursive: true, force: true })
renameSync(work, target)

// The pictures that the design system's style sheet names.
function icons(...names) {
  const files = names.map((name) => `images/nhsuk-icon-${name}.svg`)
  return Object.fromEntries(files.map((file) => [file, `nhsuk-frontend/dist/nhsuk/assets/${file}`]))
}

function hash(name) {
  return createHash('sha256').update(readFileSync(join(work, name))).digest('hex').slice(0, 12)
}
