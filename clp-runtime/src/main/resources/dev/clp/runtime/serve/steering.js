// What the page computes without a document: shares, positions on the front, links, requests and their code.
const steering = (function () {
  'use strict';

  // Weights

  const sum = (values) => values.reduce((total, value) => total + value, 0);

  // The same weighting with weights that sum to one; of weights that are all zero, equal ones.
  function normalised(weights) {
    const total = sum(Object.values(weights));
    const names = Object.keys(weights);
    return Object.fromEntries(names.map((name) => [name, total > 0 ? weights[name] / total : 1 / names.length]));
  }

  // Gives one objective a share; the rest is split among the others in the proportions they had.
  function withShare(weights, name, share) {
    const others = Object.fromEntries(Object.entries(weights).filter(([other]) => other !== name));
    if (Object.keys(others).length === 0) return { [name]: 1 };
    const rest = 1 - share;
    const split = normalised(others);
    return Object.fromEntries(Object.keys(weights).map((each) =>
      [each, each === name ? share : rest * split[each]]));
  }

  const rounded = (value) => Number(value.toPrecision(4));

  // Sliders move over a KL range as training drew from it.
  const isLogarithmic = ({ scale }) => scale === 'log-uniform';

  function klAt(position, range) {
    const { min, max } = range;
    return rounded(isLogarithmic(range) ? min * (max / min) ** position : min + (max - min) * position);
  }

  function positionOf(kl, range) {
    const { min, max } = range;
    if (max <= min) return 0;
    const at = isLogarithmic(range) ? Math.log(kl / min) / Math.log(max / min) : (kl - min) / (max - min);
    return Math.min(1, Math.max(0, at));
  }

  // The front

  // The smallest number of divisions of a grid that holds all the given weights.
  function divisions(points) {
    const weights = points.flatMap((point) => Object.values(point.weights));
    for (let n = 1; n <= 100; n++) {
      if (weights.every((weight) => Math.abs(weight * n - Math.round(weight * n)) < 1e-6)) return n;
    }
    return null;
  }

  // The corners of the cell of a grid of weightings that holds the given shares, each with its part. Cells are those
  // of Freudenthal's triangulation in cumulative coordinates, so that the parts change continuously with the shares.
  function corners(shares, count) {
    let reached = 0;
    const cumulative = shares.slice(0, -1).map((share) => (reached += share) * count);
    const corner = cumulative.map((each) => Math.min(count, Math.floor(each + 1e-9)));
    const fractions = cumulative.map((each, i) => Math.max(0, each - corner[i]));
    const order = fractions.map((_, i) => i).sort((a, b) => fractions[b] - fractions[a] || b - a);
    const steps = [1, ...order.map((i) => fractions[i]), 0];
    const found = [];
    steps.slice(0, -1).forEach((step, k) => {
      if (k > 0) corner[order[k - 1]] += 1;
      const part = step - steps[k + 1];
      if (part > 1e-9) {
        found.push({ counts: [...corner, count].map((each, i) => each - (i > 0 ? corner[i - 1] : 0)), part });
      }
    });
    return found;
  }

  // The evaluated KL coefficients on both sides of one, each with its part.
  function klNeighbours(kl, evaluated) {
    const values = [...new Set(evaluated)].sort((a, b) => a - b);
    const above = values.findIndex((value) => value >= kl);
    if (above === 0) return [{ kl: values[0], part: 1 }];
    if (above < 0) return [{ kl: values.at(-1), part: 1 }];
    const range = { min: values[above - 1], max: values[above], scale: values[above - 1] > 0 ? 'log-uniform' : 'uniform' };
    const part = positionOf(kl, range);
    return [{ kl: range.min, part: 1 - part }, { kl: range.max, part }].filter((each) => each.part > 1e-9);
  }

  function mixed(parts) {
    const names = Object.keys(parts[0].point.means);
    return {
      means: Object.fromEntries(names.map((name) => [name, sum(parts.map(({ point, part }) => part * point.means[name]))])),
      meanKl: sum(parts.map(({ point, part }) => part * point.meanKl)),
    };
  }

  // Where a policy is expected to be at a weighting: between the evaluated weightings around it, or, where the
  // evaluated ones are no grid, at the nearest. `how` is 'measured', 'interpolated' or 'nearest'; null without points.
  function interpolated(points, weights, kl) {
    if (points.length === 0) return null;
    const names = Object.keys(points[0].weights);
    const wanted = normalised(weights);
    const shares = names.map((name) => wanted[name] || 0);
    const count = divisions(points);
    const key = (counts, coefficient) => counts.join() + '@' + coefficient;
    const known = new Map(count === null ? [] : points.map((point) =>
      [key(names.map((name) => Math.round(point.weights[name] * count)), point.kl), point]));
    const cell = count === null ? [] : corners(shares, count).flatMap(({ counts, part }) =>
      klNeighbours(kl, points.map((point) => point.kl)).map((neighbour) =>
        ({ point: known.get(key(counts, neighbour.kl)), part: part * neighbour.part })));
    if (cell.length > 0 && cell.every(({ point }) => point)) {
      const coefficients = points.map((point) => point.kl);
      const outside = kl < Math.min(...coefficients) || kl > Math.max(...coefficients);
      const single = cell.length === 1 ? 'measured' : 'interpolated';
      return { ...mixed(cell), how: outside ? 'nearest' : single };
    }
    const distance = (point) => sum(names.map((name, i) => (point.weights[name] - shares[i]) ** 2))
      + (Math.log((point.kl + 1e-6) / (kl + 1e-6)) / 10) ** 2;
    const nearest = points.reduce((best, point) => (distance(point) < distance(best) ? point : best));
    return { ...mixed([{ point: nearest, part: 1 }]), how: 'nearest' };
  }

  // Round numbers that span a range, about as many as asked for.
  function ticks(min, max, count) {
    const rough = (max - min || Math.abs(max) || 1) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
    const found = [];
    for (let i = Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++) found.push(Number((i * step).toPrecision(6)));
    return found;
  }

  // Links

  const toLink = (state) => '#' + encodeURIComponent(JSON.stringify(state));

  // What a link holds, laid over the defaults. What does not fit this server is left out and told in `problems`.
  function fromLink(hash, defaults, server) {
    const problems = [];
    let held = {};
    if (hash.length > 1) {
      try {
        held = JSON.parse(decodeURIComponent(hash.slice(1)));
      } catch {
        problems.push('The link is damaged, perhaps cut off; the page starts with its defaults.');
      }
    }
    const isText = (value) => typeof value === 'string';
    const isNumber = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
    const take = (name, holds) => {
      if (held?.[name] === undefined) return defaults[name];
      if (holds(held[name])) return held[name];
      problems.push('The link\'s "' + name + '" does not fit this server; its default stands in.');
      return defaults[name];
    };
    const isWeights = (value) => value !== null && typeof value === 'object'
      && Object.keys(value).length === server.objectives.length
      && server.objectives.every(({ name }) => isNumber(value[name]));
    const isAxis = (value) => server.axes.includes(value);
    const isPane = (pane) => server.models.some(({ id }) => id === pane?.model)
      && (pane.own === null || (isWeights(pane.own?.weights) && isNumber(pane.own.kl)));
    const isSampling = (value) => value !== null && typeof value === 'object'
      && Object.keys(defaults.sampling).every((name) => value[name] === null || isNumber(value[name]));
    const state = {
      weights: normalised(take('weights', isWeights)),
      kl: take('kl', isNumber),
      chat: take('chat', (value) => typeof value === 'boolean'),
      prompt: take('prompt', isText),
      system: take('system', isText),
      sampling: take('sampling', isSampling),
      panes: take('panes', (panes) => Array.isArray(panes) && panes.length > 0 && panes.length <= 4 && panes.every(isPane)),
      axes: take('axes', (axes) => Array.isArray(axes) && axes.length === server.axes.slice(0, 2).length && axes.every(isAxis)),
    };
    return { state, problems };
  }

  // Requests

  // The request of a pane, as path and body; options that are not set are left to the server.
  function request(state, pane, steered) {
    const { weights, kl } = pane.own || state;
    const { temperature, topP, maxTokens, seed } = state.sampling;
    const asked = state.chat
      ? { messages: [...(state.system ? [{ role: 'system', content: state.system }] : []), { role: 'user', content: state.prompt }] }
      : { prompt: state.prompt };
    const options = { temperature, top_p: topP, max_tokens: maxTokens, seed };
    const steering = steered
      ? { weights: Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, rounded(weight)])), kl }
      : {};
    return {
      path: state.chat ? 'v1/chat/completions' : 'v1/completions',
      body: {
        model: pane.model,
        ...asked,
        ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null)),
        ...steering,
      },
    };
  }

  // Cuts server-sent events out of text that arrives in pieces; returns the data of the events that are complete.
  function eventReader() {
    let waiting = '';
    return (text) => {
      const events = (waiting + text).split(/\r?\n\r?\n/);
      waiting = events.pop();
      return events.map((event) => event.split(/\r?\n/).filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).replace(/^ /, '')).join('\n')).filter((data) => data !== '');
    };
  }

  // Code

  // A string of JSON is one of Python's and one of Java's, too.
  const literal = (value) => JSON.stringify(value);
  const quoted = (text) => "'" + text.replaceAll("'", "'\\''") + "'";
  const STEERING = ['weights', 'kl'];

  function curl({ path, body }, base, keyed) {
    return ['curl ' + quoted(base + path),
      ...(keyed ? ['-H "Authorization: Bearer $CLP_SERVE_KEY"'] : []),
      '-H \'Content-Type: application/json\'',
      '-d ' + quoted(JSON.stringify(body, null, 2))].join(' \\\n  ');
  }

  function python({ path, body }, base, keyed) {
    const chat = path.endsWith('chat/completions');
    const plain = Object.entries(body).filter(([name]) => !STEERING.includes(name));
    const steered = Object.entries(body).filter(([name]) => STEERING.includes(name));
    return [
      '# pip install openai',
      ...(keyed ? ['import os', ''] : []),
      'from openai import OpenAI',
      '',
      'client = OpenAI(base_url=' + literal(base + 'v1') + ', api_key='
        + (keyed ? 'os.environ["CLP_SERVE_KEY"]' : '"none"') + ')',
      'response = client.' + (chat ? 'chat.completions' : 'completions') + '.create(',
      ...plain.map(([name, value]) => '    ' + name + '=' + pythonValue(value) + ','),
      ...(steered.length > 0 ? ['    extra_body=' + pythonValue(Object.fromEntries(steered)) + ','] : []),
      ')',
      'print(response.choices[0].' + (chat ? 'message.content' : 'text') + ')',
    ].join('\n');
  }

  function pythonValue(value) {
    if (Array.isArray(value)) return '[' + value.map(pythonValue).join(', ') + ']';
    if (typeof value !== 'object') return literal(value);
    return '{' + Object.entries(value).map(([name, each]) => literal(name) + ': ' + pythonValue(each)).join(', ') + '}';
  }

  const SETTERS = { top_p: 'topP', max_tokens: 'maxTokens' };

  function java({ path, body }, base, keyed) {
    const chat = path.endsWith('chat/completions');
    const type = chat ? 'ChatCompletionCreateParams' : 'CompletionCreateParams';
    const setters = Object.entries(body).flatMap(([name, value]) => {
      if (name === 'messages') {
        return value.map(({ role, content }) => (role === 'system' ? 'addSystemMessage(' : 'addUserMessage(') + literal(content) + ')');
      }
      if (name === 'weights') {
        const entries = Object.entries(value).map(([each, weight]) => 'Map.entry(' + literal(each) + ', ' + decimal(weight) + ')');
        return ['putAdditionalBodyProperty("weights", JsonValue.from(Map.ofEntries(' + entries.join(', ') + ')))'];
      }
      if (name === 'kl') return ['putAdditionalBodyProperty("kl", JsonValue.from(' + decimal(value) + '))'];
      const argument = name === 'temperature' || name === 'top_p' ? decimal(value)
        : name === 'seed' || name === 'max_tokens' ? value + 'L' : literal(value);
      return [(SETTERS[name] || name) + '(' + argument + ')'];
    });
    return [
      '// Maven: com.openai:openai-java',
      'import com.openai.client.OpenAIClient;',
      'import com.openai.client.okhttp.OpenAIOkHttpClient;',
      ...(body.weights ? ['import com.openai.core.JsonValue;'] : []),
      'import com.openai.models.' + (chat ? 'chat.completions.' : 'completions.') + type + ';',
      ...(body.weights ? ['import java.util.Map;'] : []),
      '',
      'public class Ask {',
      '  public static void main(String[] arguments) {',
      '    OpenAIClient client =',
      '        OpenAIOkHttpClient.builder()',
      '            .baseUrl(' + literal(base + 'v1') + ')',
      '            .apiKey(' + (keyed ? 'System.getenv("CLP_SERVE_KEY")' : '"none"') + ')',
      '            .build();',
      '    ' + type + ' request =',
      '        ' + type + '.builder()',
      ...setters.map((setter) => '            .' + setter),
      '            .build();',
      chat
        ? '    System.out.println(client.chat().completions().create(request).choices().get(0).message().content().orElse(""));'
        : '    System.out.println(client.completions().create(request).choices().get(0).text());',
      '  }',
      '}',
    ].join('\n');
  }

  const decimal = (value) => (Number.isInteger(value) ? value + '.0' : String(value));

  return {
    normalised, withShare, rounded, klAt, positionOf, interpolated, ticks, toLink, fromLink, request, eventReader,
    code: { curl, Python: python, Java: java },
  };
})();
