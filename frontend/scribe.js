// Notes of a scribe: kept in the browser as they are typed, sent every few seconds, and again and
// again until the server has them; a photograph goes the same way, made smaller. Who has spoken is
// ticked on this page alone and goes nowhere.

const MOST_KEPT = 4_000_000 // letters, of the five million that a browser keeps
const LONGEST_SIDE = 2_000 // pixels: what stands on a flipchart can be read

const root = document.querySelector('[data-scribe]')
if (root) start(root)

function start (root) {
  const form = root.querySelector('form')
  const { scribe, page, notesAt } = root.dataset
  const store = `scribe ${scribe}`
  const { text, key } = form.elements
  const photo = form.querySelector('input[type=file]') // its button has the same name
  const go = form.querySelector('button:not([type=button])')
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
  // Whether there was room for it on the device: a picture leaves some for words.
  function keepNow (picture) {
    if (!text.value.trim()) return true
    const skipped = ['csrf_token', 'photo']
    const fields = [...new FormData(form)].filter(([name]) => !skipped.includes(name))
    const notes = [...waiting().filter((note) => note.key !== key.value), { key: key.value, fields, picture }]
    try {
      if (picture && JSON.stringify(notes).length > MOST_KEPT) return false
      keep(notes)
    } catch {
      return false
    }
    say('writing')
    return true
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
        const body = bodyOf(note)
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
    if (!keepNow()) say('full')
    clearTimeout(timer)
    timer = setTimeout(send, 3_000)
  })

  form.addEventListener('submit', async (event) => {
    if (!text.value.trim()) return // the server says what is missing
    event.preventDefault()
    clearTimeout(timer)
    if (photo.files.length) {
      go.disabled = true // a second press would take the photograph for the next note
      const picture = await small(photo.files[0])
      go.disabled = false
      // No picture that the browser can open, or no room for it: the server looks at it itself.
      if (!picture || !keepNow(picture)) return navigator.onLine ? form.submit() : say('photo')
      photo.value = ''
      photo.dispatchEvent(new Event('change'))
    } else if (!keepNow()) {
      return navigator.onLine ? form.submit() : say('full')
    }
    key.value = newKey()
    text.value = ''
    for (const box of form.querySelectorAll('[name=guest]')) box.checked = false
    form.querySelector('[name=kind]').checked = true
    text.focus()
    await send()
  })

  window.addEventListener('online', send)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) send() })
  setInterval(() => { if (waiting().length) send() }, 10_000)
  if (waiting().length) send()
}

function bodyOf (note) {
  if (!note.picture) return new URLSearchParams(note.fields)
  const body = new FormData()
  for (const [name, value] of note.fields) body.append(name, value)
  const bytes = Uint8Array.from(atob(note.picture), (letter) => letter.charCodeAt(0))
  body.append('photo', new Blob([bytes], { type: 'image/jpeg' }), 'flipchart.jpg')
  return body
}

// A photograph as a JPEG that a device can keep until there is a signal, in base 64; nothing where
// it cannot be opened.
async function small (file) {
  const image = await createImageBitmap(file).catch(() => null)
  if (!image) return null
  const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(image.width * scale)
  canvas.height = Math.round(image.height * scale)
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/jpeg', 0.8).split(',')[1]
}

function newKey () {
  return [...crypto.getRandomValues(new Uint8Array(20))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
