import type { Pose } from './pose.js';
import { n, softEllipse, softStroke } from './svg.js';

const HEAD =
  'M640 128 C 712 128 740 190 738 258 C 737 312 726 348 704 380 C 684 409 664 426 640 426 C 616 426 596 409 576 380 C 554 348 543 312 542 258 C 540 190 568 128 640 128 Z';
const HAIR_BACK =
  'M534 300 C 516 240 518 168 556 126 C 584 94 626 82 664 88 C 716 94 752 128 760 184 C 766 226 758 270 746 302 C 736 250 730 220 720 210 L 560 210 C 552 230 544 262 534 300 Z';
const HAIR_FRONT =
  'M536 262 C 526 196 546 138 598 110 C 652 84 722 104 744 166 C 756 200 752 236 744 264 C 738 232 728 206 708 188 C 690 196 640 204 602 176 C 590 204 556 218 536 262 Z';

function eye(x: number, y: number, blink: number, look: number): string {
  const open = 12 * (1 - blink);
  const lid = `M${x - 20} ${y + 2} Q ${x} ${n(y + 2 - open * 1.35)} ${x + 20} ${y + 1}`;
  if (open < 1.5) {
    return `<path d="M${x - 20} ${y + 3} Q ${x} ${y + 9} ${x + 20} ${y + 2}" stroke="#3a2418" stroke-width="3.5" fill="none" stroke-linecap="round"/>`;
  }
  const white = `${lid} Q ${x} ${n(y + 2 + open * 0.95)} ${x - 20} ${y + 2} Z`;
  // The clip's name carries the side, since both eyes are in one document.
  const clip = `eye${Math.round(x)}`;
  return (
    `<clipPath id="${clip}"><path d="${white}"/></clipPath>` +
    `<path d="${white}" fill="#f6f0ea"/><g clip-path="url(#${clip})"><g transform="translate(${n(x + look)} ${y + 1})"><circle r="9.5" fill="url(#iris)"/><circle r="4.2" fill="#120a06"/><circle cx="-3" cy="-3.4" r="2.3" fill="#fff"/></g>` +
    `<path d="${lid}" stroke="#6b4636" stroke-width="9" fill="none" opacity=".35"/></g>` +
    `<path d="${lid}" stroke="#38231a" stroke-width="3.4" fill="none" stroke-linecap="round"/>` +
    `<path d="M${x - 16} ${n(y - open - 3)} Q ${x} ${n(y - open * 1.1 - 7)} ${x + 17} ${n(y - open - 3)}" stroke="#a8704f" stroke-width="2" fill="none" opacity=".6"/>`
  );
}

function features(blink: number, look: number): string {
  return (
    // Cheeks, eye sockets, the shaded side of the nose.
    softEllipse('cheek-lit', [586, 332, 46, 38], '#e58f77', 0.5) +
    softEllipse('cheek-shaded', [695, 332, 40, 36], '#cf7a60', 0.5) +
    softEllipse('socket-lit', [600, 262, 42, 28], '#b97f5f', 0.5) +
    softEllipse('socket-shaded', [680, 262, 42, 28], '#a06a4e', 0.55) +
    softEllipse('under-lip', [641, 398, 34, 16], '#a0694d', 0.4) +
    softStroke('M652 268 C 655 292 660 310 657 324', '#a86f52', 9, 8, 0.45) +
    softStroke('M638 262 C 637 288 634 306 634 316', '#fbe3cf', 6, 4, 0.7) +
    `<path d="M620 323 Q 623 332 631 330 Q 640 336 649 330 Q 658 332 661 322" stroke="#8f5640" stroke-width="2.8" fill="none" stroke-linecap="round"/>` +
    `<path d="M573 246 C 586 231 606 231 622 240 C 606 238 588 240 573 246 Z M707 246 C 694 231 674 231 658 240 C 674 238 692 240 707 246 Z" fill="#3c2518" stroke="#3c2518" stroke-width="4" stroke-linejoin="round"/>` +
    eye(600, 270, blink, look) +
    eye(680, 270, blink, look) +
    // A smile: lips a little open, teeth, the corners up.
    `<path d="M597 357 C 614 353 630 352 640 355 C 650 352 666 353 683 356 C 668 388 612 389 597 357 Z" fill="#b5604f"/>` +
    `<path d="M602 358.5 C 620 358 660 358 678 357.5 C 664 377 617 378 602 358.5 Z" fill="#f8efe8"/>` +
    `<path d="M592 353 Q 596 358 601 358.5 C 620 358 660 358 679 357.5 Q 685 357 688 352" stroke="#7a3529" stroke-width="2.2" fill="none" stroke-linecap="round" opacity=".6"/>` +
    `<path d="M584 338 Q 580 350 584 360 M696 338 Q 700 350 695 359" stroke="#a86f52" stroke-width="2.4" fill="none" stroke-linecap="round" opacity=".4"/>` +
    softStroke('M622 384 Q 640 389 660 383', '#f3cdb0', 4, 3, 0.45)
  );
}

