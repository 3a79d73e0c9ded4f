// One chart: a uPlot canvas, what it says to those who cannot see it, and a table of its numbers.

import uPlot from '/webjars/uplot/1.6.30/dist/uPlot.esm.js';
import { element, setText } from './dom.js';

const HEIGHT = 220;
const MAX_TABLE_ROWS = 200;

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class Chart {
  #title;
  #format;
  #axes;
  #plot = null;
  #shape = '';
  #canvas = element('div', { class: 'canvas' });
  #summary = element('p', { class: 'unseen' });
  #table = element('table');
  #details = element('details', {}, element('summary', {}, 'Numbers'),
    element('div', { class: 'scroll', tabIndex: 0 }, this.#table));
  #series = [];
  #epochs = [];

  /**
   * @param format writes a value of the left axis, given the step to the next one there
   * @param axes further options: `range` of the left axis, `right` with `format` for a second one
   */
  constructor(parent, title, format, axes = {}) {
    this.#title = title;
    this.#format = format;
    this.#axes = axes;
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#details.addEventListener('toggle', () => this.#fillTable());
    this.#details.lastChild.setAttribute('role', 'region');
    this.#details.lastChild.setAttribute('aria-label', `${title}, numbers`);
    parent.append(element('figure', { class: 'chart' },
      element('figcaption', {}, title), this.#canvas, this.#summary, this.#details));
    new ResizeObserver(() => this.#resize()).observe(this.#canvas);
  }

  /**
   * @param epochs the x values
   * @param series {label, color: a CSS variable, values, dash, bars, right, format}
   * @param summary the chart in a sentence
   */
  draw(epochs, series, summary) {
    this.#epochs = epochs;
    this.#series = series;
    setText(this.#summary, summary);
    const shape = JSON.stringify(series.map(({ values, format, ...look }) => look));
    const data = [epochs, ...series.map(({ values }) => values)];
    if (this.#plot && shape === this.#shape) {
      this.#plot.setData(data);
    } else {
      this.#shape = shape;
      this.#plot?.destroy();
      this.#plot = new uPlot(this.#options(), data, this.#canvas);
    }
    if (this.#details.open) {
      this.#fillTable();
    }
  }

  /** Colours have changed. */
  redraw() {
    if (this.#plot) {
      this.#shape = '';
      this.draw(this.#epochs, this.#series, this.#summary.textContent);
    }
  }

  #options() {
    const ink = () => color('--quiet');
    const axis = (format, more = {}) => ({
      stroke: ink,
      grid: { stroke: () => color('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
      size: 56,
      values: (plot, splits, index, space, step) => splits.map((value) => (value === null ? '' : format(value, step))),
      ...more,
    });
    const { range, right } = this.#axes;
    const axes = [
      axis(String, { size: 30, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] }),
      axis(this.#format),
    ];
    if (right) {
      axes.push(axis(right.format, { side: 1, scale: 'right', grid: { show: false } }));
    }
    return {
      width: Math.max(200, this.#canvas.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { points: { size: 7 }, drag: { x: false, y: false } },
      scales: {
        // half an epoch of room on both sides, also when there is one epoch only
        x: { time: false, range: () => [this.#epochs[0] - 0.5, this.#epochs.at(-1) + 0.5] },
        y: range ? { range } : {},
        right: { range: (plot, least, most) => [0, most * 1.05 || 1] },
      },
      axes,
      series: [{}, ...this.#series.map((line) => this.#look(line))],
      plugins: [readout(this.#epochsAt, this.#series.map((line) => ({ ...line, format: line.format ?? this.#format })))],
    };
  }

  #epochsAt = (index) => this.#epochs[index];

  #look({ label, color: name, dash, bars, right, values }) {
    const stroke = () => color(name);
    return {
      label,
      stroke,
      width: bars ? 0 : 2,
      dash,
      spanGaps: true,
      scale: right ? 'right' : 'y',
      fill: bars ? stroke : undefined,
      paths: bars ? uPlot.paths.bars({ size: [0.7, 40] }) : undefined,
      // lines of one epoch only would be invisible
      points: { show: !bars && values.filter((value) => value !== null).length < 12, size: 6, fill: stroke },
    };
  }

  #resize() {
    const width = this.#canvas.clientWidth;
    if (this.#plot && width > 0 && width !== this.#plot.width) {
      this.#plot.setSize({ width, height: HEIGHT });
    }
  }

  #fillTable() {
    if (!this.#details.open) {
      return;
    }
    const from = Math.max(0, this.#epochs.length - MAX_TABLE_ROWS);
    const head = element('tr', {}, element('th', { scope: 'col' }, 'Epoch'),
      ...this.#series.map(({ label }) => element('th', { scope: 'col', class: 'number' }, label)));
    const rows = this.#epochs.slice(from).map((epoch, i) =>
      element('tr', {}, element('th', { scope: 'row' }, String(epoch)),
        ...this.#series.map(({ values, own, format }) => {
          const value = (own ?? values)[from + i];
          return element('td', { class: 'number' },
            value === null || value === undefined ? '–' : (format ?? this.#format)(value));
        })));
    this.#table.replaceChildren(
      element('caption', {}, from > 0 ? `${this.#title}, the last ${MAX_TABLE_ROWS} epochs` : this.#title),
      element('thead', {}, head), element('tbody', {}, ...rows));
  }
}

/** Shows the numbers at the pointer. */
function readout(epochAt, series) {
  let box;
  return {
    hooks: {
      init: (plot) => {
        box = element('div', { class: 'readout', hidden: true });
        plot.over.append(box);
      },
      setCursor: (plot) => {
        const { idx, left } = plot.cursor;
        box.hidden = idx === null || idx === undefined || left < 0;
        if (box.hidden) {
          return;
        }
        const lines = series.map(({ label, values, own, format, color: name }) => {
          const value = (own ?? plot.data[series.findIndex((s) => s.label === label) + 1] ?? values)[idx];
          const line = element('div', {}, `${label}: ${value === null || value === undefined ? '–' : format(value)}`);
          line.style.color = `var(${name}-text, var(--ink))`;
          return line;
        });
        box.replaceChildren(element('strong', {}, `Epoch ${epochAt(idx)}`), ...lines);
        box.style.left = left < plot.over.clientWidth / 2 ? 'auto' : '4px';
        box.style.right = left < plot.over.clientWidth / 2 ? '4px' : 'auto';
      },
    },
  };
}
