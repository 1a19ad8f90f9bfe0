#include "sync/status.h"

namespace pos::sync {

const char* to_word(Link link) {
  switch (link) {
    case Link::offline:
      return "offline";
    case Link::leaf_only:
      return "leaf_only";
    case Link::online:
      return "online";
  }
  return "offline";
}

}  // namespace pos::sync
