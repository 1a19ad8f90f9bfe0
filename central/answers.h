// Answers: what central says to a till that asks (contract 4.6, enrolment, pull) and what it keeps
// of a till's beat. Straight from the books, without NATS: `store` and `till` are those of the
// subject that the message really came on.
#pragma once

#include <optional>
#include <string>

#include "central/sql.h"
#include "pos/time.h"
#include "sync/seal.h"
#include "sync/wire.h"

namespace pos::central {

struct Asker {
  std::string store, till;
};

// nullopt: no answer is due (the till is not enrolled, or the question is malformed). One that was
// revoked gets the answer of an enrolment that is refused, with words.
std::optional<std::string> answer_hello(Session&, const sync::SigningKey&, const Asker&,
                                        const std::string& body, Instant now);

// Approves the till that shows the one-time code, and keeps its public key; `approved` is set when
// rows that waited for it may be applied now.
std::optional<std::string> answer_enrol(Session&, const sync::SigningKey&, const Asker&,
                                        const std::string& body, Instant now, bool& approved);

std::optional<std::string> answer_pull(Session&, const Asker&, const std::string& body,
                                       Instant now);

struct HeardBeat {
  Asker from;
  sync::Beat beat;
  Instant heard_at;
};
void keep_beats(Session&, const std::vector<HeardBeat>&);

}  // namespace pos::central
