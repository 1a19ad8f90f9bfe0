#include "sync/seal.h"

#include <gtest/gtest.h>

#include <set>

namespace pos::sync {
namespace {

std::string raw(std::string_view hex_text) { return unhex(hex_text).value(); }

// RFC 8032, section 7.1, test 1.
const std::string kSeed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const std::string kPublic = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const std::string kSealed =
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b4"
    "6b"
    "d25bf5f0595bbe24655141438e7a100b";

TEST(Seal, Sha256IsTheOneOfFips180) {
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Seal, ARowsHashIsOverPrevAndThenTheBody) {
  EXPECT_EQ(hex(row_hash(raw(kZeroHash), "{\"version\":1}")),
            "1d01a1de6135819caecd132db360c24303e87d79cc73ec73620aa62718a67e3a");
  EXPECT_NE(row_hash(std::string(32, 'x'), "b"), row_hash(raw(kZeroHash), "b"));
}

TEST(Seal, HexAndBase64AreReadBackAndNothingElseIsTaken) {
  const std::string bytes = random_bytes(61);
  EXPECT_EQ(unhex(hex(bytes)), bytes);
  EXPECT_EQ(unbase64(base64(bytes)), bytes);
  EXPECT_EQ(base64("light work."), "bGlnaHQgd29yay4=");
  EXPECT_EQ(unhex(""), "");
  EXPECT_EQ(unbase64(""), "");
  for (const char* bad : {"0", "0g", "AB", "0 "}) EXPECT_FALSE(unhex(bad)) << bad;
  for (const char* bad : {"bGlnaHQgd29yay4", "bGln aHQ=", "*", "bGlnaHQgd29yay4==", "_-__"}) {
    EXPECT_FALSE(unbase64(bad)) << bad;
  }
}

TEST(Seal, SignaturesAreThoseOfRfc8032) {
  const auto key = signing_key(raw(kSeed));
  ASSERT_TRUE(key);
  EXPECT_EQ(hex(key->public_key), kPublic);
  EXPECT_EQ(key->id, "21fe31dfa154a261");
  EXPECT_EQ(hex(seed_of(*key)), kSeed);
  EXPECT_EQ(hex(sign(*key, "")), kSealed);
  EXPECT_TRUE(verify(raw(kPublic), "", raw(kSealed)));
}

TEST(Seal, OneFlippedBitOrAWrongLengthVerifiesAsFalse) {
  const auto key = make_signing_key();
  const std::string signature = sign(key, "a sale");
  EXPECT_TRUE(verify(key.public_key, "a sale", signature));
  for (size_t i = 0; i < signature.size(); ++i) {
    std::string bad = signature;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(verify(key.public_key, "a sale", bad)) << i;
  }
  EXPECT_FALSE(verify(key.public_key, "another", signature));
  EXPECT_FALSE(verify(make_signing_key().public_key, "a sale", signature));
  EXPECT_FALSE(verify("short", "a sale", signature));
  EXPECT_FALSE(verify(key.public_key, "a sale", ""));
  EXPECT_FALSE(signing_key("short"));
}

TEST(Seal, ADigestIsOverTheMembersLineByLine) {
  EXPECT_EQ(hex(digest({"leaftill-ack", "s1", "till1", "9f3c", "42"})),
            "a8478c1c49466e8ed56da26bb3ee8387fb618eda5f81cf5fe8b42ce5315b6297");
  EXPECT_EQ(digest({}), sha256(""));
  EXPECT_EQ(digest({"a"}), sha256("a"));
}

TEST(Seal, APinsHashDependsOnPinPepperAndStore) {
  const std::string pepper(32, 'p');
  const std::string hash = pin_hash("1234", pepper, "s1");
  // These bytes are in bundles and databases.
  EXPECT_EQ(hash, "9c00bdae579ad464953833b9924b124acbe8884b9427c6214c9f61ab9f40a7de");
  std::set<std::string> all = {hash, pin_hash("1235", pepper, "s1"),
                               pin_hash("1234", std::string(32, 'q'), "s1"),
                               pin_hash("1234", pepper, "s2")};
  EXPECT_EQ(all.size(), 4U);
}

TEST(Seal, SecretsAreComparedWhole) {
  EXPECT_TRUE(equal_secret("abc", "abc"));
  EXPECT_FALSE(equal_secret("abc", "abd"));
  EXPECT_FALSE(equal_secret("abc", "ab"));
  EXPECT_TRUE(equal_secret("", ""));
}

TEST(Seal, NkeysAreWrittenAsNatsWritesThem) {
  // The same Ed25519 key as above, through the reference in Python of prototypes' configurations.
  const std::string seed = "SUAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YALCA";
  EXPECT_EQ(nkey_public(seed), "UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVAL");
  EXPECT_EQ(hex(nkey_sign(seed, "").value()), kSealed);
}

TEST(Seal, AFreshNkeySignsForItsPublicKey) {
  const Nkey key = make_user_nkey();
  EXPECT_EQ(key.seed.substr(0, 2), "SU");
  EXPECT_EQ(key.public_key.front(), 'U');
  EXPECT_EQ(key.seed.size(), 58U);
  EXPECT_EQ(key.public_key.size(), 56U);
  EXPECT_EQ(nkey_public(key.seed), key.public_key);
  EXPECT_EQ(nkey_sign(key.seed, "nonce")->size(), 64U);
}

TEST(Seal, AMistypedNkeyIsRefused) {
  const std::string seed = make_user_nkey().seed;
  for (size_t i = 0; i < seed.size(); ++i) {
    std::string bad = seed;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(nkey_public(bad)) << i;
  }
  for (const std::string& bad : {std::string(), seed.substr(1), seed + "A", std::string("SU!!"),
                                 make_user_nkey().public_key}) {
    EXPECT_FALSE(nkey_public(bad)) << bad;
    EXPECT_FALSE(nkey_sign(bad, "nonce")) << bad;
  }
}

}  // namespace
}  // namespace pos::sync
