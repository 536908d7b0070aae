# Operations on arrays that NDArray lacks or does slowly. Tests compare each with an NDArray twin.
class Arrays(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Draws one token per row of logits [rows, vocabulary] by inverting the cumulative distribution at
  # uniform [rows] in [0, 1). temperature 0 is greedy, top_k 0, top_p 1 and min_p 0 keep the whole
  # vocabulary. Of larger vocabularies, only the first "tokens" are drawn. "shift" is empty or holds
  # what is added to the logits before a token is drawn, [rows, vocabulary].
  # Returns tokens [rows] and their log-probabilities [rows]: at temperature 1 over the whole
  # vocabulary without the shift, and under the law that they were drawn from.
  def sample(self: __torch__.Arrays, logits: Tensor, uniform: Tensor, temperature: float, top_k: int, top_p: float, min_p: float, tokens: int, shift: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
    normaliser = torch.logsumexp(logits, [-1], True)
    drawn = logits
    if len(shift) > 0:
      drawn = logits + shift[0]
    if tokens < logits.size(-1):
      drawn = drawn.narrow(-1, 0, tokens)
    if temperature == 0.:
      token = torch.argmax(drawn, -1, True)
      sampled = torch.zeros_like(normaliser)
    else:
      scaled = drawn
      if temperature != 1.:
        scaled = torch.div(drawn, temperature)
      if top_k > 0:
        kept, _0 = torch.topk(scaled, min(top_k, drawn.size(-1)), -1)
        scaled = torch.masked_fill(scaled, torch.lt(scaled, kept.narrow(-1, -1, 1)), -float("inf"))
      probability = torch.softmax(scaled, -1)
      if top_p < 1.:
        ordered, _1 = torch.sort(probability, -1, True)
        before = torch.cumsum(ordered, -1) - ordered
        floor = torch.amin(torch.masked_fill(ordered, torch.ge(before, top_p), float("inf")), [-1], True)
        probability = torch.masked_fill(probability, torch.lt(probability, floor), 0.)
      if min_p > 0.:
        least = torch.amax(probability, [-1], True) * min_p
        probability = torch.masked_fill(probability, torch.lt(probability, least), 0.)
      cumulative = torch.cumsum(probability, -1)
      total = cumulative.narrow(-1, -1, 1)
      # Strictly below the total, so that rounding can never select a token of probability zero.
      target = torch.minimum(uniform.unsqueeze(1) * total, torch.nextafter(total, torch.zeros_like(total)))
      # Logits that are not numbers leave the search without an answer; their log-probability shows it.
      token = torch.clamp(torch.searchsorted(cumulative, target, right=True), None, drawn.size(-1) - 1)
      scaled_normaliser = normaliser
      if temperature != 1. or top_k > 0 or tokens < logits.size(-1) or len(shift) > 0:
        scaled_normaliser = torch.logsumexp(scaled, [-1], True)
      sampled = torch.gather(scaled, 1, token) - scaled_normaliser
      if top_p < 1. or min_p > 0.:
        sampled = sampled - torch.log(total)
    own = torch.gather(logits, 1, token) - normaliser
    return (token.squeeze(1), own.squeeze(1), sampled.squeeze(1))

  # Returns the "count" likeliest tokens of each row of logits [rows, vocabulary] among the first
  # "tokens", likeliest first, and their log-probabilities over the whole vocabulary, [rows, count].
  def likeliest(self: __torch__.Arrays, logits: Tensor, count: int, tokens: int) -> Tuple[Tensor, Tensor]:
    normaliser = torch.logsumexp(logits, [-1], True)
    among = min(tokens, logits.size(-1))
    values, found = torch.topk(logits.narrow(-1, 0, among), min(count, among), -1)
    return (found, values - normaliser)

  # Returns d loss / d leaf for every leaf, zeros where the loss does not depend on it.
  def gradients(self: __torch__.Arrays, loss: Tensor, leaves: List[Tensor]) -> List[Tensor]:
    found = torch.autograd.grad([loss], leaves, None, None, False, True)
    result = annotate(List[Tensor], [])
    for i in range(len(leaves)):
      gradient = found[i]
      if gradient is None:
        result.append(torch.zeros_like(leaves[i]))
      else:
        result.append(unchecked_cast(Tensor, gradient))
    return result

  # Adds each term to its total in place and returns the totals.
  def accumulate(self: __torch__.Arrays, totals: List[Tensor], terms: List[Tensor]) -> List[Tensor]:
    torch._foreach_add_(totals, terms)
    return totals

  # One AdamW step in place after clipping by the global norm; step counts from 1.
  # Returns the norm before clipping.
  def adamw(self: __torch__.Arrays, parameters: List[Tensor], gradients: List[Tensor], first: List[Tensor], second: List[Tensor], step: Tensor, rate: float, beta1: float, beta2: float, decay: float, epsilon: float, clip: float) -> Tensor:
    norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients)))
    if clip > 0.:
      torch._foreach_mul_(gradients, torch.clamp(torch.reciprocal(norm + 1.0e-06) * clip, None, 1.0))
    steps = annotate(List[Tensor], [])
    for i in range(len(parameters)):
      steps.append(step)
    torch._fused_adamw_(parameters, gradients, first, second, annotate(List[Tensor], []), steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False)
    return norm

  # Maps a file up to byte "end" and returns the numbers from byte "begin" on, as 32-bit floats; the
  # file stays mapped as long as the result if it holds such floats. "type" is libtorch's number of
  # their data type, "width" its bytes.
  def read(self: __torch__.Arrays, file: str, begin: int, end: int, type: int, width: int) -> Tensor:
    if begin % width == 0:
      numbers = torch.from_file(file, False, end // width, dtype=type, layout=None, device=None, pin_memory=None)
      stored = torch.slice(numbers, 0, begin // width, end // width, 1)
    else:
      # Numbers may begin anywhere in a file, but in memory only at a multiple of their width.
      bytes = torch.from_file(file, False, end, dtype=0, layout=None, device=None, pin_memory=None)
      stored = torch.view_copy(torch.clone(torch.slice(bytes, 0, begin, end, 1)), dtype=type)
    return torch.to(stored, 6, False, False)
