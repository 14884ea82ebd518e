// Says a sentence to the eye and to the screen reader.
const signs = { good: 'check', info: 'info', warn: 'warn', bad: 'warn' };

// `tone` is info, good, warn or bad; the text is set as text, never as markup.
export function announce(text, tone = 'info') {
  if (!text) return;
  const messages = document.getElementById('messages');
  if (!messages) return;
  const line = document.createElement('div');
  line.className = `alert alert-${tone}`;
  const icons = document.body.dataset.icons;
  if (icons) {
    const namespace = 'http://www.w3.org/2000/svg';
    const icon = document.createElementNS(namespace, 'svg');
    icon.setAttribute('class', 'icon');
    icon.setAttribute('aria-hidden', 'true');
    const use = document.createElementNS(namespace, 'use');
    use.setAttribute('href', `${icons}#${signs[tone] || 'info'}`);
    icon.append(use);
    line.append(icon);
  }
  const words = document.createElement('div');
  words.className = 'alert-words';
  words.textContent = text;
  line.append(words);
  // One spoken line at a time: what was said by an earlier press no longer holds.
  messages.querySelectorAll('[data-said]').forEach((old) => old.remove());
  line.dataset.said = '';
  messages.append(line);
  const box = line.getBoundingClientRect();
  if (box.top < 0 || box.bottom > window.innerHeight) line.scrollIntoView({ block: 'center' });
}
