// Checking in though the phone has no network: the code is kept here and handed in as soon as it can be.
// The server believes the code about the time, never this clock; around when it was only says where to look.
import { announce } from './announce.js';

const place = 'check-in';
const pause = 15000;
const patience = 8000;

function read() {
  try {
    const { passes = {}, kept = [] } = JSON.parse(localStorage.getItem(place)) || {};
    return { passes, kept };
  } catch {
    return { passes: {}, kept: [] };
  }
}

function write(state) {
  try {
    localStorage.setItem(place, JSON.stringify(state));
    return true;
  } catch {
    return false;
  }
}

function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hour12: false });
}

function say(text, tone, link) {
  const spot = document.querySelector('[data-check-in-said]');
  if (!spot) {
    announce(text, tone);
    return;
  }
  const box = document.createElement('div');
  box.className = `alert alert-${tone}`;
  const words = document.createElement('div');
  words.className = 'alert-words';
  const line = document.createElement('p');
  line.textContent = text;
  words.append(line);
  if (link) {
    const way = document.createElement('a');
    way.href = link.url;
    way.textContent = link.words;
    words.append(way);
  }
  box.append(words);
  spot.replaceChildren(box);
}

// -- What the page gives the phone ------------------------------------------------------------------
const given = document.querySelector('[data-check-in]');
if (given) {
  const { checkIn: uid, title, held, who, now, until, worker } = given.dataset;
  const state = read();
  const here = Date.now() / 1000;
  for (const [each, pass] of Object.entries(state.passes)) if (pass.until < here - 86400) delete state.passes[each];
  const old = state.passes[uid];
  // The first pass stays while the same member holds the phone: it is good for every code after it.
  const first = old?.who === who ? old.held : held;
  state.passes[uid] = { title, held: first, who, until: Number(until), ahead: Number(now) - here };
  write(state);
  if ('serviceWorker' in navigator) navigator.serviceWorker.register(worker).catch(() => {});
}

// When the page came up: that is when a picture was scanned; digits are read just before they are sent.
const shown = Date.now();

function keep(uid, code, deed, readAt = Date.now()) {
  const state = read();
  const pass = state.passes[uid];
  if (!pass) {
    say('这部手机还没有联网打开过这次活动，断网时不能签到。请组织者在签到表上登记。', 'bad');
    return;
  }
  const around = Math.round(readAt / 1000 + pass.ahead);
  const same = state.kept.some((each) => each.uid === uid && each.code === code && each.deed === deed);
  if (!same) state.kept.push({ uid, code, deed, around, held: pass.held });
  if (write(state)) tellKept();
  else say('这部手机不让网页保存内容，断网时不能签到。请组织者在签到表上登记。', 'bad');
}

function tellKept() {
  const { passes, kept } = read();
  if (!kept.length) return;
  const lines = kept.map(
    ({ uid, deed, around }) => `“${passes[uid]?.title ?? '活动'}”的${deed === 'out' ? '签退' : '签到'}码已在${clock(around)}记下`,
  );
  say(`${lines.join('；')}。有网络后自动补传，现在可以锁屏；补传前请不要清除浏览器数据。`, 'info');
}

// -- Handing in -----------------------------------------------------------------------------------------
function asked(url, options = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  return fetch(url, { credentials: 'same-origin', ...options, signal: stop.signal }).finally(() => clearTimeout(timer));
}

// Throws where there is no network; returns what the server said, or that somebody must sign in first.
async function handIn({ uid, code, deed, around, held }) {
  const address = `/activities/${uid}/check-in/`;
  const page = await asked(address);
  if (page.status >= 500) throw new TypeError('unreachable');
  if (page.status === 403) return { wayIn: address, words: '切换到党员身份' };
  const fresh = new DOMParser().parseFromString(await page.text(), 'text/html');
  if (page.redirected && !new URL(page.url).pathname.startsWith(address)) return { wayIn: address, words: '去登录' };
  const body = new FormData();
  const token = fresh.querySelector('meta[name="csrf-token"]')?.content ?? '';
  const post = fresh.querySelector('form input[name="post"]')?.value ?? '';
  Object.entries({ code, deed, held, around }).forEach(([name, value]) => body.append(name, value));
  if (post) body.append('post', post);
  const answer = await asked(`${address}kept/`, { method: 'POST', body, headers: { 'X-CSRFToken': token } });
  if (answer.status >= 500) throw new TypeError('unreachable');
  const said = await answer.json().catch(() => ({ text: '签到没有办成，请组织者在签到表上登记。' }));
  return { done: answer.ok, text: said.text };
}

let underway = false;

async function handInAll() {
  if (underway || !read().kept.length) return;
  underway = true;
  try {
    for (const entry of read().kept) {
      const answer = await handIn(entry);
      if (answer.wayIn) {
        say('网络已恢复。请先登录，或切换到党员身份，记下的签到码会自动补传。', 'warn', { url: answer.wayIn, words: answer.words });
        return;
      }
      const state = read();
      state.kept = state.kept.filter((each) => each.uid !== entry.uid || each.code !== entry.code || each.deed !== entry.deed);
      write(state);
      say(answer.done ? `${answer.text}断网时记下的签到码已补传。` : answer.text, answer.done ? 'good' : 'bad', {
        url: `/activities/${entry.uid}/`,
        words: '查看活动',
      });
    }
  } catch {
    tellKept();
  } finally {
    underway = false;
  }
}

window.addEventListener('online', handInAll);
setInterval(handInAll, pause);
handInAll();

// -- The page's own form, and the kept page's ----------------------------------------------------------------
document.addEventListener(
  'submit',
  (event) => {
    const frame = event.target.closest('[data-check-in-form]');
    if (!frame || event.target.dataset.sent !== undefined) return;
    const form = event.target;
    const uid = frame.dataset.checkInForm;
    const token = given?.dataset.token;
    const code = token || form.elements.namedItem('code').value.replace(/\s/g, '');
    const deed = form.elements.namedItem('deed').value;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.dataset.sent = '';
    const keepIt = () => {
      delete form.dataset.sent;
      keep(uid, code, deed, token ? shown : Date.now());
    };
    // Asked first whether anybody answers: a form sent into nothing would leave an error page.
    asked(`/activities/${uid}/check-in/`, { method: 'HEAD' }).then(
      (answer) => {
        if (answer.status >= 500) keepIt();
        else form.submit();
      },
      keepIt,
    );
  },
  true,
);

const offline = document.querySelector('[data-check-in-offline]');
if (offline) {
  const [, uid, token] = window.location.pathname.match(/^\/activities\/([0-9a-f-]{36})\/(?:check-in\/)?(?:([0-9a-f]{24})\/)?/) ?? [];
  if (!uid || !read().passes[uid]) keep(uid, '', 'in');
  else {
    offline.hidden = false;
    if (token) {
      // The picture was scanned: leaving is told from coming by the member.
      const code = offline.elements.namedItem('code');
      code.closest('.field').hidden = true;
      code.required = false;
      say('已扫到签到码，请按“签到”或“签退”，手机先记下。', 'info');
    }
    tellKept();
    offline.addEventListener('submit', (event) => {
      event.preventDefault();
      const code = token || offline.elements.namedItem('code').value.replace(/\s/g, '');
      keep(uid, code, event.submitter?.value || 'in', token ? shown : Date.now());
      offline.hidden = true;
    });
  }
} else if (document.querySelector('[data-check-in-said]')) tellKept();
