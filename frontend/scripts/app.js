// Every page works without this script. It only makes some things kinder: a menu that folds on a small screen,
// a count of the letters left, answers that open more questions, and errors that take you to the box to mend.
import { Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, Radios, ServiceNavigation, SkipLink, createAll } from 'govuk-frontend';

document.body.classList.add('js-enabled', 'govuk-frontend-supported');

// An error about a whole date leads to the group of three boxes; a person wants to land in the first.
// This listens before ErrorSummary moves the focus when the page opens.
for (const group of document.querySelectorAll('.govuk-date-input[tabindex]')) {
  group.addEventListener('focus', () => group.querySelector('input').focus({ preventScroll: true }));
}

for (const part of [Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, Radios, ServiceNavigation, SkipLink]) createAll(part);

// Links to a page as it was on other days become a slider: what the page says of the day is put in its place, so that
// nobody is taken to another page by moving it. Where that fails, its link is followed.
for (const nav of document.querySelectorAll('nav[data-slider]')) {
  const days = [...nav.querySelectorAll('a, b')].map((day) => ({ text: day.textContent.trim(), href: day.href ?? day.dataset.href, now: day.localName === 'b' }));
  if (days.length < 3 || days.some(({ href }) => !href)) continue;
  const label = document.createElement('label');
  label.textContent = 'Look back: ';
  const slider = Object.assign(document.createElement('input'), { type: 'range', min: 0, max: days.length - 1, value: days.findIndex(({ now }) => now), className: 'slider' });
  const day = Object.assign(document.createElement('output'), { textContent: days[slider.value].text });
  slider.setAttribute('aria-valuetext', day.textContent);
  label.append(slider);
  nav.replaceChildren(label, ' ', day);
  let asked = 0;
  slider.addEventListener('input', async () => {
    const { text, href } = days[slider.value];
    day.textContent = text;
    slider.setAttribute('aria-valuetext', text);
    const turn = ++asked;
    try {
      const answer = await fetch(href);
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (turn !== asked) return; // it was moved on meanwhile
      const there = page.querySelectorAll(nav.dataset.slider);
      const here = document.querySelectorAll(nav.dataset.slider);
      if (there.length !== here.length) throw new Error('another page');
      here.forEach((part, i) => part.replaceWith(there[i]));
      for (const part of document.querySelectorAll('[data-now]')) part.hidden = slider.value !== slider.max;
      history.replaceState(null, '', href);
    } catch {
      location.assign(href);
    }
  });
}
