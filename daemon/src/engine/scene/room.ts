import { blurFilter, linearGradient, n, radialGradient } from './svg.js';

const BOOK_COLOURS = [
  '#8c3b2e',
  '#2f5d62',
  '#c9a24b',
  '#39465e',
  '#7a8f5a',
  '#b5654a',
  '#5b4a6f',
  '#d8cbb0',
  '#3f6f8f',
];

/** A fixed sequence of numbers from 0 to 1 (linear congruential generator), so that the shelf is the same every time. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

function books(left: number, right: number, floor: number, seed: number): string {
  const next = sequence(seed);
  let drawn = '';
  let x = left;
  while (x < right - 12) {
    const width = Math.min(13 + next() * 17, right - x);
    const height = 68 + next() * 36;
    const colour = BOOK_COLOURS[Math.floor(next() * BOOK_COLOURS.length)] ?? '#555';
    const top = floor - height;
    drawn +=
      `<rect x="${n(x)}" y="${n(top)}" width="${n(width - 1.5)}" height="${n(height)}" rx="1.5" fill="${colour}"/>` +
      `<rect x="${n(x)}" y="${n(top)}" width="${n(width * 0.28)}" height="${n(height)}" fill="#fff" opacity=".13"/>` +
      `<rect x="${n(x + 2)}" y="${n(top + 14)}" width="${n(width - 5.5)}" height="4" fill="#f0e2b8" opacity=".7"/>` +
      `<rect x="${n(x + 2)}" y="${n(floor - 18)}" width="${n(width - 5.5)}" height="2.5" fill="#f0e2b8" opacity=".5"/>`;
    x += width;
  }
  return drawn;
}

function shelf(): string {
  const boards = [128, 262, 396, 530];
  const rows = boards.map(
    (y) =>
      `<rect x="902" y="${y}" width="322" height="13" fill="url(#board)"/>` +
      `<rect x="910" y="${y + 13}" width="306" height="12" fill="#2b1d12" opacity=".28"/>`,
  );
  return (
    `<rect x="896" y="28" width="334" height="692" fill="#3d2b1e" opacity=".3" filter="url(#soft)"/>` +
    `<rect x="900" y="24" width="326" height="700" fill="url(#shelf-back)"/>` +
    books(914, 1060, 128, 3) +
    books(972, 1210, 262, 11) +
    books(914, 1120, 396, 29) +
    books(1010, 1210, 530, 47) +
    rows.join('') +
    `<rect x="896" y="20" width="14" height="704" fill="url(#board)"/><rect x="1214" y="20" width="14" height="704" fill="url(#board)"/>` +
    `<rect x="896" y="16" width="332" height="13" fill="url(#board)"/>` +
    // What is not a book: a vase, a globe, boxes.
    `<path d="M1120 128 c-22 -16 -18 -42 -6 -52 v-16 h26 v16 c12 10 16 36 -6 52 z" fill="url(#vase)"/>` +
    `<circle cx="1172" cy="92" r="28" fill="url(#globe)"/><path d="M1152 80 q14 -14 24 -2 q-2 14 -14 12 q-4 12 -10 2 z M1176 98 q12 -8 18 4 q-8 14 -16 8 z" fill="#7d9a63" opacity=".8"/>` +
    `<path d="M1172 120 v6 M1156 128 h32" stroke="#5a4630" stroke-width="5"/>` +
    `<rect x="916" y="212" width="48" height="50" rx="3" fill="#cbb696"/><rect x="930" y="228" width="20" height="10" rx="2" fill="#8f7c5f"/>` +
    `<rect x="1134" y="346" width="72" height="50" rx="3" fill="#6f8791"/><rect x="1158" y="362" width="24" height="10" rx="2" fill="#42535a"/>` +
    `<path d="M936 530 l6 -52 h44 l6 52 z" fill="#b86f4a"/>` +
    leaves(964, 480, 13, 62, 0.9)
  );
}

function leaves(x: number, y: number, count: number, length: number, spread: number): string {
  const next = sequence(count * 7);
  let drawn = '';
  for (let leaf = 0; leaf < count; leaf++) {
    const angle = ((leaf / (count - 1)) * 2 - 1) * spread;
    const long = length * (0.75 + next() * 0.5);
    const colour = ['#4f7a4a', '#3c6440', '#6b9458'][leaf % 3] ?? '#4f7a4a';
    drawn +=
      `<g transform="translate(${n(x + angle * 10)} ${y}) rotate(${n((angle * 180) / Math.PI)})">` +
      `<path d="M0 4 C ${n(-long * 0.2)} ${n(-long * 0.4)} ${n(-long * 0.16)} ${n(-long * 0.8)} 0 ${n(-long)} C ${n(long * 0.16)} ${n(-long * 0.8)} ${n(long * 0.2)} ${n(-long * 0.4)} 0 4 z" fill="${colour}"/>` +
      `<path d="M0 0 V ${n(-long * 0.85)}" stroke="#2c4a2e" stroke-width="1.5" opacity=".5"/></g>`;
  }
  return drawn;
}

function window(): string {
  return (
    `<rect x="52" y="44" width="296" height="396" fill="#f4efe6"/><rect x="52" y="44" width="296" height="396" fill="none" stroke="#cfc4b2" stroke-width="3"/>` +
    `<rect x="68" y="60" width="264" height="364" fill="url(#sky)"/>` +
    `<g fill="#fff" opacity=".75"><ellipse cx="130" cy="132" rx="48" ry="14"/><ellipse cx="160" cy="122" rx="34" ry="16"/><ellipse cx="276" cy="188" rx="44" ry="12"/></g>` +
    `<path d="M68 366 C 110 330 150 346 190 352 C 240 340 290 318 332 350 V 424 H 68 z" fill="#86a876"/>` +
    `<path d="M68 392 C 130 372 220 396 332 378 V 424 H 68 z" fill="#6d9162"/>` +
    `<path d="M258 352 v40" stroke="#5c4a38" stroke-width="5"/><ellipse cx="258" cy="322" rx="27" ry="38" fill="#5f8653"/><ellipse cx="252" cy="312" rx="15" ry="22" fill="#74995f"/>` +
    `<path d="M200 60 V 424 M68 228 H 332" stroke="#f4efe6" stroke-width="13"/><path d="M207 60 V 424 M68 235 H 332" stroke="#cfc4b2" stroke-width="2"/>` +
    `<rect x="38" y="436" width="324" height="16" rx="3" fill="#efe8dc"/><rect x="38" y="450" width="324" height="6" fill="#b9ab95"/>` +
    `<path d="M14 26 H 92 C 84 150 88 330 60 470 H 8 z" fill="url(#curtain)"/>` +
    `<path d="M386 26 H 308 C 316 150 312 330 340 470 H 392 z" fill="url(#curtain)"/>` +
    `<path d="M34 30 C 30 190 34 330 26 468 M58 30 C 56 190 56 330 44 468 M366 30 C 370 190 366 330 374 468 M342 30 C 344 190 344 330 356 468" stroke="#a98f72" stroke-width="2.5" fill="none" opacity=".55"/>` +
    `<rect x="2" y="18" width="400" height="9" rx="4" fill="#6b5844"/><circle cx="4" cy="22" r="8" fill="#6b5844"/><circle cx="400" cy="22" r="8" fill="#6b5844"/>`
  );
}

function pictures(): string {
  return (
    `<rect x="450" y="72" width="132" height="104" fill="#2b2118" opacity=".25" filter="url(#soft)"/>` +
    `<rect x="446" y="64" width="132" height="104" fill="#4a382a"/><rect x="454" y="72" width="116" height="88" fill="#f3ede1"/>` +
    `<rect x="466" y="84" width="92" height="64" fill="url(#painting)"/><path d="M466 148 l28 -36 18 18 20 -28 26 46 z" fill="#5a6f86"/><circle cx="538" cy="98" r="8" fill="#f6d98a"/>` +
    `<rect x="742" y="58" width="92" height="122" fill="#2b2118" opacity=".25" filter="url(#soft)"/>` +
    `<rect x="738" y="50" width="92" height="122" fill="#1f1f22"/><rect x="745" y="57" width="78" height="108" fill="#efe9dd"/>` +
    `<circle cx="784" cy="98" r="22" fill="#c8683f"/><path d="M757 148 q27 -40 54 0 z" fill="#2f5d62"/>`
  );
}

function lampAndSideboard(): string {
  return (
    `<rect x="392" y="556" width="508" height="170" fill="url(#sideboard)"/><rect x="384" y="544" width="524" height="15" rx="2" fill="#8a6543"/>` +
    `<path d="M560 566 V 720 M728 566 V 720" stroke="#4d3622" stroke-width="3"/><g fill="#d9b26a"><circle cx="546" cy="636" r="5"/><circle cx="574" cy="636" r="5"/><circle cx="742" cy="636" r="5"/></g>` +
    `<ellipse cx="456" cy="400" rx="150" ry="150" fill="url(#glow)"/>` +
    `<path d="M456 544 V 430" stroke="#7d6a4c" stroke-width="7"/><ellipse cx="456" cy="542" rx="34" ry="7" fill="#6a5940"/>` +
    `<path d="M418 354 H 494 L 514 436 H 398 z" fill="url(#shade)"/>` +
    `<g transform="translate(-560 -108)"><rect x="790" y="488" width="62" height="14" fill="#39465e"/><rect x="784" y="502" width="74" height="14" fill="#b5654a"/><rect x="788" y="516" width="68" height="13" fill="#d8cbb0"/><rect x="780" y="529" width="80" height="15" fill="#2f5d62"/>` +
    `<path d="M804 488 v-26 h34 v26 z" fill="#f0ebe0"/><path d="M838 468 q14 0 12 9 q-2 8 -12 7" fill="none" stroke="#f0ebe0" stroke-width="4"/></g>`
  );
}

function radiator(): string {
  let fins = '';
  for (let x = 92; x < 300; x += 22) {
    fins +=
      `<rect x="${x}" y="516" width="17" height="118" rx="6" fill="url(#fin)"/>` +
      `<rect x="${x + 3}" y="522" width="4" height="104" rx="2" fill="#fff" opacity=".7"/>`;
  }
  return (
    `<rect x="88" y="520" width="232" height="124" fill="#5a4a38" opacity=".3" filter="url(#soft)"/>` +
    `<rect x="96" y="524" width="210" height="9" fill="#cfc6b8"/><rect x="96" y="616" width="210" height="9" fill="#cfc6b8"/>` +
    fins +
    `<path d="M310 622 h16 v20" stroke="#d9d0c2" stroke-width="7" fill="none"/><rect x="318" y="606" width="15" height="20" rx="4" fill="#e9e4da"/>`
  );
}

function definitions(): string {
  return (
    linearGradient(
      'wall',
      [0, 0, 1280, 300],
      [
        [0, '#e9dfce'],
        [0.35, '#dccfba'],
        [0.75, '#c5b59d'],
        [1, '#ac9c86'],
      ],
    ) +
    radialGradient(
      'daylight',
      [330, 240, 620],
      [
        [0, '#fff6df', 0.65],
        [1, '#fff6df', 0],
      ],
    ) +
    linearGradient(
      'floor',
      [0, 640, 0, 720],
      [
        [0, '#a07c58'],
        [1, '#7d5c3e'],
      ],
    ) +
    linearGradient(
      'sky',
      [0, 60, 0, 424],
      [
        [0, '#9cc7ea'],
        [1, '#e8f3f7'],
      ],
    ) +
    linearGradient(
      'curtain',
      [0, 26, 0, 470],
      [
        [0, '#e2cfb2'],
        [1, '#c9b08d'],
      ],
    ) +
    linearGradient(
      'board',
      [896, 0, 1230, 0],
      [
        [0, '#94704c'],
        [1, '#6f5135'],
      ],
    ) +
    linearGradient(
      'shelf-back',
      [900, 0, 1226, 0],
      [
        [0, '#6b4f37'],
        [1, '#4f3926'],
      ],
    ) +
    linearGradient(
      'vase',
      [1100, 0, 1150, 0],
      [
        [0, '#e9e4da'],
        [1, '#a9a398'],
      ],
    ) +
    radialGradient(
      'globe',
      [1162, 82, 40],
      [
        [0, '#a9cfe0'],
        [1, '#4d7f9a'],
      ],
    ) +
    linearGradient(
      'painting',
      [0, 84, 0, 148],
      [
        [0, '#e7b98f'],
        [1, '#b8d0d6'],
      ],
    ) +
    linearGradient(
      'sideboard',
      [0, 556, 0, 720],
      [
        [0, '#775436'],
        [1, '#5a3e27'],
      ],
    ) +
    radialGradient(
      'glow',
      [456, 400, 150],
      [
        [0, '#ffe9b0', 0.75],
        [1, '#ffe9b0', 0],
      ],
    ) +
    linearGradient(
      'shade',
      [398, 0, 514, 0],
      [
        [0, '#f7e3b5'],
        [0.45, '#fff5d6'],
        [1, '#e3c588'],
      ],
    ) +
    linearGradient(
      'fin',
      [0, 516, 0, 634],
      [
        [0, '#f3eee5'],
        [0.6, '#ddd5c8'],
        [1, '#b9ae9d'],
      ],
    ) +
    blurFilter('soft', 7)
  );
}

/** The furnished room without anybody in it, as a drawing on the canvas. */
export function roomDrawing(): string {
  return (
    `<defs>${definitions()}</defs>` +
    `<rect width="1280" height="720" fill="url(#wall)"/><rect width="1280" height="720" fill="url(#daylight)"/>` +
    `<rect y="640" width="1280" height="80" fill="url(#floor)"/><rect y="628" width="1280" height="13" fill="#efe7da"/><rect y="640" width="1280" height="3" fill="#6b5036" opacity=".6"/>` +
    window() +
    pictures() +
    shelf() +
    lampAndSideboard() +
    radiator()
  );
}
