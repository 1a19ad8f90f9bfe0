#include "central/certificates.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>

namespace pos::central {
namespace {

constexpr int64_t kDay_s = 24 * 3600;

struct Free {
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(X509* p) const { X509_free(p); }
  void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
  void operator()(BIO* p) const { BIO_free_all(p); }
  void operator()(ASN1_INTEGER* p) const { ASN1_INTEGER_free(p); }
  void operator()(BIGNUM* p) const { BN_free(p); }
  void operator()(GENERAL_NAMES* p) const { GENERAL_NAMES_free(p); }
};
template <class T>
using Held = std::unique_ptr<T, Free>;

[[noreturn]] void fail(const char* doing) {
  std::array<char, 256> words{};
  ERR_error_string_n(ERR_get_error(), words.data(), words.size());
  throw CertificateError(std::string(doing) + ": " + words.data());
}
void must(int done, const char* doing) {
  if (done <= 0) fail(doing);
}

std::string certificate_text(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return {bytes, static_cast<size_t>(size)};
}
Held<BIO> reader(const std::string& text) {
  return Held<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string pem_of(EVP_PKEY* key) {
  const Held<BIO> out(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr),
       "writing a key");
  return certificate_text(out.get());
}
std::string pem_of(X509* certificate) {
  const Held<BIO> out(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509(out.get(), certificate), "writing a certificate");
  return certificate_text(out.get());
}
// Null: there is none in the text. An encrypted key is none: nobody is asked for a password.
Held<EVP_PKEY> key_in(const std::string& pem) {
  const auto no_password = [](char*, int, int, void*) { return -1; };
  return Held<EVP_PKEY>(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, no_password, nullptr));
}
Held<X509> certificate_in(const std::string& pem) {
  return Held<X509>(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr));
}

Held<EVP_PKEY> new_key() {
  Held<EVP_PKEY> key(EVP_EC_gen("P-256"));
  if (!key) fail("making a key");
  return key;
}

bool is_address(const std::string& name) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}
bool is_host_name(const std::string& name) {
  return !name.empty() && name.size() <= 253 && name.front() != '.' && name.front() != '-' &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '-'; });
}
// "IP:127.0.0.1,DNS:hub.example", as OpenSSL wants it
std::string alternative_names(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) {
    const bool address = is_address(name);
    if (!address && !is_host_name(name))
      throw CertificateError("'" + name + "' is neither an address nor a host name");
    text += (text.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + name;
  }
  return text;
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Held<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  if (!extension) fail("an extension");
  must(X509_add_ext(certificate, extension.get(), -1), "an extension");
}

void give_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  must(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())), "a serial number");
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);  // positive, always 16 bytes
  const Held<BIGNUM> number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  const Held<ASN1_INTEGER> serial(BN_to_ASN1_INTEGER(number.get(), nullptr));
  if (!serial) fail("a serial number");
  must(X509_set_serialNumber(certificate, serial.get()), "a serial number");
}

void give_name(X509_NAME* name, const std::string& common_name) {
  must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                  reinterpret_cast<const unsigned char*>(common_name.data()),
                                  static_cast<int>(common_name.size()), -1, 0),
       "a name");
}

Held<X509> blank(const std::string& common_name, EVP_PKEY* key, Instant now, int days) {
  Held<X509> certificate(X509_new());
  if (!certificate) fail("a certificate");
  must(X509_set_version(certificate.get(), X509_VERSION_3), "a certificate");
  give_serial(certificate.get());
  give_name(X509_get_subject_name(certificate.get()), common_name);
  const std::time_t at = now.unix_ms / 1000;
  if (!ASN1_TIME_set(X509_getm_notBefore(certificate.get()), at - kDay_s) ||
      !ASN1_TIME_set(X509_getm_notAfter(certificate.get()), at + days * kDay_s))
    fail("a time");
  must(X509_set_pubkey(certificate.get(), key), "a certificate");
  return certificate;
}

