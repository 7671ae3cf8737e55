/** Thumbnails of the gallery that are drawn when the project is built: a menu that is opened for the first time waits for none. */

/** Pixels across; what the shell's menu and the preferences ask for. */
export const GALLERY_WIDTHS = [160, 320] as const;

/** The name of the file with this thumbnail. @returns undefined when it is none that is drawn before */
export function galleryThumbnail(background: string, width: number): string | undefined {
  const [, name] = /^builtin:([a-z0-9-]{1,64})$/.exec(background) ?? [];
  const isDrawn = GALLERY_WIDTHS.some((drawn) => drawn === width);
  return name !== undefined && isDrawn ? `${name}-${width}.png` : undefined;
}
