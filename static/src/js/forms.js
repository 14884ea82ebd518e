// Forms: sent once, saved as one types, not lost by accident.
import { announce } from './announce.js';
import { refusalWords } from './requests.js';

const offline = '网络中断，内容仍保留在本页。请检查网络后再提交。';

function freshNonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// Aria-disabled, not disabled: the focus stays, and the button's own value is still sent.
function hold(form, submitter) {
  form.setAttribute('aria-busy', 'true');
  if (submitter) {
    submitter.setAttribute('aria-disabled', 'true');
    submitter.dataset.words = submitter.textContent;
    if (form.dataset.sending !== undefined) submitter.textContent = form.dataset.sending;
  }
}

export function release(form) {
  delete form.dataset.sent;
  form.removeAttribute('aria-busy');
  form.querySelectorAll('[aria-disabled="true"][data-words]').forEach((button) => {
    button.removeAttribute('aria-disabled');
    button.textContent = button.dataset.words;
    delete button.dataset.words;
  });
}

function isHtmx(form, submitter) {
  const speaks = (element) => element?.matches('[hx-post],[hx-get],[hx-put],[hx-patch],[hx-delete]');
  return speaks(form) || speaks(submitter);
}

document.addEventListener(
  'submit',
  (event) => {
    const form = event.target;
    if (form.method !== 'post') return;
    if (form.dataset.sent !== undefined) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (!navigator.onLine) {
      event.preventDefault();
      event.stopImmediatePropagation();
      announce(offline, 'bad');
      return;
    }
    delete form.dataset.dirty;
    window.clearTimeout(timers.get(form));
    form.dataset.sent = '';
    form.dataset.sentNonce = form.elements.namedItem('nonce')?.value ?? '';
    if (isHtmx(form, event.submitter)) hold(form, event.submitter);
    // The browser reads the form after this event: what is held too early would not be sent.
    else window.setTimeout(() => (event.defaultPrevented ? release(form) : hold(form, event.submitter)));
  },
  true,
);

document.addEventListener('htmx:afterRequest', (event) => {
  const form = event.target.closest?.('form');
  if (!form || form.dataset.sent === undefined) return;
  release(form);
  if (!event.detail.successful) {
    form.dataset.dirty = '';
    return;
  }
  // A form that stays on the page after it was carried out may be sent again, as another one.
  const nonce = form.elements.namedItem('nonce');
  if (nonce && nonce.value === form.dataset.sentNonce) nonce.value = freshNonce();
});

// A refused form stands in the history as the answer to a sending, which no cache may keep: who came back to it
// would meet the browser's own page, 确认重新提交. In its place stands the page that the form was on.
function standForItsForm() {
  const summary = document.querySelector('.error-summary');
  if (document.documentElement.dataset.answersForm === undefined || !summary) return;
  const here = window.location.href;
  const from = document.referrer.startsWith(`${window.location.origin}/`) ? document.referrer : here;
  // A form without an address sends to the page's own, which now becomes another.
  document.querySelectorAll('form[method="post"]:not([action]), form[method="post"][action=""]').forEach((form) => {
    form.setAttribute('action', here);
  });
  window.history.replaceState(null, '', from);
  // What was typed stands on this page alone: leaving it asks first.
  const guarded = summary.closest('form[data-guard]');
  if (guarded) guarded.dataset.dirty = '';
}
standForItsForm();

// Back from the next page: the form is usable again.
window.addEventListener('pageshow', () => {
  document.querySelectorAll('form[data-sent]').forEach(release);
});

window.addEventListener('beforeunload', (event) => {
  if (document.querySelector('form[data-guard][data-dirty]')) event.preventDefault();
});

// -- Saved as one types --------------------------------------------------------------------------
const timers = new WeakMap();
const pause = 1500;

function say(form, text) {
  const place = form.querySelector('[data-autosave-said]');
  if (place) place.textContent = text;
}

async function save(form) {
  if (form.dataset.sent !== undefined) return;
  const body = new FormData(form);
  // The nonce is for the one time the form is sent.
  body.delete('nonce');
  try {
    const response = await fetch(form.dataset.autosave, {
      method: 'POST',
      body,
      credentials: 'same-origin',
      headers: { 'X-Autosave': '1', Accept: 'application/json' },
    });
    if (!response.ok) {
      say(form, refusalWords(response.status, await response.text()));
      return;
    }
    if (response.status !== 204) {
      const { version } = await response.json();
      const kept = form.elements.namedItem('version');
      if (kept && version !== undefined) kept.value = version;
    }
    delete form.dataset.dirty;
    const now = new Date();
    const two = (number) => String(number).padStart(2, '0');
    say(form, `已保存 ${two(now.getHours())}:${two(now.getMinutes())}`);
  } catch {
    say(form, '网络中断，内容仍保留在本页');
  }
}

document.addEventListener('input', (event) => {
  const form = event.target.closest('form[data-guard], form[data-autosave]');
  if (!form) return;
  form.dataset.dirty = '';
  if (form.dataset.autosave) {
    window.clearTimeout(timers.get(form));
    timers.set(form, window.setTimeout(() => save(form), pause));
  }
});
