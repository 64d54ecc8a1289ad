// Where a keyboard stops in a page. stopsOf runs in the page, after a press of Tab, so that what has the focus is shown as to
// somebody with a keyboard; it says what stands in the way.

export function stopsOf() {
  const wrong = []
  const said = (it) => `${it.localName}${it.id ? '#' + it.id : ''} “${(it.getAttribute('aria-label') || it.innerText || it.name || '').replace(/\s+/g, ' ').trim().slice(0, 60)}”`
  const before = document.activeElement
  const at = [scrollX, scrollY]
  const shown = (it) => it.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && it.getClientRects().length > 0
  const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')]
    .filter((it) => !it.disabled && shown(it) && !it.closest('[inert]'))
  let last = null
  for (const it of all) {
    const place = it.getAttribute('tabindex')
    if (Number(place) > 0) wrong.push(`a place of its own in the order: ${said(it)}`)
    if (it.tabIndex < 0) {
      if (it.matches('a[href], button, input, select, textarea, summary')) wrong.push(`Tab never comes to it: ${said(it)}`)
      continue
    }
    it.focus({ preventScroll: true })
    if (document.activeElement !== it) {
      wrong.push(`it takes no focus: ${said(it)}`)
      continue
    }
    const label = it.labels?.[0]
    const rings = [getComputedStyle(it), getComputedStyle(it, '::before'), getComputedStyle(it, '::after'), ...(label ? [getComputedStyle(label, '::before')] : [])]
    if (!rings.some((ring) => (ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) > 0) || ring.boxShadow !== 'none')) wrong.push(`nothing shows that it has the focus: ${said(it)}`)
    const box = (label ?? it).getBoundingClientRect()
    // Read from the top down, and in one line from left to right.
    if (last && it.closest('main') && last.it.closest('main')) {
      const overlaps = box.left < last.box.right - 1 && box.right > last.box.left + 1
      if (overlaps && box.bottom <= last.box.top + 1 && !last.it.ownerSVGElement && !it.ownerSVGElement) wrong.push(`it stands above what comes before it: ${said(it)} after ${said(last.it)}`)
      const middle = (box.top + box.bottom) / 2
      if (middle > last.box.top && middle < last.box.bottom && box.right <= last.box.left + 1 && !it.ownerSVGElement) wrong.push(`it stands left of what comes before it: ${said(it)} after ${said(last.it)}`)
    }
    last = { it, box }
  }
  before?.focus?.({ preventScroll: true })
  scrollTo(...at)
  return wrong
}
