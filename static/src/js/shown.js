// What depends on another answer, and what fills many answers at once.
//
// data-shown-when="answer=leave" on a control: its field is shown while the form's `answer` is `leave`.
// data-fill="present" on a button: every unanswered choice of the form takes this value, if it has it.
import { announce } from './announce.js';

function chosen(form, name) {
  const control = form.elements.namedItem(name);
  // A box that is not ticked has a value all the same.
  if (control?.type === 'checkbox' && !control.checked) return '';
  return control?.value ?? '';
}

function settle(form) {
  form.querySelectorAll('[data-shown-when]').forEach((control) => {
    const [name, values] = control.dataset.shownWhen.split('=');
    const field = control.closest('.field');
    // An answer that is refused stays in sight with its error.
    if (field && !field.classList.contains('field-invalid')) {
      field.hidden = !values.split('|').includes(chosen(form, name));
    }
  });
}

function settleAll(root = document) {
  root.querySelectorAll('form').forEach((form) => {
    if (form.querySelector('[data-shown-when]')) settle(form);
  });
}

document.addEventListener('change', (event) => {
  const form = event.target.form;
  if (form?.querySelector('[data-shown-when]')) settle(form);
});

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('button[data-fill]');
  if (!button) return;
  const groups = new Map();
  button.form.querySelectorAll('input[type="radio"]').forEach((choice) => {
    groups.set(choice.name, [...(groups.get(choice.name) ?? []), choice]);
  });
  let filled = 0;
  groups.forEach((choices) => {
    const answer = choices.find((choice) => choice.checked);
    const wanted = choices.find((choice) => choice.value === button.dataset.fill);
    // The row's own "not recorded" counts as unanswered.
    if (wanted && (!answer || answer.value === '' || answer.value === button.dataset.fillInstead)) {
      wanted.checked = true;
      filled += 1;
    }
  });
  button.form.dataset.dirty = '';
  announce(`已填${filled}行，请核对后保存。`, 'good');
});

document.addEventListener('htmx:afterSwap', (event) => settleAll(event.target));
document.addEventListener('DOMContentLoaded', () => settleAll());
if (document.readyState !== 'loading') settleAll();
