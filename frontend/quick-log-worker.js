// Opens the quick log without signal: keeps the page with no word about anybody, and what it is
// made of. It rules over that one page.

const name = `quick-log ${self.registration.scope}`
const bare = `${self.registration.scope}/without-signal`

self.addEventListener('install', (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()))
})
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('message', (event) => {
  if (event.data === 'keep') event.waitUntil(keep().catch(() => {}))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET') return
  if (request.mode === 'navigate' && request.url.split(/[?#]/)[0] === self.registration.scope) {
    event.respondWith(fetch(request).catch(async () => (await kept(bare)) ?? Response.error()))
  } else if (new URL(request.url).pathname.startsWith('/static/')) {
    event.respondWith(kept(request).then((found) => found ?? fetch(request)))
  }
})

async function kept (request) {
  return (await caches.open(name)).match(request)
}

async function keep () {
  const answer = await fetch(bare, { redirect: 'manual', cache: 'no-store' })
  if (!answer.ok) throw new Error('the page is not to be had')
  const cache = await caches.open(name)
  const page = await answer.clone().text()
  const parts = new Set(page.match(/\/static\/[^"]+/g))
  for (const part of parts) {
    const found = await fetch(part)
    if (!found.ok) continue
    await cache.put(part, found.clone())
    if (!part.includes('.js')) continue
    for (const [, file] of (await found.text()).matchAll(/from '\.\/([^']+)'/g)) {
      parts.add(new URL(file, new URL(part, self.location.href)).pathname + '?' + (file.split('?')[1] ?? ''))
    }
  }
  await cache.put(bare, answer)
}
