import { faceDrawing } from './face.js';
import { handDrawing } from './hand.js';
import type { Pose } from './pose.js';
import { linearGradient, n, radialGradient, softEllipse, softStroke } from './svg.js';

/** Skin from the lit side (the window, left) to the shaded one. */
export const SKIN = { light: '#f3cdb0', middle: '#e3ae8b', shade: '#b97f5f', deep: '#8d5a42' } as const;

const SWEATER =
  'M578 446 C 560 474 486 486 432 506 C 376 526 352 570 338 640 L 318 800 H 962 L 942 640 C 928 570 904 526 848 506 C 794 486 720 474 702 446 C 676 484 604 484 578 446 Z';
const NECK = 'M586 360 C 590 410 588 440 574 458 C 600 500 680 500 706 458 C 692 440 690 410 694 360 Z';

function body(): string {
  return (
    `<path d="${NECK}" fill="url(#neck)"/>` +
    `<g clip-path="url(#neck-clip)">${softEllipse('chin-shadow', [650, 400, 96, 76], SKIN.deep, 0.8)}</g>` +
    `<path d="${SWEATER}" fill="url(#sweater)"/>` +
    `<g clip-path="url(#sweater-clip)">` +
    // Light of the window on the left shoulder, shade under the arms and down the middle.
    softStroke('M440 505 C 390 525 362 570 350 650', '#8fb6c4', 26, 12, 0.45) +
    softStroke(
      'M432 596 C 446 650 446 700 438 760 M850 592 C 836 650 838 700 846 760',
      '#122c38',
      15,
      6,
      0.6,
    ) +
    softStroke(
      'M520 520 C 560 580 600 600 640 606 M760 520 C 730 570 690 596 650 606 M500 640 C 560 670 600 676 650 674 M790 630 C 740 664 700 674 660 676',
      '#16323f',
      9,
      6,
      0.35,
    ) +
    softStroke('M900 530 C 940 590 950 660 960 760', '#0f2530', 50, 12, 0.5) +
    softStroke('M570 452 C 600 512 680 512 710 452', '#10262f', 30, 6, 0.35) +
    `</g>` +
    `<path d="M575 444 C 598 494 682 494 705 444 L 716 452 C 692 514 588 514 564 452 Z" fill="url(#collar)"/>` +
    `<path d="M570 449 C 594 504 686 504 710 449" stroke="#1b3a47" stroke-width="1.6" fill="none" opacity=".7"/>`
  );
}

function definitions(): string {
  return (
    linearGradient(
      'neck',
      [580, 0, 702, 0],
      [
        [0, '#d9a482'],
        [0.35, '#cf9874'],
        [1, '#93614a'],
      ],
    ) +
    linearGradient(
      'sweater',
      [330, 480, 960, 640],
      [
        [0, '#5b8b9c'],
        [0.4, '#3d6f82'],
        [1, '#22495a'],
      ],
    ) +
    linearGradient(
      'collar',
      [564, 0, 716, 0],
      [
        [0, '#548496'],
        [0.5, '#3a6a7c'],
        [1, '#234a5a'],
      ],
    ) +
    linearGradient(
      'face',
      [544, 200, 742, 330],
      [
        [0, SKIN.light],
        [0.45, '#ebbd9b'],
        [0.75, '#d79f7b'],
        [1, '#bb8262'],
      ],
    ) +
    linearGradient(
      'ear',
      [520, 0, 760, 0],
      [
        [0, '#ecb898'],
        [0.5, '#d79f7b'],
        [1, '#a56c50'],
      ],
    ) +
    linearGradient(
      'hair',
      [520, 90, 770, 300],
      [
        [0, '#6b4630'],
        [0.35, '#4b2f20'],
        [1, '#2a1a12'],
      ],
    ) +
    radialGradient(
      'iris',
      [0, 0, 9],
      [
        [0, '#7a5a38'],
        [0.7, '#5a3e24'],
        [1, '#33210f'],
      ],
    ) +
    linearGradient(
      'arm',
      [870, 0, 1010, 0],
      [
        [0, '#5b8b9c'],
        [0.5, '#3d6f82'],
        [1, '#234a5b'],
      ],
    ) +
    linearGradient(
      'palm',
      [880, 360, 1000, 500],
      [
        [0, SKIN.light],
        [0.55, '#e6b391'],
        [1, '#c58a69'],
      ],
    ) +
    `<clipPath id="neck-clip"><path d="${NECK}"/></clipPath><clipPath id="sweater-clip"><path d="${SWEATER}"/></clipPath>`
  );
}

/** The person alone, as a drawing on the canvas; everything around is transparent. */
export function personDrawing(pose: Pose): string {
  const head = `translate(${n(pose.turn * 9)} ${n(pose.nod * 7)}) rotate(${n(pose.tilt)} 640 430)`;
  return (
    `<defs>${definitions()}</defs>` +
    `<g transform="translate(${n(pose.sway)} 0) rotate(${n(pose.lean)} 640 900)">${body()}` +
    `<g transform="${head}">${faceDrawing(pose)}</g>` +
    `${handDrawing(pose)}</g>`
  );
}
