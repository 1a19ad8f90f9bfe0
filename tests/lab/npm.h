// Programs of other people that run under Node: a script of ours with npm's packages, to ask.
#pragma once

#include <optional>
#include <string>

namespace pos::lab {

// Copies `folder` of the sources (a script, package.json and its lock) below the build tree and
// installs its packages there, once. Returns the copy; nullopt if node, npm or a package is not to
// be had here. Each test is a process of its own and several may come at once: they wait for the
// first.
std::optional<std::string> npm_folder(const std::string& folder);

}  // namespace pos::lab
