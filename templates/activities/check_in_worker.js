{% load static %}{# Shows the kept page where a check-in page cannot be reached. No page of a person is ever kept. #}
const name = 'check-in {% static "app.js" %} {% static "app.css" %}';
const shell = '{% url "activities:check-in-offline" %}';
const kept = [shell, '{% static "app.css" %}', '{% static "app.js" %}', '{% static "icons.svg" %}', '{% static "icon.svg" %}'];
const page = /^\/activities\/[0-9a-f-]{36}\/(check-in\/.*)?$/;
// A network that does not answer is none: somebody stands at the door.
const patience = 8000;

self.addEventListener('install', (event) => {
  const keep = async () => {
    const cache = await caches.open(name);
    for (const address of kept) {
      const answer = await fetch(address, { credentials: 'same-origin' });
      // Sent on to the page of signing in: not what is to be kept.
      if (!answer.ok || answer.redirected) throw new Error(address);
      await cache.put(address, answer);
    }
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((each) => each.startsWith('check-in ') && each !== name).map((each) => caches.delete(each))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate' && page.test(pathname)) {
    const late = new Promise((resolve, reject) => setTimeout(reject, patience));
    event.respondWith(Promise.race([fetch(request), late]).catch(() => caches.match(shell)));
  } else if (kept.includes(pathname) && pathname !== shell) {
    event.respondWith(fetch(request).catch(() => caches.match(pathname)));
  }
});
