// Notes of the quick log: kept in the browser the moment they are written, sent one by one when
// there is a signal, deleted from the browser once the server has them.

const root = document.querySelector('[data-quick-log]')
if (root && 'indexedDB' in window) start(root).catch(() => say('storage'))

function say (name) {
  const text = root.querySelector(`[data-text="${name}"]`)?.textContent ?? ''
  root.querySelector('[data-state]').textContent = text
}

async function start (root) {
  const form = root.querySelector('form')
  const list = root.querySelector('[data-notes]')
  const { quickLog: page, ready, worker } = root.dataset
  const remembered = `quick log of ${page}`
  // The page that opens without signal does not say whose it is: it is theirs who was last here.
  const staff = root.dataset.staff || localStorage.getItem(remembered) || ''
  if (root.dataset.staff) localStorage.setItem(remembered, staff)
  const store = await openStore()
  const all = async () => (await ask(store, 'readonly', (notes) => notes.getAll())).filter((note) => note.page === page)
  const put = (note) => ask(store, 'readwrite', (notes) => notes.put(note))
  const drop = (key) => ask(store, 'readwrite', (notes) => notes.delete(key))
  let sending = null
  let changing = ''

  async function show () {
    const notes = await all()
    const own = notes.filter((note) => note.staff === staff)
    root.querySelector('[data-count]').textContent = own.length
    root.querySelector('[data-waiting]').hidden = own.length === 0
    list.replaceChildren(...own.map(shown))
    return { own: own.length, others: notes.length - own.length }
  }

  function shown (note) {
    const item = root.querySelector('[data-note]').content.cloneNode(true)
    const words = new URLSearchParams(note.fields).get('words')
    item.querySelector('[data-words]').textContent = words.length > 200 ? `${words.slice(0, 200)} …` : words
    const error = item.querySelector('[data-error]')
    error.hidden = !note.errors
    error.textContent = (note.errors ?? []).join('. ')
    for (const span of item.querySelectorAll('button span')) span.textContent = `: ${words.slice(0, 40)}`
    item.querySelector('[data-change]').addEventListener('click', () => change(note))
    item.querySelector('[data-delete]').addEventListener('click', async () => {
      await drop(note.key)
      await show()
      say('deleted')
      form.elements.words.focus()
    })
    return item
  }

  async function change (note) {
    await sending
    changing = note.key
    for (const [name, value] of note.fields) fill(form.elements[name], value)
    // What the server refused was never taken, or is taken with other words: it is a new note.
    form.elements.once.value = note.errors ? newKey() : note.key
    say('changing')
    form.elements.words.focus()
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const fields = [...new FormData(form)].filter(([name]) => !['csrf_token', 'once'].includes(name))
    if (!new URLSearchParams(fields).get('words').trim()) {
      say('empty')
      return form.elements.words.focus()
    }
    const missing = [...form.querySelectorAll('fieldset')].find((set) => {
      const radios = [...set.querySelectorAll('input[type=radio]')]
      return radios.length && !radios.some((one) => one.checked)
    })?.querySelector('input') ?? [...form.querySelectorAll('select')].find((one) => !one.value)
    if (missing) {
      say('unfinished')
      return missing.focus()
    }
    if (changing && changing !== form.elements.once.value) await drop(changing)
    changing = ''
    await put({ key: form.elements.once.value, page, staff, at: Date.now(), fields })
    form.elements.once.value = newKey()
    form.elements.words.value = ''
    for (const radio of form.querySelectorAll('input[type=radio]')) radio.checked = false
    fill(form.elements.people, '1')
    say('kept')
    await show()
    form.elements.words.focus()
    await send()
  })

  function send () {
    sending ??= sendAll().finally(() => { sending = null })
    return sending
  }

  async function sendAll () {
    const notes = (await all()).filter((note) => note.staff === staff).sort((a, b) => a.at - b.at)
    if (!notes.length) return
    let state = 'sent'
    try {
      for (const note of notes.filter((note) => note.key !== changing)) {
        const known = await fetch(ready, { redirect: 'manual', cache: 'no-store', headers: { Accept: 'application/json' } })
        if (!known.ok) return stopped(known)
        const { token, staff: here } = await known.json()
        if (here !== staff) return say('other')
        const body = new URLSearchParams([...note.fields, ['once', note.key]])
        const answer = await fetch(page, {
          method: 'POST', body, redirect: 'manual', headers: { Accept: 'application/json', 'X-CSRFToken': token }
        })
        if (answer.status === 201) await drop(note.key)
        else if (answer.status === 422) {
          await put({ ...note, errors: (await answer.json()).errors })
          state = 'refused'
        } else return stopped(answer)
        await show()
      }
      root.querySelector('[data-sign-in]').hidden = true
      say(state)
    } catch {
      say('offline')
    }
  }

  function stopped (answer) {
    const out = answer.type === 'opaqueredirect' || [401, 403].includes(answer.status)
    root.querySelector('[data-sign-in]').hidden = !out
    say(out ? 'ended' : 'offline')
  }

  root.querySelector('[data-send]').addEventListener('click', send)
  window.addEventListener('online', send)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) send() })
  setInterval(send, 30_000)
  const { own, others } = await show()
  if (others) say('other')
  if (own) await send()
  if (navigator.serviceWorker && root.dataset.staff) {
    const registered = await navigator.serviceWorker.register(worker, { scope: page }).catch(() => null)
    registered?.active?.postMessage('keep')
    if (registered) await navigator.serviceWorker.ready
    root.dataset.opensWithoutSignal = registered ? 'yes' : 'no'
  }
}

function fill (field, value) {
  if (field instanceof RadioNodeList) for (const one of field) one.checked = one.value === value
  else if (field) field.value = value
}

function newKey () {
  return [...crypto.getRandomValues(new Uint8Array(20))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function openStore () {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open('quick-log', 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore('notes', { keyPath: 'key' })
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
}

function ask (store, mode, act) {
  return new Promise((resolve, reject) => {
    const work = store.transaction('notes', mode)
    const asked = act(work.objectStore('notes'))
    work.oncomplete = () => resolve(asked.result)
    work.onerror = work.onabort = () => reject(work.error)
  })
}
