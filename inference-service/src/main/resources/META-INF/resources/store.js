// What the page knows, and who wants to hear of changes.

import { finite } from './format.js';

const PAUSE_MILLIS = 500;

export const imageKey = ({ id, partition, offset, at }) => `${id}|${partition}|${offset}|${at}`;

// each partition has an order of its own, and one may come late: by time, a page that is opened later shows the same
const oldestFirst = (a, b) => Date.parse(a.at) - Date.parse(b.at) || (imageKey(a) < imageKey(b) ? -1 : 1);

export class Store {
  runs = new Map();
  epochs = new Map();
  progress = null;
  model = null;
  images = [];
  imagesPerSecond = 0;
  /** The server's clock minus this machine's, so that ages are right on a phone too. */
  clockSkewMillis = 0;

  #listeners = [];
  #dirty = new Set();
  #drawing = null;
  #drawnAt = -PAUSE_MILLIS;

  constructor() {
    document.addEventListener('visibilitychange', () => this.#drawSoon());
  }

  now() {
    return Date.now() + this.clockSkewMillis;
  }

  /** `draw` is called at most twice a second when one of `topics` has changed. */
  on(topics, draw) {
    this.#listeners.push({ topics, draw });
  }

  changed(topic) {
    this.#dirty.add(topic);
    this.#drawSoon();
  }

  /** After the pause, all at once; a page that nobody sees draws when it is seen again. */
  #drawSoon() {
    if (this.#drawing === null && this.#dirty.size > 0 && !document.hidden) {
      const pause = Math.max(0, this.#drawnAt + PAUSE_MILLIS - performance.now());
      this.#drawing = setTimeout(() => this.#draw(), pause);
    }
  }

  #draw() {
    const dirty = this.#dirty;
    this.#dirty = new Set();
    this.#drawing = null;
    this.#drawnAt = performance.now();
    for (const { topics, draw } of this.#listeners) {
      if (topics.some((topic) => dirty.has(topic))) {
        try {
          draw();
        } catch (problem) {
          reportError(problem); // the other parts of the page are drawn all the same
        }
      }
    }
  }

  /** Replaces everything: the page has just been opened, or its stream was interrupted. */
  restore({ events, model }) {
    this.clockSkewMillis = Date.parse(events.now) - Date.now();
    this.runs = new Map(events.runs.map((run) => [run.id, run]));
    this.epochs = new Map();
    Object.values(events.epochs).flat().forEach((epoch) => this.#keep(epoch));
    this.progress = events.progress ?? null;
    this.model = model ?? null;
    this.images = events.images.slice().sort(oldestFirst);
    ['runs', 'epochs', 'progress', 'model', 'images'].forEach((topic) => this.changed(topic));
  }

  addRun(run) {
    this.runs.set(run.id, run);
    this.changed('runs');
  }

  forget({ id }) {
    this.runs.delete(id);
    this.epochs.delete(id);
    this.changed('runs');
    this.changed('epochs');
  }

  /** Whether it is news: not told by the snapshot already. */
  addEpoch(epoch) {
    const known = this.epochs.get(epoch.run)?.has(epoch.epoch) ?? false;
    this.#keep(epoch);
    this.changed('epochs');
    return !known;
  }

  setProgress(progress) {
    this.progress = progress;
    this.changed('progress');
  }

  /** Whether it is another model than before. */
  setModel(model) {
    const other = this.model?.servedSince !== model.servedSince;
    this.model = model;
    this.changed('model');
    return other;
  }

  addImages({ perSecond, items }, length) {
    this.imagesPerSecond = perSecond;
    // what came while the snapshot was on its way may be in it, too
    const known = new Set(this.images.map(imageKey));
    this.images = [...this.images, ...items.filter((item) => !known.has(imageKey(item)))].sort(oldestFirst).slice(-length);
    this.changed('images');
  }

  /** A run's epochs in their order. */
  epochsOf(run) {
    return [...(this.epochs.get(run)?.values() ?? [])].sort((a, b) => a.epoch - b.epoch);
  }

  lastEpochOf(run) {
    return this.epochsOf(run).at(-1) ?? null;
  }

  /** The run that is being trained, or else the one that was asked for last. */
  currentRun() {
    const runs = [...this.runs.values()].sort((a, b) => a.requestedAt.localeCompare(b.requestedAt));
    return runs.find((run) => run.status === 'running' || run.status === 'stopping')
      ?? runs.find((run) => run.status === 'requested')
      ?? runs.at(-1)
      ?? null;
  }

  #keep(epoch) {
    for (const split of [epoch.train, epoch.validation]) {
      split.loss = finite(split.loss);
      split.accuracy = finite(split.accuracy);
    }
    if (!this.epochs.has(epoch.run)) {
      this.epochs.set(epoch.run, new Map());
    }
    this.epochs.get(epoch.run).set(epoch.epoch, epoch);
  }
}