void sign_certificate(X509* certificate, X509* issuer, EVP_PKEY* key) {
  must(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)), "a name");
  must(X509_sign(certificate, key, EVP_sha256()), "signing a certificate");
}

std::string common_name_of(X509* certificate) {
  X509_NAME* name = X509_get_subject_name(certificate);
  if (X509_NAME_entry_count(name) != 1) return {};
  std::array<char, 256> text{};
  const int size = X509_NAME_get_text_by_NID(name, NID_commonName, text.data(), text.size());
  return size < 0 ? std::string() : std::string(text.data(), static_cast<size_t>(size));
}

bool names_are(X509* certificate, const std::vector<std::string>& names) {
  const Held<GENERAL_NAMES> there(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  const int count = there ? sk_GENERAL_NAME_num(there.get()) : 0;
  return static_cast<size_t>(count) == names.size() &&
         std::all_of(names.begin(), names.end(), [&](const std::string& name) {
           return is_address(name)
                      ? X509_check_ip_asc(certificate, name.c_str(), 0) == 1
                      : X509_check_host(certificate, name.data(), name.size(), 0, nullptr) == 1;
         });
}

}  // namespace

Subject store_subject(const std::string& store) { return {"store-" + store}; }

struct Authority::Impl {
  Held<EVP_PKEY> key;
  Held<X509> certificate;
};

Authority::Authority(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Authority::~Authority() = default;
Authority::Authority(Authority&&) noexcept = default;

Authority Authority::make(Instant now) {
  auto impl = std::make_unique<Impl>();
  impl->key = new_key();
  impl->certificate = blank("Leaftill chain", impl->key.get(), now, kAuthorityDays);
  X509* own = impl->certificate.get();
  add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(own, own, NID_subject_key_identifier, "hash");
  sign_certificate(own, own, impl->key.get());
  return Authority(std::move(impl));
}

Authority::Authority(const std::string& pem) : impl_(std::make_unique<Impl>()) {
  impl_->key = key_in(pem);
  impl_->certificate = certificate_in(pem);
  ERR_clear_error();
  if (!impl_->key || !impl_->certificate || X509_check_ca(impl_->certificate.get()) != 1 ||
      X509_check_private_key(impl_->certificate.get(), impl_->key.get()) != 1)
    throw CertificateError("there is no authority's key with its certificate");
}

std::string Authority::pem() const { return pem_of(impl_->key.get()) + certificate(); }
std::string Authority::certificate() const { return pem_of(impl_->certificate.get()); }

Certified Authority::issue(const Subject& subject, Instant now) const {
  const std::string names = alternative_names(subject.names);
  const Held<EVP_PKEY> key = new_key();
  const Held<X509> fresh = blank(subject.common_name, key.get(), now, kCertificateDays);
  X509* issuer = impl_->certificate.get();
  add_extension(fresh.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(fresh.get(), issuer, NID_key_usage, "critical,digitalSignature");
  add_extension(fresh.get(), issuer, NID_ext_key_usage,
                names.empty() ? "clientAuth" : "serverAuth");
  add_extension(fresh.get(), issuer, NID_authority_key_identifier, "keyid");
  if (!names.empty()) add_extension(fresh.get(), issuer, NID_subject_alt_name, names);
  sign_certificate(fresh.get(), issuer, impl_->key.get());
  return {pem_of(fresh.get()), pem_of(key.get())};
}

std::optional<Instant> Authority::end_of(const Certified& held, const Subject& subject) const {
  const Held<EVP_PKEY> key = key_in(held.key);
  const Held<X509> certificate = certificate_in(held.certificate);
  const bool ours = key && certificate &&
                    X509_check_private_key(certificate.get(), key.get()) == 1 &&
                    X509_verify(certificate.get(), impl_->key.get()) == 1 &&
                    common_name_of(certificate.get()) == subject.common_name &&
                    names_are(certificate.get(), subject.names);
  ERR_clear_error();
  std::tm end{};
  if (!ours || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) return {};
  return Instant{static_cast<int64_t>(timegm(&end)) * 1000};
}

}  // namespace pos::central
