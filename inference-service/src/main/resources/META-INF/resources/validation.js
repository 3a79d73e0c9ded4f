// What the newest network takes the validation images for: confusion matrix and worst mistakes.

import { byId, element, setText } from './dom.js';
import { percent, whole } from './format.js';

const MAX_TABLE_CLASSES = 20;
const MAX_PAIRS = 5;
const CELL_PIXELS = 6;

export function showValidation(store) {
  let drawn = '';
  let asking = false;

  const draw = async () => {
    const newest = newestEpoch(store);
    const key = newest ? `${newest.run}/${newest.epoch}` : '';
    if (!newest?.detailed || key === drawn || asking) {
      return;
    }
    asking = true;
    try {
      const answer = await fetch(`/live/validation?run=${encodeURIComponent(newest.run)}`);
      if (answer.status === 200) {
        drawn = key;
        drawValidation(await answer.json());
      }
    } catch (problem) {
      console.warn(problem); // the stream will tell when the service is back
    } finally {
      asking = false;
    }
  };
  store.on(['epochs'], draw);
}

function newestEpoch(store) {
  const last = [...store.epochs.keys()].map((run) => store.lastEpochOf(run));
  return last.sort((a, b) => a.completedAt.localeCompare(b.completedAt)).at(-1) ?? null;
}

function drawValidation({ epoch, run, detail }) {
  const { classes, id: dataset } = run.dataset;
  setText(byId('confusion-of'), `${run.dataset.name}, ${whole(run.dataset.validationImages)} validation images, epoch ${epoch} of ${run.id}`);
  byId('confusion-empty').hidden = Boolean(detail.confusion);
  if (!detail.confusion) {
    setText(byId('confusion-empty'), `With ${classes.length} classes there is no confusion matrix.`);
    byId('confusion-matrix').replaceChildren();
  } else {
    byId('confusion-matrix').replaceChildren(
      classes.length <= MAX_TABLE_CLASSES ? matrix(detail.confusion, classes) : heatMap(detail.confusion),
      pairs(detail.confusion, classes));
  }

  byId('mistakes-empty').hidden = detail.mistakes.length > 0;
  setText(byId('mistakes-empty'), 'Not a single one: all validation images are classified rightly.');
  byId('mistakes-list').replaceChildren(...detail.mistakes.map(({ index, label, predicted, confidence }) =>
    element('li', {},
      element('img', {
        src: `/live/validation-image?dataset=${encodeURIComponent(dataset)}&index=${index}`,
        alt: `Validation image ${index}, a ${classes[label]}`, width: 32, height: 32, class: 'frame',
      }),
      element('span', { class: 'name' }, classes[label]),
      element('span', { class: 'wrong' }, `taken for ${classes[predicted]}, ${percent(confidence, 0)}`))));
}

function matrix(confusion, classes) {
  const head = element('tr', {}, element('td', { class: 'corner' }, 'true ↓ predicted →'),
    ...classes.map((name) => element('th', { scope: 'col' }, element('span', {}, name))));
  const rows = confusion.map((row, i) => {
    const sum = row.reduce((a, b) => a + b, 0) || 1;
    return element('tr', {}, element('th', { scope: 'row' }, classes[i]), ...row.map((count, j) => {
      const cell = element('td', { class: i === j ? 'right' : 'wrong', title: `${classes[i]} taken for ${classes[j]}: ${count}` },
        count === 0 ? '' : String(count));
      // small shares of mistakes are what one looks for, so they must not vanish
      cell.style.setProperty('--share', `${Math.round(100 * (i === j ? count / sum : Math.sqrt(count / sum)))}%`);
      return cell;
    }));
  });
  return element('table', { class: 'matrix' },
    element('caption', { class: 'unseen' }, 'Validation images by true class (rows) and predicted class (columns)'),
    element('thead', {}, head), element('tbody', {}, ...rows));
}

/** Too many classes for numbers: a picture, and the pairs below it in words. */
function heatMap(confusion) {
  const n = confusion.length;
  const canvas = element('canvas', { width: n * CELL_PIXELS, height: n * CELL_PIXELS, 'aria-hidden': 'true' });
  const pen = canvas.getContext('2d');
  const style = getComputedStyle(document.documentElement);
  confusion.forEach((row, i) => {
    const sum = row.reduce((a, b) => a + b, 0) || 1;
    row.forEach((count, j) => {
      pen.globalAlpha = Math.sqrt(count / sum);
      pen.fillStyle = style.getPropertyValue(i === j ? '--train' : '--validation');
      pen.fillRect(j * CELL_PIXELS, i * CELL_PIXELS, CELL_PIXELS - 1, CELL_PIXELS - 1);
    });
  });
  return canvas;
}

function pairs(confusion, classes) {
  const worst = confusion
    .flatMap((row, i) => row.map((count, j) => ({ count, i, j })))
    .filter(({ count, i, j }) => i !== j && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, MAX_PAIRS)
    .map(({ count, i, j }) => `${classes[i]} for ${classes[j]} (${count})`);
  return element('p', { class: 'quiet' }, worst.length === 0
    ? 'No image is taken for something else.'
    : `Most often taken for something else: ${worst.join(', ')}.`);
}
