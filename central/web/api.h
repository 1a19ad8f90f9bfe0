// Central's HTTP interface (contract section 5): who may ask, which address is what, and how a
// refusal becomes a status. What is asked for is done by the desks.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "central/catalogue_desk.h"
#include "central/journal_desk.h"
#include "central/office_desk.h"
#include "central/registry.h"
#include "central/service.h"
#include "central/web/http.h"
#include "pos/time.h"

namespace pos::central {

struct ApiDoors {
  Registry& registry;
  CatalogueDesk& catalogue;
  JournalDesk& journal;
  OfficeDesk& office;
  std::function<Health()> health;
  std::function<void()> nudge;  // after a change: tell the stores now
  std::vector<std::string> central_public_keys_raw;
  std::string token;
  std::function<Instant()> now;
};

class Api {
 public:
  explicit Api(ApiDoors doors) : doors_(std::move(doors)) {}
  HttpResponse answer(const HttpRequest&);  // several threads at once; never throws

 private:
  HttpResponse routed(const HttpRequest&);
  bool bearer(const HttpRequest&) const;
  ApiDoors doors_;
};

}  // namespace pos::central
