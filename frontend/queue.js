// Keys for a list of things to decide about. They work while the focus is in the list, and never
// where somebody writes; every key does what a tick, a link or a button on the page does.

const list = document.querySelector('[data-queue]')
if (list) {
  const boxes = [...list.querySelectorAll('input[type=checkbox]')]
  const button = (value) => list.closest('form').querySelector(`button[value=${value}]`)
  const here = () => boxes.findIndex((box) => box.closest('li').contains(document.activeElement))

  const act = {
    j: (at) => boxes[Math.min(at + 1, boxes.length - 1)].focus(),
    k: (at) => boxes[Math.max(at - 1, 0)].focus(),
    x: (at) => boxes[at].click(),
    p: (at) => {
      tickOne(at)
      button('publish').click()
    },
    h: (at) => {
      tickOne(at)
      document.getElementById('reason').focus()
    },
    r: (at) => boxes[at].closest('li').querySelector('[data-open]').click()
  }

  // Where nothing is ticked a key is about the one that has the focus.
  function tickOne(at) {
    if (!boxes.some((box) => box.checked)) boxes[at].checked = true
  }

  list.addEventListener('keydown', (event) => {
    const at = here()
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(act, event.key)) return
    event.preventDefault()
    act[event.key](at)
  })

  // After a decision one goes on with the next; no part of the page has this name, so that the
  // browser itself moves the focus nowhere.
  if (location.hash === '#next') boxes[0]?.focus()
}
