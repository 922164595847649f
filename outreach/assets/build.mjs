// Bundles scripts, styles and fonts into ../static/built; every file is named by its content, manifest.json tells the names.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, inflateSync } from "node:zlib";

const home = dirname(fileURLToPath(import.meta.url));
const target = join(home, "..", "static", "built");
const entries = ["app.js", "app.css", "calendar-page.css", "calendar-drag.js", "calendar-hours.js", "calendar.css"];

const made = await build({
  absWorkingDir: home,
  entryPoints: entries.map((name) => `src/${name}`),
  outdir: target,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  format: "esm",
  target: ["chrome123", "firefox120", "safari17.5"],
  loader: { ".woff2": "file" },
  legalComments: "none",
  logLevel: "warning",
});

// A name without its hash: "app-ABCDEFGH.css" is "app.css".
const plain = (name) => name.replace(/-[A-Z0-9]{8}(?=\.\w+$)/, "");

const languages = ["lv", "en", "ru"];
const packages = new Set([
  "@expo-google-fonts/ibm-plex-sans",
  ...languages.map((language) => `dictionary-${language}`),
  ...Object.keys(made.metafile.inputs)
    .map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//g)?.at(-1))
    .filter(Boolean)
    .map((found) => found.slice("node_modules/".length, -1)),
]);

const manifest = {};
await mkdir(target, { recursive: true });
for (const file of made.outputFiles) {
  const name = basename(file.path);
  manifest[plain(name)] = name;
  await writeFile(file.path, file.contents);
  // Packed once and as small as it goes, so that no request has to pack it.
  if (/\.(js|css)$/.test(name)) await writeFile(`${file.path}.br`, brotliCompressSync(file.contents));
}
const licences = await written(packages);
await writeFile(join(target, "licences.txt"), licences);

const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(join(target, "manifest.json.new"), `${JSON.stringify(sorted, null, 1)}\n`);
// Last and in one step: whoever reads the manifest finds every file that it names.
await rename(join(target, "manifest.json.new"), join(target, "manifest.json"));

const kept = new Set([...Object.values(manifest).flatMap((name) => [name, `${name}.br`]), "manifest.json", "licences.txt"]);
for (const name of await readdir(target)) if (!kept.has(name)) await rm(join(target, name), { recursive: true });

// Pictures for mails are drawn without a browser, by a drawer that takes no woff2.
const drawn = join(home, "node_modules", "@expo-google-fonts", "ibm-plex-sans");
const fonts = join(home, "..", "charts", "fonts");
await mkdir(fonts, { recursive: true });
for (const cut of ["400Regular", "600SemiBold"]) {
  const name = `IBMPlexSans_${cut}.ttf`;
  await copyFile(join(drawn, cut, name), join(fonts, name));
}
// Releases on paper have the headlines of the pages. Their drawer takes no packed letters and one file a name, and what
// was changed may not keep its own name: each cut of the alphabet has one of ours, as long as the old.
const serif = join(home, "node_modules", "@fontsource", "source-serif-4", "files");
for (const [cut, name] of [["latin", "Headline Latin"], ["latin-ext", "Headline Extra"], ["cyrillic", "Headline Cyril"]]) {
  const packed = await readFile(join(serif, `source-serif-4-${cut}-600-normal.woff`));
  await writeFile(join(fonts, `${name.replace(" ", "")}_600SemiBold.ttf`), renamed(unpacked(packed), "Source Serif 4", name));
}

// Spelling is checked by the program itself, with the dictionaries that others keep well.
const dictionaries = join(home, "..", "pressroom", "dictionaries");
await mkdir(dictionaries, { recursive: true });
for (const language of languages) {
  for (const kind of ["aff", "dic"]) {
    await copyFile(join(home, "node_modules", `dictionary-${language}`, `index.${kind}`), join(dictionaries, `${language}.${kind}`));
  }
}

async function written(names) {
  const texts = [];
  for (const name of [...names].sort()) {
    const folder = join(home, "node_modules", ...name.split("/"));
    const file = (await readdir(folder).catch(() => [])).find((entry) => /^licen[cs]e/i.test(entry));
    if (file) texts.push(`${name}\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n`);
  }
  return texts.join(`\n${"-".repeat(72)}\n\n`);
}

// WOFF is TrueType with each of its tables packed: a head of 44 bytes, 20 bytes a table, the tables.
function unpacked(woff) {
  const count = woff.readUInt16BE(12);
  const rows = Array.from({ length: count }, (_, index) => 44 + index * 20);
  const tables = rows.map((at) => {
    const start = woff.readUInt32BE(at + 4);
    const body = woff.subarray(start, start + woff.readUInt32BE(at + 8));
    const length = woff.readUInt32BE(at + 12);
    return { tag: woff.subarray(at, at + 4), sum: woff.readUInt32BE(at + 16), body: body.length < length ? inflateSync(body) : body };
  });
  const power = Math.floor(Math.log2(count));
  const head = Buffer.alloc(12 + count * 16);
  head.writeUInt32BE(woff.readUInt32BE(4), 0);
  [count, 16 * 2 ** power, power, 16 * (count - 2 ** power)].forEach((number, index) => head.writeUInt16BE(number, 4 + index * 2));
  const parts = [head];
  let end = head.length;
  tables.forEach(({ tag, sum, body }, index) => {
    const at = 12 + index * 16;
    tag.copy(head, at);
    [sum, end, body.length].forEach((number, place) => head.writeUInt32BE(number, at + 4 + place * 4));
    parts.push(body, Buffer.alloc(-body.length & 3));
    end += body.length + (-body.length & 3);
  });
  return Buffer.concat(parts);
}

// The name stands in a font in letters of one byte and of two.
function renamed(font, from, to) {
  for (const spelt of [(name) => Buffer.from(name, "latin1"), (name) => Buffer.from(name, "utf16le").swap16()]) {
    const [old, fresh] = [spelt(from), spelt(to)];
    for (let at = font.indexOf(old); at !== -1; at = font.indexOf(old, at)) fresh.copy(font, at);
  }
  return font;
}
