// Draws the figures of the table that stands beside each chart.
import { BarChart, LineChart, PieChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

echarts.use([
  AriaComponent,
  BarChart,
  CanvasRenderer,
  GridComponent,
  LegendComponent,
  LineChart,
  PieChart,
  TooltipComponent,
]);

const ink = '#2a2622';
const soft = '#5f5850';
const line = '#e4e0da';
// Told apart by lightness first, so that they hold in gray print and for every eye.
const colors = ['#57514a', '#c9a86a', '#7d97ad', '#a39b90', '#2a2622', '#d8d2c8'];
// Where a series says how it stands (按时, 逾期), its color says the same.
const tones = { good: '#4f8a66', warn: '#d9a441', bad: '#c7000b', plain: '#b8b0a5' };
const font = 'PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, sans-serif';

function option(data, size) {
  const text = { color: soft, fontFamily: font, fontSize: size };
  const common = {
    color: colors,
    animation: false,
    textStyle: text,
    // The HTML tooltip writes inline styles, which the policy forbids.
    tooltip: {
      renderMode: 'richText',
      confine: true,
      trigger: data.type === 'pie' ? 'item' : 'axis',
      backgroundColor: '#fff',
      borderColor: soft,
      textStyle: { color: ink, fontFamily: font, fontSize: size },
      valueFormatter: (value) => (value === null || value === undefined ? '—' : `${value}${data.unit}`),
    },
    legend: { show: data.series.length > 1 || data.type === 'pie', top: 0, left: 0, textStyle: text },
  };
  if (data.type === 'pie') {
    const [first] = data.series;
    return {
      ...common,
      series: [
        {
          type: 'pie',
          name: first.name,
          radius: ['40%', '70%'],
          label: { ...text, formatter: `{b} {c}${data.unit}` },
          data: data.categories.map((name, index) => ({ name, value: first.values[index] })),
        },
      ],
    };
  }
  const lying = data.type === 'bar-lying';
  const names = {
    type: 'category',
    data: data.categories,
    inverse: lying,
    axisLine: { lineStyle: { color: soft } },
    axisTick: { show: false },
    axisLabel: { ...text, interval: lying ? 0 : 'auto' },
  };
  const values = {
    type: 'value',
    minInterval: 1,
    // A share is seen against the whole.
    max: data.unit === '%' ? 100 : null,
    axisLabel: text,
    splitLine: { lineStyle: { color: line } },
  };
  return {
    ...common,
    grid: { left: 8, right: 16, top: data.series.length > 1 ? 40 : 12, bottom: 8, containLabel: true },
    xAxis: lying ? values : names,
    yAxis: lying ? names : values,
    series: data.series.map((series) => ({
      type: data.type === 'line' || series.is_mark ? 'line' : 'bar',
      // A target is a stroke across the bar, told from it by its shape.
      ...(series.is_mark
        ? {
            symbol: 'rect',
            symbolSize: lying ? [3, 40] : [40, 3],
            lineStyle: { width: 0 },
            itemStyle: { color: ink },
            z: 5,
          }
        : { itemStyle: tones[series.tone] ? { color: tones[series.tone] } : undefined, symbolSize: 8 }),
      name: series.name,
      data: series.values.map((value, index) => ({ value, url: series.urls?.[index] || '' })),
      stack: data.type === 'stacked' ? 'all' : undefined,
      barMaxWidth: 28,
      emphasis: { disabled: true },
    })),
  };
}

function draw(place) {
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.875;
  const chart = echarts.init(place, null, { renderer: 'canvas' });
  chart.setOption(option(data, size));
  // Every figure opens its list.
  chart.on('click', (event) => {
    if (event.data?.url) window.location.assign(event.data.url);
  });
  new ResizeObserver(() => chart.resize()).observe(place);
  place.dataset.drawn = '';
}

function drawAll() {
  document.querySelectorAll('[data-chart]:not([data-drawn])').forEach(draw);
}

window.partybuildCharts = { drawAll };
drawAll();
