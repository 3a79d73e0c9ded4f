// Images that one shows to the network, and how its answer changes as newer checkpoints arrive.

import { announce, byId, element, setText } from './dom.js';
import { percent } from './format.js';

const KEPT = 'rivulet.images';
const MAX_IMAGES = 6;
const MAX_HISTORY = 50;
const SHOWN_HISTORY = 8;
const PREVIEW_PIXELS = 128;
const MAX_BARS = 10;

export function answerImages(store) {
  /** {name, preview: data URL or null, seen: base64 PNG, history: [{run, epoch, label, confidence}], probabilities} */
  let images = restored();

  const draw = () => {
    byId('answers').replaceChildren(...images.map((image) => card(image, () => {
      images = images.filter((other) => other !== image);
      keep();
      draw();
    })));
  };
  const keep = () => {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(images));
    } catch (problem) {
      console.warn(problem); // private windows may refuse; the images stay until the page is closed
    }
  };

  const add = async (blob, name) => {
    tell('');
    try {
      const { prediction, seen } = await ask(blob);
      const image = { name, preview: await preview(blob), seen, history: [] };
      take(image, prediction);
      images = [image, ...images].slice(0, MAX_IMAGES);
      keep();
      draw();
      announce(`${name}: ${prediction.label}, ${percent(prediction.confidence)}.`);
    } catch (problem) {
      tell(`${name}: ${problem.message}`);
    }
  };

  listen(add);
  draw();
  return {
    /** Another model serves: what does it see in the images that are kept? */
    async askAgain() {
      for (const image of images) {
        const last = image.history.at(-1);
        if (last && store.model && last.run === store.model.run && last.epoch === store.model.epoch) {
          continue;
        }
        try {
          // the 32×32 pixels that it saw are all that counts
          const { prediction } = await ask(decoded(image.seen));
          take(image, prediction);
        } catch (problem) {
          tell(`${image.name}: ${problem.message}`);
        }
      }
      keep();
      draw();
    },
  };
}

function listen(add) {
  const drop = byId('drop');
  byId('pick').addEventListener('change', ({ target }) => {
    [...target.files].forEach((file) => add(file, file.name));
    target.value = '';
  });
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
  document.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!relatedTarget) {
      drop.classList.remove('over');
    }
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    [...event.dataTransfer.files].forEach((file) => add(file, file.name));
  });
  document.addEventListener('paste', ({ clipboardData }) => {
    [...clipboardData.files].forEach((file) => add(file, file.name || 'pasted image'));
  });
}

async function ask(blob) {
  let answer;
  try {
    answer = await fetch('/live/classify', {
      method: 'POST', body: blob, headers: { 'Content-Type': 'application/octet-stream' },
    });
  } catch {
    throw new Error('the service does not answer; try again when it is back');
  }
  const content = await answer.json();
  if (!answer.ok) {
    throw new Error(content.detail ?? `the service answered ${answer.status}`);
  }
  return content;
}

function take(image, { label, confidence, probabilities, model }) {
  image.probabilities = probabilities;
  image.history = [...image.history, { run: model.run, epoch: model.epoch, label, confidence }].slice(-MAX_HISTORY);
}

const decoded = (base64) => new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))]);

/** A small copy of the image as it was, or null if the browser cannot show it. */
async function preview(blob) {
  try {
    const bitmap = await createImageBitmap(blob);
    const scale = Math.min(1, PREVIEW_PIXELS / Math.max(bitmap.width, bitmap.height));
    const canvas = element('canvas', {
      width: Math.max(1, Math.round(bitmap.width * scale)), height: Math.max(1, Math.round(bitmap.height * scale)),
    });
    canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/png');
  } catch {
    return null;
  }
}

function restored() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? '[]');
  } catch {
    return [];
  }
}

function tell(problem) {
  const line = byId('try-problem');
  line.hidden = problem === '';
  setText(line, problem);
}

function card({ name, preview: original, seen, history, probabilities }, remove) {
  const { label, confidence } = history.at(-1);
  const pictures = element('div', { class: 'pictures' });
  if (original) {
    pictures.append(element('figure', {},
      element('img', { src: original, alt: name }), element('figcaption', {}, 'the image')));
  }
  pictures.append(element('figure', {},
    element('img', { src: `data:image/png;base64,${seen}`, alt: `${name} as 32 by 32 pixels`, class: 'pixels' }),
    element('figcaption', {}, 'what the network saw')));
  const button = element('button', { type: 'button', class: 'close', 'aria-label': `Remove ${name}` }, '×');
  button.addEventListener('click', remove);
  return element('li', { class: 'answer' },
    element('h3', {}, element('strong', {}, label), ` ${percent(confidence)} `, element('span', { class: 'quiet' }, name)),
    button, pictures, bars(probabilities, label), timeline(history));
}

function bars(probabilities, label) {
  const all = Object.entries(probabilities);
  // ten classes in their order; of more, the most probable ones
  const shown = all.length <= MAX_BARS ? all : all.sort((a, b) => b[1] - a[1]).slice(0, MAX_BARS);
  return element('dl', { class: 'bars' }, ...shown.map(([name, probability]) => {
    const bar = element('span', { class: 'bar', 'aria-hidden': 'true' });
    bar.style.setProperty('--share', `${(100 * probability).toFixed(1)}%`);
    return element('div', { class: name === label ? 'best' : '' },
      element('dt', {}, name), element('dd', {}, bar, element('span', {}, percent(probability))));
  }));
}

function timeline(history) {
  const recent = history.slice(-SHOWN_HISTORY);
  return element('div', { class: 'timeline' },
    element('p', { class: 'quiet' }, history.length > 1 ? 'How the answer changed:' : 'The next checkpoint is asked too.'),
    element('ol', {}, ...recent.map(({ epoch, label, confidence }, i) => {
      const changed = i > 0 && recent[i - 1].label !== label;
      return element('li', { class: changed ? 'changed' : '' },
        element('span', { class: 'quiet' }, `epoch ${epoch}`), ` ${label} ${percent(confidence, 0)}`);
    })));
}
