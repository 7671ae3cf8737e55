import type { Pose } from './pose.js';
import { n, softStroke } from './svg.js';

function finger(x: number, y: number, length: number, angle: number): string {
  return (
    `<g transform="translate(${x} ${y}) rotate(${angle})"><rect x="-12" y="${-length}" width="24" height="${length + 26}" rx="12" fill="url(#finger)" stroke="#a9694b" stroke-width="1.6" stroke-opacity=".55"/>` +
    `<path d="M-8 ${n(-length * 0.42)} H 7 M-8 ${n(-length * 0.06)} H 8" stroke="#b57c5d" stroke-width="1.8" opacity=".6"/></g>`
  );
}

/** The raised hand with its forearm, palm to the camera; nothing at all while it is down. */
export function handDrawing(pose: Pose): string {
  if (pose.hand <= 0) return '';
  const drop = (1 - pose.hand) * 520;
  return (
    `<linearGradient id="finger" x1="0" x2="1"><stop offset="0" stop-color="#efc5a6"/><stop offset=".5" stop-color="#e0aa87"/><stop offset="1" stop-color="#b97f5f"/></linearGradient>` +
    `<g transform="translate(0 ${n(drop)}) rotate(${n(8 + pose.wave)} 900 760) translate(880 760) scale(1.22) translate(-905 -760)">` +
    `<path d="M866 548 C 852 620 838 690 830 840 H 980 C 972 700 964 620 944 548 Z" fill="url(#arm)"/>` +
    softStroke(
      'M880 570 C 870 640 862 700 858 800 M926 566 C 940 640 944 700 950 800',
      '#17333f',
      9,
      6,
      0.35,
    ) +
    `<path d="M874 500 L 870 552 H 940 L 936 500 Z" fill="url(#palm)"/>` +
    `<path d="M862 540 Q 905 556 948 540 L 950 562 Q 905 578 860 562 Z" fill="#2f5c6d"/>` +
    finger(868, 424, 62, -10) +
    finger(893, 414, 76, -3) +
    finger(918, 416, 72, 4) +
    finger(942, 428, 54, 12) +
    `<path d="M856 424 C 852 470 862 500 872 516 H 938 C 950 496 956 466 954 428 C 930 408 880 406 856 424 Z" fill="url(#palm)"/>` +
    `<path d="M862 494 C 846 482 836 462 822 444 C 812 430 828 418 840 430 C 850 440 858 446 868 452 Z" fill="#efc3a3"/>` +
    `<path d="M876 506 C 884 480 880 462 866 450 M868 444 C 892 432 924 436 944 446" stroke="#b57c5d" stroke-width="2.4" fill="none" opacity=".6"/></g>`
  );
}
