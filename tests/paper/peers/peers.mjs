// One line for each peer and thing: "peer thing hex".
import Encoder from '@point-of-sale/receipt-printer-encoder';
import receiptline from 'receiptline';

const number = 's1-till1-A000042';
const say = (peer, thing, bytes, encoding) =>
  console.log(peer, thing, Buffer.from(bytes, encoding).toString('hex'));

const encoder = (thing, build) => {
  const e = new Encoder({ language: 'esc-pos', columns: 42, codepageMapping: 'epson' });
  say('encoder', thing, build(e).encode());
};
encoder('init', (e) => e.initialize());
encoder('euro858', (e) => e.codepage('cp858').text('€'));
encoder('euro1252', (e) => e.codepage('windows1252').text('€'));
encoder('polish852', (e) => e.codepage('cp852').text('Łódź'));
encoder('greek1253', (e) => e.codepage('windows1253').text('Φέτα'));
encoder('cyrillic866', (e) => e.codepage('cp866').text('Хлеб'));
encoder('bold', (e) => e.bold(true).text('a').bold(false).newline());
encoder('tall', (e) => e.size(1, 2).text('a').size(1, 1).newline());
encoder('ean13', (e) => e.barcode('9501101531000', 'ean13', { height: 72, width: 2, text: true }));
encoder('code128', (e) => e.barcode('Wikipedia', 'code128', { height: 72, width: 2, text: false }));
encoder('qr', (e) => e.qrcode(number, { model: 2, size: 6, errorlevel: 'm' }));
encoder('cut', (e) => e.cut());
encoder('drawer', (e) => e.pulse(0, 100, 500));
encoder('centre', (e) => e.align('center').barcode('9501101531000', 'ean13').align('left'));

const line = (thing, text) =>
  say('receiptline', thing, receiptline.transform(text, {
    cpl: 42, encoding: 'multilingual', spacing: false, cutting: false, command: 'escpos',
  }), 'binary');
line('init', 'a');
line('euro1252', '€');
line('polish852', 'Łódź');
line('greek1253', 'Φέτα');
line('cyrillic866', 'Хлеб');
line('bold', '"a"');
line('tall', '^^a');
line('ean13', '{code:9501101531000;option:ean,2,72,hri}');
line('code128', '{code:Wikipedia;option:code128,2,72}');
line('code128number', `{code:${number};option:code128,2,72}`);
line('cut', '=');
