// What scripts make pages of.
const elements = (function () {
  'use strict';

  // Every text reaches a page through here, and only ever as text.
  function filled(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === 'on') {
        for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
      } else if (value !== null && value !== undefined && value !== false) {
        node.setAttribute(name, value === true ? '' : value);
      }
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }

  const element = (tag, attributes, ...children) => filled(document.createElement(tag), attributes, children);
  const drawn = (tag, attributes, ...children) =>
    filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

  // Markers, as outlines in a square of side 10 around (5, 5)

  const OUTLINES = {
    CIRCLE: 'M5 0A5 5 0 1 1 5 10A5 5 0 1 1 5 0Z',
    DIAMOND: 'M5 0L10 5L5 10L0 5Z',
    SQUARE: 'M0.7 0.7H9.3V9.3H0.7Z',
    TRIANGLE_UP: 'M5 0.4L10 9.4H0Z',
    TRIANGLE_DOWN: 'M5 9.6L0 0.6H10Z',
    CROSS: 'M1.6 0L5 3.4L8.4 0L10 1.6L6.6 5L10 8.4L8.4 10L5 6.6L1.6 10L0 8.4L3.4 5L0 1.6Z',
  };

  return { element, drawn, OUTLINES };
})();
