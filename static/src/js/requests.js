// HTMX: strict policy, answers that are refusals, focus that stays where it was.
import htmx from 'htmx.org';

import { announce } from './announce.js';
import { focusFirst } from './page.js';

Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  // Pages hold personal data: none of it is kept in the browser's storage.
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollIntoViewOnBoost: false,
  timeout: 30000,
  // Not style: setting one, even an empty one, is against the policy.
  attributesToSettle: ['class', 'width', 'height'],
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    { code: '422', swap: true },
    { code: '[45]..', swap: false, error: true },
  ],
});

const plainWords = {
  403: '您当前的岗位不能办理此事。如需办理，请切换岗位或联系本单位管理员。',
  404: '没有找到这条内容，可能已被移走，或不在您当前岗位的范围内。',
  409: '内容已有变化，请刷新本页后再办理。',
  413: '文件太大，请压缩后再上传。',
  429: '操作过于频繁，请稍等一分钟再试。',
  503: '系统正在维护，内容仍保留在本页，请稍后再试。',
};

// The sentence a refusal page carries for the eye, or our own for the status.
export function refusalWords(status, body) {
  if (body && body.includes('data-refusal')) {
    const said = new DOMParser().parseFromString(body, 'text/html').querySelector('[data-refusal]');
    if (said) return said.textContent.trim().replace(/\s+/g, ' ');
  }
  return plainWords[status] || '系统没有办成这件事，内容仍保留在本页。请稍后再试，仍不行请联系管理员。';
}

document.addEventListener('htmx:configRequest', (event) => {
  if (event.detail.verb !== 'get') {
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (token) event.detail.headers['X-CSRFToken'] = token;
  }
});

document.addEventListener('htmx:responseError', (event) => {
  const { status, responseText } = event.detail.xhr;
  announce(refusalWords(status, responseText), 'bad');
});

for (const name of ['htmx:sendError', 'htmx:timeout']) {
  document.addEventListener(name, () => announce('网络中断，内容仍保留在本页。请检查网络后再试。', 'bad'));
}

// A service says what it did: HX-Trigger: {"announce": {"text": …, "tone": …}}.
document.addEventListener('announce', (event) => {
  const { text, tone, value } = event.detail;
  announce(text || value, tone);
});

let underway = 0;

function busy(change) {
  underway = Math.max(0, underway + change);
  document.documentElement.classList.toggle('is-busy', underway > 0);
}

document.addEventListener('htmx:beforeSend', () => busy(1));
document.addEventListener('htmx:afterRequest', () => busy(-1));

// HTMX gives the focus back to the control with the same id. Where that is gone, the focus must not
// fall to the top of the page: it goes to what took its place.
let focusInside = null;

document.addEventListener('htmx:beforeSwap', (event) => {
  const target = event.detail.target;
  focusInside = target.contains(document.activeElement) ? document.activeElement.id || '(none)' : null;
});

document.addEventListener('htmx:afterSettle', (event) => {
  const settled = event.detail.elt;
  if (event.detail.xhr?.status === 422 && focusFirst(settled)) return;
  if (focusInside === null) return;
  focusInside = null;
  if (document.activeElement && document.activeElement !== document.body) return;
  if (!document.body.contains(settled) || focusFirst(settled)) return;
  if (!settled.matches('a, button, input, select, textarea, summary')) settled.tabIndex = -1;
  settled.focus({ preventScroll: true });
});

// A live region rests while nobody looks, and catches up when somebody does.
document.addEventListener('htmx:confirm', (event) => {
  if (event.target.matches('[data-live]') && document.hidden) event.preventDefault();
});
