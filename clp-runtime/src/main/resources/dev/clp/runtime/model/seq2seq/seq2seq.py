# An encoder that reads prompts and a decoder that writes responses: T5 and BART. The upper-case words
# are filled in from config.json. "parameters" is what EncoderDecoder.arrays lists; an array that a family
# does not have is empty. Masks are added to attention scores.
class EncoderDecoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Makes one matrix of what is multiplied by the same states: q, k and v of self attention, k and v of
  # cross attention, both inner matrices of a gated feed-forward block.
  def fuse(self: __torch__.EncoderDecoder, parameters: List[Tensor]) -> List[Tensor]:
    fused = annotate(List[Tensor], [])
    for i in range(13):
      fused.append(parameters[i])
    at = 13
    for layer in range(ENCODER_LAYERS + DECODER_LAYERS):
      for i in range(2):
        fused.append(parameters[at + i])
      for i in range(2):
        fused.append(torch.cat([parameters[at + 2 + i], parameters[at + 4 + i], parameters[at + 6 + i]], 0))
      for i in range(2):
        fused.append(parameters[at + 8 + i])
      at = at + 10
      if layer >= ENCODER_LAYERS:
        for i in range(4):
          fused.append(parameters[at + i])
        for i in range(2):
          fused.append(torch.cat([parameters[at + 4 + i], parameters[at + 6 + i]], 0))
        for i in range(2):
          fused.append(parameters[at + 8 + i])
        at = at + 10
      for i in range(2):
        fused.append(parameters[at + i])
      inner = parameters[at + 2]
      if parameters[at + 4].size(0) > 0:
        inner = torch.cat([inner, parameters[at + 4]], 0)
      fused.append(inner)
      fused.append(parameters[at + 3])
      for i in range(2):
        fused.append(parameters[at + 5 + i])
      at = at + 7
    return fused

  def linear(self: __torch__.EncoderDecoder, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    if bias.size(0) > 0:
      y = torch.linear(x, weight, bias)
    else:
      y = torch.linear(x, weight)
    return y

  # With a shift, subtracts the mean; without, divides by the root mean square alone.
  def normalise(self: __torch__.EncoderDecoder, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    if shift.size(0) > 0:
      y = torch.layer_norm(x, [x.size(-1)], scale, shift, EPSILON)
    else:
      y = x * torch.rsqrt(torch.mean(x * x, [-1], True) + EPSILON) * scale
    return y

  def gelu_new(self: __torch__.EncoderDecoder, x: Tensor) -> Tensor:
    return torch.gelu(x, approximate="tanh")

  # [batch, time, heads * width] to [batch, heads, time, width].
  def split(self: __torch__.EncoderDecoder, x: Tensor, heads: int) -> Tensor:
    return x.view(x.size(0), x.size(1), heads, x.size(2) // heads).transpose(1, 2)

  # The output projection of what heads attended to, added to the states x that asked.
  def attended(self: __torch__.EncoderDecoder, x: Tensor, q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor], causal: bool, weight: Tensor, bias: Tensor) -> Tensor:
    heads = torch.scaled_dot_product_attention(q, k, v, mask, 0., causal, scale=SCORE_SCALE)
    return x + self.linear(heads.transpose(1, 2).reshape(x.size(0), x.size(1), weight.size(1)), weight, bias)

  # Self attention whose six arrays begin at "at". With a cache (keys and values [batch, heads, capacity,
  # width]) the new ones are written from "column" on, and the columns from "first" on are attended to.
  def attend_self(self: __torch__.EncoderDecoder, fused: List[Tensor], at: int, heads: int, cache: List[Tensor], x: Tensor, mask: Optional[Tensor], causal: bool, first: int, column: int) -> Tensor:
    read = x
    if PRE_NORM:
      read = self.normalise(x, fused[at], fused[at + 1])
    qkv = torch.chunk(self.linear(read, fused[at + 2], fused[at + 3]), 3, -1)
    k = self.split(qkv[1], heads)
    v = self.split(qkv[2], heads)
    if len(cache) > 0:
      _0 = cache[0].narrow(2, column, x.size(1)).copy_(k)
      _1 = cache[1].narrow(2, column, x.size(1)).copy_(v)
      k = cache[0].narrow(2, first, column + x.size(1) - first)
      v = cache[1].narrow(2, first, column + x.size(1) - first)
    y = self.attended(x, self.split(qkv[0], heads), k, v, mask, causal, fused[at + 4], fused[at + 5])
    if not PRE_NORM:
      y = self.normalise(y, fused[at], fused[at + 1])
    return y

  # Cross attention, whose eight arrays begin at "at", to the encoder's keys and values.
  def attend_cross(self: __torch__.EncoderDecoder, fused: List[Tensor], at: int, k: Tensor, v: Tensor, x: Tensor, mask: Optional[Tensor]) -> Tensor:
    read = x
    if PRE_NORM:
      read = self.normalise(x, fused[at], fused[at + 1])
    q = self.split(self.linear(read, fused[at + 2], fused[at + 3]), DECODER_HEADS)
    y = self.attended(x, q, k, v, mask, False, fused[at + 6], fused[at + 7])
    if not PRE_NORM:
      y = self.normalise(y, fused[at], fused[at + 1])
    return y

  # The feed-forward block whose six arrays begin at "at".
  def feed_forward(self: __torch__.EncoderDecoder, fused: List[Tensor], at: int, x: Tensor) -> Tensor:
    read = x
    if PRE_NORM:
      read = self.normalise(x, fused[at], fused[at + 1])
    inner = self.linear(read, fused[at + 2], fused[at + 3])
    if GATED:
      halves = torch.chunk(inner, 2, -1)
      inner = ACTIVATION(halves[0]) * halves[1]
    else:
      inner = ACTIVATION(inner)
    y = x + self.linear(inner, fused[at + 4], fused[at + 5])
    if not PRE_NORM:
      y = self.normalise(y, fused[at], fused[at + 1])
    return y

  # What the relative positions of T5 (Raffel et al., 2020) add to scores, [1, heads, queries, keys], from
  # the table [buckets, heads]; the last query stands at the last key. Short distances have a bucket each,
  # longer ones share logarithmically wider buckets.
  def relative(self: __torch__.EncoderDecoder, table: Tensor, queries: int, keys: int, both_sides: bool) -> Tensor:
    relative = torch.sub(torch.unsqueeze(torch.arange(keys), 0), torch.unsqueeze(torch.arange(keys - queries, keys), 1))
    buckets = table.size(0)
    if both_sides:
      buckets = buckets // 2
      offset = torch.to(torch.gt(relative, 0), 4) * buckets
      distance = torch.abs(relative)
    else:
      offset = torch.zeros_like(relative)
      distance = torch.neg(torch.clamp_max(relative, 0))
    exact = buckets // 2
    wide = exact + torch.to(torch.log(torch.to(distance, 6) / exact) / torch.log(MAX_DISTANCE / exact) * (buckets - exact), 4)
    bucket = offset + torch.where(torch.lt(distance, exact), distance, torch.clamp_max(wide, buckets - 1))
    return torch.embedding(table, bucket).permute(2, 0, 1).unsqueeze(0)

  # Hides what stands behind each row's length, [rows, 1, 1, width]; no array if nothing does.
  def padding(self: __torch__.EncoderDecoder, lengths: Tensor, width: int) -> List[Tensor]:
    masks = annotate(List[Tensor], [])
    if int(torch.min(lengths)) < width:
      hidden = torch.ge(torch.unsqueeze(torch.arange(width), 0), torch.unsqueeze(lengths, 1))
      masks.append(torch.masked_fill(torch.zeros([lengths.size(0), width]), hidden, -inf).unsqueeze(1).unsqueeze(1))
    return masks

  # The sum of masks that broadcast; none of none.
  def sum(self: __torch__.EncoderDecoder, masks: List[Tensor]) -> Optional[Tensor]:
    total = annotate(Optional[Tensor], None)
    if len(masks) == 1:
      total = masks[0]
    if len(masks) == 2:
      total = masks[0] + masks[1]
    return total

  # The first states of a stack from embeddings [batch, time, hidden size]; its five arrays (positions, scale
  # and shift of the embedding's norm, final norm, relative positions) begin at "at".
  def enter(self: __torch__.EncoderDecoder, fused: List[Tensor], at: int, x: Tensor, positions: Tensor) -> Tensor:
    y = x
    if fused[at].size(0) > 0:
      y = self.normalise(x + torch.embedding(fused[at], positions + POSITION_OFFSET), fused[at + 1], fused[at + 2])
    return y

  def leave(self: __torch__.EncoderDecoder, fused: List[Tensor], at: int, x: Tensor) -> Tensor:
    y = x
    if fused[at + 3].size(0) > 0:
      y = self.normalise(x, fused[at + 3], fused[at + 2])
    return y

  def embed(self: __torch__.EncoderDecoder, fused: List[Tensor], tokens: Tensor) -> Tensor:
    return torch.embedding(fused[0], tokens) * EMBEDDING_SCALE

  # The encoder's states [prompts, prefix + time, hidden size] of tokens [prompts, time], padded at the right to
  # "lengths", behind a "prefix" [prefix, hidden size] of soft tokens, which may be empty.
  def encode(self: __torch__.EncoderDecoder, fused: List[Tensor], prefix: Tensor, tokens: Tensor, lengths: Tensor) -> Tensor:
    x = self.embed(fused, tokens)
    if prefix.size(0) > 0:
      x = torch.cat([prefix.unsqueeze(0).expand(tokens.size(0), prefix.size(0), prefix.size(1)), x], 1)
    masks = self.padding(lengths + prefix.size(0), x.size(1))
    if fused[7].size(0) > 0:
      masks.append(self.relative(fused[7], x.size(1), x.size(1), True))
    mask = self.sum(masks)
    none = annotate(List[Tensor], [])
    x = self.enter(fused, 3, x, torch.arange(x.size(1)))
    for layer in range(ENCODER_LAYERS):
      at = 13 + layer * 12
      x = self.attend_self(fused, at, ENCODER_HEADS, none, x, mask, False, 0, 0)
      x = self.feed_forward(fused, at + 6, x)
    return self.leave(fused, 3, x)

  # Per decoder layer keys and values [rows, heads, prefix + time, width] of the states of prompts; row i reads
  # the prompt "owner[i]".
  def cross(self: __torch__.EncoderDecoder, fused: List[Tensor], states: Tensor, owner: Tensor) -> List[Tensor]:
    cross = annotate(List[Tensor], [])
    for layer in range(DECODER_LAYERS):
      at = 13 + ENCODER_LAYERS * 12 + layer * 20 + 6
      kv = torch.chunk(self.linear(states, fused[at + 4], fused[at + 5]), 2, -1)
      for i in range(2):
        cross.append(self.split(torch.index_select(kv[i], 0, owner), DECODER_HEADS))
    return cross

  # The decoder's states [rows, time, hidden size] of tokens [rows, time] at "positions".
  def decode(self: __torch__.EncoderDecoder, fused: List[Tensor], cache: List[Tensor], cross: List[Tensor], tokens: Tensor, positions: Tensor, mask: Optional[Tensor], causal: bool, cross_mask: Optional[Tensor], first: int, column: int) -> Tensor:
    x = self.enter(fused, 8, self.embed(fused, tokens), positions)
    for layer in range(DECODER_LAYERS):
      at = 13 + ENCODER_LAYERS * 12 + layer * 20
      own = annotate(List[Tensor], [])
      if len(cache) > 0:
        own.append(cache[2 * layer])
        own.append(cache[2 * layer + 1])
      x = self.attend_self(fused, at, DECODER_HEADS, own, x, mask, causal, first, column)
      x = self.attend_cross(fused, at + 6, cross[2 * layer], cross[2 * layer + 1], x, cross_mask)
      x = self.feed_forward(fused, at + 14, x)
    return self.leave(fused, 8, x) * OUTPUT_SCALE

  def output(self: __torch__.EncoderDecoder, states: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    logits = torch.linear(states, weight)
    if bias.size(0) > 0:
      logits = logits + bias
    return logits

  # Reads prompts and the token "start" behind them. Returns the logits [rows, vocabulary] of each row's first
  # token, then the cache of one column, then the keys and values of cross attention.
  def prefill(self: __torch__.EncoderDecoder, fused: List[Tensor], prefix: Tensor, tokens: Tensor, lengths: Tensor, owner: Tensor, start: Tensor) -> List[Tensor]:
    cross = self.cross(fused, self.encode(fused, prefix, tokens, lengths), owner)
    rows = owner.size(0)
    cache = annotate(List[Tensor], [])
    for i in range(len(cross)):
      cache.append(torch.zeros([rows, cross[i].size(1), 1, cross[i].size(3)], dtype=cross[i].dtype))
    mask = annotate(Optional[Tensor], None)
    if fused[12].size(0) > 0:
      mask = self.relative(fused[12], 1, 1, False)
    masks = self.padding(torch.index_select(lengths, 0, owner) + prefix.size(0), prefix.size(0) + tokens.size(1))
    states = self.decode(fused, cache, cross, start.expand(rows, 1), torch.zeros_like(owner).unsqueeze(1), mask, False, self.sum(masks), 0, 0)
    results = [self.output(states.squeeze(1), fused[1], fused[2])]
    return results + cache + cross

  # What relative positions add to the scores of a query at the last of "columns", a list of at most one array
  # [1, heads, 1, columns].
  def distances(self: __torch__.EncoderDecoder, fused: List[Tensor], columns: int) -> List[Tensor]:
    distances = annotate(List[Tensor], [])
    if fused[12].size(0) > 0:
      distances.append(self.relative(fused[12], 1, columns, False).contiguous())
    return distances

  # Reads one token per row into the cache's column "column"; "positions" [rows] are the tokens' own. "mask" and
  # "cross_mask" hold at most one array each. No row sees the columns before "first".
  def step(self: __torch__.EncoderDecoder, fused: List[Tensor], cache: List[Tensor], cross: List[Tensor], tokens: Tensor, positions: Tensor, distances: List[Tensor], mask: List[Tensor], cross_mask: List[Tensor], first: int, column: int) -> Tensor:
    seen = column + 1 - first
    masks = annotate(List[Tensor], [])
    if len(distances) > 0:
      masks.append(distances[0].narrow(-1, distances[0].size(-1) - seen, seen))
    if len(mask) > 0:
      masks.append(mask[0].narrow(-1, first, seen))
    states = self.decode(fused, cache, cross, tokens.unsqueeze(1), positions.unsqueeze(1), self.sum(masks), False, self.sum(cross_mask), first, column)
    return self.output(states.squeeze(1), fused[1], fused[2])

  # The decoder's states at the flattened positions "index" [n] of its inputs [rows, time], whose prompts are
  # "owner" [rows] of "tokens".
  def hidden(self: __torch__.EncoderDecoder, fused: List[Tensor], prefix: Tensor, tokens: Tensor, lengths: Tensor, owner: Tensor, inputs: Tensor, index: Tensor) -> Tensor:
    cross = self.cross(fused, self.encode(fused, prefix, tokens, lengths), owner)
    time = inputs.size(1)
    causal = True
    mask = annotate(Optional[Tensor], None)
    if fused[12].size(0) > 0:
      causal = False
      later = torch.triu(torch.full([time, time], -inf), 1)
      mask = self.relative(fused[12], time, time, False) + later
    masks = self.padding(torch.index_select(lengths, 0, owner) + prefix.size(0), prefix.size(0) + tokens.size(1))
    states = self.decode(fused, annotate(List[Tensor], []), cross, inputs, torch.arange(time), mask, causal, self.sum(masks), 0, 0)
    return torch.index_select(states.flatten(0, 1), 0, index)

  # Logits [n, vocabulary] that predict the token after each position of "index".
  def logits(self: __torch__.EncoderDecoder, parameters: List[Tensor], prefix: Tensor, tokens: Tensor, lengths: Tensor, owner: Tensor, inputs: Tensor, index: Tensor) -> Tensor:
    fused = self.fuse(parameters)
    return self.output(self.hidden(fused, prefix, tokens, lengths, owner, inputs, index), fused[1], fused[2])

  # The decoder's states [n, hidden size] at the positions of "index".
  def states(self: __torch__.EncoderDecoder, parameters: List[Tensor], prefix: Tensor, tokens: Tensor, lengths: Tensor, owner: Tensor, inputs: Tensor, index: Tensor) -> Tensor:
    return self.hidden(self.fuse(parameters), prefix, tokens, lengths, owner, inputs, index)

  # Log-probabilities [n] of "targets" [n] after the positions of "index", without a gradient.
  def log_probabilities(self: __torch__.EncoderDecoder, fused: List[Tensor], prefix: Tensor, tokens: Tensor, lengths: Tensor, owner: Tensor, inputs: Tensor, index: Tensor, targets: Tensor) -> Tensor:
    states = self.hidden(fused, prefix, tokens, lengths, owner, inputs, index)
    parts = annotate(List[Tensor], [])
    at = 0
    while at < states.size(0):
      n = min(512, states.size(0) - at)
      rows = self.output(states.narrow(0, at, n), fused[1], fused[2])
      chosen = torch.gather(rows, 1, targets.narrow(0, at, n).unsqueeze(1)).squeeze(1)
      parts.append(chosen - torch.logsumexp(rows, [-1]))
      at = at + n
    return torch.cat(parts, 0)

  # A scalar whose gradient is that of sum_i coefficients[i] * log p(targets[i]), and the
  # log-probabilities [n]. The output layer's gradient is formed block by block in the forward pass,
  # so that logits, the largest arrays by far, are never kept.
  def surrogate(self: __torch__.EncoderDecoder, parameters: List[Tensor], prefix: Tensor, tokens: Tensor, lengths: Tensor, owner: Tensor, inputs: Tensor, index: Tensor, targets: Tensor, coefficients: Tensor) -> Tuple[Tensor, Tensor]:
    fused = self.fuse(parameters)
    states = self.hidden(fused, prefix, tokens, lengths, owner, inputs, index)
    output = fused[1]
    bias = fused[2]
    h = states.detach()
    w = output.detach()
    b = bias.detach()
    dh = torch.empty_like(h)
    dw = torch.zeros_like(w)
    db = torch.zeros_like(b)
    parts = annotate(List[Tensor], [])
    at = 0
    while at < h.size(0):
      n = min(512, h.size(0) - at)
      block = h.narrow(0, at, n)
      target = targets.narrow(0, at, n).unsqueeze(1)
      log_probability = torch.log_softmax(self.output(block, w, b), -1)
      parts.append(torch.gather(log_probability, 1, target).squeeze(1))
      probability = log_probability.exp_()
      _0 = probability.scatter_add_(1, target, torch.full([n, 1], -1.0, dtype=probability.dtype))
      _1 = probability.mul_(torch.neg(coefficients.narrow(0, at, n)).unsqueeze(1))
      _2 = dh.narrow(0, at, n).copy_(torch.mm(probability, w))
      _3 = dw.addmm_(probability.t(), block)
      if b.size(0) > 0:
        _4 = db.add_(torch.sum(probability, [0], True))
      at = at + n
    return (torch.sum(states * dh) + torch.sum(output * dw) + torch.sum(bias * db), torch.cat(parts, 0))
