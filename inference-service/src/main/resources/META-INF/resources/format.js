// How numbers and times are written, the same everywhere on the page.

export const percent = (share, digits = 1) =>
  Number.isFinite(share) ? `${(100 * share).toFixed(digits)}\u00a0%` : '–';

export const fixed = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : '–');

/** How many decimals tell the multiples of a step apart, at most 6. */
export function decimals(step) {
  let digits = 0;
  while (digits < 6 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) {
    digits++;
  }
  return digits;
}

export const whole = (value) => (Number.isFinite(value) ? Math.round(value).toLocaleString('en') : '–');

/** Seconds as "8.4 s", "3 min 12 s", "2 h 5 min". */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) {
    return '–';
  }
  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }
  const total = Math.round(seconds);
  if (total < 60) {
    return `${total} s`;
  }
  if (total < 3600) {
    return `${Math.floor(total / 60)} min ${total % 60} s`;
  }
  const hours = Math.floor(total / 3600);
  const minutes = Math.round((total % 3600) / 60);
  return minutes === 60 ? `${hours + 1} h 0 min` : `${hours} h ${minutes} min`;
}

/** Seconds as short as an axis with such a step needs them: "4.5 s", "45 s", "3:12", "2:05 h" in hours and minutes. */
export function clock(seconds, step = 1) {
  const total = Math.round(seconds);
  const pad = (value) => String(value).padStart(2, '0');
  if (total < 60) {
    return `${seconds.toFixed(decimals(step))} s`;
  }
  return total < 3600
    ? `${Math.floor(total / 60)}:${pad(total % 60)}`
    : `${Math.floor(total / 3600)}:${pad(Math.floor((total % 3600) / 60))} h`;
}

/** How long ago an instant was, in whole steps, so that the text does not flicker. */
export function ago(instant, now) {
  const seconds = Math.max(0, (now - Date.parse(instant)) / 1000);
  return seconds < 5 ? 'just now' : `${duration(Math.round(seconds))} ago`;
}

/** JSON has no NaN: what a diverged training computes comes as a text. */
export const finite = (value) => (typeof value === 'number' ? value : null);
