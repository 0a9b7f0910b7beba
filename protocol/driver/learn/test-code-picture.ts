// The test code as a QR symbol (ISO/IEC 18004, version 6-M, mask 4, byte mode, no ECI), so that it can be shown without a library.

/** `#` is dark; without the quiet zone of four modules. */
export const testCodeRows: readonly string[] = [
  "#######.##.#..##.##....#..###...#.#######",
  "#.....#...###.#..#.#..#..#.##.#...#.....#",
  "#.###.#..#.#.####...####..##.##...#.###.#",
  "#.###.#.#.#.#..####.####.######.#.#.###.#",
  "#.###.#.##.....####.#..###.#...#..#.###.#",
  "#.....#.###..#.#..#..#.#.##.#..##.#.....#",
  "#######.#.#.#.#.#.#.#.#.#.#.#.#.#.#######",
  "........#....#.#.#...#....#.##...........",
  "#...#.###.#.#.#.####.#.#...##..#.#####..#",
  "##..#....#..#.##.#..######.#..##......#.#",
  "#.##.####.#....#....##.#...#.##.###.#...#",
  "##.#.#.#...##.##...###.....#.#..#.####...",
  "#######....#..##.###.#..##.###..##.#.###.",
  "#.####.#..#.###.#####....#...##...#...#..",
  ".#######..##..#.#.#.####...##.....#..##..",
  ".#..#...#...#.#.###..#..#####.#.####.#.##",
  ".##...##.##.#..#.#.######.#####.##..#....",
  "####.#...##...#...#..#.#...#.##....##.#.#",
  "#####.#..##.#....#..#..#....####.#.#....#",
  "#..###.##.##..##.##.#.###.#.##..#..#..##.",
  "#..#####.#.##.....###.##...#.#..#.##..###",
  "##..##.#.##.###..#.....##.....#.#...####.",
  "##..#.#.#.##..####.#.#..#.#..##......#..#",
  "##..#...#.##.#.####..###....#####.##.#...",
  "...#..#.#...#.##.#.#.#....##....##.#.#...",
  ".##.#..###.##..##...#.####.#.#..#.#..#.##",
  "#..#.###.#.####.#.#..####.####....#..#..#",
  ".#.....##.##.###.####.##...#...#####.#...",
  ".###..#######...##.##.#.#...##.......###.",
  "##.###.#####.#...#.#......#####..###..#.#",
  "..##.###..#...##..##.#.###.##.#.#....#.##",
  "..###..#..#..#.#.###########..#....###..#",
  "##...###.#.#..####..###..#####..#####..#.",
  "........#...#.#.##.....#...#..#.#...###..",
  "#######.##.#.#.##.#..####.#....##.#.#...#",
  "#.....#..#...####...##.#...###.##...#####",
  "#.###.#.#...#......#...###..##.#######.##",
  "#.###.#...#.##...####.##.###.....#.##.#.#",
  "#.###.#...#.##.#.#.#.#...........##...#.#",
  "#.....#..###....#...##.#...####.#.#..#.##",
  "#######.#...##..####.#.#..#.#...##.###.#.",
];

/** Light modules that must surround a symbol (ISO/IEC 18004, clause 6.3.8). */
const quietModules = 4;

const surrounded = (): string[] => {
  const side = ".".repeat(quietModules);
  const width = (testCodeRows[0]?.length ?? 0) + 2 * quietModules;
  const empty = Array.from({ length: quietModules }, () => ".".repeat(width));
  return [...empty, ...testCodeRows.map((row) => `${side}${row}${side}`), ...empty];
};

/** Two rows of modules a line, for a terminal that shows light text on a dark ground. */
export function testCodeAsText(): string {
  const rows = surrounded();
  const lines: string[] = [];
  for (let at = 0; at < rows.length; at += 2) {
    const [upper = "", lower = ""] = [rows[at], rows[at + 1]];
    lines.push(Array.from(upper, (module, x) => blocks[`${module}${lower[x] ?? "."}`] ?? " ").join(""));
  }
  return lines.join("\n");
}

/** The light modules are painted. */
const blocks: Readonly<Record<string, string>> = { "..": "█", ".#": "▀", "#.": "▄", "##": " " };

/** For print: 1 mm a module. */
export function testCodeAsSvg(): string {
  const rows = surrounded();
  const size = rows.length;
  const path = rows
    .flatMap((row, y) =>
      [...row.matchAll(/#+/g)].map((run) => `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`),
    )
    .join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}mm" height="${size}mm" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><title>Mã thử | test code</title><path fill="#fff" d="M0 0h${size}v${size}h-${size}z"/><path d="${path}"/></svg>\n`;
}
