(function () {
  'use strict';

  const page = JSON.parse(document.getElementById('data').textContent);
  const root = document.documentElement;
  const main = document.getElementById('main');
  const MOST_MARKERS = 40;
  // Half a printed page's width, in pixels.
  const PAPER = { width: 340, height: 270 };

  const { element, OUTLINES } = elements;

  const round = (value) => Number(value.toPrecision(4)).toString().replace('-', '−');

  function number(value) {
    if (value === null || value === undefined) return '–';
    if (value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3)) return round(value);
    return value.toFixed(Math.abs(value) >= 100 ? 1 : 3).replace('-', '−');
  }

  const plusMinus = (value, error) => number(value) + (error ? ' ± ' + number(error) : '');

  const weight = (value) => String(Number(value.toFixed(3)));

  // Sections

  const sections = document.getElementById('sections');

  function section(title) {
    const id = 'section-' + (sections.children.length + 1);
    const body = element('section', { 'aria-labelledby': id }, element('h2', { id }, title));
    sections.append(element('a', { href: '#' + id }, title));
    main.append(body);
    return body;
  }

  // Theme

  const preference = window.matchMedia('(prefers-color-scheme: dark)');
  const choice = document.getElementById('theme');
  const redraws = [];
  let printing = false;

  const isDark = () => root.classList.contains('dark');

  function applyTheme() {
    const dark = choice.value === 'dark' || (choice.value === 'system' && preference.matches);
    root.classList.toggle('dark', dark && !printing);
    redraws.forEach((redraw) => redraw());
  }

  const colour = (name) => {
    const style = page.styles[name];
    return isDark() ? style.dark : style.light;
  };

  const variable = (name) => getComputedStyle(root).getPropertyValue('--' + name).trim();

  function swatch(name, line) {
    const space = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(space, 'svg');
    svg.setAttribute('viewBox', '0 0 26 12');
    svg.setAttribute('aria-hidden', 'true');
    const paths = line ? ['M0 5.2H26V6.8H0Z'] : [];
    for (const outline of [...paths, OUTLINES[page.styles[name].marker]]) {
      const path = document.createElementNS(space, 'path');
      path.setAttribute('d', outline);
      if (outline !== paths[0]) path.setAttribute('transform', 'translate(8.5 1.5) scale(0.9)');
      svg.append(path);
    }
    const paint = () => svg.setAttribute('fill', colour(name));
    paint();
    svg.paint = paint;
    return svg;
  }

  // Charts

  const hidden = new Set();
  const finite = (points) => points.filter((point) => point.x !== null && point.y !== null);
  const hasIntervals = (points) => points.some((point) => point.xError || point.yError);
  const isFunction = (points) =>
    points.length > 1 && points.every((point, i) => !point.xError && (i === 0 || point.x > points[i - 1].x));

  // A band for a function of x, bars in both directions for other curves.
  function intervals(series, points, tint) {
    const quiet = {
      name: series.name, silent: true, animation: false, z: 1, tooltip: { show: false }, emphasis: { disabled: true },
    };
    if (series.line && isFunction(points)) {
      const edge = (side) => points.map(({ x, y, yError }) => [x, y + side * (yError || 0)]);
      const outline = [...edge(1), ...edge(-1).reverse()];
      return {
        ...quiet,
        type: 'custom',
        clip: true,
        data: outline,
        // One polygon stands for all its corners, which are data so that the axes make room for them.
        renderItem: ({ dataIndexInside }, api) => (dataIndexInside > 0 ? undefined : {
          type: 'polygon',
          shape: { points: outline.map((corner) => api.coord(corner)) },
          style: { fill: tint, opacity: isDark() ? 0.22 : 0.15 },
        }),
      };
    }
    const gap = [null, null];
    return {
      ...quiet,
      type: 'line',
      symbol: 'none',
      lineStyle: { color: tint, width: 1, opacity: 0.75 },
      data: points.flatMap(({ x, y, xError, yError }) => [
        ...(xError ? [[x - xError, y], [x + xError, y], gap] : []),
        ...(yError ? [[x, y - yError], [x, y + yError], gap] : []),
      ]),
    };
  }

  function curves(chart) {
    return chart.series.filter((series) => !hidden.has(series.name)).flatMap((series) => {
      const tint = colour(series.name);
      const points = finite(series.points);
      return [
        ...(hasIntervals(points) ? [intervals(series, points, tint)] : []),
        {
          type: series.line ? 'line' : 'scatter',
          name: series.name,
          data: points.map((point) => ({ value: [point.x, point.y], point })),
          symbol: 'path://' + OUTLINES[page.styles[series.name].marker],
          symbolSize: series.line ? 8 : 12,
          showSymbol: points.length <= MOST_MARKERS,
          itemStyle: { color: tint },
          lineStyle: { color: tint, width: 2 },
          label: {
            show: !series.line && points.length === 1, formatter: () => series.name, position: 'right', distance: 8,
            color: tint, fontSize: 12,
          },
          emphasis: { scale: 1.5 },
          z: series.line ? 3 : 4,
        },
      ];
    });
  }

  function hover(chart, shared, items) {
    const drawn = items.filter((item) => item.data && item.data.point);
    if (drawn.length === 0) return '';
    const box = element('div');
    const labels = new Set(drawn.map((item) => item.data.point.label));
    if (shared) {
      box.append(element('div', {}, chart.xLabel + ': ' + round(drawn[0].data.point.x)));
      if (labels.size === 1 && drawn[0].data.point.label) box.append(element('div', {}, drawn[0].data.point.label));
    }
    for (const item of drawn) {
      const { x, y, xError, yError, label } = item.data.point;
      const mark = swatch(item.seriesName, true);
      mark.setAttribute('width', 26);
      mark.setAttribute('height', 12);
      mark.style.marginRight = '8px';
      box.append(
        element('div', {}, mark, element('b', {}, item.seriesName), shared ? '  ' + plusMinus(y, yError) : ''));
      if (!shared) {
        box.append(
          element('div', {}, chart.xLabel + ': ' + plusMinus(x, xError)),
          element('div', {}, chart.yLabel + ': ' + plusMinus(y, yError)));
      }
      if (label && !(shared && labels.size === 1)) box.append(element('div', {}, label));
    }
    return box;
  }

  function option(chart) {
    const lines = chart.series.filter((series) => series.line);
    const abscissae = lines.map((series) => finite(series.points).map((point) => point.x).join());
    // Curves over the same x are read off together, others point by point.
    const shared = lines.length > 0 && isFunction(finite(lines[0].points).map(({ x, y }) => ({ x, y })))
      && abscissae.every((x) => x === abscissae[0]) && lines.length === chart.series.length;
    const axis = (name, gap) => ({
      type: 'value',
      name,
      nameLocation: 'middle',
      nameGap: gap,
      scale: true,
      nameTextStyle: { color: variable('muted'), fontSize: 13 },
      axisLabel: { color: variable('muted'), fontSize: 12, hideOverlap: true, formatter: round },
      axisLine: { show: true, onZero: false, lineStyle: { color: variable('line') } },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: variable('grid') } },
      axisPointer: { lineStyle: { color: variable('muted') }, label: { show: false } },
    });
    return {
      animation: false,
      backgroundColor: 'transparent',
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 62, right: 18, top: 14, bottom: 52 },
      xAxis: axis(chart.xLabel, 32),
      yAxis: axis(chart.yLabel, 46),
      tooltip: {
        trigger: shared ? 'axis' : 'item',
        confine: true,
        backgroundColor: variable('ground'),
        borderColor: variable('line'),
        textStyle: { color: variable('text'), fontSize: 13 },
        formatter: (items) => hover(chart, shared, Array.isArray(items) ? items : [items]),
      },
      series: curves(chart),
    };
  }

  function dataTable(chart) {
    const details = element('details', {}, element('summary', {}, 'Data'));
    details.addEventListener('toggle', () => {
      if (details.children.length > 1) return;
      details.append(table({
        title: chart.title + ', data',
        columns: ['series', chart.xLabel, '± x', chart.yLabel, '± y', 'label'],
        rows: chart.series.flatMap((series) => series.points.map((point) => [
          series.name, number(point.x), point.xError ? number(point.xError) : '–',
          number(point.y), point.yError ? number(point.yError) : '–', point.label,
        ])),
      }));
    });
    return details;
  }

  function links(chart) {
    return ['svg', 'png'].map((type) =>
      element('a', { href: 'figures/' + chart.id + '.' + type, 'aria-label': type.toUpperCase() + ' of ' + chart.title },
        type.toUpperCase()));
  }

  function figure(chart, parent) {
    const heading = element('h3', { id: 'chart-' + chart.id }, chart.title);
    const plot = element('div', {
      class: 'plot', role: 'img',
      'aria-label': chart.title + ': ' + chart.yLabel + ' against ' + chart.xLabel + ', for '
        + chart.series.map((series) => series.name).join(', ') + '. The numbers stand under Data.',
    });
    const names = new Map(chart.series.map((series) => [series.name, series.line]));
    const buttons = [...names].map(([name, line]) => {
      const mark = swatch(name, line);
      const button = element('button', {
        type: 'button',
        title: 'Show or hide ' + name + ' in every chart',
        on: {
          click: () => {
            if (!hidden.delete(name)) hidden.add(name);
            redraws.forEach((redraw) => redraw());
          },
        },
      }, mark, name);
      return () => {
        mark.paint();
        button.setAttribute('aria-pressed', String(!hidden.has(name)));
        return button;
      };
    });
    const legend = element('div', { class: 'legend', role: 'group', 'aria-label': 'Series' },
      ...buttons.map((refresh) => refresh()));
    parent.append(element('figure', { 'aria-labelledby': 'chart-' + chart.id }, heading, legend, plot,
      element('figcaption', {}, ...links(chart), dataTable(chart))));
    // Paper shows more dots than a screen.
    const drawing = echarts.init(plot, null, { devicePixelRatio: Math.max(2, window.devicePixelRatio) });
    redraws.push(() => {
      drawing.resize(printing ? PAPER : { width: 'auto', height: 'auto' });
      buttons.forEach((refresh) => refresh());
      drawing.setOption(option(chart), { notMerge: true });
    });
    new ResizeObserver(() => drawing.resize()).observe(plot);
  }

  function charts(list, parent) {
    if (list.length === 0) return;
    const grid = element('div', { class: 'charts' });
    parent.append(grid);
    list.forEach((chart) => figure(chart, grid));
  }

  // Tables

  // A number, perhaps with its interval or unit behind a space.
  const NUMBER = /^[+\-−]?\d[\d,]*(\.\d+)?([eE][+\-−]?\d+)?([ %].*)?$/;
  const UNDEFINED = /^[-–]?$/;
  const valueOf = (cell) => parseFloat(cell.replace('−', '-').replace(/,(?=\d{3})/g, ''));

  function compare(a, b, numeric, direction) {
    // What has no value stands last in either order.
    if (UNDEFINED.test(a) || UNDEFINED.test(b)) return Number(UNDEFINED.test(a)) - Number(UNDEFINED.test(b));
    return direction * (numeric ? valueOf(a) - valueOf(b) : a.localeCompare(b, undefined, { numeric: true }));
  }

  function table({ title, columns, rows }) {
    const numeric = columns.map((_, i) =>
      rows.some((row) => NUMBER.test(row[i])) && rows.every((row) => NUMBER.test(row[i]) || UNDEFINED.test(row[i])));
    const kind = (i, row) =>
      numeric[i] ? 'number' : row[i].length > 60 ? 'text' : null;
    const body = element('tbody', {});
    const fill = (sorted) => body.replaceChildren(...sorted.map((row) => element('tr', {}, ...row.map((cell, i) =>
      i === 0 ? element('th', { scope: 'row', class: kind(i, row) }, cell) : element('td', { class: kind(i, row) }, cell)))));
    const headings = columns.map((column, i) => element('th', { scope: 'col', class: numeric[i] ? 'number' : null },
      element('button', { type: 'button', title: 'Sort by ' + column, on: { click: () => sort(i) } }, column)));
    function sort(i) {
      const before = headings[i].getAttribute('aria-sort');
      const next = (before === null ? numeric[i] : before === 'ascending') ? 'descending' : 'ascending';
      headings.forEach((heading) => heading.removeAttribute('aria-sort'));
      headings[i].setAttribute('aria-sort', next);
      fill([...rows].sort((a, b) => compare(a[i], b[i], numeric[i], next === 'ascending' ? 1 : -1)));
    }
    fill(rows);
    return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': title },
      element('table', {}, element('thead', {}, element('tr', {}, ...headings)), body));
  }

  // The sample browser

  function browser(parent) {
    const { objectives, weightings, prompts, conversations, rows } = page.samples;
    const unique = (values) => [...new Set(values)];
    const cells = new Map();
    for (const row of rows) {
      const key = JSON.stringify([row.example, row.policy, row.seed]);
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push(row);
    }
    const policies = unique(rows.map((row) => row.policy));
    const steered = policies.filter((policy) => policy !== 'reference');
    const asked = rows.filter((row) => steered.length === 0 || row.policy !== 'reference');
    const klCoefficients = unique(asked.map((row) => weightings[row.weighting].klCoefficient)).sort((a, b) => a - b);
    const parts = ({ weights, klCoefficient }) => [
      ...(objectives.length > 1 ? weights.map((value, i) => objectives[i] + ' ' + weight(value)) : []),
      ...(klCoefficients.length > 1 || objectives.length === 1 ? ['KL coefficient ' + weight(klCoefficient)] : []),
    ];
    const describe = (weighting) => parts(weighting).join(' · ');

    // The ways through the weightings on which one weight grows while the rest stays in proportion.
    function paths(available) {
      const found = [];
      const add = (name, from, to, indices, order) => {
        const sorted = indices.sort((a, b) => order(weightings[a]) - order(weightings[b]));
        if (sorted.length > 1) found.push({ name, from, to, indices: sorted });
      };
      for (const klCoefficient of klCoefficients) {
        for (let from = 0; from < objectives.length; from++) {
          for (let to = from + 1; to < objectives.length; to++) {
            add(objectives[from] + ' → ' + objectives[to] + (klCoefficients.length > 1 ? ', KL coefficient ' + weight(klCoefficient) : ''),
              objectives[from], objectives[to],
              available.filter((i) => weightings[i].klCoefficient === klCoefficient
                && weightings[i].weights.every((value, k) => k === from || k === to || value < 1e-9)),
              ({ weights }) => weights[to]);
          }
        }
      }
      if (klCoefficients.length > 1) {
        for (const key of unique(available.map((i) => weightings[i].weights.join()))) {
          const indices = available.filter((i) => weightings[i].weights.join() === key);
          add('KL coefficient' + (objectives.length > 1
            ? ' at ' + weightings[indices[0]].weights.map((value, k) => objectives[k] + ' ' + weight(value)).join(' · ') : ''),
          'free', 'close to the reference', indices, ({ klCoefficient }) => klCoefficient);
        }
      }
      const whole = [...available].sort((a, b) => {
        const [one, other] = [weightings[a], weightings[b]];
        if (one.klCoefficient !== other.klCoefficient) return one.klCoefficient - other.klCoefficient;
        const k = one.weights.findIndex((value, j) => value !== other.weights[j]);
        return k < 0 ? 0 : other.weights[k] - one.weights[k];
      });
      if (!found.some((path) => path.indices.length === whole.length)) {
        found.push({ name: 'all weightings', from: 'first', to: 'last', indices: whole });
      }
      return found;
    }

    const control = (name) => {
      const select = element('select', {});
      return { select, label: element('label', {}, name, select) };
    };
    const fill = (select, values) => {
      const kept = select.value;
      select.replaceChildren(...values.map(([value, text]) => element('option', { value }, text)));
      if (values.some(([value]) => String(value) === kept)) select.value = kept;
    };
    const example = control('Example');
    const policy = control('Policy');
    const seed = control('Seed');
    const way = control('Weights move');
    const prompt = element('div', { class: 'prompt', tabindex: '0', role: 'region', 'aria-label': 'Prompt' });
    const range = element('input', { type: 'range', min: '0', step: '1', 'aria-label': 'Weighting' });
    const current = element('output', {});
    const ends = [element('span', {}), element('span', {})];
    const conditioned = element('div', { class: 'answer', 'aria-live': 'polite' });
    const reference = element('div', { class: 'answer' });
    const list = element('div', { class: 'path' });

    const scores = (row) => element('p', { class: 'scores' },
      ...objectives.map((name, i) => element('span', {}, name + ' ', element('b', {}, number(row.scores[i])))),
      element('span', {}, 'log-ratio ', element('b', {}, number(row.logRatio))),
      element('span', {}, 'tokens ', element('b', {}, String(row.tokens))));

    const answer = (box, name, found) => box.replaceChildren(
      element('h3', {}, swatch(name, false), name),
      ...(found.length > 0
        ? found.flatMap((row) => [element('p', { class: 'response' }, row.response || '(empty response)'), scores(row)])
        : [element('p', { class: 'muted' }, 'No sample here.')]));

    let path = { indices: [] };
    let byWeighting = new Map();
    let lines = [];

    function show() {
      const index = path.indices[Number(range.value)];
      const text = index === undefined ? '' : describe(weightings[index]);
      current.textContent = text;
      range.setAttribute('aria-valuetext', text);
      answer(conditioned, policy.select.value, byWeighting.get(index) || []);
      lines.forEach(({ line, index: own }) =>
        own === index ? line.setAttribute('aria-current', 'true') : line.removeAttribute('aria-current'));
    }

    function rebuild() {
      const seeds = unique(rows.filter((row) => row.policy === policy.select.value).map((row) => row.seed));
      fill(seed.select, seeds.map((value) => [value, value]));
      const found = cells.get(JSON.stringify([example.select.value, policy.select.value, seed.select.value])) || [];
      byWeighting = new Map();
      for (const row of found) {
        if (!byWeighting.has(row.weighting)) byWeighting.set(row.weighting, []);
        byWeighting.get(row.weighting).push(row);
      }
      const options = paths([...byWeighting.keys()]);
      fill(way.select, options.map((option) => [option.name, option.name]));
      const before = path.indices[Number(range.value)];
      path = options.find((option) => option.name === way.select.value);
      range.max = String(Math.max(0, path.indices.length - 1));
      range.value = String(Math.max(0, path.indices.indexOf(before)));
      range.disabled = path.indices.length < 2;
      ends[0].textContent = path.from;
      ends[1].textContent = path.to;
      const turns = conversations[example.select.value];
      prompt.replaceChildren(...(turns
        ? turns.map(({ role, text }) => element('div', { class: 'turn' },
          element('p', { class: 'label' }, role), element('p', {}, text)))
        : [prompts[example.select.value]]));
      const references = rows.filter((row) => row.policy === 'reference' && row.example === example.select.value);
      const own = references.filter((row) => row.seed === seed.select.value);
      reference.hidden = references.length === 0 || policy.select.value === 'reference';
      if (!reference.hidden) answer(reference, 'reference', (own.length > 0 ? own : references).slice(0, 3));
      lines = path.indices.flatMap((index, position) => byWeighting.get(index).map((row) => ({
        index,
        line: element('tr', {},
          element('th', { scope: 'row' },
            element('button', { type: 'button', on: { click: () => { range.value = String(position); show(); } } },
              ...parts(weightings[index]).map((text) => element('span', {}, text))),
            weightings[index].weights.length > 1 ? split(weightings[index].weights) : null),
          element('td', { class: 'response' }, row.response || '(empty response)'),
          ...objectives.map((name, i) => element('td', { class: 'number', 'data-label': name }, number(row.scores[i]))),
          element('td', { class: 'number', 'data-label': 'log-ratio' }, number(row.logRatio))),
      })));
      list.replaceChildren(
        element('h3', {}, 'Responses along the weighting'),
        element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Responses along the weighting' },
          element('table', {},
            element('thead', {}, element('tr', {},
              element('th', { scope: 'col' }, 'Weighting'), element('th', { scope: 'col' }, 'Response'),
              ...[...objectives, 'log-ratio'].map((name) => element('th', { scope: 'col', class: 'number' }, name)))),
            element('tbody', {}, ...lines.map(({ line }) => line)))));
      show();
    }

    const split = (weights) => {
      const bar = element('span', { class: 'split', 'aria-hidden': 'true' });
      weights.forEach((value) => {
        const part = element('i', {});
        part.style.flex = value + ' 0 0';
        bar.append(part);
      });
      return bar;
    };

    const brief = (text) => {
      const plain = text.replace(/\s+/g, ' ').trim();
      return plain.length > 60 ? plain.slice(0, 59) + '…' : plain;
    };
    fill(example.select, Object.entries(prompts).map(([id, text]) => [id, id + ': ' + brief(conversations[id] ? conversations[id].at(-1).text : text)]));
    fill(policy.select, (steered.length > 0 ? [...steered, ...policies.filter((name) => name === 'reference')] : policies)
      .map((name) => [name, name]));
    [example, policy, seed, way].forEach(({ select }) => select.addEventListener('change', rebuild));
    range.addEventListener('input', show);

    const { totalExamples, totalSamples, responsesPerCell, charactersPerText } = page.samples;
    const shown = Object.keys(prompts).length;
    parent.append(
      element('p', { class: 'note' },
        'This page carries ' + rows.length + ' of ' + totalSamples + ' samples: '
        + (shown < totalExamples ? 'the first ' + shown + ' of ' + totalExamples : 'all ' + totalExamples)
        + ' examples, at most ' + responsesPerCell
        + ' responses for one policy, seed and weighting, and at most ' + charactersPerText
        + ' characters of a text. All of them stand in the run\'s sample table. '
        + 'KL is one response\'s log-ratio to the reference in nats; its mean estimates the divergence.'),
      element('div', { class: 'controls' }, example.label, policy.label, seed.label, way.label),
      element('p', { class: 'label' }, 'Prompt'), prompt,
      element('div', { class: 'slider' }, current, range, element('div', { class: 'ends' }, ...ends)),
      element('div', { class: 'pair' }, conditioned, reference), list);
    redraws.push(() => parent.querySelectorAll('.answer svg').forEach((svg) => svg.paint()));
    rebuild();
  }

  // The page, from top to bottom

  document.getElementById('description').append(
    ...page.description.split(/\n\s*\n/).filter((text) => text.trim()).map((text) => element('p', {}, text)));
  document.getElementById('facts').append(
    ...page.facts.map(({ name, value }) => element('div', {}, element('dt', {}, name), element('dd', {}, value))));

  const found = page.evaluations.filter(({ evaluation }) => evaluation.findings.length > 0);
  if (found.length > 0) {
    const findings = section('Findings');
    for (const { name, evaluation } of found) {
      if (page.evaluations.length > 1) findings.append(element('p', { class: 'source' }, name));
      findings.append(element('ul', { class: 'findings' }, ...evaluation.findings.map((text) => element('li', {}, text))));
    }
  }
  for (const { name, evaluation } of page.evaluations) {
    if (evaluation.charts.length === 0 && evaluation.tables.length === 0) continue;
    const body = section(name.charAt(0).toUpperCase() + name.slice(1));
    charts(evaluation.charts, body);
    for (const entry of evaluation.tables) {
      body.append(element('div', { class: 'table' }, element('h3', {}, entry.title),
        element('p', { class: 'note' }, entry.note), table(entry)));
    }
  }
  if (page.training.length > 0) charts(page.training, section('Training'));
  if (page.samples.rows.length > 0) browser(section('Samples'));
  const configuration = section('Configuration');
  const folded = element('details', {}, element('summary', {}, 'The resolved configuration'),
    element('pre', { tabindex: '0' }, page.configuration));
  configuration.append(folded);
  const all = [...page.evaluations.flatMap(({ evaluation }) => evaluation.charts), ...page.training];
  if (all.length > 0) {
    section('Figures').append(element('ul', { class: 'figures' },
      ...all.map((chart) => element('li', {}, chart.title, ...links(chart)))));
  }

  choice.addEventListener('change', applyTheme);
  preference.addEventListener('change', applyTheme);
  window.addEventListener('beforeprint', () => { printing = true; folded.open = true; applyTheme(); });
  window.addEventListener('afterprint', () => { printing = false; folded.open = false; applyTheme(); });
  applyTheme();
})();
