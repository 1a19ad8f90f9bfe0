// One code a line in, one line of JSON out: what npm's `gtin` and `gs1-barcode-parser-mod` say.
//   gtin CODE -> {"valid":true}   upce CODE -> {"upca":"…"}   gs1 TEXT -> {"01":"…","17":"2027-12-31"}
// TEXT has ~ in place of the group separator.
import { createInterface } from "node:readline";
import gtin from "gtin";
import gs1 from "gs1-barcode-parser-mod";

function elements(text) {
  const found = {};
  for (const item of gs1.parseBarcode(text).parsedCodeItems) {
    found[item.ai] = item.isoDate || item.raw;
  }
  return found;
}

function say(kind, text) {
  if (kind === "gtin") return { valid: gtin.isValid(text) };
  if (kind === "upce") return { upca: gtin.upcE.expand(text) };
  return elements(text.replaceAll("~", "\u001d"));
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line === "") continue;
  const [kind, text] = line.split(" ");
  try {
    console.log(JSON.stringify(say(kind, text)));
  } catch (error) {
    console.log(JSON.stringify({ refused: String(error.message) }));
  }
}
