// Lists: filters that act at once, rows picked and counted.
import htmx from 'htmx.org';

function count(bulk) {
  const boxes = [...bulk.querySelectorAll('input[data-row]')];
  const picked = boxes.filter((box) => box.checked);
  const said = bulk.querySelector('[data-bulk-count]');
  if (said) {
    said.textContent = picked.length ? `已选 ${picked.length} ${said.dataset.unit}` : `未选，请先在列表中勾选`;
  }
  bulk.classList.toggle('has-selection', picked.length > 0);
  boxes.forEach((box) => box.closest('tr')?.classList.toggle('is-selected', box.checked));
  const all = bulk.querySelector('input[data-all]');
  if (all) {
    all.checked = boxes.length > 0 && picked.length === boxes.length;
    all.indeterminate = picked.length > 0 && picked.length < boxes.length;
  }
}

function countAll() {
  document.querySelectorAll('[data-bulk]').forEach(count);
}

document.addEventListener('change', (event) => {
  const bulk = event.target.closest('[data-bulk]');
  if (bulk) {
    if (event.target.matches('[data-all]')) {
      bulk.querySelectorAll('input[data-row]:not(:disabled)').forEach((box) => {
        box.checked = event.target.checked;
      });
    }
    count(bulk);
  }
  // A choice is a wish: it acts at once. Words wait for Enter, the button, or a rest in typing.
  const filters = event.target.closest('form[data-filters]');
  if (filters && event.target.matches('select, input[type=checkbox], input[type=radio], input[type=date]')) {
    htmx.trigger(filters, 'submit');
  }
});

// Boxes by keyboard: up and down go from row to row, with Shift the row is ticked like this one.
// Enter ticks; it would press the list's first button, which signs or sends.
document.addEventListener('keydown', (event) => {
  const box = event.target.closest?.('[data-bulk] input[data-row], [data-bulk] input[data-all]');
  if (!box) return;
  if (event.key === 'Enter') {
    event.preventDefault();
    box.click();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const boxes = [...box.closest('[data-bulk]').querySelectorAll('input[data-all], input[data-row]:not(:disabled)')];
  const next = boxes[boxes.indexOf(box) + step];
  if (!next) return;
  next.focus();
  if (event.shiftKey && next.matches('[data-row]') && box.matches('[data-row]') && next.checked !== box.checked) next.click();
});

document.addEventListener(
  'submit',
  (event) => {
    if (event.target.matches('[data-bulk]') && !event.target.querySelector('input[data-row]:checked')) {
      event.preventDefault();
      event.stopImmediatePropagation();
      event.target.querySelector('[data-bulk-count]')?.focus();
    }
  },
  true,
);

// Empty fields make no part of the address: the URL is the view.
document.addEventListener('htmx:configRequest', (event) => {
  if (!event.target.matches('form[data-filters]')) return;
  const { parameters } = event.detail;
  for (const name of Object.keys(parameters)) {
    if (parameters[name] === '') delete parameters[name];
  }
});

document.addEventListener('DOMContentLoaded', countAll);
document.addEventListener('htmx:afterSettle', countAll);
