#include "pos/share.h"

#include <algorithm>
#include <cassert>

namespace pos {

std::vector<Money> share_out(Money whole, const std::vector<Money>& weights) {
  std::vector<Money> parts(weights.size());
  __int128 sum = 0;
  for (const Money& w : weights) {
    assert(w.minor >= 0);
    sum += w.minor;
  }
  assert(whole.minor >= 0 && (sum > 0 || whole.minor == 0));
  if (sum == 0) return parts;
  std::vector<std::pair<__int128, size_t>> rests;
  Money left = whole;
  for (size_t i = 0; i < weights.size(); ++i) {
    const __int128 exact = static_cast<__int128>(whole.minor) * weights[i].minor;
    parts[i] = {static_cast<int64_t>(exact / sum)};
    left -= parts[i];
    rests.emplace_back(exact % sum, i);
  }
  std::stable_sort(rests.begin(), rests.end(), [](auto& a, auto& b) { return a.first > b.first; });
  for (size_t k = 0; left.minor > 0; ++k, left.minor -= 1) parts[rests[k].second].minor += 1;
  return parts;
}

}  // namespace pos
