// What --version prints: our own version and those of the libraries that matter.
#pragma once

#include <string>

namespace pos::till {

std::string versions(const std::string& program);

}  // namespace pos::till
