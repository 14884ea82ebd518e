// Files: dropped or chosen, their size looked at before the wait.
const megabyte = 1024 * 1024;

function words(bytes) {
  return bytes >= megabyte ? `${(bytes / megabyte).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} kB`;
}

function show(input) {
  const drop = input.closest('[data-file-drop]');
  if (!drop) return;
  const limit = Number(input.dataset.maxMb || 0) * megabyte;
  const files = [...input.files];
  const heavy = limit ? files.find((file) => file.size > limit) : null;
  const list = drop.querySelector('[data-file-list]');
  if (heavy) {
    list.textContent = `未选用：“${heavy.name}”有 ${words(heavy.size)}，超过 ${input.dataset.maxMb} MB。请压缩或拆分后再选。`;
    input.value = '';
    return;
  }
  list.textContent = files.map((file) => `${file.name}（${words(file.size)}）`).join('、');
}

document.addEventListener('change', (event) => {
  if (event.target.matches('[data-file-drop] input[type=file]')) show(event.target);
});

for (const name of ['dragenter', 'dragover', 'dragleave', 'drop']) {
  document.addEventListener(name, (event) => {
    const drop = event.target.closest?.('[data-file-drop]');
    if (!drop) return;
    event.preventDefault();
    drop.classList.toggle('is-over', name === 'dragenter' || name === 'dragover');
    if (name !== 'drop' || !event.dataTransfer.files.length) return;
    const input = drop.querySelector('input[type=file]');
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

// While a form with a file is on its way, a bar says so; HTMX tells how far it is.
document.addEventListener('submit', (event) => {
  event.target.querySelectorAll('[data-file-drop]').forEach((drop) => {
    const bar = drop.querySelector('progress');
    if (bar && drop.querySelector('input[type=file]').files.length) bar.hidden = false;
  });
});

document.addEventListener('htmx:xhr:progress', (event) => {
  const bar = event.target.querySelector?.('[data-file-drop] progress');
  if (bar && event.detail.lengthComputable) {
    bar.max = event.detail.total;
    bar.value = event.detail.loaded;
  }
});
