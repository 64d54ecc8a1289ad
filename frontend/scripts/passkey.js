// Lets a person use or make a passkey: their browser's own window does the work. This is the one thing here that a page
// cannot do without a script, so each such page says what to do where none runs.

for (const form of document.querySelectorAll('form[data-passkey]')) {
  const part = form.querySelector('[data-passkey-part]');
  if (!window.PublicKeyCredential || !navigator.credentials || !part) {
    say(form, 'This browser knows no passkeys. Try another one, or a newer one.');
    continue;
  }
  part.hidden = false;
  form.elements.passkey.value = ''; // a page that was gone back to may still hold the last answer
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    ask(form).then((ready) => ready && form.submit(), (why) => say(form, sorry(why)));
  });
}

// ask fetches a question from the server and has the browser's passkey answer it. What the server will not ask, or what is
// not filled in, is sent as it is: the page that comes back says what is wrong.
async function ask(form) {
  say(form, '');
  const name = form.elements.name;
  if (name && !name.value.trim()) return true;
  const answer = await fetch(form.dataset.challenge, { method: 'POST', body: new URLSearchParams({ ceremony: form.elements.ceremony.value }) });
  if (!answer.ok || answer.redirected) return true;
  const { publicKey } = await answer.json();
  const made = form.dataset.passkey === 'make'
    ? await navigator.credentials.create({ publicKey: toMake(publicKey) })
    : await navigator.credentials.get({ publicKey: toUse(publicKey) });
  form.elements.passkey.value = JSON.stringify(plain(made));
  return true;
}

function say(form, words) {
  const place = form.querySelector('[data-passkey-problem]');
  if (!place) return;
  place.textContent = words;
  place.hidden = !words;
}

function sorry(why) {
  switch (why.name) {
    case 'InvalidStateError': return 'This device keeps a passkey of yours already. Use that one, or another device.';
    case 'SecurityError': return 'Passkeys work only at this site’s own address. Check the address at the top of your browser.';
    case 'NotAllowedError': case 'AbortError': return 'It was stopped, or it took too long. Nothing is changed. You can try again.';
  }
  return 'That did not work. Nothing is changed. You can try again.';
}

// What follows is for browsers from before 2024, which cannot yet turn these into JSON and back by themselves.

function toMake(options) {
  if (PublicKeyCredential.parseCreationOptionsFromJSON) return PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: (options.excludeCredentials ?? []).map(key) };
}

function toUse(options) {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return { ...options, challenge: bytes(options.challenge), allowCredentials: (options.allowCredentials ?? []).map(key) };
}

function plain(made) {
  if (made.toJSON) return made.toJSON();
  const { id, type, authenticatorAttachment, response } = made;
  const answers = { clientDataJSON: text(response.clientDataJSON) };
  for (const part of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) if (response[part]) answers[part] = text(response[part]);
  if (response.getTransports) answers.transports = response.getTransports();
  return { id, rawId: text(made.rawId), type, authenticatorAttachment: authenticatorAttachment ?? undefined, response: answers, clientExtensionResults: made.getClientExtensionResults() };
}

const key = (one) => ({ ...one, id: bytes(one.id) });
const bytes = (words) => Uint8Array.from(atob(words.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
