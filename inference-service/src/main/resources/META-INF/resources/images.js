// The latest image events, newest first, with what the network made of them.

import { byId, element, setText } from './dom.js';
import { percent } from './format.js';
import { imageKey } from './store.js';

export const STRIP_LENGTH = 24;
const QUIET_MILLIS = 2500;

export function showImages(store) {
  const strip = byId('strip');
  const shown = new Map();
  let quiet = 0;

  store.on(['images'], () => {
    byId('stream-empty').hidden = store.images.length > 0;
    const wanted = store.images.slice().reverse();
    const keys = new Set(wanted.map(imageKey));
    for (const [name, item] of shown) {
      if (!keys.has(name)) {
        item.remove();
        shown.delete(name);
      }
    }
    wanted.forEach((news, place) => {
      const name = imageKey(news);
      const item = shown.get(name) ?? entry(news);
      shown.set(name, item);
      // what is in its place already is left alone
      const there = strip.children[place] ?? null;
      if (there !== item) {
        strip.insertBefore(item, there);
      }
    });
    setText(byId('stream-rate'), store.imagesPerSecond > 0 ? `${rate(store.imagesPerSecond)} per second` : '');
    clearTimeout(quiet);
    quiet = setTimeout(() => setText(byId('stream-rate'), ''), QUIET_MILLIS);
  });
}

const rate = (value) => (value < 10 ? value.toFixed(1) : String(Math.round(value)));

function entry({ id, partition, offset, picture, label, confidence, epoch, error }) {
  if (error) {
    return element('li', { class: 'rejected', title: `${id}: ${error}` },
      element('span', { class: 'frame', 'aria-hidden': 'true' }, '×'),
      element('span', { class: 'name' }, 'rejected'), element('span', { class: 'quiet' }, error));
  }
  // most come with their picture; a request for each would cost more than drawing it
  const source = picture ? `data:image/png;base64,${picture}` : `/live/images/${partition}/${offset}`;
  const frame = offset === undefined
    ? element('span', { class: 'frame' })
    : element('img', { src: source, alt: '', width: 32, height: 32, class: 'frame' });
  const share = element('span', { class: 'share' }, percent(confidence, 0));
  return element('li', { title: `${id}, by the model of epoch ${epoch}` },
    frame, element('span', { class: 'name' }, label), share);
}
