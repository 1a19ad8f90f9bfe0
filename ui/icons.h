// The pictures of the screen, by name. Their shapes come from the packaged Material Design Icons
// font; without it the words stand alone.
#pragma once

#include <cstdint>
#include <string_view>

namespace pos::ui {

enum class Icon : uint8_t {
  none,
  // goods
  apple,
  baby,
  barley,
  beer,
  book,
  cake,
  candy,
  carrot,
  cat,
  coffee,
  cold,
  cookie,
  cow,
  cup,
  fish,
  flower,
  food,
  fuel,
  gift,
  hanger,
  home,
  leaf,
  martini,
  meal,
  newspaper,
  paw,
  pencil,
  phone,
  pill,
  pizza,
  shirt,
  shopping,
  smoking,
  spray,
  tool,
  water,
  weight,
  wine,
  // work
  account,
  alert,
  backspace,
  barcode,
  calculator,
  cart,
  cash,
  chart,
  check,
  clock,
  close,
  cloud_check,
  cloud_off,
  cloud_upload,
  coins,
  contrast,
  credit_card,
  down,
  enter,
  help,
  left,
  lock,
  logout,
  menu,
  quantity,
  receipt,
  right,
  search,
  store,
  tag,
  undo,
  up,
  count_  // keep last
};

// Where the icon sits in the font (version 1.6.50, private use area); 0 for none.
char32_t code_point(Icon);

// A picture that fits the words of a category or, failing that, of a product; none when no word is
// known. A wrong picture costs more than no picture.
Icon icon_for(std::string_view category, std::string_view name);

}  // namespace pos::ui
