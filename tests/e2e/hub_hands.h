// A test's hands on the hub: what an operator's tool could do to its streams.
#pragma once

#include <string>

#include "tests/lab/lab.h"

namespace pos::e2e {

// Asks JetStream's API ("STREAM.PURGE.SALES"); the answer's JSON text. Throws without one.
std::string ask_jetstream(const lab::Lab&, const std::string& call, const std::string& body = {});

// Removes all of SALES; returns how many messages that were.
int64_t purge_sales(const lab::Lab&);
// The stream is another one of the same name and configuration, and counts from 1.
void make_stream_anew(const lab::Lab&, const std::string& stream);
int64_t messages_in(const lab::Lab&, const std::string& stream);

}  // namespace pos::e2e
