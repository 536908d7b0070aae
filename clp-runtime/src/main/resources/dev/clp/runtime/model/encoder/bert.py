# The forward pass of encoders that resemble BERT. Words in capitals are filled in from config.json.
# "parameters" holds word and position embeddings, type embeddings if TYPED, weight and bias of the
# embedding's norm, the biases of relative positions if RELATIVE, then per layer weight and bias of
# query, key, value, output, norm, inner, outer, norm; then, for a classifier, those of the head's
# two projections. Tokens and types are [rows, time], padded at the right; "lengths" [rows] says
# where padding begins. "buckets" [2 * positions - 1] numbers the distances of relative positions.
class Encoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def activate(self: __torch__.Encoder, x: Tensor) -> Tensor:
    return ACTIVATION

  def activate_head(self: __torch__.Encoder, x: Tensor) -> Tensor:
    return HEAD_FUNCTION

  # True [rows, time] at tokens, false at padding.
  def real(self: __torch__.Encoder, tokens: Tensor, lengths: Tensor) -> Tensor:
    return torch.lt(torch.arange(tokens.size(1)).unsqueeze(0), lengths.unsqueeze(1))

  # Hidden states [rows, time, hidden size].
  def states(self: __torch__.Encoder, parameters: List[Tensor], tokens: Tensor, types: Tensor, lengths: Tensor, buckets: Tensor) -> Tensor:
    rows = tokens.size(0)
    time = tokens.size(1)
    hidden = parameters[0].size(1)
    x = torch.embedding(parameters[0], tokens) + parameters[1].narrow(0, FIRST_POSITION, time).unsqueeze(0)
    at = 2
    if TYPED:
      x = x + torch.embedding(parameters[2], types)
      at = 3
    x = torch.layer_norm(x, [hidden], parameters[at], parameters[at + 1], EPSILON)
    at = at + 2
    padding = torch.logical_not(self.real(tokens, lengths)).view(rows, 1, 1, time)
    mask = torch.masked_fill(torch.zeros([rows, 1, 1, time], dtype=x.dtype), padding, -1.0e30)
    if RELATIVE:
      places = torch.arange(time)
      distance = places.unsqueeze(0) - places.unsqueeze(1) + buckets.size(0) // 2
      bias = torch.embedding(parameters[at], torch.index_select(buckets, 0, distance.view(-1)))
      mask = mask + bias.view(time, time, HEADS).permute(2, 0, 1).unsqueeze(0)
      at = at + 1
    for layer in range(LAYERS):
      query = torch.linear(x, parameters[at], parameters[at + 1]).view(rows, time, HEADS, hidden // HEADS).transpose(1, 2)
      key = torch.linear(x, parameters[at + 2], parameters[at + 3]).view(rows, time, HEADS, hidden // HEADS).transpose(1, 2)
      value = torch.linear(x, parameters[at + 4], parameters[at + 5]).view(rows, time, HEADS, hidden // HEADS).transpose(1, 2)
      attended = torch.scaled_dot_product_attention(query, key, value, mask).transpose(1, 2).reshape(rows, time, hidden)
      x = torch.layer_norm(x + torch.linear(attended, parameters[at + 6], parameters[at + 7]), [hidden], parameters[at + 8], parameters[at + 9], EPSILON)
      inner = self.activate(torch.linear(x, parameters[at + 10], parameters[at + 11]))
      x = torch.layer_norm(x + torch.linear(inner, parameters[at + 12], parameters[at + 13]), [hidden], parameters[at + 14], parameters[at + 15], EPSILON)
      at = at + 16
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
