// Notes of a scribe: kept in the browser as they are typed, sent every few seconds, and again and
// again until the server has them. Who has spoken is ticked on this page alone and goes nowhere.

const root = document.querySelector('[data-scribe]')
if (root) start(root)

function start (root) {
  const form = root.querySelector('form')
  const { scribe, page, notesAt } = root.dataset
  const store = `scribe ${scribe}`
  const { text, key } = form.elements
  const photo = form.querySelector('input[type=file]') // its button has the same name
  let sending = null
  let timer = 0

  root.querySelector('[data-unheard]')?.removeAttribute('hidden')

  function waiting () {
    try {
      return JSON.parse(localStorage.getItem(store)) ?? []
    } catch {
      return []
    }
  }

  function keep (notes) {
    localStorage.setItem(store, JSON.stringify(notes))
  }

  function say (name, more = '') {
    const words = root.querySelector(`[data-text="${name}"]`)?.textContent ?? ''
    root.querySelector('[data-state]').textContent = `${words} ${more}`.trim()
  }

  // The fields as they are now, under the key of this note; an earlier state of it is replaced.
  function keepNow () {
    if (!text.value.trim()) return
    const skipped = ['csrf_token', 'photo']
    const fields = [...new FormData(form)].filter(([name]) => !skipped.includes(name))
    keep([...waiting().filter((note) => note.key !== key.value), { key: key.value, fields }])
    say('writing')
  }

  function send () {
    sending ??= sendAll().finally(() => { sending = null })
    return sending
  }

  async function sendAll () {
    const headers = { Accept: 'application/json', 'X-CSRFToken': form.elements.csrf_token.value }
    const refused = []
    for (const note of waiting()) {
      let answer
      try {
        const body = new URLSearchParams(note.fields)
        answer = await fetch(page, { method: 'POST', body, headers, redirect: 'manual' })
      } catch {
        return say('offline', waiting().length)
      }
      if (answer.status === 201) {
        // What was typed meanwhile stays, and goes with the next.
        const sent = JSON.stringify(note)
        keep(waiting().filter((one) => JSON.stringify(one) !== sent))
      } else if (answer.status === 422) {
        refused.push(...(await answer.json()).errors)
      } else if (answer.status === 403) {
        return say('over')
      } else {
        return say('offline', waiting().length)
      }
    }
    if (refused.length) return say('refused', refused.join('. '))
    say('sent', new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }))
    await showNotes()
  }

  async function showNotes () {
    try {
      const answer = await fetch(notesAt, { cache: 'no-store', redirect: 'manual' })
      if (answer.ok) root.querySelector('[data-notes]').innerHTML = await answer.text()
    } catch { /* shown with the next that is sent */ }
  }

  form.addEventListener('input', () => {
    keepNow()
    clearTimeout(timer)
    timer = setTimeout(send, 3_000)
  })

  form.addEventListener('submit', async (event) => {
    if (!text.value.trim()) return // the server says what is missing
    if (photo.files.length && navigator.onLine) {
      keep(waiting().filter((note) => note.key !== key.value)) // goes with the photograph, now
      return
    }
    event.preventDefault()
    clearTimeout(timer)
    keepNow()
    const withPhoto = photo.files.length > 0
    key.value = newKey()
    text.value = ''
    for (const box of form.querySelectorAll('[name=guest]')) box.checked = false
    form.querySelector('[name=kind]').checked = true
    if (withPhoto) say('photo')
    text.focus()
    await send()
  })

  window.addEventListener('online', send)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) send() })
  setInterval(() => { if (waiting().length) send() }, 10_000)
  if (waiting().length) send()
}

function newKey () {
  return [...crypto.getRandomValues(new Uint8Array(20))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
