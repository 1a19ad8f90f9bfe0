#include "pos/receipt_words.h"

#include <algorithm>
#include <vector>

#include "pos/receipt.h"

namespace pos {
namespace {

constexpr ReceiptWords kWords[] = {
    {
        .language = "en",
        .decimal = '.',
        .date = "y-m-d",
        .copy = "COPY",
        .training = "TRAINING - NOT A RECEIPT",
        .returned = "RETURN",
        .exchanged = "EXCHANGE",
        .original = "Original receipt",
        .invoice = "INVOICE",
        .invoice_to = "Invoice to",
        .tax_number = "Tax no.",
        .discount = "Discount",
        .saved = "You saved",
        .subtotal = "Subtotal",
        .rounding = "Rounding",
        .total = "TOTAL",
        .cash = "Cash",
        .card = "Card",
        .voucher = "Voucher",
        .gift = "Gift card",
        .change = "Change",
        .tax = "Tax",
        .net = "Net",
        .gross = "Gross",
        .begun = "Begun",
        .ended = "Ended",
        .till = "Till",
        .served_by = "Served by",
        .x_report = "X REPORT",
        .z_report = "Z REPORT",
        .business_date = "Business date",
        .opened = "Opened",
        .closed = "Closed",
        .receipts = "Receipts",
        .sales = "Sales",
        .turnover = "Turnover",
        .returns = "Returns",
        .cash_moved = "Moved in and out",
        .tenders = "Tenders",
        .categories = "Categories",
        .cashiers = "Cashiers",
        .other = "Other",
        .drawer = "Drawer",
        .float_amount = "Float",
        .expected = "Expected",
        .counted = "Counted",
        .variance = "Variance",
        .grand_total = "Grand total",
        .unconfirmed = "Not yet confirmed by central",
    },
    {
        .language = "de",
        .decimal = ',',
        .date = "d.m.y",
        .copy = "KOPIE",
        .training = "SCHULUNG - KEIN BELEG",
        .returned = "RÜCKGABE",
        .exchanged = "UMTAUSCH",
        .original = "Ursprünglicher Bon",
        .invoice = "RECHNUNG",
        .invoice_to = "Rechnung an",
        .tax_number = "USt-IdNr.",
        .discount = "Rabatt",
        .saved = "Sie sparen",
        .subtotal = "Zwischensumme",
        .rounding = "Rundung",
        .total = "SUMME",
        .cash = "Bar",
        .card = "Karte",
        .voucher = "Gutschein",
        .gift = "Geschenkkarte",
        .change = "Rückgeld",
        .tax = "USt",
        .net = "Netto",
        .gross = "Brutto",
        .begun = "Beginn",
        .ended = "Ende",
        .till = "Kasse",
        .served_by = "Bedient von",
        .x_report = "X-BERICHT",
        .z_report = "Z-BERICHT",
        .business_date = "Geschäftstag",
        .opened = "Eröffnet",
        .closed = "Geschlossen",
        .receipts = "Bons",
        .sales = "Verkäufe",
        .turnover = "Umsatz",
        .returns = "Rückgaben",
        .cash_moved = "Ein- und Auszahlungen",
        .tenders = "Zahlarten",
        .categories = "Warengruppen",
        .cashiers = "Kassierende",
        .other = "Sonstige",
        .drawer = "Kassenlade",
        .float_amount = "Wechselgeld",
        .expected = "Soll",
        .counted = "Gezählt",
        .variance = "Differenz",
        .grand_total = "Gesamtumsatz",
        .unconfirmed = "Noch nicht von der Zentrale bestätigt",
    },
    {
        .language = "fr",
        .decimal = ',',
        .date = "d/m/y",
        .copy = "DUPLICATA",
        .training = "FORMATION - SANS VALEUR",
        .returned = "RETOUR",
        .exchanged = "ÉCHANGE",
        .original = "Ticket d'origine",
        .invoice = "FACTURE",
        .invoice_to = "Facture à",
        .tax_number = "N° TVA",
        .discount = "Remise",
        .saved = "Vous économisez",
        .subtotal = "Sous-total",
        .rounding = "Arrondi",
        .total = "TOTAL",
        .cash = "Espèces",
        .card = "Carte",
        .voucher = "Bon",
        .gift = "Carte cadeau",
        .change = "Rendu",
        .tax = "TVA",
        .net = "HT",
        .gross = "TTC",
        .begun = "Début",
        .ended = "Fin",
        .till = "Caisse",
        .served_by = "Servi par",
        .x_report = "RAPPORT X",
        .z_report = "RAPPORT Z",
        .business_date = "Journée",
        .opened = "Ouverture",
        .closed = "Clôture",
        .receipts = "Tickets",
        .sales = "Ventes",
        .turnover = "Chiffre d'affaires",
        .returns = "Retours",
        .cash_moved = "Entrées et sorties",
        .tenders = "Paiements",
        .categories = "Rayons",
        .cashiers = "Caissiers",
        .other = "Autres",
        .drawer = "Tiroir-caisse",
        .float_amount = "Fond de caisse",
        .expected = "Théorique",
        .counted = "Compté",
        .variance = "Écart",
        .grand_total = "Total perpétuel",
        .unconfirmed = "Pas encore confirmés par la centrale",
    },
    {
        .language = "pl",
        .decimal = ',',
        .date = "d.m.y",
        .copy = "KOPIA",
        .training = "SZKOLENIE - TO NIE PARAGON",
        .returned = "ZWROT",
        .exchanged = "WYMIANA",
        .original = "Paragon pierwotny",
        .invoice = "FAKTURA",
        .invoice_to = "Faktura dla",
        .tax_number = "NIP",
        .discount = "Rabat",
        .saved = "Oszczędność",
        .subtotal = "Razem",
        .rounding = "Zaokrąglenie",
        .total = "SUMA",
        .cash = "Gotówka",
        .card = "Karta",
        .voucher = "Bon",
        .gift = "Karta podarunkowa",
        .change = "Reszta",
        .tax = "VAT",
        .net = "Netto",
        .gross = "Brutto",
        .begun = "Od",
        .ended = "Do",
        .till = "Kasa",
        .served_by = "Obsługuje",
        .x_report = "RAPORT X",
        .z_report = "RAPORT Z",
        .business_date = "Dzień",
        .opened = "Otwarcie",
        .closed = "Zamknięcie",
        .receipts = "Paragony",
        .sales = "Sprzedaże",
        .turnover = "Obrót",
        .returns = "Zwroty",
        .cash_moved = "Wpłaty i wypłaty",
        .tenders = "Płatności",
        .categories = "Grupy towarów",
        .cashiers = "Kasjerzy",
        .other = "Inne",
        .drawer = "Szuflada",
        .float_amount = "Stan początkowy",
        .expected = "Powinno być",
        .counted = "Policzono",
        .variance = "Różnica",
        .grand_total = "Suma łączna",
        .unconfirmed = "Jeszcze niepotwierdzone przez centralę",
    },
    {
        .language = "el",
        .decimal = ',',
        .date = "d/m/y",
        .copy = "ΑΝΤΙΓΡΑΦΟ",
        .training = "ΕΚΠΑΙΔΕΥΣΗ - ΟΧΙ ΑΠΟΔΕΙΞΗ",
        .returned = "ΕΠΙΣΤΡΟΦΗ",
        .exchanged = "ΑΛΛΑΓΗ",
        .original = "Αρχική απόδειξη",
        .invoice = "ΤΙΜΟΛΟΓΙΟ",
        .invoice_to = "Τιμολόγιο προς",
        .tax_number = "ΑΦΜ",
        .discount = "Έκπτωση",
        .saved = "Κερδίσατε",
        .subtotal = "Μερικό σύνολο",
        .rounding = "Στρογγυλοποίηση",
        .total = "ΣΥΝΟΛΟ",
        .cash = "Μετρητά",
        .card = "Κάρτα",
        .voucher = "Κουπόνι",
        .gift = "Δωροκάρτα",
        .change = "Ρέστα",
        .tax = "ΦΠΑ",
        .net = "Καθαρό",
        .gross = "Μικτό",
        .begun = "Έναρξη",
        .ended = "Λήξη",
        .till = "Ταμείο",
        .served_by = "Εξυπηρέτηση",
        .x_report = "ΑΝΑΦΟΡΑ X",
        .z_report = "ΑΝΑΦΟΡΑ Z",
        .business_date = "Ημέρα",
        .opened = "Άνοιγμα",
        .closed = "Κλείσιμο",
        .receipts = "Αποδείξεις",
        .sales = "Πωλήσεις",
        .turnover = "Τζίρος",
        .returns = "Επιστροφές",
        .cash_moved = "Εισροές και εκροές",
        .tenders = "Πληρωμές",
        .categories = "Κατηγορίες",
        .cashiers = "Ταμίες",
        .other = "Λοιπά",
        .drawer = "Συρτάρι",
        .float_amount = "Αρχικό ποσό",
        .expected = "Αναμενόμενο",
        .counted = "Μετρήθηκε",
        .variance = "Διαφορά",
        .grand_total = "Γενικό σύνολο",
        .unconfirmed = "Δεν επιβεβαιώθηκαν ακόμη από το κέντρο",
    },
};

std::string written(const ReceiptWords& words, std::string number) {
  std::replace(number.begin(), number.end(), '.', words.decimal);
  return number;
}

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

const char* tender_word(const ReceiptWords& words, TenderKind kind) {
  switch (kind) {
    case TenderKind::cash:
      return words.cash;
    case TenderKind::card:
      return words.card;
    case TenderKind::voucher:
      return words.voucher;
    case TenderKind::gift:
      return words.gift;
  }
  return words.cash;
}

std::string amount_text(const ReceiptWords& words, Money money, int digits) {
  return written(words, to_text(money, digits));
}

std::string quantity_text(const ReceiptWords& words, Quantity quantity) {
  return written(words, to_text(quantity));
}

std::string percent_text(const ReceiptWords& words, Rate rate) {
  return quantity_text(words, Quantity{rate.ppm / 10}) + "%";  // 200000 ppm = 20.000 %
}

std::string date_text(const ReceiptWords& words, std::string_view iso_date) {
  if (iso_date.size() < 10) return std::string(iso_date);
  std::string out;
  for (const char* c = words.date; *c; ++c) {
    if (*c == 'y') {
      out += iso_date.substr(0, 4);
    } else if (*c == 'm') {
      out += iso_date.substr(5, 2);
    } else if (*c == 'd') {
      out += iso_date.substr(8, 2);
    } else {
      out += *c;
    }
  }
  return out;
}

}  // namespace pos
