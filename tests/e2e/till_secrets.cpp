#include "tests/e2e/till_secrets.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace pos::e2e {
namespace {

std::string value_of(const std::string& file, const std::string& key) {
  const std::string head = "\n" + key + " = \"";
  const size_t from = file.find(head);
  if (from == std::string::npos) throw std::runtime_error("no " + key + " in the key file");
  const size_t begin = from + head.size();
  return file.substr(begin, file.find('"', begin) - begin);
}

}  // namespace

std::string text_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

TillSecrets secrets_of(const lab::Till& till) {
  const std::string file = text_of_file(till.place().directory + "/till.key");
  TillSecrets s;
  s.signing_seed = value_of(file, "signing_seed");
  s.nkey_seed = value_of(file, "nkey_seed");
  s.pepper = value_of(file, "pepper");
  s.enrol_code = value_of(file, "enrol_code");
  s.signing = *sync::signing_key(*sync::unbase64(s.signing_seed));
  return s;
}

}  // namespace pos::e2e
