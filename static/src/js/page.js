// The page itself: where the focus goes, keys, menus, printing.
document.documentElement.classList.add('js');

export function isTyping(element) {
  return element.matches('input, textarea, select, [contenteditable]');
}

// An error summary or a receipt takes the focus, so that it is read first.
export function focusFirst(root) {
  const wanted = root.matches?.('[data-focus]') ? root : root.querySelector('[data-focus]');
  wanted?.focus();
  return Boolean(wanted);
}

document.addEventListener('keydown', (event) => {
  if (event.key === '/' && !event.ctrlKey && !event.altKey && !event.metaKey && !isTyping(event.target)) {
    const search = document.querySelector('[data-search]');
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
  if (event.key === 'Escape') {
    const open = event.target.closest?.('details.menu[open]') || document.querySelector('details.menu[open]');
    if (open) {
      open.open = false;
      open.querySelector('summary').focus();
    }
  }
});

document.addEventListener('click', (event) => {
  document.querySelectorAll('details.menu[open]').forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  if (event.target.closest('[data-print]')) window.print();
});

// On paper a chart without its figures says too little.
window.addEventListener('beforeprint', () => {
  document.querySelectorAll('.chart details').forEach((table) => {
    table.open = true;
  });
});

// A link in an error summary leads to the control itself, not only to its place.
document.addEventListener('click', (event) => {
  const link = event.target.closest('.error-summary a[href^="#"]');
  if (!link) return;
  const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  const control = isTyping(field) ? field : field.querySelector('input, select, textarea') || field;
  event.preventDefault();
  control.focus();
  control.closest('.field')?.scrollIntoView({ block: 'start' });
});

// A table wider than its frame can be scrolled by keyboard.
function openFrames(root) {
  root.querySelectorAll('.table-wrap').forEach((frame) => {
    if (frame.scrollWidth > frame.clientWidth + 1) {
      frame.tabIndex = 0;
      frame.setAttribute('role', 'region');
      frame.setAttribute('aria-label', frame.querySelector('caption')?.textContent.trim() || '表格');
    }
  });
}

document.addEventListener('DOMContentLoaded', () => {
  focusFirst(document);
  openFrames(document);
});
document.addEventListener('htmx:afterSettle', (event) => openFrames(event.target));
