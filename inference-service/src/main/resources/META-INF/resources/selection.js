// Which run is shown in full, and which are laid over it.

export const MAX_OVERLAYS = 5;

export class Selection {
  #store;
  #chosen = null;
  /** Run ids, in the order in which they were picked; the place decides the colour. */
  overlays = [];

  constructor(store) {
    this.#store = store;
  }

  /** The run that was picked, or the current one while none is. */
  shown() {
    return this.#store.runs.get(this.#chosen) ?? this.#store.currentRun();
  }

  show(id) {
    this.#chosen = id;
    this.overlays = this.overlays.filter((other) => other !== id);
    this.#store.changed('selection');
  }

  toggleOverlay(id) {
    this.overlays = this.overlays.includes(id)
      ? this.overlays.filter((other) => other !== id)
      : [...this.overlays, id].slice(-MAX_OVERLAYS);
    this.#store.changed('selection');
  }
}