function ear(x: number, mirror: 1 | -1): string {
  return (
    `<g transform="translate(${n(x)} 0)"><path d="M0 246 c ${-26 * mirror} -14 ${-34 * mirror} 14 ${-25 * mirror} 44 c ${5 * mirror} 24 ${17 * mirror} 34 ${28 * mirror} 26 z" fill="url(#ear)"/>` +
    `<path d="M${-4 * mirror} 258 c ${-16 * mirror} -8 ${-18 * mirror} 14 ${-12 * mirror} 30 c ${3 * mirror} 10 ${8 * mirror} 14 ${14 * mirror} 14" stroke="#9a6048" stroke-width="3" fill="none" opacity=".65"/></g>`
  );
}

function strands(): string {
  return (
    `<g fill="none" stroke-linecap="round"><path d="M604 174 C 616 146 640 122 672 112 M620 184 C 640 152 668 134 702 132 M648 192 C 668 166 696 156 724 158 M590 178 C 590 150 604 128 628 110 M566 206 C 560 172 572 142 596 122 M546 236 C 542 206 548 178 562 158" stroke="#8a5f42" stroke-width="2.6" opacity=".55"/>` +
    `<path d="M684 192 C 704 182 722 186 736 214 M612 178 C 630 152 648 136 690 122 M552 222 C 552 190 562 160 580 140" stroke="#1c110b" stroke-width="2.6" opacity=".5"/>` +
    softStroke('M582 122 C 606 104 640 98 672 104', '#b58863', 9, 6, 0.35) +
    `</g>`
  );
}

/** The head with ears and hair; what sits in front (eyes, nose, mouth) moves further than the skull when it turns. */
export function faceDrawing(pose: Pose): string {
  const shift = `translate(${n(pose.turn * 11)} ${n(pose.nod * 6)})`;
  return (
    `<path d="${HAIR_BACK}" fill="url(#hair)"/>` +
    ear(546 - pose.turn * 3, 1) +
    ear(734 - pose.turn * 3, -1) +
    `<clipPath id="head"><path d="${HEAD}"/></clipPath><path d="${HEAD}" fill="url(#face)"/><g clip-path="url(#head)">` +
    softStroke('M728 200 C 736 290 716 370 660 424', '#8d5a42', 34, 12, 0.42) +
    softEllipse('forehead', [600, 224, 72, 52], '#fff0df', 0.5) +
    softStroke(
      'M540 268 C 556 222 590 210 604 182 C 640 210 690 204 708 194 C 728 212 738 236 744 270',
      '#7c4d36',
      16,
      6,
      0.45,
    ) +
    `<g transform="${shift}">${features(pose.blink, pose.turn * 3)}</g></g>` +
    `<g transform="translate(${n(pose.turn * 2)} 0)"><path d="${HAIR_FRONT}" fill="url(#hair)"/>${strands()}</g>`
  );
}
