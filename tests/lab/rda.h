// An R data file (.rda): xz, then R's serialization (RDX2 or RDX3, big-endian XDR), as far as a
// list of data frames of numbers needs it. R Internals, section 1.8 has the format.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace pos::lab {

// A value of R: numbers (logical, integer, real and factor codes), texts, or a list of named
// values.
struct RValue {
  std::vector<double> numbers;
  std::vector<std::string> texts;
  std::vector<std::shared_ptr<RValue>> items;
  std::map<std::string, std::shared_ptr<RValue>> attributes;

  // A column of a data frame, or a member of a list. Throws std::runtime_error if there is none.
  const RValue& member(const std::string& name) const;
};

// Decompresses and reads; the objects of the file by their names. Throws std::runtime_error with
// words about anything that is not understood.
std::map<std::string, std::shared_ptr<RValue>> read_rda(const std::string& file);

}  // namespace pos::lab
