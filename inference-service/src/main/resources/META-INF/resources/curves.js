// The curves of the run that is shown, with other runs laid over it.

import { Chart } from './chart.js';
import { byId, element } from './dom.js';
import { clock, decimals, duration, fixed, percent } from './format.js';

const SPLITS = [
  ['train', '--train', 'train'],
  ['validation', '--validation', 'validation'],
];
const PHASES = [
  ['dataWait', '--wait', 'data wait'],
  ['training', '--train', 'training'],
  ['validation', '--validation', 'validation'],
  ['checkpoint', '--checkpoint', 'checkpoint'],
];
/** A phase has the colour of the split that it works on. */
const LEGEND = [
  ['--train', 'train'],
  ['--validation', 'validation'],
  ['--wait', 'data wait'],
  ['--checkpoint', 'checkpoint'],
];
const OVERLAY_COLORS = 5;

export function showCurves(store, selection) {
  const parent = byId('charts');
  const charts = {
    accuracy: new Chart(parent, 'Accuracy', (v, step = 0.01) => percent(v, decimals(100 * step))),
    loss: new Chart(parent, 'Loss', (v, step = 0.01) => fixed(v, Math.max(2, decimals(step)))),
    seconds: new Chart(parent, 'Seconds per epoch, by phase', (v, step = 0.1) => `${Number(v.toFixed(Math.max(1, decimals(step))))} s`,
      { range: (plot, least, most) => [0, most * 1.05 || 1] }),
    cumulative: new Chart(parent, 'Time of all epochs so far', clock,
      { range: (plot, least, most) => [0, most * 1.05 || 1] }),
    rate: new Chart(parent, 'Learning rate', (v) => String(Number(v.toPrecision(3))),
      { range: (plot, least, most) => [0, most * 1.2 || 1] }),
  };

  const draw = () => {
    const run = selection.shown();
    const own = run ? store.epochsOf(run.id) : [];
    const others = selection.overlays
      .map((id, place) => ({ id, color: `--overlay-${place % OVERLAY_COLORS}`, epochs: store.epochsOf(id) }))
      .filter(({ epochs }) => epochs.length > 0);
    const empty = own.length === 0 && others.length === 0;
    byId('curves-empty').hidden = !empty;
    byId('legend').hidden = empty;
    parent.hidden = empty;
    if (!empty) {
      drawLegend(others);
      drawAll(charts, own, others);
    }
  };
  store.on(['epochs', 'runs', 'selection'], draw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
    Object.values(charts).forEach((chart) => chart.redraw()));
}

function drawAll(charts, own, others) {
  const x = union([own, ...others.map(({ epochs }) => epochs)]);
  const last = own.at(-1);
  for (const [name, format] of [['accuracy', (v) => percent(v)], ['loss', (v) => fixed(v, 4)]]) {
    charts[name].draw(x, [
      ...SPLITS.map(([split, color, label]) => ({ label, color, format, values: align(x, own, (e) => e[split][name]) })),
      ...others.flatMap(({ id, color, epochs }) => [
        { label: `${id} validation`, color, format, values: align(x, epochs, (e) => e.validation[name]) },
        { label: `${id} train`, color, format, dash: [3, 4], values: align(x, epochs, (e) => e.train[name]) },
      ]),
    ], last ? `${name} after epoch ${last.epoch}: train ${format(last.train[name] ?? NaN)}, validation ${format(last.validation[name] ?? NaN)}` : '');
  }

  // bars that stand on each other: the highest sum is drawn first, the others in front of it
  const phases = PHASES.map(([phase, color, label], i) => ({
    label,
    color,
    bars: true,
    own: align(x, own, (e) => e.seconds[phase]),
    values: align(x, own, (e) => PHASES.slice(0, i + 1).reduce((sum, [p]) => sum + e.seconds[p], 0)),
  })).reverse();
  const totals = others.map(({ id, color, epochs }) => (
    { label: id, color, values: align(x, epochs, (e) => e.seconds.total) }));
  charts.seconds.draw(x, [...phases, ...totals],
    last ? `The last epoch took ${duration(last.seconds.total)}, of which training ${duration(last.seconds.training)}` : '');

  charts.cumulative.draw(x, lines(x, own, others, (e) => e.secondsSoFar, duration),
    last ? `${duration(last.secondsSoFar)} for ${last.epoch} epochs` : '');
  charts.rate.draw(x, lines(x, own, others, (e) => e.learningRate),
    last ? `The learning rate is ${last.learningRate}` : '');
}

function lines(x, own, others, value, format) {
  return [
    { label: 'this run', color: '--train', format, values: align(x, own, value) },
    ...others.map(({ id, color, epochs }) => ({ label: id, color, format, values: align(x, epochs, value) })),
  ];
}

function union(lists) {
  return [...new Set(lists.flat().map(({ epoch }) => epoch))].sort((a, b) => a - b);
}

/** One value per epoch of `x`; null where the run has none. */
function align(x, epochs, value) {
  const byEpoch = new Map(epochs.map((epoch) => [epoch.epoch, value(epoch)]));
  return x.map((epoch) => byEpoch.get(epoch) ?? null);
}

function drawLegend(others) {
  const legend = byId('legend');
  const entries = [
    ...LEGEND,
    ...others.map(({ id, color }) => [color, id]),
  ];
  const key = entries.join('|');
  if (legend.dataset.key !== key) {
    legend.dataset.key = key;
    legend.replaceChildren(...entries.map(([color, label]) => {
      const swatch = element('span', { class: 'swatch' });
      swatch.style.background = `var(${color})`;
      return element('li', {}, swatch, label);
    }));
  }
}
