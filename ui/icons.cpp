#include "ui/icons.h"

#include <string>

namespace pos::ui {
namespace {

struct Word {
  std::string_view stem;
  Icon icon;
};

// Stems of English, German and French shop words; the first that starts a word wins.
constexpr Word kWords[] = {
    {"coffee", Icon::coffee},
    {"espresso", Icon::coffee},
    {"kaffee", Icon::coffee},
    {"cappuccino", Icon::coffee},
    {"latte", Icon::coffee},
    {"hot drink", Icon::coffee},
    {"tea", Icon::cup},
    {"tee", Icon::cup},
    {"juice", Icon::cup},
    {"saft", Icon::cup},
    {"drink", Icon::cup},
    {"getränk", Icon::cup},
    {"boisson", Icon::cup},
    {"lemonade", Icon::cup},
    {"soda", Icon::cup},
    {"water", Icon::water},
    {"wasser", Icon::water},
    {"mineral", Icon::water},
    {"oil", Icon::water},
    {"beer", Icon::beer},
    {"bier", Icon::beer},
    {"wine", Icon::wine},
    {"wein", Icon::wine},
    {"vin", Icon::wine},
    {"spirit", Icon::martini},
    {"liquor", Icon::martini},
    {"alcohol", Icon::martini},
    {"bread", Icon::barley},
    {"brot", Icon::barley},
    {"roll", Icon::barley},
    {"baker", Icon::barley},
    {"croissant", Icon::barley},
    {"flour", Icon::barley},
    {"cereal", Icon::barley},
    {"pasta", Icon::barley},
    {"rice", Icon::barley},
    {"grain", Icon::barley},
    {"baguette", Icon::barley},
    {"cake", Icon::cake},
    {"pastr", Icon::cake},
    {"kuchen", Icon::cake},
    {"biscuit", Icon::cookie},
    {"cookie", Icon::cookie},
    {"snack", Icon::cookie},
    {"crisp", Icon::cookie},
    {"candy", Icon::candy},
    {"sweet", Icon::candy},
    {"chocolate", Icon::candy},
    {"confection", Icon::candy},
    {"süß", Icon::candy},
    {"fruit", Icon::apple},
    {"obst", Icon::apple},
    {"apple", Icon::apple},
    {"orange", Icon::apple},
    {"banana", Icon::apple},
    {"grape", Icon::apple},
    {"pear", Icon::apple},
    {"berr", Icon::apple},
    {"produce", Icon::carrot},
    {"vegetable", Icon::carrot},
    {"carrot", Icon::carrot},
    {"gemüse", Icon::carrot},
    {"tomato", Icon::carrot},
    {"potato", Icon::carrot},
    {"onion", Icon::carrot},
    {"légume", Icon::carrot},
    {"salad", Icon::leaf},
    {"herb", Icon::leaf},
    {"organic", Icon::leaf},
    {"dairy", Icon::cow},
    {"milk", Icon::cow},
    {"milch", Icon::cow},
    {"cheese", Icon::cow},
    {"butter", Icon::cow},
    {"yog", Icon::cow},
    {"cream", Icon::cow},
    {"meat", Icon::meal},
    {"sausage", Icon::meal},
    {"ham", Icon::meal},
    {"butcher", Icon::meal},
    {"deli", Icon::meal},
    {"soup", Icon::meal},
    {"meal", Icon::meal},
    {"kitchen", Icon::meal},
    {"lunch", Icon::meal},
    {"fish", Icon::fish},
    {"seafood", Icon::fish},
    {"frozen", Icon::cold},
    {"ice", Icon::cold},
    {"pizza", Icon::pizza},
    {"sandwich", Icon::food},
    {"burger", Icon::food},
    {"food", Icon::food},
    {"baby", Icon::baby},
    {"pharma", Icon::pill},
    {"health", Icon::pill},
    {"medicine", Icon::pill},
    {"hygiene", Icon::spray},
    {"cosmetic", Icon::spray},
    {"clean", Icon::spray},
    {"soap", Icon::spray},
    {"household", Icon::home},
    {"home", Icon::home},
    {"haushalt", Icon::home},
    {"candle", Icon::home},
    {"decor", Icon::home},
    {"mug", Icon::cup},
    {"garden", Icon::flower},
    {"flower", Icon::flower},
    {"blume", Icon::flower},
    {"plant", Icon::flower},
    {"pet", Icon::paw},
    {"dog", Icon::paw},
    {"cat", Icon::cat},
    {"book", Icon::book},
    {"buch", Icon::book},
    {"magazine", Icon::newspaper},
    {"newspaper", Icon::newspaper},
    {"press", Icon::newspaper},
    {"zeitung", Icon::newspaper},
    {"stationery", Icon::pencil},
    {"office", Icon::pencil},
    {"pen", Icon::pencil},
    {"paper", Icon::pencil},
    {"phone", Icon::phone},
    {"cloth", Icon::shirt},
    {"shirt", Icon::shirt},
    {"fashion", Icon::hanger},
    {"jacket", Icon::hanger},
    {"gift", Icon::gift},
    {"voucher", Icon::gift},
    {"card", Icon::gift},
    {"bag", Icon::shopping},
    {"tragetasche", Icon::shopping},
    {"carrier", Icon::shopping},
    {"tobacco", Icon::smoking},
    {"cigarette", Icon::smoking},
    {"fuel", Icon::fuel},
    {"petrol", Icon::fuel},
    {"diesel", Icon::fuel},
    {"tool", Icon::tool},
    {"hardware", Icon::tool},
    {"loose", Icon::weight},
    {"weighed", Icon::weight},
    {"bulk", Icon::weight},
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

constexpr size_t kShortStem = 3;  // "ham" is no hammock: a short stem must be the whole word

bool starts_a_word(std::string_view text, std::string_view stem) {
  static constexpr std::string_view kBetween = " -/&,.()";
  for (size_t at = text.find(stem); at != std::string_view::npos; at = text.find(stem, at + 1)) {
    if (at > 0 && kBetween.find(text[at - 1]) == std::string_view::npos) continue;
    size_t end = at + stem.size();
    if (stem.size() > kShortStem) return true;
    if (end < text.size() && text[end] == 's') ++end;
    if (end == text.size() || kBetween.find(text[end]) != std::string_view::npos) return true;
  }
  return false;
}

Icon icon_in(std::string_view text) {
  const std::string words = lower(text);
  for (const Word& word : kWords) {
    if (starts_a_word(words, word.stem)) return word.icon;
  }
  return Icon::none;
}

}  // namespace

char32_t code_point(Icon icon) {
  switch (icon) {
    case Icon::none:
    case Icon::count_:
      return 0;
    case Icon::apple:
      return 0xF25B;
    case Icon::baby:
      return 0xF06C;
    case Icon::barley:
      return 0xF073;
    case Icon::beer:
      return 0xF098;
    case Icon::book:
      return 0xF0BE;
    case Icon::cake:
      return 0xF0EB;
    case Icon::candy:
      return 0xF10A;
    case Icon::carrot:
      return 0xF10F;
    case Icon::cat:
      return 0xF11B;
    case Icon::coffee:
      return 0xF176;
    case Icon::cold:
      return 0xF598;
    case Icon::cookie:
      return 0xF198;
    case Icon::cow:
      return 0xF19A;
    case Icon::cup:
      return 0xF1AA;
    case Icon::fish:
      return 0xF23A;
    case Icon::flower:
      return 0xF24A;
    case Icon::food:
      return 0xF25A;
    case Icon::fuel:
      return 0xF298;
    case Icon::gift:
      return 0xF2A1;
    case Icon::hanger:
      return 0xF2C8;
    case Icon::home:
      return 0xF2DC;
    case Icon::leaf:
      return 0xF32A;
    case Icon::martini:
      return 0xF356;
    case Icon::meal:
      return 0xF4A3;
    case Icon::newspaper:
      return 0xF395;
    case Icon::paw:
      return 0xF3E9;
    case Icon::pencil:
      return 0xF3EB;
    case Icon::phone:
      return 0xF11C;
    case Icon::pill:
      return 0xF402;
    case Icon::pizza:
      return 0xF409;
    case Icon::shirt:
      return 0xF53F;
    case Icon::shopping:
      return 0xF49A;
    case Icon::smoking:
      return 0xF4B4;
    case Icon::spray:
      return 0xF665;
    case Icon::tool:
      return 0xF5B7;
    case Icon::water:
      return 0xF58C;
    case Icon::weight:
      return 0xF5A1;
    case Icon::wine:
      return 0xF2A8;
    case Icon::account:
      return 0xF004;
    case Icon::alert:
      return 0xF028;
    case Icon::backspace:
      return 0xF06E;
    case Icon::barcode:
      return 0xF072;
    case Icon::calculator:
      return 0xF0EC;
    case Icon::cart:
      return 0xF110;
    case Icon::cash:
      return 0xF114;
    case Icon::chart:
      return 0xF128;
    case Icon::check:
      return 0xF12C;
    case Icon::clock:
      return 0xF150;
    case Icon::close:
      return 0xF156;
    case Icon::cloud_check:
      return 0xF160;
    case Icon::cloud_off:
      return 0xF164;
    case Icon::cloud_upload:
      return 0xF167;
    case Icon::coins:
      return 0xF178;
    case Icon::contrast:
      return 0xF50E;
    case Icon::credit_card:
      return 0xF19B;
    case Icon::down:
      return 0xF140;
    case Icon::enter:
      return 0xF311;
    case Icon::help:
      return 0xF2D7;
    case Icon::left:
      return 0xF141;
    case Icon::lock:
      return 0xF33E;
    case Icon::logout:
      return 0xF343;
    case Icon::menu:
      return 0xF35C;
    case Icon::quantity:
      return 0xF199;
    case Icon::receipt:
      return 0xF449;
    case Icon::right:
      return 0xF142;
    case Icon::search:
      return 0xF349;
    case Icon::store:
      return 0xF4DC;
    case Icon::tag:
      return 0xF4F9;
    case Icon::undo:
      return 0xF54C;
    case Icon::up:
      return 0xF143;
  }
  return 0;
}

Icon icon_for(std::string_view category, std::string_view name) {
  const Icon by_category = icon_in(category);
  return by_category != Icon::none ? by_category : icon_in(name);
}

}  // namespace pos::ui
