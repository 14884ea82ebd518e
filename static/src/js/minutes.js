// Minutes: saved as one types; nothing is lost when the session has ended, the network is gone or
// somebody else writes too. What is not saved yet is kept in this browser, and offered again.
import { refusalWords } from './requests.js';

const pause = 1500;
const keptDays = 7;

const clock = (at) => {
  const two = (number) => String(number).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
};
const plain = (text) => text.replace(/\r\n?/g, '\n').trim();

function start(root) {
  const form = root.querySelector('form');
  const text = form.elements.namedItem('text');
  const version = form.elements.namedItem('version');
  const draft = form.elements.namedItem('draft');
  const said = root.querySelector('[data-minutes-said]');
  const spoken = root.querySelector('[data-minutes-spoken]');
  const offer = root.querySelector('[data-minutes-kept]');
  const key = `minutes:${root.dataset.person}:${root.dataset.minutes}`;
  let timer = 0;
  let isSaving = false;
  let isComposing = false;
  // Another has changed the same paragraph, or the session is over: only a person goes on from here.
  let isStuck = false;

  draft.value = Math.random().toString(36).slice(2);

  // -- What is kept in this browser ----------------------------------------------------------------
  function keep() {
    const kept = { text: text.value, version: version.value, draft: draft.value, at: Date.now() };
    try {
      localStorage.setItem(key, JSON.stringify(kept));
    } catch {
      // Full or forbidden: the page itself still holds the text.
    }
  }

  function drop() {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was kept.
    }
  }

  function kept() {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function say(state, words) {
    said.dataset.state = state;
    said.textContent = words;
    // Every saving would be a chatter: only what is to be known is spoken.
    if (state === 'trouble') spoken.textContent = words;
  }

  function signInAgain() {
    isStuck = true;
    say('trouble', '登录已失效，文字已留在本机。');
    const link = document.createElement('a');
    link.href = root.dataset.here;
    link.textContent = '重新登录后接着写';
    said.append(' ', link);
  }

  // -- Saving --------------------------------------------------------------------------------------
  function soon(wait = pause) {
    window.clearTimeout(timer);
    if (!isStuck) timer = window.setTimeout(save, wait);
  }

  function changed() {
    form.dataset.dirty = '';
    keep();
    if (!isStuck) say('dirty', '有改动，正在等您停笔后保存');
    soon();
  }

  function saved(words = '') {
    delete form.dataset.dirty;
    drop();
    say('saved', `已保存 ${clock(new Date())}${words}`);
  }

  // The caret stays before the same words.
  function replace(next) {
    const before = text.value;
    const [from, to] = [text.selectionStart, text.selectionEnd];
    let head = 0;
    while (head < before.length && head < next.length && before[head] === next[head]) head += 1;
    let tail = 0;
    while (
      tail < before.length - head &&
      tail < next.length - head &&
      before[before.length - 1 - tail] === next[next.length - 1 - tail]
    ) {
      tail += 1;
    }
    const moved = (place) => {
      if (place <= head) return place;
      if (place >= before.length - tail) return next.length - (before.length - place);
      return head;
    };
    const [top, hadFocus] = [text.scrollTop, document.activeElement === text];
    text.value = next;
    if (hadFocus) text.setSelectionRange(moved(from), moved(to));
    text.scrollTop = top;
  }

  function merged({ merge }, sent) {
    // Typed on meanwhile: nothing is touched, the next saving compares again.
    if (isComposing || text.value !== sent) {
      soon();
      return;
    }
    replace(merge.text);
    version.value = merge.version;
    spoken.textContent = merge.said;
    if (merge.is_new) {
      keep();
      soon(0);
      said.dataset.merged = merge.said;
    } else saved(`，${merge.said}`);
  }

  async function save() {
    if (isSaving || isStuck || form.dataset.sent !== undefined) return;
    if (isComposing) {
      soon();
      return;
    }
    isSaving = true;
    const sent = text.value;
    const body = new FormData(form);
    // The nonce is for the one time the form is sent.
    body.delete('nonce');
    say('saving', '正在保存…');
    try {
      const response = await fetch(root.dataset.save, {
        method: 'POST',
        body,
        credentials: 'same-origin',
        redirect: 'manual',
        headers: { 'X-Autosave': '1', Accept: 'application/json' },
      });
      await answered(response, sent);
    } catch {
      say('trouble', '网络中断，文字已留在本机，网络恢复后自动保存。');
      soon(10000);
    } finally {
      isSaving = false;
    }
  }

  async function answered(response, sent) {
    if (response.type === 'opaqueredirect' || response.status === 403) {
      signInAgain();
      return;
    }
    if (response.status === 204) {
      // An empty text is not saved over the other.
      say('dirty', '正文是空的，没有保存');
      return;
    }
    if (!response.ok) {
      const body = await response.text();
      let words = '';
      try {
        words = JSON.parse(body).refused;
      } catch {
        words = refusalWords(response.status, body);
      }
      isStuck = response.status === 409;
      say('trouble', `${words}（文字已留在本机）`);
      if (response.status >= 500) soon(30000);
      return;
    }
    const answer = await response.json();
    if (answer.merge) {
      merged(answer, sent);
      return;
    }
    version.value = answer.version;
    const words = said.dataset.merged ? `，${said.dataset.merged}` : '';
    delete said.dataset.merged;
    if (text.value === sent) saved(words);
    else {
      keep();
      soon();
    }
  }

  // -- What was kept from the last time ------------------------------------------------------------
  const last = kept();
  if (last && typeof last.text === 'string') {
    const isOld = Date.now() - last.at > keptDays * 24 * 3600 * 1000;
    const arrived = root.dataset.took && root.dataset.took === last.draft;
    if (isOld || arrived || plain(last.text) === plain(text.value)) drop();
    else {
      offer.querySelector('[data-minutes-kept-at]').textContent = new Date(last.at).toLocaleString('zh-CN');
      offer.hidden = false;
      offer.querySelector('[data-minutes-restore]').addEventListener('click', () => {
        text.value = last.text;
        version.value = last.version;
        offer.hidden = true;
        changed();
        soon(0);
        text.focus();
      });
      offer.querySelector('[data-minutes-drop]').addEventListener('click', () => {
        drop();
        offer.hidden = true;
        text.focus();
      });
    }
  }
  // A page that came back refused holds what is not saved.
  if (root.dataset.unsaved !== undefined) {
    form.dataset.dirty = '';
    keep();
    say('dirty', '还没有保存，请看上面的提示');
  }

  // -- Events --------------------------------------------------------------------------------------
  text.addEventListener('input', changed);
  text.addEventListener('compositionstart', () => {
    isComposing = true;
  });
  text.addEventListener('compositionend', () => {
    isComposing = false;
  });
  form.addEventListener('submit', () => {
    window.clearTimeout(timer);
    if (form.dataset.dirty !== undefined || text.value !== text.defaultValue) keep();
  });
  window.addEventListener('online', () => {
    if (form.dataset.dirty !== undefined) soon(0);
  });
  window.addEventListener('offline', () => {
    if (!isStuck) say('trouble', '网络中断，文字已留在本机，网络恢复后自动保存。');
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && form.dataset.dirty !== undefined) {
      keep();
      save();
    }
  });
  root.addEventListener('click', (event) => {
    const button = event.target.closest?.('button[data-insert]');
    if (!button) return;
    text.focus();
    const before = text.value.slice(0, text.selectionStart);
    const lead = before === '' || before.endsWith('\n') ? '' : '\n';
    // The browser's own way in keeps its undo.
    if (!document.execCommand('insertText', false, lead + button.dataset.insert)) {
      text.setRangeText(lead + button.dataset.insert, text.selectionStart, text.selectionEnd, 'end');
      changed();
    }
  });
  // Somebody else has saved: who has typed nothing sees it at once.
  document.addEventListener('htmx:afterSwap', (event) => {
    if (event.target.id !== 'minutes-open') return;
    const latest = Number(event.target.querySelector('[data-latest]')?.dataset.latest ?? 0);
    if (latest > Number(version.value) && form.dataset.dirty === undefined && offer.hidden) soon(0);
  });
}

document.querySelectorAll('[data-minutes]').forEach(start);
