// A long list of boxes is narrowed by typing part of a name; what is ticked stays in sight.

const MANY = 12;
let number = 0;

function narrow(list, words) {
  let found = 0;
  list.querySelectorAll(':scope > li').forEach((line) => {
    const box = line.querySelector('input');
    const fits = line.textContent.toLowerCase().includes(words);
    line.hidden = !fits && !box?.checked;
    if (fits) found += 1;
  });
  return found;
}

function addSearch(list) {
  const lines = list.querySelectorAll(':scope > li input[type="checkbox"]');
  if (lines.length <= MANY || list.previousElementSibling?.matches('.choices-search')) return;
  number += 1;
  const search = document.createElement('div');
  search.className = 'choices-search';
  const label = document.createElement('label');
  label.htmlFor = `choices-search-${number}`;
  label.textContent = `查找（共${lines.length}项）`;
  const input = document.createElement('input');
  input.type = 'search';
  input.id = label.htmlFor;
  input.className = 'form-control';
  input.autocomplete = 'off';
  const said = document.createElement('p');
  said.className = 'field-help';
  said.setAttribute('role', 'status');
  input.addEventListener('input', (event) => {
    // What is looked for is no answer of the form.
    event.stopPropagation();
    const words = input.value.trim().toLowerCase();
    const found = narrow(list, words);
    if (!words) said.textContent = '';
    else said.textContent = found ? `找到${found}项` : '没有找到，请换个词';
  });
  input.addEventListener('change', (event) => event.stopPropagation());
  // Enter looks, it does not send the form.
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault();
  });
  search.append(label, input, said);
  list.before(search);
}

function addAll(root = document) {
  root.querySelectorAll('ul.choices').forEach((list) => {
    if (!list.parentElement.closest('ul.choices')) addSearch(list);
  });
}

document.addEventListener('htmx:afterSwap', (event) => addAll(event.target));
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => addAll());
else addAll();
