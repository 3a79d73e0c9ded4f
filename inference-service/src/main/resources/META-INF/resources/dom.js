// The little that this page needs instead of a framework.

export const byId = (id) => document.getElementById(id);

/** An element with properties and children; `class` and `data-…` work too. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) {
      made[key] = value;
    } else {
      made.setAttribute(key, value);
    }
  }
  made.append(...children);
  return made;
}

/** Sets the text only if it differs, so that quiet parts of the page cost nothing. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Fills a `<dl>` with pairs, reusing its nodes while the terms stay the same. */
export function fillList(list, pairs) {
  const terms = pairs.map(([term]) => term).join('|');
  if (list.dataset.terms !== terms) {
    list.dataset.terms = terms;
    list.replaceChildren(
      ...pairs.map(([term, , hint]) =>
        element('div', hint ? { title: hint } : {}, element('dt', {}, term), element('dd'))));
  }
  pairs.forEach(([, value], i) => setText(list.children[i].lastChild, value));
}

/** Tells a screen reader what has changed, when it has nothing else to say. */
export function announce(text) {
  byId('announcer').textContent = text;
}

/** Shows one of a section's two faces: its content, or what it says while there is none. */
export function showEmpty(emptyId, bodyId, empty) {
  byId(emptyId).hidden = !empty;
  if (bodyId) {
    byId(bodyId).hidden = empty;
  }
}
