// Warns before a session ends and lets people stay with one press of a button.
// Nothing moves the focus or covers the page: the warning is read out where it stands.

const warning = document.querySelector('[data-module="app-timeout"]')
if (warning) watch(warning)

function watch (warning) {
  const { idleSeconds, warningSeconds, extendUrl, csrfToken } = warning.dataset
  const idle = Number(idleSeconds) * 1000
  const lead = Math.min(Number(warningSeconds) * 1000, idle / 2)
  const texts = Object.fromEntries(
    [...warning.querySelectorAll('[data-text]')].map((part) => [part.dataset.text, part])
  )
  const button = warning.querySelector('button')
  const live = warning.querySelector('[role="status"]')
  // Other tabs of the same person keep the session open too.
  const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('app-session') : null
  let last = Date.now()
  let shown = ''
  let before = null

  function show (state) {
    if (state === shown) return
    shown = state
    for (const [name, part] of Object.entries(texts)) part.hidden = name !== state
    button.hidden = !['warning', 'failed'].includes(state)
    warning.classList.toggle('app-timeout--shown', ['warning', 'failed', 'ended'].includes(state))
    // A live region announces what is put into it, not what becomes visible.
    live.textContent = texts[state] ? texts[state].textContent.trim() : ''
  }

  // The clock is asked each time: a machine that slept must not count from where it stopped.
  function look () {
    const left = last + idle - Date.now()
    if (left <= 0) show('ended')
    else if (left > lead) show('')
    else if (shown !== 'failed') show('warning')
  }

  function stay () {
    last = Date.now()
    look()
  }

  // The button goes away when it has done its work; the focus returns to where it was.
  button.addEventListener('focus', (event) => { before = event.relatedTarget || before })

  button.addEventListener('click', async () => {
    try {
      const answer = await fetch(extendUrl, {
        method: 'POST',
        headers: { 'X-CSRFToken': csrfToken },
        redirect: 'manual'
      })
      // Whoever is sent elsewhere is sent to sign in.
      const over = answer.type === 'opaqueredirect' || [400, 401, 403, 404].includes(answer.status)
      if (over) return show('ended')
      if (!answer.ok) return show('failed')
    } catch {
      return show('failed')
    }
    stay()
    show('stayed')
    before?.focus()
    tabs?.postMessage('stay')
  })

  tabs?.addEventListener('message', stay)
  tabs?.postMessage('stay')
  document.body.addEventListener('htmx:afterOnLoad', stay)
  document.addEventListener('visibilitychange', look)
  setInterval(look, 5000)
}
