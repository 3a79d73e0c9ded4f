// The table of runs, in which one picks what the curves show.

import { byId, element, setText } from './dom.js';
import { duration, percent } from './format.js';
import { MAX_OVERLAYS, Selection } from './selection.js';

const MAX_ROWS = 50;

export function showRuns(store) {
  const selection = new Selection(store);
  const rows = new Map();

  const draw = () => {
    const runs = [...store.runs.values()]
      .sort((a, b) => b.requestedAt.localeCompare(a.requestedAt))
      .slice(0, MAX_ROWS);
    byId('runs-empty').hidden = runs.length > 0;
    byId('runs-table').hidden = runs.length === 0;
    const body = byId('runs-table').tBodies[0];
    for (const id of [...rows.keys()]) {
      if (!runs.some((run) => run.id === id)) {
        rows.delete(id);
      }
    }
    const shown = selection.shown();
    const ordered = runs.map((run) => {
      if (!rows.has(run.id)) {
        rows.set(run.id, newRow(run, selection));
      }
      const row = rows.get(run.id);
      fill(row, run, store, run.id === shown?.id, selection);
      return row;
    });
    if (ordered.some((row, i) => body.rows[i] !== row) || body.rows.length !== ordered.length) {
      body.replaceChildren(...ordered);
    }
  };
  store.on(['runs', 'epochs', 'selection'], draw);
  return selection;
}

function newRow(run, selection) {
  const show = element('input', { type: 'radio', name: 'shown-run', 'aria-label': `Show run ${run.id}` });
  show.addEventListener('change', () => selection.show(run.id));
  const overlay = element('input', { type: 'checkbox', 'aria-label': `Lay run ${run.id} over it` });
  overlay.addEventListener('change', () => selection.toggleOverlay(run.id));
  const cells = [element('td', {}, show), element('td', {}, overlay, element('span', { class: 'swatch' }))];
  cells.push(element('th', { scope: 'row' }, run.id));
  for (const kind of ['', '', 'number', 'number', 'number']) {
    cells.push(element('td', kind ? { class: kind } : {}));
  }
  return element('tr', {}, ...cells);
}

function fill(row, run, store, shown, selection) {
  const [show, overlay, , ...facts] = row.cells;
  show.firstChild.checked = shown;
  const place = selection.overlays.indexOf(run.id);
  overlay.firstChild.checked = place >= 0;
  overlay.firstChild.disabled = shown || (place < 0 && selection.overlays.length >= MAX_OVERLAYS);
  overlay.lastChild.dataset.overlay = place >= 0 ? String(place) : '';
  const epochs = store.epochsOf(run.id);
  const accuracies = epochs.map((epoch) => epoch.validation.accuracy).filter((value) => value !== null);
  const texts = [
    run.status,
    run.dataset?.name ?? run.plan.dataset,
    `${epochs.at(-1)?.epoch ?? 0} / ${run.plan.epochs}`,
    accuracies.length > 0 ? percent(Math.max(...accuracies)) : '–',
    duration(epochs.at(-1)?.secondsSoFar ?? NaN),
  ];
  texts.forEach((text, i) => setText(facts[i], text));
}
