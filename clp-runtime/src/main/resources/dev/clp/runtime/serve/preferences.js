// Asks which of two responses is better, and moves the sliders to the weights that the choices speak for.
function preferences(page) {
  'use strict';

  const { element, options, call, text, models, move } = page;
  const choices = [];
  let pairs = [];
  let shown = 0;
  let fit = null;

  const policy = element('select', { 'aria-label': 'Policy', on: { change: () => (pairs.length > 0 ? next() : null) } }, ...options(models, models[0]));
  const begin = element('button', { type: 'button', on: { click: next } }, 'Start');
  const error = element('p', { class: 'error', role: 'alert' });
  const prompt = element('div', { class: 'prompt', tabindex: 0, role: 'region', 'aria-label': 'Prompt' });
  const responses = ['a', 'b'].map((side) => ({
    side,
    text: element('p', { class: 'response' }),
    button: element('button', { type: 'button', on: { click: () => choose(side) } }, 'This one is better'),
  }));
  const skip = element('button', { type: 'button', on: { click: () => { shown = (shown + 1) % pairs.length; show(); } } }, 'Ask another pair');
  const undo = element('button', { type: 'button', on: { click: () => { choices.pop(); next(); } } }, 'Take the last choice back');
  const save = element('a', { download: 'choices.jsonl' }, 'Save the choices');
  const asking = element('div', { hidden: true },
    element('p', { class: 'label' }, 'Prompt'), prompt,
    element('div', { class: 'pair' }, ...responses.map((each) =>
      element('div', { class: 'answer' }, each.text, each.button))),
    element('div', { class: 'actions' }, skip, undo, save));
  const found = element('div', { 'aria-live': 'polite' });

  function show() {
    const pair = pairs[shown];
    asking.hidden = choices.length === 0 && !pair;
    prompt.textContent = pair ? pair.prompt : 'There is no pair left: all were asked.';
    responses.forEach(({ side, text: place, button }) => {
      place.textContent = pair ? pair[side] || '(empty response)' : '';
      button.disabled = !pair;
    });
    skip.disabled = pairs.length < 2;
    undo.disabled = choices.length === 0;
    save.hidden = choices.length === 0;
    URL.revokeObjectURL(save.href);
    save.href = URL.createObjectURL(new Blob(choices.map((each) => JSON.stringify(each) + '\n'), { type: 'application/jsonl' }));
  }

  function say() {
    found.replaceChildren();
    if (choices.length === 0) return;
    found.append(element('p', {}, choices.length + (choices.length === 1 ? ' choice' : ' choices')
      + (fit ? ', ' + fit.agreeing + ' of which agree with the weights that the sliders now have: '
        + Object.keys(fit.weights).map((name) => name + ' ' + text(fit.weights[name])
          + ' (95 % interval ' + fit.intervals[name].map(text).join(' to ') + ')').join(', ') + '.' : '.')));
    if (fit) found.append(element('ul', { class: 'findings' }, ...fit.caveats.map((line) => element('li', {}, line))));
  }

  async function next() {
    error.textContent = '';
    try {
      const said = await (await call('v1/preferences', { model: policy.value, choices })).json();
      pairs = said.pairs;
      fit = said.fit;
      shown = 0;
      begin.hidden = true;
      show();
      say();
      if (fit) move(fit.weights);
    } catch (failure) {
      error.textContent = failure.message;
    }
  }

  function choose(side) {
    choices.push({ ...pairs[shown], choice: side });
    next();
  }

  return [
    element('p', { class: 'muted' },
      'Choose between two responses of a policy to one of the run\'s prompts. Each pair comes from the two weightings and the prompt that tell most about what you want; after every choice the sliders move to the weights under which your choices are likeliest. The choices stay in this page until it closes; saved, clp fit-weights --choices reads them.'),
    element('div', { class: 'actions' }, policy, begin), error, asking, found,
  ];
}
