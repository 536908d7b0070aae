# The forward pass of every decoder that resembles Llama. The words in capitals are filled in from
# the configuration: switches, and places in the lists of arrays. A place of -1 means that the part
# is not there. "parameters" holds the model's arrays as the checkpoint has them, "fused" what is
# multiplied.
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Merges what can be multiplied beforehand: a norm's scale and bias go into the next projection, q,
  # k and v become one matrix, gate and up another. Without "logits", the output is a classifier's
  # head, which knows of no scale or bias of logits.
  def fuse(self: __torch__.Decoder, parameters: List[Tensor], logits: bool) -> List[Tensor]:
    fused = annotate(List[Tensor], [])
    fused.append(parameters[EMBEDDING])
    output = parameters[OUTPUT]
    fused.append(output * self.scale(parameters[NORM]))
    if POSITIONS >= 0:
      fused.append(parameters[POSITIONS])
    if FUSED_OUTPUT_BIAS >= 0:
      bias = torch.zeros([output.size(0)], dtype=output.dtype, device=output.device)
      if NORM_BIAS >= 0:
        bias = bias + torch.mv(output, parameters[NORM_BIAS])
      if OUTPUT_BIAS >= 0 and logits:
        bias = bias + parameters[OUTPUT_BIAS]
      fused.append(bias)
    if LOGIT_SCALE != 1. and logits:
      fused[FUSED_OUTPUT] = fused[FUSED_OUTPUT] * LOGIT_SCALE
    for layer in range(LAYERS):
      at = BEFORE_LAYERS + layer * PER_LAYER
      fused.extend(self.fuse_attention(parameters, at, layer))
      fused.extend(self.fuse_feed_forward(parameters, at))
    return fused

  def fuse_attention(self: __torch__.Decoder, parameters: List[Tensor], at: int, layer: int) -> List[Tensor]:
    fused = annotate(List[Tensor], [])
    if QKV >= 0:
      qkv = self.split(self.matrix(parameters[at + QKV]))
    else:
      qkv = [parameters[at + QUERY], parameters[at + KEY], parameters[at + VALUE]]
    weight = self.stack(qkv, layer)
    if ATTENTION_NORM >= 0:
      fused.append(weight * self.scale(parameters[at + ATTENTION_NORM]))
    else:
      fused.append(weight)
    if FUSED_QKV_BIAS >= 0:
      bias = torch.zeros([weight.size(0)], dtype=weight.dtype, device=weight.device)
      if ATTENTION_NORM_BIAS >= 0:
        bias = bias + torch.mv(weight, parameters[at + ATTENTION_NORM_BIAS])
      if QKV_BIAS >= 0:
        bias = bias + self.stack(self.split(parameters[at + QKV_BIAS].unsqueeze(1)), layer).squeeze(1)
      if QUERY_BIAS >= 0:
        biases = [parameters[at + QUERY_BIAS].unsqueeze(1), parameters[at + KEY_BIAS].unsqueeze(1), parameters[at + VALUE_BIAS].unsqueeze(1)]
        bias = bias + self.stack(biases, layer).squeeze(1)
      fused.append(bias)
    if QUERY_NORM >= 0:
      fused.append(self.pair_norm(self.scale(parameters[at + QUERY_NORM])))
    if QUERY_NORM_BIAS >= 0:
      fused.append(self.pair_norm(parameters[at + QUERY_NORM_BIAS]))
    if KEY_NORM >= 0:
      fused.append(self.pair_norm(self.scale(parameters[at + KEY_NORM])))
    if KEY_NORM_BIAS >= 0:
      fused.append(self.pair_norm(parameters[at + KEY_NORM_BIAS]))
    fused.append(self.added(self.matrix(parameters[at + OUT])))
    if OUT_BIAS >= 0:
      fused.append(self.added(parameters[at + OUT_BIAS]))
    if ATTENTION_POST_NORM >= 0:
      fused.append(self.scale(parameters[at + ATTENTION_POST_NORM]))
    return fused

  def fuse_feed_forward(self: __torch__.Decoder, parameters: List[Tensor], at: int) -> List[Tensor]:
    fused = annotate(List[Tensor], [])
    if GATE_UP >= 0:
      up = self.matrix(parameters[at + GATE_UP])
    elif GATE >= 0:
      up = torch.cat([parameters[at + GATE], parameters[at + UP]], 0)
    else:
      up = self.matrix(parameters[at + UP])
    if MLP_NORM >= 0:
      fused.append(up * self.scale(parameters[at + MLP_NORM]))
    else:
      fused.append(up)
    if FUSED_UP_BIAS >= 0:
      bias = torch.zeros([up.size(0)], dtype=up.dtype, device=up.device)
      if MLP_NORM_BIAS >= 0:
        bias = bias + torch.mv(up, parameters[at + MLP_NORM_BIAS])
      if GATE_BIAS >= 0:
        bias = bias + torch.cat([parameters[at + GATE_BIAS], parameters[at + UP_BIAS]], 0)
      elif UP_BIAS >= 0:
        bias = bias + parameters[at + UP_BIAS]
      fused.append(bias)
    fused.append(self.added(self.matrix(parameters[at + DOWN])))
    if DOWN_BIAS >= 0:
      fused.append(self.added(parameters[at + DOWN_BIAS]))
    if MLP_POST_NORM >= 0:
      fused.append(self.scale(parameters[at + MLP_POST_NORM]))
    return fused

  # Fused weights for rows of different weightings, followed by four arrays per layer. "changes" holds, per
  # layer, left [out, rank] and right [rank, in] of low-rank changes of q or qkv, k, v, out, gate or up or
  # both, up, and down, rank being 0 where there is none. Each left stands beside its fused matrix, and what
  # multiplies the input, the right, is returned behind. Of "outputs", copies of the output layer, all stand
  # side by side.
  def widen(self: __torch__.Decoder, fused: List[Tensor], parameters: List[Tensor], changes: List[Tensor], outputs: List[Tensor]) -> List[Tensor]:
    rights = annotate(List[Tensor], [])
    if len(outputs) > 0:
      copies = annotate(List[Tensor], [])
      for i in range(len(outputs)):
        copies.append(outputs[i] * self.scale(parameters[NORM]))
      output = torch.cat(copies, 1)
      if LOGIT_SCALE != 1.:
        output = output * LOGIT_SCALE
      fused[FUSED_OUTPUT] = output
    if len(changes) > 0:
      for layer in range(LAYERS):
        at = FUSED_BEFORE_LAYERS + layer * FUSED_PER_LAYER
        own = BEFORE_LAYERS + layer * PER_LAYER
        change = 14 * layer
        if QKV >= 0:
          qkv = self.split(changes[change])
          right = changes[change + 1]
        else:
          qkv = self.beside([changes[change], changes[change + 2], changes[change + 4]])
          right = torch.cat([changes[change + 1], changes[change + 3], changes[change + 5]], 0)
        fused[at + FUSED_QKV] = torch.cat([fused[at + FUSED_QKV], self.stack(qkv, layer)], 1)
        if ATTENTION_NORM >= 0:
          right = right * self.scale(parameters[own + ATTENTION_NORM])
        rights.append(right)
        fused[at + FUSED_OUT] = torch.cat([fused[at + FUSED_OUT], self.added(changes[change + 6])], 1)
        rights.append(changes[change + 7])
        if GATE >= 0:
          up = torch.cat(self.beside([changes[change + 8], changes[change + 10]]), 0)
          right = torch.cat([changes[change + 9], changes[change + 11]], 0)
        else:
          up = changes[change + 8]
          right = changes[change + 9]
        fused[at + FUSED_UP] = torch.cat([fused[at + FUSED_UP], up], 1)
        if MLP_NORM >= 0:
          right = right * self.scale(parameters[own + MLP_NORM])
        rights.append(right)
        fused[at + FUSED_DOWN] = torch.cat([fused[at + FUSED_DOWN], self.added(changes[change + 12])], 1)
        rights.append(changes[change + 13])
    fused.extend(rights)
    return fused

  # Matrices [out, rank] as blocks [out, sum of ranks] that each have columns of their own.
  def beside(self: __torch__.Decoder, blocks: List[Tensor]) -> List[Tensor]:
    ranks = 0
    for i in range(len(blocks)):
      ranks = ranks + blocks[i].size(1)
    placed = annotate(List[Tensor], [])
    before = 0
    for i in range(len(blocks)):
      rank = blocks[i].size(1)
      placed.append(torch.constant_pad_nd(blocks[i], [before, ranks - before - rank], 0.))
      before = before + rank
    return placed

  # Divides coefficients [rows, sum of ranks] among the arrays "rights".
  def divide(self: __torch__.Decoder, coefficients: Tensor, rights: List[Tensor]) -> List[Tensor]:
    divided = annotate(List[Tensor], [])
    before = 0
    for i in range(len(rights)):
      rank = rights[i].size(0)
      divided.append(coefficients.narrow(1, before, rank))
      before = before + rank
    return divided

  # The input x [batch, time, n] of a widened matrix: behind x stands what its low-rank changes read of it,
  # times each row's coefficients.
  def widened(self: __torch__.Decoder, x: Tensor, rights: List[Tensor], coefficients: List[Tensor], matrix: int) -> Tensor:
    if len(rights) > 0:
      if rights[matrix].size(0) > 0:
        x = torch.cat([x, torch.linear(x, rights[matrix]) * coefficients[matrix].unsqueeze(1)], -1)
    return x

  # A matrix as [out, in].
  def matrix(self: __torch__.Decoder, weight: Tensor) -> Tensor:
    if TRANSPOSED:
      weight = weight.t()
    return weight

  # The scale of a norm.
  def scale(self: __torch__.Decoder, weight: Tensor) -> Tensor:
    if ONE_PLUS:
      weight = weight + 1
    return weight

  # A weight or bias of what is added to the residual.
  def added(self: __torch__.Decoder, weight: Tensor) -> Tensor:
    if RESIDUAL_SCALE != 1.:
      weight = weight * RESIDUAL_SCALE
    return weight

  # The rows of q, k and v in a joint projection.
  def split(self: __torch__.Decoder, joint: Tensor) -> List[Tensor]:
    if INTERLEAVED:
      heads = joint.view(HEADS, 3, HEAD_DIM, joint.size(1))
      q = heads.select(1, 0).reshape(HEADS * HEAD_DIM, joint.size(1))
      k = heads.select(1, 1).reshape(HEADS * HEAD_DIM, joint.size(1))
      v = heads.select(1, 2).reshape(HEADS * HEAD_DIM, joint.size(1))
    else:
      q = joint.narrow(0, 0, HEADS * HEAD_DIM)
      k = joint.narrow(0, HEADS * HEAD_DIM, KEY_VALUE_HEADS * HEAD_DIM)
      v = joint.narrow(0, (HEADS + KEY_VALUE_HEADS) * HEAD_DIM, KEY_VALUE_HEADS * HEAD_DIM)
    return [q, k, v]

  # The rows of q, k and v in the order that the layers need.
  def stack(self: __torch__.Decoder, qkv: List[Tensor], layer: int) -> Tensor:
    q = qkv[0]
    if SCALED_BY_LAYER:
      q = q / (layer + 1)
    return torch.cat([self.pair(q, HEADS), self.pair(qkv[1], KEY_VALUE_HEADS), qkv[2]], 0)

  # Interleaves the rows [heads * HEAD_DIM, n] of q or k so that a rotary pair is one complex number;
  # dot products of q with k do not notice.
  def pair(self: __torch__.Decoder, rows: Tensor, heads: int) -> Tensor:
    if ROTARY > 0:
      n = rows.size(1)
      whole = rows.reshape(heads, HEAD_DIM, n)
      paired = whole.narrow(1, 0, ROTARY).reshape(heads, 2, ROTARY // 2, n).transpose(1, 2).reshape(heads, ROTARY, n)
      if ROTARY < HEAD_DIM:
        paired = torch.cat([paired, whole.narrow(1, ROTARY, HEAD_DIM - ROTARY)], 1)
      rows = paired.reshape(heads * HEAD_DIM, n)
    return rows

  # The same for the scale or bias of a norm of one or more heads.
  def pair_norm(self: __torch__.Decoder, weight: Tensor) -> Tensor:
    return self.pair(weight.unsqueeze(1), weight.size(0) // HEAD_DIM).squeeze(1)

  def normalise(self: __torch__.Decoder, x: Tensor) -> Tensor:
    if CENTRED:
      x = x - torch.mean(x, [-1], True)
    return x * torch.rsqrt(torch.mean(x * x, [-1], True) + EPSILON)

  # A projection that may have a bias, "bias" being its place or negative.
  def project(self: __torch__.Decoder, x: Tensor, weight: Tensor, fused: List[Tensor], at: int, bias: int) -> Tensor:
    if bias >= 0:
      return torch.linear(x, weight, fused[at + bias])
    return torch.linear(x, weight)

  def cap(self: __torch__.Decoder, x: Tensor, bound: float) -> Tensor:
    if bound > 0.:
      x = torch.tanh(x / bound) * bound
    return x

  # The norms of queries and keys [batch, time, heads, HEAD_DIM].
  def normalise_heads(self: __torch__.Decoder, x: Tensor, fused: List[Tensor], scale: int, bias: int) -> Tensor:
    if WHOLE_NORM:
      normed = (self.normalise(x.flatten(2)) * fused[scale]).view(x.size())
    else:
      normed = self.normalise(x) * fused[scale]
    if QUERY_NORM_BIAS >= 0:
      normed = normed + fused[bias]
    return normed

  # Turns the first ROTARY numbers of each head of q and k, x [batch, time, heads, HEAD_DIM].
  def rotate(self: __torch__.Decoder, x: Tensor, turn: Tensor) -> Tensor:
    heads = x.size(2)
    pairs = x.narrow(3, 0, ROTARY).reshape(x.size(0), x.size(1), heads, ROTARY // 2, 2)
    turned = torch.view_as_real(torch.view_as_complex(pairs) * turn).view(x.size(0), x.size(1), heads, ROTARY)
    if ROTARY < HEAD_DIM:
      turned = torch.cat([turned, x.narrow(3, ROTARY, HEAD_DIM - ROTARY)], 3)
    return turned

  # Queries, keys and values [batch, heads, .., HEAD_DIM] to what is attended to. "mask" is added to the
  # scores; "causal" needs none.
  def attend(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor], causal: bool) -> Tensor:
    if ATTENTION_CAP > 0.:
      scores = self.cap(torch.matmul(q, k.transpose(2, 3)) * SCALE, ATTENTION_CAP)
      if mask is not None:
        scores = scores + mask
      return torch.matmul(torch.softmax(scores, -1), v)
    return torch.scaled_dot_product_attention(q, k, v, mask, 0., causal, scale=SCALE)

  # A mask [time, time] that hides what follows, and what a window no longer shows.
  def causal_mask(self: __torch__.Decoder, x: Tensor, window: int) -> Tensor:
    time = x.size(1)
    hidden = torch.full([time, time], -inf, dtype=x.dtype, device=x.device)
    mask = torch.triu(hidden, 1)
    if window > 0:
      mask = mask + torch.tril(hidden, -window)
    return mask

  # x [batch, time, hidden size] to hidden states of the same shape. "rotation" [kinds, rows or 1, time, 1, ROTARY / 2, 2]
  # holds cosine and sine. With a cache (key and value [batch, kv heads, capacity, HEAD_DIM] per layer)
  # the new keys and values are written from column "start" on. More than one token attends causally
  # among themselves; one token attends to the cache's columns from "first" to its own, where "masks" allow:
  # none, or one for layers without a window and one for those with.
  def layers(self: __torch__.Decoder, fused: List[Tensor], cache: List[Tensor], x: Tensor, rotation: Tensor, masks: List[Tensor], first: int, start: int, rights: List[Tensor], coefficients: List[Tensor]) -> Tensor:
    batch = x.size(0)
    time = x.size(1)
    group = HEADS // KEY_VALUE_HEADS
    cached = time == 1 and len(cache) > 0
    kinds = annotate(List[int], ROTARY_KINDS)
    windowed = annotate(List[int], WINDOWED)
    turn = rotation
    if ROTARY > 0:
      turn = torch.view_as_complex(rotation)
    # TorchScript binds "or" no less than "and".
    if not cached and (ATTENTION_CAP > 0. or (WINDOW > 0 and time > WINDOW)):
      masks = [self.causal_mask(x, 0), self.causal_mask(x, WINDOW)]
    for layer in range(LAYERS):
      at = FUSED_BEFORE_LAYERS + layer * FUSED_PER_LAYER
      mask = annotate(Optional[Tensor], None)
      if len(masks) > 0:
        mask = masks[windowed[layer]]
      h = x
      if ATTENTION_NORM >= 0:
        h = self.normalise(x)
      qkv = self.project(self.widened(h, rights, coefficients, 4 * layer), fused[at + FUSED_QKV], fused, at, FUSED_QKV_BIAS).view(batch, time, HEADS + 2 * KEY_VALUE_HEADS, HEAD_DIM)
      qk = qkv.narrow(2, 0, HEADS + KEY_VALUE_HEADS)
      if QUERY_NORM >= 0:
        normed = self.normalise_heads(qkv.narrow(2, 0, HEADS), fused, at + FUSED_QUERY_NORM, at + FUSED_QUERY_NORM_BIAS)
        qk = torch.cat([normed, self.normalise_heads(qkv.narrow(2, HEADS, KEY_VALUE_HEADS), fused, at + FUSED_KEY_NORM, at + FUSED_KEY_NORM_BIAS)], 2)
      if kinds[layer] >= 0:
        qk = self.rotate(qk, turn[kinds[layer]])
      q = qk.narrow(2, 0, HEADS)
      k = qk.narrow(2, HEADS, KEY_VALUE_HEADS).transpose(1, 2)
      v = qkv.narrow(2, HEADS + KEY_VALUE_HEADS, KEY_VALUE_HEADS).transpose(1, 2)
      if len(cache) > 0:
        keys = cache[2 * layer]
        values = cache[2 * layer + 1]
        _0 = keys.narrow(2, start, time).copy_(k)
        _1 = values.narrow(2, start, time).copy_(v)
        if cached:
          k = keys.narrow(2, first, start + 1 - first)
          v = values.narrow(2, first, start + 1 - first)
      if cached:
        # The heads that share a key stand as the rows of one query: nothing is repeated.
        attended = self.attend(q.reshape(batch, KEY_VALUE_HEADS, group, HEAD_DIM), k, v, mask, False)
        merged = attended.reshape(batch, 1, HEADS * HEAD_DIM)
      else:
        if group > 1:
          k = k.unsqueeze(2).expand(batch, KEY_VALUE_HEADS, group, time, HEAD_DIM).reshape(batch, HEADS, time, HEAD_DIM)
          v = v.unsqueeze(2).expand(batch, KEY_VALUE_HEADS, group, time, HEAD_DIM).reshape(batch, HEADS, time, HEAD_DIM)
        attended = self.attend(q.transpose(1, 2), k, v, mask, mask is None)
        merged = attended.transpose(1, 2).reshape(batch, time, HEADS * HEAD_DIM)
      y = self.project(self.widened(merged, rights, coefficients, 4 * layer + 1), fused[at + FUSED_OUT], fused, at, FUSED_OUT_BIAS)
      if FUSED_ATTENTION_POST_NORM >= 0:
        y = self.normalise(y) * fused[at + FUSED_ATTENTION_POST_NORM]
      if PARALLEL:
        # The scales being in the projections, both blocks read the same normalised input.
        x = x + y + self.feed_forward(h, fused, at, rights, coefficients, 4 * layer)
      else:
        x = x + y
        h = x
        if MLP_NORM >= 0:
          h = self.normalise(x)
        x = x + self.feed_forward(h, fused, at, rights, coefficients, 4 * layer)
    return self.normalise(x)

  def feed_forward(self: __torch__.Decoder, h: Tensor, fused: List[Tensor], at: int, rights: List[Tensor], coefficients: List[Tensor], matrix: int) -> Tensor:
    up = self.project(self.widened(h, rights, coefficients, matrix + 2), fused[at + FUSED_UP], fused, at, FUSED_UP_BIAS)
    if GATE >= 0 or GATE_UP >= 0:
      inner = self.activate(up.narrow(-1, 0, INTERMEDIATE)) * up.narrow(-1, INTERMEDIATE, INTERMEDIATE)
    else:
      inner = self.activate(up)
    y = self.project(self.widened(inner, rights, coefficients, matrix + 3), fused[at + FUSED_DOWN], fused, at, FUSED_DOWN_BIAS)
    if FUSED_MLP_POST_NORM >= 0:
      y = self.normalise(y) * fused[at + FUSED_MLP_POST_NORM]
    return y

  def activate(self: __torch__.Decoder, x: Tensor) -> Tensor:
    if ACTIVATION_SILU:
      y = torch.silu(x)
    elif ACTIVATION_GELU:
      y = torch.gelu(x)
    elif ACTIVATION_GELU_TANH:
      y = torch.gelu(x, approximate="tanh")
    else:
      y = torch.relu(x)
    return y

  # Embeddings [batch, prefix + time, hidden size] of tokens [batch, time], behind a "prefix" [prefix, hidden size],
  # or one per row [batch, prefix, hidden size], of soft tokens, which may be empty. Soft tokens stand for rows of the embedding, so they are scaled as these.
  def embed(self: __torch__.Decoder, fused: List[Tensor], prefix: Tensor, tokens: Tensor) -> Tensor:
    x = torch.embedding(fused[FUSED_TABLE], tokens)
    if prefix.size(-2) > 0:
      if prefix.dim() == 2:
        prefix = prefix.unsqueeze(0).expand(tokens.size(0), prefix.size(0), prefix.size(1))
      x = torch.cat([prefix, x], 1)
    if EMBEDDING_SCALE != 1.:
      x = x * EMBEDDING_SCALE
    if POSITIONS >= 0:
      x = x + fused[FUSED_POSITIONS].narrow(0, 0, x.size(1))
    return x

  # "rotation" [kinds, rows or 1, positions, ROTARY / 2, 2] at the first positions of x [batch, time, ..].
  def turns(self: __torch__.Decoder, rotation: Tensor, x: Tensor) -> Tensor:
    if ROTARY > 0:
      rotation = rotation.narrow(2, 0, x.size(1)).unsqueeze(3)
    return rotation

  # States [n, hidden size] for copies of the output layer that stand side by side, times each row's
  # coefficients [n, copies], if there are any.
  def spread(self: __torch__.Decoder, states: Tensor, mix: List[Tensor]) -> Tensor:
    if len(mix) > 0:
      states = (mix[0].unsqueeze(2) * states.unsqueeze(1)).flatten(1)
    return states

  # The output layer, or a classifier's head, on states [n, hidden size].
  def read_out(self: __torch__.Decoder, fused: List[Tensor], states: Tensor) -> Tensor:
    return self.project(states, fused[FUSED_OUTPUT], fused, 0, FUSED_OUTPUT_BIAS)

  # The states at each row's token "last" [rows].
  def at(self: __torch__.Decoder, states: Tensor, last: Tensor) -> Tensor:
    return torch.gather(states, 1, last.view(-1, 1, 1).expand(-1, 1, states.size(2))).squeeze(1)

  # Reads the prefix and prompts, tokens [batch, time] padded at the right, into the cache.
  # Returns the logits [batch, vocabulary] after each prompt's last token, at "last" [batch].
  # "rights", "coefficients" and "mix" are those of rows of different weightings, or empty.
  def prefill(self: __torch__.Decoder, fused: List[Tensor], cache: List[Tensor], prefix: Tensor, tokens: Tensor, last: Tensor, rotation: Tensor, rights: List[Tensor], coefficients: List[Tensor], mix: List[Tensor]) -> Tensor:
    x = self.embed(fused, prefix, tokens)
    states = self.layers(fused, cache, x, self.turns(rotation, x), annotate(List[Tensor], []), 0, 0, rights, coefficients)
    return self.cap(self.read_out(fused, self.spread(self.at(states, last + prefix.size(-2)), mix)), LOGIT_CAP)

  # Reads one token per row into the cache's column "start"; "positions" [batch] are the tokens' own,
  # "mask", empty or one array [batch, 1, 1, capacity], is added to the attention scores. No row sees
  # the columns before "first", nor layers with a window those before "near", empty or one array [batch].
  # Where a row's length matters to its rotation, "rotation" [kinds, batch, 1, ROTARY / 2, 2] is that
  # of these positions alone.
  def step(self: __torch__.Decoder, fused: List[Tensor], cache: List[Tensor], tokens: Tensor, positions: Tensor, mask: List[Tensor], near: List[Tensor], first: int, start: int, rotation: Tensor, rights: List[Tensor], coefficients: List[Tensor], mix: List[Tensor]) -> Tensor:
    masks = annotate(List[Tensor], [])
    if len(mask) > 0:
      seen = mask[0].narrow(-1, first, start + 1 - first)
      masks = [seen, seen]
    if len(near) > 0:
      columns = torch.arange(first, start + 1, device=tokens.device)
      far = (columns < near[0].unsqueeze(1)).view(tokens.size(0), 1, 1, start + 1 - first)
      open = torch.zeros(far.size(), dtype=fused[0].dtype, device=tokens.device)
      if len(masks) == 0:
        masks = [open, open]
      masks = [masks[0], torch.masked_fill(masks[1], far, -inf)]
    turn = rotation
    if LENGTH_MATTERS:
      turn = rotation.unsqueeze(2)
    elif ROTARY > 0:
      turn = torch.index_select(rotation, 2, positions).transpose(1, 2).unsqueeze(3)
    x = torch.embedding(fused[FUSED_TABLE], tokens)
    if EMBEDDING_SCALE != 1.:
      x = x * EMBEDDING_SCALE
    if POSITIONS >= 0:
      x = x + torch.index_select(fused[FUSED_POSITIONS], 0, positions)
    states = self.layers(fused, cache, x.unsqueeze(1), turn, masks, first, start, rights, coefficients)
    return self.cap(self.read_out(fused, self.spread(states.squeeze(1), mix)), LOGIT_CAP)

  # Writes the logits of rows that were read anew over those of "rows".
  def correct(self: __torch__.Decoder, logits: Tensor, added: Tensor, rows: Tensor) -> Tensor:
    return logits.index_copy_(0, rows, added)

  # Hidden states of tokens [batch, time] behind the prefix, at the flattened positions "index" [n].
  def hidden(self: __torch__.Decoder, fused: List[Tensor], prefix: Tensor, tokens: Tensor, index: Tensor, rotation: Tensor) -> Tensor:
    x = self.embed(fused, prefix, tokens)
    none = annotate(List[Tensor], [])
    states = self.layers(fused, none, x, self.turns(rotation, x), none, 0, 0, none, none)
    return torch.index_select(states.narrow(1, prefix.size(0), tokens.size(1)).flatten(0, 1), 0, index)

  # Logits [n, vocabulary] that predict the token after each position of "index".
  def logits(self: __torch__.Decoder, parameters: List[Tensor], prefix: Tensor, tokens: Tensor, index: Tensor, rotation: Tensor) -> Tensor:
    fused = self.fuse(parameters, True)
    return self.cap(self.read_out(fused, self.hidden(fused, prefix, tokens, index, rotation)), LOGIT_CAP)

  # Values [rows, labels] of a linear head at each row's token "last" [rows]; the head [labels, hidden_size]
  # stands in the parameters in place of the output. Tokens [rows, time]
  # stand behind the prefix and are padded at the right.
  def classify(self: __torch__.Decoder, parameters: List[Tensor], prefix: Tensor, tokens: Tensor, last: Tensor, rotation: Tensor) -> Tensor:
    fused = self.fuse(parameters, False)
    x = self.embed(fused, prefix, tokens)
    none = annotate(List[Tensor], [])
    states = self.layers(fused, none, x, self.turns(rotation, x), none, 0, 0, none, none)
    return self.read_out(fused, self.at(states, last + prefix.size(0)))

  # Log-probabilities [n] of "targets" [n] after the positions of "index", without a gradient.
  def log_probabilities(self: __torch__.Decoder, fused: List[Tensor], prefix: Tensor, tokens: Tensor, index: Tensor, targets: Tensor, rotation: Tensor) -> Tensor:
    states = self.hidden(fused, prefix, tokens, index, rotation)
    parts = annotate(List[Tensor], [])
    at = 0
    while at < states.size(0):
      n = min(512, states.size(0) - at)
      rows = self.cap(self.read_out(fused, states.narrow(0, at, n)), LOGIT_CAP)
      chosen = torch.gather(rows, 1, targets.narrow(0, at, n).unsqueeze(1)).squeeze(1)
      parts.append(chosen - torch.logsumexp(rows, [-1]))
      at = at + n
    return torch.cat(parts, 0)

  # A scalar whose gradient is that of sum_i coefficients[i] * log p(targets[i]), and the
  # log-probabilities [n]. The output layer's gradient is formed block by block in the forward pass,
  # so that logits, the largest arrays by far, are never kept.
  def surrogate(self: __torch__.Decoder, parameters: List[Tensor], prefix: Tensor, tokens: Tensor, index: Tensor, targets: Tensor, coefficients: Tensor, rotation: Tensor) -> Tuple[Tensor, Tensor]:
    fused = self.fuse(parameters, True)
    states = self.hidden(fused, prefix, tokens, index, rotation)
    output = fused[FUSED_OUTPUT]
    h = states.detach()
    w = output.detach()
    dh = torch.empty_like(h)
    dw = torch.zeros_like(w)
    db = torch.zeros([w.size(0)], dtype=w.dtype, device=w.device)
    parts = annotate(List[Tensor], [])
    at = 0
    while at < h.size(0):
      n = min(512, h.size(0) - at)
      block = h.narrow(0, at, n)
      target = targets.narrow(0, at, n).unsqueeze(1)
      rows = self.cap(self.read_out(fused, block).detach(), LOGIT_CAP)
      log_probability = torch.log_softmax(rows, -1)
      parts.append(torch.gather(log_probability, 1, target).squeeze(1))
      probability = log_probability.exp_()
      _0 = probability.scatter_add_(1, target, torch.full([n, 1], -1.0, dtype=probability.dtype))
      _1 = probability.mul_(torch.neg(coefficients.narrow(0, at, n)).unsqueeze(1))
      if LOGIT_CAP > 0.:
        _4 = probability.mul_(1 - (rows / LOGIT_CAP) ** 2)
      if FUSED_OUTPUT_BIAS >= 0:
        _5 = db.add_(torch.sum(probability, [0]))
      _2 = dh.narrow(0, at, n).copy_(torch.mm(probability, w))
      _3 = dw.addmm_(probability.t(), block)
      at = at + n
    scalar = torch.sum(states * dh) + torch.sum(output * dw)
    if FUSED_OUTPUT_BIAS >= 0:
      scalar = scalar + torch.sum(fused[FUSED_OUTPUT_BIAS] * db)
    return (scalar, torch.cat(parts, 0))
