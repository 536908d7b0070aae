(function () {
  'use strict';

  const { normalised, withShare, rounded, klAt, positionOf, interpolated, ticks, toLink, fromLink, request, eventReader, code } = steering;
  const MOST_PANES = 4;
  const LEAST_PANES = 2;
  const LETTERS = 'ABCD';
  // Milliseconds without another change before the panes are asked again.
  const PAUSE = 400;
  const KL = 'KL to the reference';
  // The colours and markers of the report, in its order.
  const COLOURS = 6;
  const { element, drawn } = elements;
  const { CROSS, ...outlines } = elements.OUTLINES;
  const OUTLINES = Object.values(outlines);
  const base = new URL('.', window.location.href).href;
  const $ = (id) => document.getElementById(id);

  const options = (values, chosen) =>
    values.map((value) => element('option', { value, selected: value === chosen }, value));
  const text = (value) => String(Number(value.toPrecision(3))).replace('-', '−');

  // The server

  let key = null;

  class Refused extends Error {
    constructor(message, status) {
      super(message);
      this.status = status;
    }
  }

  async function call(path, body, signal) {
    let response;
    try {
      response = await fetch(base + path, {
        method: body ? 'POST' : 'GET',
        headers: { ...(body ? { 'Content-Type': 'application/json' } : {}), ...(key ? { Authorization: 'Bearer ' + key } : {}) },
        body: body ? JSON.stringify(body) : undefined,
        signal,
      });
    } catch (failure) {
      if (failure.name === 'AbortError') throw failure;
      throw new Refused('The server does not answer. Is clp serve still running?', 0);
    }
    if (response.ok) return response;
    const said = await response.json().catch(() => null);
    const wait = response.headers.get('Retry-After');
    if (response.status === 401) askForKey();
    throw new Refused(
      (said?.error?.message || 'The server answered with status ' + response.status + '.')
        + (response.status === 429 && wait ? ' Ask again in ' + wait + ' s.' : ''),
      response.status);
  }

  const got = (path) => call(path).then((response) => response.json());

  function askForKey() {
    const refused = key !== null;
    key = null;
    $('key').hidden = false;
    $('key-text').focus();
    if (refused) notice('The server refused this key.');
  }

  const notice = (...lines) => $('notices').replaceChildren(...lines.map((line) => element('p', { class: 'notice' }, line)));

  // What the page knows of the server: what it serves, its objectives, the KL range, its models and their evaluated points.
  async function read() {
    const [health, models, objectives, front] = await Promise.all(['health', 'v1/models', 'v1/objectives', 'v1/front'].map(got));
    const known = models.data.map(({ id, clp }) =>
      ({ id, policy: clp.policy, seed: clp.policy_seed, steerable: clp.kind === 'policy', chat: clp.chat }));
    const series = front.policies.map(({ policy, policy_seed: seed, points }) => ({
      policy,
      seed,
      models: known.filter((each) => each.policy === policy && (each.seed ?? seed) === seed).map(({ id }) => id),
      points: points.map(({ weights, kl, means, kl_divergence: meanKl }) => ({ weights, kl, means, meanKl })),
    }));
    return {
      title: health.serving,
      objectives: objectives.objectives.map(({ name, default: usual, reference }) => ({ name, usual, reference })),
      kl: objectives.kl,
      models: known,
      front: series.filter(({ models: own }) => own.length > 0),
      axes: [...objectives.objectives.map(({ name }) => name),
        ...(series.every(({ points }) => points.every((point) => point.meanKl !== undefined)) ? [KL] : [])],
    };
  }

  let server;
  let state;
  let panes = [];
  let asked = false;
  let repaints = [];

  const model = (id) => server.models.find((each) => each.id === id);
  const names = () => server.objectives.map(({ name }) => name);
  const seriesOf = (id) => server.front.find((series) => series.models.includes(id));
  const isSteered = (id) => Boolean(model(id).steerable);
  // The reference is what policies are compared with, not one of them: it has no hue.
  const styleOf = (series) => {
    if (!series.models.some(isSteered)) return { colour: 'var(--muted)', outline: CROSS };
    const i = [...new Set(server.front.map(({ policy }) => policy))].indexOf(series.policy);
    return { colour: 'var(--series-' + (i % COLOURS) + ')', outline: OUTLINES[i % OUTLINES.length] };
  };
  const isKlFixed = () => server.kl.max <= server.kl.min;
  const described = ({ weights, kl }) => [
    ...(names().length > 1 ? names().map((name) => name + ' ' + text(weights[name])) : []),
    ...(names().length > 1 && isKlFixed() ? [] : ['KL coefficient ' + text(kl)]),
  ].join(' · ');

  function defaults() {
    const steerable = server.models.filter((each) => each.steerable).map(({ id }) => id);
    const first = steerable[0] || server.models[0].id;
    const compared = server.models.find(({ policy }) => policy === 'reference');
    const weights = normalised(Object.fromEntries(server.objectives.map((each) => [each.name, each.usual])));
    return {
      weights,
      kl: server.kl ? server.kl.default : 0,
      chat: false,
      prompt: '',
      system: '',
      sampling: { temperature: 1, topP: null, maxTokens: 64, seed: 1 },
      panes: [{ model: first, own: null }, { model: (compared || { id: first }).id, own: null }],
      axes: names().length === 1 ? [server.axes.at(-1), names()[0]] : server.axes.slice(0, 2),
    };
  }

  // Everything that shows the state follows it; panes that would now be asked something else are, after a pause.
  let pending = 0;

  function changed() {
    window.history.replaceState(null, '', toLink({ ...state, panes: state.panes.map(({ model: id, own }) => ({ model: id, own })) }));
    repaints.forEach((repaint) => repaint());
    panes.forEach((pane) => pane.repaint());
    clearTimeout(pending);
    if (asked) pending = setTimeout(() => ask(false), PAUSE);
  }

  // Asks every pane, or those whose request is another than the one they answered.
  function ask(all) {
    clearTimeout(pending);
    if (state.prompt === '') {
      $('prompt').focus();
      notice('Write a prompt first.');
      return;
    }
    notice();
    asked = true;
    panes.filter((pane) => all || pane.isOutdated()).forEach((pane) => pane.ask());
  }

  function stop() {
    clearTimeout(pending);
    asked = false;
    panes.forEach((pane) => pane.stop());
  }

  const running = () => { $('stop').disabled = !panes.some((pane) => pane.isRunning()); };

  // Sliders: one per weight and one for KL, each with its number

  let knobs = 0;

  function knob(name, note, { step, disabled }, read, write) {
    const id = 'knob-' + knobs++;
    const range = element('input', { id, type: 'range', min: 0, max: 1, step: 0.005, disabled,
      on: { input: () => write(read.value(Number(range.value))) } });
    const number = element('input', { type: 'number', min: 0, step, disabled, 'aria-label': name + ', as a number',
      on: { change: () => { if (number.value !== '') write(Math.max(0, Number(number.value))); } } });
    const repaint = () => {
      const value = read.current();
      range.value = String(read.position(value));
      range.setAttribute('aria-valuetext', text(value));
      if (document.activeElement !== number) number.value = String(rounded(value));
    };
    return {
      repaint,
      node: element('div', { class: 'knob' }, element('label', { for: id }, name), number, range,
        note ? element('p', { class: 'muted' }, note) : null),
    };
  }

  function sliders(get, set, notes) {
    const range = server.kl;
    const fixed = isKlFixed();
    const shares = names().length < 2 ? [] : server.objectives.map(({ name, reference }) => knob(
      name, notes && reference ? 'the reference gets ' + text(reference.mean) + ' ± ' + text(reference.standard_deviation) : null, { step: 0.01 },
      { current: () => get().weights[name], position: (share) => share, value: (position) => position },
      (share) => set({ ...get(), weights: withShare(get().weights, name, Math.min(1, share)) })));
    const kl = knob('KL coefficient',
      notes ? (fixed ? 'fixed in training' : 'high stays close to the reference') : null, { step: 'any', disabled: fixed },
      { current: () => get().kl, position: (value) => positionOf(value, range), value: (position) => klAt(position, range) },
      (value) => set({ ...get(), kl: Math.min(range.max, Math.max(range.min, value)) }));
    const all = [...shares, kl];
    return { nodes: all.map(({ node }) => node), repaint: () => all.forEach(({ repaint }) => repaint()) };
  }

  function knobSection() {
    if (!server.kl) {
      $('knobs').append(element('p', { class: 'muted' },
        'This server has a plain model, which has no weights. Serve a run\'s folder to steer its policies: clp serve RUN'));
      return;
    }
    const shared = sliders(
      () => ({ weights: state.weights, kl: state.kl }), (next) => { Object.assign(state, next); changed(); }, true);
    $('knobs').append(...shared.nodes);
    repaints.push(shared.repaint);
  }

  // What is asked

  const SAMPLING = [
    ['temperature', 'Temperature', { min: 0, step: 0.1 }], ['topP', 'Top-p', { min: 0, max: 1, step: 0.05, placeholder: 'off' }],
    ['maxTokens', 'Max tokens', { min: 1, step: 1, placeholder: 'the server\'s' }],
    ['seed', 'Seed of sampling', { min: 0, step: 1, placeholder: 'random' }],
  ];

  function askSection() {
    const bound = (id, name) => {
      $(id).value = state[name];
      $(id).addEventListener('input', () => { state[name] = $(id).value; changed(); });
    };
    bound('prompt', 'prompt');
    bound('system', 'system');
    const canChat = server.models.some((each) => each.chat);
    $('modes').hidden = !canChat;
    if (!canChat) state.chat = false;
    const modes = [...$('modes').querySelectorAll('input')];
    const show = () => {
      modes.forEach((each) => { each.checked = (each.value === 'chat') === state.chat; });
      $('system-field').hidden = !state.chat;
      $('prompt-label').textContent = state.chat ? 'Message' : 'Prompt';
    };
    modes.forEach((each) => each.addEventListener('change', () => { state.chat = each.value === 'chat'; show(); changed(); }));
    show();
    $('sampling').append(...SAMPLING.map(([name, label, limits]) => {
      const input = element('input', { type: 'number', ...limits, value: state.sampling[name],
        on: { change: () => { state.sampling[name] = input.value === '' ? null : Number(input.value); changed(); } } });
      return element('label', {}, label, input);
    }));
    $('ask').addEventListener('submit', (event) => { event.preventDefault(); ask(true); });
    $('stop').addEventListener('click', stop);
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') stop();
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); ask(true); }
    });
  }

  // Panes

  function meter(tokens, started, first, now) {
    const seconds = (now - first) / 1000;
    return [
      tokens + (tokens === 1 ? ' token' : ' tokens'),
      ...(seconds > 0 && tokens > 1 ? [text((tokens - 1) / seconds) + ' tokens/s'] : []),
      'first after ' + ((first - started) / 1000).toFixed(2) + ' s',
    ].join(' · ');
  }

  const FINISHED = { length: 'cut at the greatest number of tokens' };

  function pane(held) {
    const select = element('select', { 'aria-label': 'Policy' }, ...options(server.models.map(({ id }) => id), held.model));
    const letter = element('span', { class: 'letter' });
    const pin = element('input', { type: 'checkbox' });
    const own = element('div', { class: 'own' });
    const weighting = element('p', { class: 'muted' });
    const response = element('div', { class: 'response', 'aria-live': 'polite' });
    const error = element('p', { class: 'error', role: 'alert' });
    const progress = element('p', { class: 'meter' });
    const remove = element('button', { type: 'button', class: 'quiet', 'aria-label': 'Remove this pane' }, '×');
    const pinned = element('label', { class: 'pin' }, pin, ' weights of its own');
    let ownSliders = null;
    let controller = null;
    let answered = null;

    const steered = () => isSteered(held.model);
    const current = () => request(state, held, steered());
    const empty = () => element('span', { class: 'muted' },
      'Ask, and ' + held.model + ' answers here' + (steered() ? ', at ' + (held.own ? 'this pane\'s own weights.' : 'the weights of the sliders.') : '.'));

    function repaint() {
      const place = panes.indexOf(self);
      letter.textContent = LETTERS[place];
      node.setAttribute('aria-label', 'Pane ' + LETTERS[place]);
      remove.hidden = panes.length <= LEAST_PANES;
      pinned.hidden = !steered();
      pin.checked = held.own !== null;
      if (held.own && steered() && !ownSliders) {
        ownSliders = sliders(() => held.own, (next) => { held.own = next; changed(); }, false);
        own.replaceChildren(...ownSliders.nodes);
      } else if ((!held.own || !steered()) && ownSliders) {
        ownSliders = null;
        own.replaceChildren();
      }
      if (ownSliders) ownSliders.repaint();
      const { weights, kl } = held.own || state;
      weighting.textContent = steered() ? described({ weights, kl }) : 'not steered';
      if (answered === null && !controller) response.replaceChildren(empty());
    }

    function stopRunning() {
      if (controller) controller.abort();
    }

    async function stream(signal) {
      const { path, body } = current();
      answered = JSON.stringify(body);
      const started = performance.now();
      const got = await call(path, { ...body, stream: true, stream_options: { include_usage: true } }, signal);
      const reader = got.body.pipeThrough(new TextDecoderStream()).getReader();
      const read = eventReader();
      let tokens = 0;
      let first = null;
      let finish = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        for (const data of read(value)) {
          if (data === '[DONE]') continue;
          const event = JSON.parse(data);
          if (event.error) throw new Refused(event.error.message, 0);
          const choice = event.choices[0];
          const piece = choice ? choice.text ?? choice.delta?.content ?? '' : '';
          if (piece !== '') {
            tokens++;
            first ??= performance.now();
            response.append(piece);
          }
          if (choice?.finish_reason) finish = FINISHED[choice.finish_reason] || '';
          if (event.usage) tokens = event.usage.completion_tokens;
          if (first !== null) progress.textContent = meter(tokens, started, first, performance.now());
        }
      }
      if (response.textContent === '') response.append(element('span', { class: 'muted' }, 'The response is empty.'));
      if (finish) progress.append(' · ' + finish);
    }

    async function askNow() {
      stopRunning();
      const mine = new AbortController();
      controller = mine;
      response.replaceChildren();
      response.setAttribute('aria-busy', 'true');
      error.textContent = '';
      progress.textContent = 'waiting';
      running();
      try {
        await stream(mine.signal);
      } catch (failure) {
        if (controller !== mine) return;
        if (failure.name === 'AbortError') {
          progress.append(' · stopped');
        } else {
          progress.textContent = '';
          error.textContent = failure instanceof Refused ? failure.message : 'The response broke off: ' + failure.message;
        }
        answered = '';
      } finally {
        if (controller === mine) {
          controller = null;
          response.removeAttribute('aria-busy');
          running();
        }
      }
    }

    select.addEventListener('change', () => { held.model = select.value; changed(); });
    pin.addEventListener('change', () => {
      held.own = pin.checked ? { weights: { ...state.weights }, kl: state.kl } : null;
      changed();
    });
    remove.addEventListener('click', () => removePane(self));
    const node = element('article', { class: 'answer pane' },
      element('header', {}, letter, select, remove), pinned, own, weighting, response, error, progress);
    const self = {
      held, node, repaint, ask: askNow, stop: stopRunning, request: current,
      isRunning: () => controller !== null,
      isOutdated: () => answered !== JSON.stringify(current().body),
    };
    return self;
  }

  function showPanes() {
    state.panes = panes.map(({ held }) => held);
    $('panes').replaceChildren(...panes.map(({ node }) => node));
    $('add').disabled = panes.length >= MOST_PANES;
  }

  function removePane(gone) {
    gone.stop();
    panes = panes.filter((each) => each !== gone);
    showPanes();
    changed();
    $('add').focus();
  }

  function paneSection() {
    panes = state.panes.map((held) => pane(held));
    $('add').addEventListener('click', () => {
      panes.push(pane({ model: panes[0].held.model, own: { weights: { ...state.weights }, kl: state.kl } }));
      showPanes();
      changed();
      panes.at(-1).node.querySelector('select').focus();
    });
    showPanes();
  }

  // The front

  const SIZE = { width: 380, height: 310, left: 48, right: 14, top: 12, bottom: 42 };

  function scale(values, from, to) {
    let [low, high] = [Math.min(...values), Math.max(...values)];
    const margin = (high - low || Math.abs(high) || 1) * 0.07;
    [low, high] = [low - margin, high + margin];
    return { at: (value) => from + ((value - low) / (high - low)) * (to - from), ticks: ticks(low, high, 5) };
  }

  const valueOf = (point, axis) => (axis === KL ? point.meanKl : point.means[axis]);

  // Of many seeds, the first is shown, and those in panes.
  function shownSeries() {
    const inPanes = panes.map(({ held }) => seriesOf(held.model));
    return server.front.filter((series) => series.seed === server.front[0].seed || inPanes.includes(series));
  }

  function markers() {
    return panes.flatMap((each, i) => {
      const series = seriesOf(each.held.model);
      if (!series) return [];
      const { weights, kl } = each.held.own || state;
      const at = isSteered(each.held.model) ? interpolated(series.points, weights, kl) : { ...series.points[0], how: 'measured' };
      return at ? [{ letter: LETTERS[i], series, at }] : [];
    });
  }

  function axesOf(x, y) {
    const { width, height, left, right, top, bottom } = SIZE;
    return drawn('g', { class: 'axes' },
      ...x.ticks.flatMap((tick) => [
        drawn('path', { d: 'M' + x.at(tick) + ' ' + top + 'V' + (height - bottom) }),
        drawn('text', { x: x.at(tick), y: height - bottom + 16, 'text-anchor': 'middle' }, text(tick))]),
      ...y.ticks.flatMap((tick) => [
        drawn('path', { d: 'M' + left + ' ' + y.at(tick) + 'H' + (width - right) }),
        drawn('text', { x: left - 6, y: y.at(tick) + 4, 'text-anchor': 'end' }, text(tick))]),
      drawn('text', { class: 'name', x: (left + width - right) / 2, y: height - 6, 'text-anchor': 'middle' }, state.axes[0]),
      drawn('text', { class: 'name', x: 12, y: (top + height - bottom) / 2, 'text-anchor': 'middle',
        transform: 'rotate(-90 12 ' + (top + height - bottom) / 2 + ')' }, state.axes[1]));
  }

  function frontChart() {
    const { width, height, left, right, top, bottom } = SIZE;
    const [xAxis, yAxis] = state.axes;
    const shown = shownSeries();
    const points = shown.flatMap((series) => series.points);
    const x = scale(points.map((point) => valueOf(point, xAxis)), left, width - right);
    const y = scale(points.map((point) => valueOf(point, yAxis)), height - bottom, top);
    const inPanes = new Set(panes.map(({ held }) => seriesOf(held.model)));
    const placed = (point, size) => {
      const [px, py] = [x.at(valueOf(point, xAxis)), y.at(valueOf(point, yAxis))];
      return 'translate(' + (px - size / 2) + ' ' + (py - size / 2) + ') scale(' + size / 10 + ')';
    };
    const dots = shown.map((series) => {
      const { colour, outline } = styleOf(series);
      return drawn('g', { style: 'fill:' + colour, class: inPanes.has(series) ? null : 'faint' },
        ...series.points.map((point) => drawn('path', { d: outline, transform: placed(point, 9), class: 'dot',
          on: { click: () => take(point) } },
        drawn('title', {}, series.models[0] + ' at ' + described(point) + ': '
          + [xAxis, yAxis].map((axis) => axis + ' ' + text(valueOf(point, axis))).join(', ')))));
    });
    const rings = markers().map(({ letter, series, at }) => drawn('g', { class: 'marker', style: 'stroke:' + styleOf(series).colour },
      drawn('circle', { r: 10, cx: x.at(valueOf(at, xAxis)), cy: y.at(valueOf(at, yAxis)) }),
      drawn('text', { x: x.at(valueOf(at, xAxis)), y: y.at(valueOf(at, yAxis)) + 4.5, 'text-anchor': 'middle' }, letter)));
    return drawn('svg', { viewBox: '0 0 ' + width + ' ' + height, role: 'img',
      'aria-label': yAxis + ' against ' + xAxis + ' at the evaluated weightings of ' + shown.map(({ models }) => models[0]).join(', ')
        + '. The numbers stand under Data.' },
    axesOf(x, y), ...dots, ...rings);
  }

  // Moves the sliders to an evaluated point.
  function take(point) {
    Object.assign(state, { weights: { ...point.weights }, kl: point.kl });
    changed();
  }

  // Says which markers were not measured where they stand.
  function saidOf(found) {
    const letters = (how) => found.filter(({ at }) => at.how === how).map(({ letter }) => letter).join(', ');
    const [between, nearest] = [letters('interpolated'), letters('nearest')];
    return 'Means over the evaluation\'s prompts, not measured for yours. Letters are panes'
      + (between ? '; ' + between + ': interpolated, linearly between the nearest evaluated weightings' : '')
      + (nearest ? '; ' + nearest + ': at the nearest evaluated weighting' : '') + '. Click a point to move the sliders there.';
  }

  function frontData() {
    const { axes } = server;
    const details = element('details', {}, element('summary', {}, 'Data'));
    details.addEventListener('toggle', () => {
      if (details.children.length > 1) return;
      details.append(element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Evaluated points' },
        element('table', {},
          element('thead', {}, element('tr', {}, ...['policy', 'weighting', ...axes].map((name) => element('th', { scope: 'col' }, name)))),
          element('tbody', {}, ...server.front.flatMap((series) => series.points.map((point) => element('tr', {},
            element('th', { scope: 'row' }, series.models[0] + (server.models.some(({ id, seed }) => id === series.models[0] && seed === undefined) ? ', seed ' + series.seed : '')),
            element('td', {}, element('button', { type: 'button', class: 'link', title: 'Move the sliders here', on: { click: () => take(point) } },
              described(point))),
            ...axes.map((axis) => element('td', { class: 'number' }, text(valueOf(point, axis)))))))))));
    });
    return details;
  }

  function frontSection() {
    if (!server.front.some(({ points }) => points.length > 0)) {
      $('front').append(element('p', { class: 'muted' },
        'Nothing here was evaluated, so there is no front to show. A finished run has one: clp resume RUN finishes it.'));
      return;
    }
    const { axes } = server;
    const choose = (i, label) => element('label', {}, label, element('select', {
      on: { change: (event) => { state.axes[i] = event.target.value; changed(); } } }, ...options(axes, state.axes[i])));
    const plot = element('div', { class: 'plot' });
    const said = element('p', { class: 'muted' });
    const legend = element('div', { class: 'legend' }, ...server.front.filter(({ seed }) => seed === server.front[0].seed).map((series) => element('span', {},
      drawn('svg', { viewBox: '0 0 10 10', 'aria-hidden': 'true', style: 'fill:' + styleOf(series).colour },
        drawn('path', { d: styleOf(series).outline })), series.policy)));
    $('front').append(plot, legend, said, element('div', { class: 'controls' }, choose(0, 'Across'), choose(1, 'Up')), frontData());
    repaints.push(() => {
      plot.replaceChildren(frontChart());
      said.textContent = saidOf(markers());
    });
  }

  // What can be taken along

  async function copy(button, copied) {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(copied);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'The browser forbids copying: select the text';
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  }

  function takeSection() {
    const which = element('select', {});
    const language = element('select', {}, ...options(Object.keys(code), 'curl'));
    const shown = element('pre', { tabindex: 0, 'aria-label': 'Code' });
    const repaint = () => {
      const chosen = Math.max(0, Math.min(panes.length - 1, which.selectedIndex));
      which.replaceChildren(...panes.map(({ held }, i) => element('option', { value: i, selected: i === chosen }, LETTERS[i] + ': ' + held.model)));
      shown.textContent = code[language.value](panes[chosen].request(), base, key !== null);
    };
    which.addEventListener('change', repaint);
    language.addEventListener('change', repaint);
    const copyCode = element('button', { type: 'button', on: { click: () => copy(copyCode, shown.textContent) } }, 'Copy the code');
    const copyLink = element('button', { type: 'button', on: { click: () => copy(copyLink, window.location.href) } }, 'Copy a link to this page as it is');
    $('take').append(
      element('div', { class: 'controls' }, element('label', {}, 'Request of pane', which), element('label', {}, 'As', language)),
      shown, element('div', { class: 'actions' }, copyCode, copyLink),
      element('p', { class: 'muted' }, 'The link holds prompt, weights, sampling and panes, and asks when it is opened. It holds no key.'));
    repaints.push(repaint);
  }

  // Theme

  const preference = window.matchMedia('(prefers-color-scheme: dark)');
  const applyTheme = () => document.documentElement.classList.toggle('dark',
    $('theme').value === 'dark' || ($('theme').value === 'system' && preference.matches));
  $('theme').addEventListener('change', applyTheme);
  preference.addEventListener('change', applyTheme);
  applyTheme();

  // The page, once the server answers

  async function start() {
    try {
      server = await read();
    } catch (failure) {
      $('status').textContent = '';
      if (failure.status === 503) {
        $('status').textContent = failure.message;
        setTimeout(start, 1000);
      } else if (failure.status !== 401) {
        notice(failure.message);
      }
      return;
    }
    $('status').textContent = server.title;
    document.title = 'CLP: ' + server.title;
    $('key').hidden = true;
    const { state: held, problems } = fromLink(window.location.hash, defaults(), server);
    state = held;
    notice(...problems);
    $('work').hidden = false;
    askSection();
    knobSection();
    paneSection();
    frontSection();
    takeSection();
    changed();
    if (state.prompt !== '' && window.location.hash.length > 1) ask(true);
  }

  $('key').addEventListener('submit', (event) => {
    event.preventDefault();
    key = $('key-text').value;
    $('key-text').value = '';
    $('key').hidden = true;
    notice();
    if (server) ask(true);
    else start();
  });
  // A link that is pasted into the open page is another state: the page starts from it.
  window.addEventListener('hashchange', () => window.location.reload());
  start();
})();
