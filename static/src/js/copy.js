// 复制文字: the clipboard where the browser allows it, else the old way (offices run on plain http).
async function copy(area) {
  try {
    await navigator.clipboard.writeText(area.value);
    return true;
  } catch {
    area.focus();
    area.select();
    return document.execCommand('copy');
  }
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const area = document.getElementById(button.dataset.copy);
  const done = await copy(area);
  const said = button.parentElement.querySelector('[data-copy-said]');
  said.textContent = done ? '已复制，可以粘贴到群里' : '文字已选中，请按 Ctrl+C 复制';
});
