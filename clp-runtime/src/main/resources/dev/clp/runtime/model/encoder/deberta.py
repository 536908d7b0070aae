# The forward pass of DeBERTa, versions 2 and 3 (He et al., 2021, 2023). Words in capitals are filled
# in from config.json. "parameters" holds word embeddings, position embeddings if POSITIONED, type
# embeddings if TYPED, the embedding's projection if PROJECTED, weight and bias of its norm, the
# embeddings of relative positions if RELATIVE, weight and bias of their norm if NORMED, weight and
# bias of the convolution and its norm if CONVOLVED, then per layer weight and bias of query, key,
# value, output, norm, inner, outer, norm and, unless SHARED, of the positions' key if C2P and query
# if P2C; then, for a classifier, those of the head's two projections. Tokens and types are
# [rows, time], padded at the right; "lengths" [rows] says where padding begins. "buckets"
# [2 * positions - 1] gives the row in the table of relative positions of every distance.
class Encoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def activate(self: __torch__.Encoder, x: Tensor) -> Tensor:
    return ACTIVATION

  def activate_head(self: __torch__.Encoder, x: Tensor) -> Tensor:
    return HEAD_FUNCTION

  def activate_convolution(self: __torch__.Encoder, x: Tensor) -> Tensor:
    return CONVOLUTION_FUNCTION

  # True [rows, time] at tokens, false at padding.
  def real(self: __torch__.Encoder, tokens: Tensor, lengths: Tensor) -> Tensor:
    return torch.lt(torch.arange(tokens.size(1)).unsqueeze(0), lengths.unsqueeze(1))

  def heads(self: __torch__.Encoder, x: Tensor) -> Tensor:
    return x.view(x.size(0), x.size(1), HEADS, x.size(2) // HEADS).transpose(1, 2)

  # Hidden states [rows, time, hidden size].
  def states(self: __torch__.Encoder, parameters: List[Tensor], tokens: Tensor, types: Tensor, lengths: Tensor, buckets: Tensor) -> Tensor:
    rows = tokens.size(0)
    time = tokens.size(1)
    real = self.real(tokens, lengths)
    gap = torch.logical_not(real).unsqueeze(-1)
    x = torch.embedding(parameters[0], tokens)
    at = 1
    if POSITIONED:
      x = x + parameters[at].narrow(0, 0, time).unsqueeze(0)
      at = at + 1
    if TYPED:
      x = x + torch.embedding(parameters[at], types)
      at = at + 1
    if PROJECTED:
      x = torch.linear(x, parameters[at])
      at = at + 1
    hidden = x.size(2)
    x = torch.masked_fill(torch.layer_norm(x, [hidden], parameters[at], parameters[at + 1], EPSILON), gap, 0.0)
    at = at + 2
    embedded = x
    relative = x
    forward = tokens
    backward = tokens
    if RELATIVE:
      relative = parameters[at].unsqueeze(0)
      at = at + 1
      if NORMED:
        relative = torch.layer_norm(relative, [hidden], parameters[at], parameters[at + 1], EPSILON)
        at = at + 2
      places = torch.arange(time)
      distance = places.unsqueeze(1) - places.unsqueeze(0) + buckets.size(0) // 2
      forward = torch.index_select(buckets, 0, distance.view(-1)).view(1, 1, time, time).expand(rows, HEADS, time, time)
      backward = torch.index_select(buckets, 0, (buckets.size(0) - 1 - distance).view(-1)).view(1, 1, time, time).expand(rows, HEADS, time, time)
    convolution = at
    if CONVOLVED:
      at = at + 4
    mask = torch.masked_fill(torch.zeros([rows, 1, 1, time], dtype=x.dtype), torch.logical_not(real).view(rows, 1, 1, time), -1.0e30)
    scale = SCALE
    for layer in range(LAYERS):
      query = self.heads(torch.linear(x, parameters[at], parameters[at + 1])) / scale
      key = self.heads(torch.linear(x, parameters[at + 2], parameters[at + 3]))
      value = self.heads(torch.linear(x, parameters[at + 4], parameters[at + 5]))
      scores = torch.matmul(query, key.transpose(2, 3)) + mask
      extra = at + 16
      if C2P:
        keys = at + 2
        if SHARED:
          keys = at + 2
        else:
          keys = extra
          extra = extra + 2
        positions = self.heads(torch.linear(relative, parameters[keys], parameters[keys + 1]))
        scores = scores + torch.gather(torch.matmul(query, positions.transpose(2, 3)), -1, forward)
      if P2C:
        queries = at
        if SHARED:
          queries = at
        else:
          queries = extra
          extra = extra + 2
        positions = self.heads(torch.linear(relative, parameters[queries], parameters[queries + 1])) / scale
        scores = scores + torch.gather(torch.matmul(key, positions.transpose(2, 3)), -1, backward).transpose(2, 3)
      attended = torch.matmul(torch.softmax(scores, -1), value).transpose(1, 2).reshape(rows, time, hidden)
      x = torch.layer_norm(x + torch.linear(attended, parameters[at + 6], parameters[at + 7]), [hidden], parameters[at + 8], parameters[at + 9], EPSILON)
      inner = self.activate(torch.linear(x, parameters[at + 10], parameters[at + 11]))
      x = torch.layer_norm(x + torch.linear(inner, parameters[at + 12], parameters[at + 13]), [hidden], parameters[at + 14], parameters[at + 15], EPSILON)
      at = extra
      if CONVOLVED:
        if layer == 0:
          local = torch.conv1d(embedded.transpose(1, 2), parameters[convolution], parameters[convolution + 1], [1], [KERNEL // 2], [1], GROUPS).transpose(1, 2)
          x = x + self.activate_convolution(torch.masked_fill(local, gap, 0.0))
          x = torch.masked_fill(torch.layer_norm(x, [hidden], parameters[convolution + 2], parameters[convolution + 3], EPSILON), gap, 0.0)
    return x

  # Logits [rows, labels] of the head, which reads the first token.
  def classify(self: __torch__.Encoder, parameters: List[Tensor], tokens: Tensor, types: Tensor, lengths: Tensor, buckets: Tensor) -> Tensor:
    first = torch.select(self.states(parameters, tokens, types, lengths, buckets), 1, 0)
    head = len(parameters) - 4
    pooled = self.activate_head(torch.linear(first, parameters[head], parameters[head + 1]))
    return torch.linear(pooled, parameters[head + 2], parameters[head + 3])

  # The mean state [rows, hidden size] of each row's tokens.
  def embed(self: __torch__.Encoder, parameters: List[Tensor], tokens: Tensor, types: Tensor, lengths: Tensor, buckets: Tensor) -> Tensor:
    x = self.states(parameters, tokens, types, lengths, buckets)
    padding = torch.logical_not(self.real(tokens, lengths)).unsqueeze(-1)
    return torch.sum(torch.masked_fill(x, padding, 0.0), [1]) / lengths.unsqueeze(1)
