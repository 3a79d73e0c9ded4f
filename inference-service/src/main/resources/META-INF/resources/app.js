// Puts the page together: events go into the store, the store tells the views.

import { announce, byId, setText } from './dom.js';
import { percent } from './format.js';
import { Store } from './store.js';
import { follow } from './stream.js';
import { showRun } from './run.js';
import { showModel } from './model.js';
import { showCurves } from './curves.js';
import { showRuns } from './runs.js';
import { showImages, STRIP_LENGTH } from './images.js';
import { showValidation } from './validation.js';
import { answerImages } from './classify.js';

const store = new Store();
const selection = showRuns(store);
showRun(store, selection);
const model = showModel(store);
showCurves(store, selection);
showImages(store);
showValidation(store);
const answers = answerImages(store);

const STATES = { live: 'live', connecting: 'connecting …', lost: 'connection lost, trying again …' };

follow(
  {
    restore(snapshot) {
      const before = store.model;
      store.restore(snapshot);
      if (snapshot.model) {
        if (before && before.servedSince !== snapshot.model.servedSince) {
          model.flash();
        }
        answers.askAgain();
      }
    },
    run: (run) => store.addRun(run),
    forgotten: (run) => store.forget(run),
    progress: (progress) => store.setProgress(progress),
    images: (moment) => store.addImages(moment, STRIP_LENGTH),
    epoch(epoch) {
      if (store.addEpoch(epoch)) {
        announce(`Epoch ${epoch.epoch} of ${epoch.epochs} done, validation accuracy ${percent(epoch.validation.accuracy)}.`);
      }
    },
    model(now) {
      if (store.setModel(now)) {
        model.flash();
        announce(`New model: epoch ${now.epoch}, validation accuracy ${percent(now.validationAccuracy)}.`);
        answers.askAgain();
      }
    },
  },
  (state) => {
    const pill = byId('connection');
    pill.dataset.state = state;
    setText(pill, STATES[state]);
  });
