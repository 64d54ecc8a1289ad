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
