// What --version prints: our own version and those of the libraries that matter.
#pragma once

#include <string>

namespace pos::central {

std::string versions();

}  // namespace pos::central
