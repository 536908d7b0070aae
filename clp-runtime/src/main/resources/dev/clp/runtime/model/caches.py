# What decoding caches have in common, whatever model they belong to. Their arrays are
# [rows, heads, columns, size], keys and values of every layer.
class Caches(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Copies a cache into one of other size: of every row, "columns" columns from "first" on, to "to".
  def move(self: __torch__.Caches, cache: List[Tensor], rows: int, capacity: int, first: int, columns: int, to: int) -> List[Tensor]:
    moved = annotate(List[Tensor], [])
    for i in range(len(cache)):
      old = cache[i]
      larger = torch.zeros([rows, old.size(1), capacity, old.size(3)], dtype=old.dtype)
      _0 = larger.narrow(0, 0, old.size(0)).narrow(2, to, columns).copy_(old.narrow(2, first, columns))
      moved.append(larger)
    return moved

  # Writes the cache of new rows over "rows" of another, from column "to" on.
  def place(self: __torch__.Caches, cache: List[Tensor], added: List[Tensor], rows: Tensor, to: int) -> List[Tensor]:
    for i in range(len(cache)):
      _0 = cache[i].narrow(2, to, added[i].size(2)).index_copy_(0, rows, added[i])
    return cache

  # Keeps some rows of arrays whose first axis is rows.
  def keep(self: __torch__.Caches, cache: List[Tensor], rows: Tensor) -> List[Tensor]:
    kept = annotate(List[Tensor], [])
    for i in range(len(cache)):
      kept.append(torch.index_select(cache[i], 0, rows))
    return kept
