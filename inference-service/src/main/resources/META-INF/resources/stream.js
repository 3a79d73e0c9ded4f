// The stream of server-sent events: first a snapshot, then what changes; again after every interruption.

const RETRY_MILLIS = 3000;

/**
 * @param handlers a function per event name, and `restore` for snapshots
 * @param tellState is told 'live', 'connecting' or 'lost'
 */
export function follow(handlers, tellState) {
  const { restore, ...events } = handlers;
  let waiting = null; // events that came before the snapshot did

  const open = () => {
    const source = new EventSource('/live/events');
    source.onopen = async () => {
      waiting = [];
      try {
        const answer = await fetch('/live/snapshot');
        if (!answer.ok) {
          throw new Error(`the snapshot was refused with ${answer.status}`);
        }
        restore(await answer.json());
        waiting.forEach(([name, content]) => events[name](content));
        waiting = null;
        tellState('live');
      } catch (problem) {
        console.warn(problem);
        source.close();
        tellState('lost');
        setTimeout(open, RETRY_MILLIS);
      }
    };
    source.onerror = () => {
      tellState('lost');
      // the browser tries again by itself, unless the service has refused
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(open, RETRY_MILLIS);
      }
    };
    for (const name of Object.keys(events)) {
      source.addEventListener(name, ({ data }) => {
        const content = JSON.parse(data);
        if (waiting) {
          waiting.push([name, content]);
        } else {
          events[name](content);
        }
      });
    }
  };
  tellState('connecting');
  open();
}
