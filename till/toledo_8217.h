// The language of checkout scales that call themselves "8217 Mettler-Toledo": a command and a
// carriage return to it; STX, the answer and a carriage return back, in seven-bit characters. (Host
// interface in the service manuals of Mettler-Toledo's Viva, Diva and Ariva.)
//   W   -> STX "01.234" CR          kilograms, standing still; an N behind it: net
//          STX "?" status CR        when there is no weight to give
//   Z, T, C (zero, tare, clear the tare) -> STX "?" status CR
// Pounds have two decimals; they are told apart by that.
#pragma once

#include <string_view>

#include "pos/scale.h"

namespace pos::till {

inline constexpr char kStx = '\x02';
// Bits of the status; bit 6 is always set, so that it is never a control character.
inline constexpr unsigned char kMoving = 0x01, kOver = 0x02, kBelowZero = 0x04, kFarFromZero = 0x08,
                               kAtZero = 0x10, kNet = 0x20, kAlways = 0x40;

// What came up to the carriage return, without it. What stands before the last STX is noise.
ScaleReading read_8217(std::string_view answer);

}  // namespace pos::till
