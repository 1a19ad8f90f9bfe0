#include "pos/receipt_words.h"

#include <string>
#include <vector>

#include "pos/receipt.h"

namespace pos {
namespace {

constexpr ReceiptWords kWords[] = {
    {"en", "COPY", "TRAINING - NOT A RECEIPT", "RETURN", "Original", "Invoice to", "Discount",
     "Subtotal", "Rounding", "TOTAL", "Cash", "Card", "Voucher", "Gift card", "Change", "Tax",
     "Net", "Gross", "Served by"},
    {"de", "KOPIE", "SCHULUNG - KEIN BELEG", "RÜCKGABE", "Original", "Rechnung an", "Rabatt",
     "Zwischensumme", "Rundung", "SUMME", "Bar", "Karte", "Gutschein", "Geschenkkarte", "Rückgeld",
     "USt", "Netto", "Brutto", "Bedient von"},
    {"fr", "DUPLICATA", "FORMATION - SANS VALEUR", "RETOUR", "Original", "Facture à", "Remise",
     "Sous-total", "Arrondi", "TOTAL", "Espèces", "Carte", "Bon", "Carte cadeau", "Rendu", "TVA",
     "HT", "TTC", "Servi par"},
    {"pl", "KOPIA", "SZKOLENIE - TO NIE PARAGON", "ZWROT", "Oryginał", "Faktura dla", "Rabat",
     "Razem", "Zaokrąglenie", "SUMA", "Gotówka", "Karta", "Bon", "Karta podarunkowa", "Reszta",
     "VAT", "Netto", "Brutto", "Obsługuje"},
    {"el", "ΑΝΤΙΓΡΑΦΟ", "ΕΚΠΑΙΔΕΥΣΗ - ΟΧΙ ΑΠΟΔΕΙΞΗ", "ΕΠΙΣΤΡΟΦΗ", "Αρχική", "Τιμολόγιο προς",
     "Έκπτωση", "Μερικό σύνολο", "Στρογγυλοποίηση", "ΣΥΝΟΛΟ", "Μετρητά", "Κάρτα", "Κουπόνι",
     "Δωροκάρτα", "Ρέστα", "ΦΠΑ", "Καθαρό", "Μικτό", "Εξυπηρέτηση"},
};

}  // namespace

const ReceiptWords& receipt_words(std::string_view language) {
  for (const ReceiptWords& words : kWords) {
    if (language == words.language) return words;
  }
  return kWords[0];
}

const std::vector<std::string>& receipt_languages() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> names;
    for (const ReceiptWords& words : kWords) names.emplace_back(words.language);
    return names;
  }();
  return all;
}

}  // namespace pos
