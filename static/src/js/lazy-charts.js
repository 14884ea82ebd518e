// Charts come in a bundle of their own, fetched where a page has one.
let asked = false;

function look(root) {
  const chart = root.querySelector('[data-chart]');
  if (!chart) return;
  if (window.partybuildCharts) {
    window.partybuildCharts.drawAll();
  } else if (!asked) {
    asked = true;
    const script = document.createElement('script');
    script.src = chart.dataset.chartScript;
    script.defer = true;
    document.head.append(script);
  }
}

document.addEventListener('DOMContentLoaded', () => look(document));
document.addEventListener('htmx:afterSettle', () => look(document));
