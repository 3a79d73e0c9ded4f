// The model that serves; a flash when another one takes over.

import { byId, fillList, setText, showEmpty } from './dom.js';
import { ago, percent } from './format.js';

const MODES = { newest: 'the newest checkpoint', best: 'the best checkpoint' };

function selected({ mode, run, epoch, problem }) {
  const what = mode === 'pinned' ? `pinned: ${run}, epoch ${epoch}` : MODES[mode] ?? mode;
  return problem ? `${what} (${problem})` : what;
}

export function showModel(store) {
  const draw = () => {
    const { model } = store;
    showEmpty('model-empty', 'model-body', !model);
    if (!model) {
      return;
    }
    setText(byId('model-accuracy'), percent(model.validationAccuracy, 2));
    const facts = [
      ['Run', model.run],
      ['Epoch', String(model.epoch)],
      ['Data set', model.dataset],
      ['Age', ago(model.createdAt, store.now())],
      ['Serving since', ago(model.servedSince, store.now())],
      ['Device', model.device],
    ];
    if (model.selection) {
      facts.push(['Selected', selected(model.selection)]);
    }
    fillList(byId('model-facts'), facts);
  };
  store.on(['model'], draw);
  setInterval(() => store.changed('model'), 1000);

  return {
    flash() {
      const card = byId('model');
      card.classList.remove('flash');
      // restarts the animation
      requestAnimationFrame(() => requestAnimationFrame(() => card.classList.add('flash')));
      card.dataset.reloads = String(Number(card.dataset.reloads ?? 0) + 1);
    },
  };
}
