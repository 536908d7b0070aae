# The Llama family's forward pass. HEADS, KEY_VALUE_HEADS, HEAD_DIM and EPSILON are filled in from
# config.json. "parameters" is the checkpoint's order: embedding, final norm, output, then per layer
# input norm, q, k, v, o, post-attention norm, gate, up, down.
class Llama(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Merges what can be multiplied beforehand: norm scales go into the next projection, q, k and v
  # become one matrix, gate and up another. The rows of q and k are interleaved so that a rotary
  # pair is one complex number; dot products of q with k do not notice.
  def fuse(self: __torch__.Llama, parameters: List[Tensor]) -> List[Tensor]:
    hidden_size = parameters[0].size(1)
    fused = annotate(List[Tensor], [])
    fused.append(parameters[0])
    fused.append(parameters[2] * parameters[1])
    for layer in range((len(parameters) - 3) // 9):
      at = 3 + layer * 9
      q = parameters[at + 1].view(HEADS, 2, HEAD_DIM // 2, hidden_size).transpose(1, 2).reshape(HEADS * HEAD_DIM, hidden_size)
      k = parameters[at + 2].view(KEY_VALUE_HEADS, 2, HEAD_DIM // 2, hidden_size).transpose(1, 2).reshape(KEY_VALUE_HEADS * HEAD_DIM, hidden_size)
      fused.append(torch.cat([q, k, parameters[at + 3]], 0) * parameters[at])
      fused.append(parameters[at + 4])
      fused.append(torch.cat([parameters[at + 6], parameters[at + 7]], 0) * parameters[at + 5])
      fused.append(parameters[at + 8])
    return fused

  def normalise(self: __torch__.Llama, x: Tensor) -> Tensor:
    return x * torch.rsqrt(torch.mean(x * x, [-1], True) + EPSILON)

  # x [batch, time, hidden_size] to hidden states of the same shape. "rotation" [time or batch, .., HEAD_DIM / 2, 2]
  # holds cosine and sine. With a cache (key and value [batch, kv heads, capacity, HEAD_DIM] per layer)
  # the new keys and values are written from column "start" on. More than one token attends causally
  # among themselves; one token attends to the cache's columns from "first" to its own, where "mask" allows.
  def layers(self: __torch__.Llama, fused: List[Tensor], cache: List[Tensor], x: Tensor, rotation: Tensor, mask: Optional[Tensor], first: int, start: int) -> Tensor:
    batch = x.size(0)
    time = x.size(1)
    group = HEADS // KEY_VALUE_HEADS
    turn = torch.view_as_complex(rotation)
    for layer in range((len(fused) - 2) // 4):
      at = 2 + layer * 4
      qkv = torch.linear(self.normalise(x), fused[at]).view(batch, time, HEADS + 2 * KEY_VALUE_HEADS, HEAD_DIM)
      pairs = qkv.narrow(2, 0, HEADS + KEY_VALUE_HEADS).reshape(batch, time, HEADS + KEY_VALUE_HEADS, HEAD_DIM // 2, 2)
      qk = torch.view_as_real(torch.view_as_complex(pairs) * turn).view(batch, time, HEADS + KEY_VALUE_HEADS, HEAD_DIM)
      q = qk.narrow(2, 0, HEADS)
      k = qk.narrow(2, HEADS, KEY_VALUE_HEADS).transpose(1, 2)
      v = qkv.narrow(2, HEADS + KEY_VALUE_HEADS, KEY_VALUE_HEADS).transpose(1, 2)
      if len(cache) > 0:
        keys = cache[2 * layer]
        values = cache[2 * layer + 1]
        _0 = keys.narrow(2, start, time).copy_(k)
        _1 = values.narrow(2, start, time).copy_(v)
        if time == 1:
          k = keys.narrow(2, first, start + 1 - first)
          v = values.narrow(2, first, start + 1 - first)
      if time == 1 and len(cache) > 0:
        # The heads that share a key stand as the rows of one query: nothing is repeated.
        attended = torch.scaled_dot_product_attention(q.view(batch, KEY_VALUE_HEADS, group, HEAD_DIM), k, v, mask)
        merged = attended.reshape(batch, 1, HEADS * HEAD_DIM)
      else:
        if group > 1:
          k = k.unsqueeze(2).expand(batch, KEY_VALUE_HEADS, group, time, HEAD_DIM).reshape(batch, HEADS, time, HEAD_DIM)
          v = v.unsqueeze(2).expand(batch, KEY_VALUE_HEADS, group, time, HEAD_DIM).reshape(batch, HEADS, time, HEAD_DIM)
        attended = torch.scaled_dot_product_attention(q.transpose(1, 2), k, v, None, 0., True)
        merged = attended.transpose(1, 2).reshape(batch, time, HEADS * HEAD_DIM)
      x = x + torch.linear(merged, fused[at + 1])
      both = torch.linear(self.normalise(x), fused[at + 2])
      intermediate_size = both.size(-1) // 2
      x = x + torch.linear(torch.silu(both.narrow(-1, 0, intermediate_size)) * both.narrow(-1, intermediate_size, intermediate_size), fused[at + 3])
    return self.normalise(x)

  # Embeddings [batch, prefix + time, hidden_size] of tokens [batch, time], behind a "prefix" [prefix, hidden_size]
  # of soft tokens, which may be empty.
  def embed(self: __torch__.Llama, table: Tensor, prefix: Tensor, tokens: Tensor) -> Tensor:
    x = torch.embedding(table, tokens)
    if prefix.size(0) > 0:
      x = torch.cat([prefix.unsqueeze(0).expand(tokens.size(0), prefix.size(0), prefix.size(1)), x], 1)
    return x

  # Reads the prefix and prompts, tokens [batch, time] padded at the right, into the cache.
  # Returns the logits [batch, vocabulary] after each prompt's last token, at "last" [batch].
  def prefill(self: __torch__.Llama, fused: List[Tensor], cache: List[Tensor], prefix: Tensor, tokens: Tensor, last: Tensor, rotation: Tensor) -> Tensor:
    x = self.embed(fused[0], prefix, tokens)
    hidden = self.layers(fused, cache, x, rotation.narrow(0, 0, x.size(1)).unsqueeze(1), None, 0, 0)
    chosen = torch.gather(hidden, 1, (last + prefix.size(0)).view(-1, 1, 1).expand(-1, 1, hidden.size(2))).squeeze(1)
    return torch.linear(chosen, fused[1])

  # Reads one token per row into the cache's column "start"; "positions" [batch] are the tokens' own,
  # "mask", empty or one array [batch, 1, 1, capacity], is added to the attention scores. No row sees
  # the columns before "first".
  def step(self: __torch__.Llama, fused: List[Tensor], cache: List[Tensor], tokens: Tensor, positions: Tensor, mask: List[Tensor], first: int, start: int, rotation: Tensor) -> Tensor:
    seen = annotate(Optional[Tensor], None)
    if len(mask) > 0:
      seen = mask[0].narrow(-1, first, start + 1 - first)
    turn = torch.index_select(rotation, 0, positions).unsqueeze(1).unsqueeze(1)
    hidden = self.layers(fused, cache, torch.embedding(fused[0], tokens).unsqueeze(1), turn, seen, first, start)
    return torch.linear(hidden.squeeze(1), fused[1])

  # Copies the cache into one of other size: of every row, "columns" columns from "first" on, to "to".
  def move(self: __torch__.Llama, cache: List[Tensor], rows: int, capacity: int, first: int, columns: int, to: int) -> List[Tensor]:
    moved = annotate(List[Tensor], [])
    for i in range(len(cache)):
      old = cache[i]
      larger = torch.zeros([rows, old.size(1), capacity, old.size(3)], dtype=old.dtype)
      _0 = larger.narrow(0, 0, old.size(0)).narrow(2, to, columns).copy_(old.narrow(2, first, columns))
      moved.append(larger)
    return moved

  # Writes the cache of new rows over "rows" of another, from column "to" on.
  def place(self: __torch__.Llama, cache: List[Tensor], added: List[Tensor], rows: Tensor, to: int) -> List[Tensor]:
    for i in range(len(cache)):
      _0 = cache[i].narrow(2, to, added[i].size(2)).index_copy_(0, rows, added[i])
    return cache

  # Keeps some rows of the cache.
  def keep(self: __torch__.Llama, cache: List[Tensor], rows: Tensor) -> List[Tensor]:
    kept = annotate(List[Tensor], [])
    for i in range(len(cache)):
      kept.append(torch.index_select(cache[i], 0, rows))
    return kept

  # Hidden states of tokens [batch, time] behind the prefix, at the flattened positions "index" [n].
  def hidden(self: __torch__.Llama, fused: List[Tensor], prefix: Tensor, tokens: Tensor, index: Tensor, rotation: Tensor) -> Tensor:
    x = self.embed(fused[0], prefix, tokens)
    states = self.layers(fused, annotate(List[Tensor], []), x, rotation.narrow(0, 0, x.size(1)).unsqueeze(1), None, 0, 0)
    return torch.index_select(states.narrow(1, prefix.size(0), tokens.size(1)).flatten(0, 1), 0, index)

  # Logits [n, vocabulary] that predict the token after each position of "index".
  def logits(self: __torch__.Llama, parameters: List[Tensor], prefix: Tensor, tokens: Tensor, index: Tensor, rotation: Tensor) -> Tensor:
    fused = self.fuse(parameters)
    return torch.linear(self.hidden(fused, prefix, tokens, index, rotation), fused[1])

  # Values [rows, labels] of a linear head at each row's token "last" [rows]; the head [labels, hidden_size]
  # stands in the parameters in place of the output. Tokens [rows, time] are padded at the right.
  def classify(self: __torch__.Llama, parameters: List[Tensor], tokens: Tensor, last: Tensor, rotation: Tensor) -> Tensor:
    fused = self.fuse(parameters)
    states = self.layers(fused, annotate(List[Tensor], []), torch.embedding(fused[0], tokens), rotation.narrow(0, 0, tokens.size(1)).unsqueeze(1), None, 0, 0)
    chosen = torch.gather(states, 1, last.view(-1, 1, 1).expand(-1, 1, states.size(2))).squeeze(1)
    return torch.linear(chosen, fused[1])

  # Log-probabilities [n] of "targets" [n] after the positions of "index", without a gradient.
  def log_probabilities(self: __torch__.Llama, fused: List[Tensor], prefix: Tensor, tokens: Tensor, index: Tensor, targets: Tensor, rotation: Tensor) -> Tensor:
    states = self.hidden(fused, prefix, tokens, index, rotation)
    parts = annotate(List[Tensor], [])
    at = 0
    while at < states.size(0):
      n = min(512, states.size(0) - at)
      rows = torch.linear(states.narrow(0, at, n), fused[1])
      chosen = torch.gather(rows, 1, targets.narrow(0, at, n).unsqueeze(1)).squeeze(1)
      parts.append(chosen - torch.logsumexp(rows, [-1]))
      at = at + n
    return torch.cat(parts, 0)

  # A scalar whose gradient is that of sum_i coefficients[i] * log p(targets[i]), and the
  # log-probabilities [n]. The output layer's gradient is formed block by block in the forward pass,
  # so that logits, the largest arrays by far, are never kept.
  def surrogate(self: __torch__.Llama, parameters: List[Tensor], prefix: Tensor, tokens: Tensor, index: Tensor, targets: Tensor, coefficients: Tensor, rotation: Tensor) -> Tuple[Tensor, Tensor]:
    fused = self.fuse(parameters)
    states = self.hidden(fused, prefix, tokens, index, rotation)
    output = fused[1]
    h = states.detach()
    w = output.detach()
    dh = torch.empty_like(h)
    dw = torch.zeros_like(w)
    parts = annotate(List[Tensor], [])
    at = 0
    while at < h.size(0):
      n = min(512, h.size(0) - at)
      block = h.narrow(0, at, n)
      target = targets.narrow(0, at, n).unsqueeze(1)
      log_probability = torch.log_softmax(torch.linear(block, w), -1)
      parts.append(torch.gather(log_probability, 1, target).squeeze(1))
      probability = log_probability.exp_()
      _0 = probability.scatter_add_(1, target, torch.full([n, 1], -1.0, dtype=probability.dtype))
      _1 = probability.mul_(torch.neg(coefficients.narrow(0, at, n)).unsqueeze(1))
      _2 = dh.narrow(0, at, n).copy_(torch.mm(probability, w))
      _3 = dw.addmm_(probability.t(), block)
      at = at + n
    return (torch.sum(states * dh) + torch.sum(output * dw), torch.cat(parts, 0))
