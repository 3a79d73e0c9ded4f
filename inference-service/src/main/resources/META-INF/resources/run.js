// The run under way: how far it is, how fast, how long it will take.

import { byId, fillList, setText, showEmpty } from './dom.js';
import { duration, finite, fixed, percent, whole } from './format.js';

const SILENCE_SECONDS = 15;

export function showRun(store, selection) {
  const draw = () => {
    const run = selection.shown();
    showEmpty('run-empty', 'run-body', !run);
    if (run) {
      drawRun(store, run);
    }
  };
  store.on(['runs', 'epochs', 'progress', 'selection'], draw);
  // the time left and the silence of a trainer grow without any event
  setInterval(() => store.changed('progress'), 1000);
}

function drawRun(store, run) {
  const last = store.lastEpochOf(run.id);
  const progress = store.progress?.now.run === run.id ? store.progress : null;
  const active = run.status === 'running' || run.status === 'stopping';
  const silence = progress ? (store.now() - Date.parse(progress.at)) / 1000 : 0;
  const now = active && progress && silence < SILENCE_SECONDS ? progress.now : null;

  const status = byId('run-status');
  setText(status, run.status);
  status.dataset.state = run.status;
  setText(byId('run-id'), run.id);
  setText(byId('run-facts'), facts(run, now?.device ?? last?.device));
  const message = notice(run, active && progress && !now ? silence : 0);
  byId('run-message').hidden = !message;
  setText(byId('run-message'), message);

  const epochs = run.plan.epochs;
  const share = now && now.phase !== 'validation' ? now.imagesDone / now.imagesPerEpoch : 0;
  const done = now ? now.epoch - 1 + (now.phase === 'validation' ? 1 : share) : last?.epoch ?? 0;
  byId('run-progress').value = Math.min(1, done / epochs);
  setText(byId('run-now'), sentence(run, now, last));

  fillList(byId('run-figures'), [
    ['Validation accuracy', percent(last?.validation.accuracy), 'After the last complete epoch'],
    ['Train accuracy', percent(now && now.imagesDone > 0 ? finite(now.accuracy) : last?.train.accuracy), 'So far in this epoch'],
    ['Train loss', fixed(now && now.imagesDone > 0 ? finite(now.loss) : last?.train.loss, 4), 'So far in this epoch'],
    ['Images/s', whole(now ? now.imagesPerSecond : last?.imagesPerSecond)],
    ['Time left', active ? duration(secondsLeft(now, last)) : '–'],
    ['Time spent', duration(last?.secondsSoFar ?? NaN), 'Of all complete epochs'],
    ['Learning rate', last ? String(Number(last.learningRate.toPrecision(3))) : '–'],
  ]);
}

function facts(run, device) {
  const { plan, dataset } = run;
  return [
    `data set ${dataset?.name ?? plan.dataset}`,
    `width ${plan.width}`,
    `batch ${plan.batchSize}`,
    plan.augment ? 'augmented' : 'not augmented',
    device ?? `device ${plan.device}`,
  ].join(' · ');
}

function notice(run, silence) {
  if (run.status === 'failed') {
    return `The run failed: ${run.message ?? 'see the logs'}`;
  }
  if (silence > 0) {
    return `No news from the trainer for ${duration(silence)}. It goes on from its last saved state when it is back.`;
  }
  return run.dataset?.warning ? `Note: ${run.dataset.warning}` : '';
}

function sentence(run, now, last) {
  if (run.status === 'requested') {
    return run.dataset ? 'Waits for the trainer.' : 'Waits for its data set.';
  }
  if (now) {
    const images = `${whole(now.imagesDone)} of ${whole(now.imagesPerEpoch)} images`;
    const doing = { validation: `validating, ${images}`, checkpoint: 'writing the checkpoint', 'data-wait': `waiting for images, ${images}` };
    return `Epoch ${now.epoch} of ${now.epochs}: ${doing[now.phase] ?? images}.`;
  }
  return `${last?.epoch ?? 0} of ${run.plan.epochs} epochs done.`;
}

/** The rest of this epoch at the present speed, and the others as long as the last one took. */
function secondsLeft(now, last) {
  if (!now || !(now.imagesPerSecond > 0) || now.phase === 'validation') {
    return now && last ? (now.epochs - now.epoch) * last.seconds.total : NaN;
  }
  const perEpoch = last ? last.seconds.total : now.imagesPerEpoch / now.imagesPerSecond;
  const rest = (now.imagesPerEpoch - now.imagesDone) / now.imagesPerSecond;
  const after = last ? last.seconds.validation + last.seconds.checkpoint : 0;
  return rest + after + perEpoch * (now.epochs - now.epoch);
}
